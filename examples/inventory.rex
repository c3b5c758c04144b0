/// Say what this machine is: kernel, memory, disks.
uses sys.uname
uses sys.memory
uses fs.mounts

/// File systems that are not kept on a disk.
const VIRTUAL = ["proc", "sysfs", "tmpfs", "devtmpfs", "devpts", "cgroup2", "mqueue", "overlay"]

let machine = sys.uname()
let memory = sys.memory()
let disks = fs.mounts()
    |> filter(|m| !VIRTUAL.contains(m.kind))
    |> map(|m| { at: m.path, device: m.device, kind: m.kind, read_only: m.options.contains("ro") })

return {
    kernel: "${machine.kernel} ${machine.release}",
    architecture: machine.machine,
    memory: memory.total.human(),
    memory_in_use: (memory.used / memory.total).round(2),
    disks,
}
