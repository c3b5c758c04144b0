/// Audit the users of a machine: who else is root, who may log in, who has no password, which groups give power.
uses fs.lines "/etc/passwd", "/etc/shadow", "/etc/group"

/// Groups whose members can become root.
param powerful: list[string] = ["root", "sudo", "wheel", "docker"]

type User = { name: string, uid: int, shell: string }

fn user(line: string) -> User {
    let f = line.split(":")
    { name: f[0], uid: int(f[2]), shell: f[6] }
}

let users = fs.lines("/etc/passwd").collect() |> map(|line| user(line))
let also_root = users |> filter(|u| u.uid == 0 && u.name != "root") |> map(|u| u.name)
let may_log_in = users
    |> filter(|u| !u.shell.ends_with("/nologin") && !u.shell.ends_with("/false"))
    |> map(|u| u.name)

let no_password: list[string] = []
for line in fs.lines("/etc/shadow") {
    let f = line.split(":")
    if f[1] == "" { no_password.push(f[0]) }
}

let members: map[list[string]] = {}
for line in fs.lines("/etc/group") {
    let f = line.split(":")
    if powerful.contains(f[0]) && f[3] != "" {
        members[f[0]] = f[3].split(",")
    }
}

if !also_root.is_empty() || !no_password.is_empty() {
    log.error("users need a look", also_root: also_root, no_password: no_password)
}
return { also_root, no_password, may_log_in, members }
