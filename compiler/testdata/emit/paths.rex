param service: string
let dir: path = "/var/log/${service}"
for i in 0..4 {
    let p = dir / "app.${i}.log"
    if p.beneath("/var") && fs.exists(p) { fs.move(p, dir / "old/${i}") }
}
