/// Keep what an incident leaves behind: copies of the logs, the processes, and a manifest with checksums.
uses fs.make_dir "/srv/evidence/*"
uses fs.find "/var/log/**"
uses fs.copy "/var/log/**", "/srv/evidence/*/*"
uses fs.hash "/srv/evidence/*/*"
uses fs.write "/srv/evidence/*/*"
uses process.list

/// The number of the case; it names the folder.
param case: string matching re"INC-\d+"
/// Logs changed within this time are kept.
param within: duration = 24h

let folder: path = "/srv/evidence/${case}"
fs.make_dir(folder, permissions: 0o700)

let missed: list[string] = []
let manifest: list[{ name: string, from: path, sha256: string, modified: time }] = []
let recent = fs.find(
    "/var/log",
    pattern: "*.log",
    kind: "file",
    modified_after: time.now() - within,
)
for i, file in recent {
    let copy = folder / "${i}-${file.name}"
    fs.copy(file.path, copy, preserve: true) catch |e| { // one that can't be had must not cost the others
        missed.push("${file.path}: ${e.message}")
        continue
    }
    manifest.push({
        name: copy.name,
        from: file.path,
        sha256: fs.hash(copy),
        modified: file.modified,
    })
}

let processes = process.list() |> map(|p| {
    pid: p.pid,
    parent: p.parent,
    user: p.user,
    started: p.started,
    command: p.command,
})
fs.write(folder / "processes.json", json.format(processes, indent: 2), how: "create")
fs.write(folder / "manifest.csv", csv.format(manifest), how: "create")
return { folder, logs: manifest.len(), processes: processes.len(), missed }
