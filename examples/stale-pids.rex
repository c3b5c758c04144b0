/// Remove the pid files of processes that are no more.
uses fs.list "/srv/run"
uses fs.read "/srv/run/*.pid"
uses fs.delete "/srv/run/*.pid"
uses process.list

type PidFile = { file: path, pid: int }

let pid_files: list[PidFile] = []
let unclear: list[string] = []
for file in fs.list("/srv/run") {
    if !file.path.matches("/srv/run/*.pid") { continue }
    let pid = int(fs.read(file.path)) catch invalid {
        unclear.push(file.name) // not ours to judge
        continue
    }
    pid_files.push({ file: file.path, pid })
}

// Asked when the files were read: a process that has written one meanwhile is seen.
let alive = process.list() |> map(|p| p.pid)
let stale = pid_files |> filter(|f| !alive.contains(f.pid))
for f in stale { fs.delete(f.file) }
return { removed: stale.map(|f| f.file.name), unclear }
