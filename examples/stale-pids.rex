/// Remove the pid files of processes that are no more.
uses fs.list "/srv/run"
uses fs.read "/srv/run/*.pid"
uses fs.delete "/srv/run/*.pid"
uses process.list

let alive = process.list() |> map(|p| p.pid)
let stale: list[string] = []
let unclear: list[string] = []
for file in fs.list("/srv/run") {
    if !file.path.matches("/srv/run/*.pid") { continue }
    let pid = int(fs.read(file.path)) catch invalid {
        unclear.push(file.name) // not ours to judge
        continue
    }
    if !alive.contains(pid) {
        fs.delete(file.path)
        stale.push(file.name)
    }
}
return { removed: stale, unclear }
