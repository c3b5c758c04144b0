/// Find processes that run from where programs don't belong, and the largest of all.
uses process.list

/// Folders in which anyone may put a program.
param suspect: list[path] = ["/tmp", "/var/tmp", "/dev/shm", "/home"]
param top: int = 5 in 1..=50

fn misplaced(program: path?, folders: list[path]) -> bool {
    if program == nil { return false } // a thread of the kernel
    folders.any(|folder| program.beneath(folder))
}

let processes = process.list()
let strange = processes
    |> filter(|p| misplaced(p.executable, suspect))
    |> map(|p| { pid: p.pid, user: p.user, command: p.command.shorten(80) })
let largest = processes
    |> sort_by(|p| p.memory, desc: true)
    |> take(top)
    |> map(|p| { pid: p.pid, name: p.name, memory: p.memory.human() })

for p in strange { log.warn("runs from a strange place", pid: p.pid, command: p.command) }
return { strange, largest }
