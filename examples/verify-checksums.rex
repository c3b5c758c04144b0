/// Hold the files of a folder to its SHA256SUMS: what is missing, what has changed, what nobody listed.
uses fs.lines "/srv/releases/SHA256SUMS"
uses fs.list "/srv/releases"
uses fs.hash "/srv/releases/*"

let folder: path = "/srv/releases"
let listed: map[string] = {}
for line in fs.lines(folder / "SHA256SUMS") {
    let entry = line.cut("  ") ?? fail("no checksum and name: ${line}")
    listed[entry.after] = entry.before
}

let files = fs.list(folder) |> filter(|f| f.kind == "file" && f.name != "SHA256SUMS")
let names = files.map(|f| f.name)
let changed = files
    |> filter(|f| listed.contains(f.name) && fs.hash(f.path) != listed[f.name])
    |> map(|f| f.name)
let missing = listed.keys().difference(names)
let unlisted = names.difference(listed.keys())

if !changed.is_empty() || !missing.is_empty() {
    fail("the folder is not what it says", changed: changed, missing: missing, unlisted: unlisted)
}
return { verified: listed.len(), unlisted }
