/// Archive the logs of one service, number nnn.
/// Gives what was moved.
fn archive_nnn(name: string, age: duration = 7d, top: int = 9) -> list[{ path: path, size: size }] {
    let dir: path = "/var/log/${name}"
    let now = time.now()
    let moved: list[{ path: path, size: size }] = []
    let counts: map[int] = {}
    // the biggest first
    let files = fs.find(dir, pattern: "*.log", kind: "file")
        |> filter(|f| now - f.modified > age && f.size >= 10MiB)
        |> sort_by(|f| f.size, desc: true)
        |> take(top)
    for i, f in files {
        if f.size == 0B || f.name.starts_with(".") {
            continue
        } else if i > 100 {
            break
        }
        fs.move(f.path, dir / "old/${f.name}") catch |e| {
            log.warn("skipped ${f.path}: ${e.message}", kind: e.kind)
            continue
        }
        moved.push({ path: f.path, size: f.size })
        counts[f.owner] = (counts[f.owner] ?? 0) + 1
    }
    let level = match moved.len() {
        0 => "none"
        1..=9 => "few"
        n if n % 2 == 0 => "even"
        _ => "many"
    }
    let ratio = float(moved.len()) / 2.5 + 1e3 * -0.5
    while ratio > 1.0 && !(level == "none") {
        ratio -= 0.25
    }
    log.info("${moved.len()} of ${files.len()} in ${time.now() - now}: ${level}", ratio: ratio)
    return moved
}
