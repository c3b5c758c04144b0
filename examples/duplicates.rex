/// Find files that are alike, and what the spare copies cost. Only those of equal size are read.
uses fs.find "/srv", "/srv/**"
uses fs.hash "/srv/**"

param root: path = "/srv" in ["/srv", "/srv/**"]
param at_least: size = 1MB

type Copies = { size: size, files: list[path] }

let copies: list[Copies] = []
let by_size = fs.find(root, kind: "file", min_size: at_least).group_by(|f| "${f.size}")
for alike in by_size.values() {
    if alike.len() < 2 { continue }
    for same in alike.group_by(|f| fs.hash(f.path)).values() {
        if same.len() < 2 { continue }
        copies.push({ size: same[0].size, files: same.map(|f| f.path) })
    }
}
return {
    spare: copies.sum(|c| c.size * (c.files.len() - 1)),
    copies: copies.sort_by(|c| c.size, desc: true),
}
