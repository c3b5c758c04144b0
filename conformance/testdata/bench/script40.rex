/// Look at the logs of one service, say what is wrong, restart it when it is failed.

/// The service to look at.
param service: string = "nginx" matching re"[a-z][a-z0-9-]*"
/// How many lines to keep of each file.
param top: int = 10 in 1..=100
param newer_than: duration = 1d

type Finding = { file: path, line: int, text: string }

fn is_new(f: fs.Entry, since: time) -> bool { f.modified > since }

fn worst(found: list[Finding], top: int) -> list[Finding] {
    found.sort_by(|f| f.text.len(), desc: true).take(top)
}

let dir: path = "/var/log/${service}"
let since = time.now() - newer_than
let found: list[Finding] = []
let skipped: list[string] = []

for f in fs.find(dir, pattern: "*.log", kind: "file") |> filter(|f| is_new(f, since)) {
    let hits = fs.grep(f.path, re"error|fatal", max: 100) catch |e| {
        log.warn("skipped ${f.path}: ${e.message}", kind: e.kind)
        skipped.push("${f.path}")
        continue
    }
    for h in hits { found.push({ file: f.path, line: h.line, text: h.text }) }
}

let status = service.status(service)
if status.state == "failed" {
    let check = exec.run("/usr/sbin/nginx", ["-t"], timeout: 10s, check: false)
    if check.code != 0 { fail("the configuration is bad", stderr: check.stderr) }
    service.restart(service, timeout: 30s)
}

print("${found.len()} findings in ${dir}, ${skipped.len()} files skipped")
return { state: status.state, worst: worst(found, top), skipped }
