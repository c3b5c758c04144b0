/// Archive old logs.
param older_than: duration = 7dd // wrong: E0113
param service: string matching "[a-z]+" // wrong: E0244

fn is_old(f: fs.Entry, now: time) -> bol { now - f.modified > older_than } // wrong: E0302

let dir: path = "/var//log/${service}" // wrong: E0412
let files = fs.find(dir, patern: "*.log") // wrong: E0406
for f in files {
    if f.kind == "dirr" { continue } // wrong: E0401
    print(f.nmae) // wrong: E0404
    let size = f.size + 1 // wrong: E0402
    print("${size}")
}
