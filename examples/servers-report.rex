/// Turn the register of servers into a table: CSV for people, one line a server, the largest first.
uses fs.read "/srv/register/servers.json"
uses fs.write "/srv/register/servers.csv"

type Server = { name: string, role: string, memory: size, address: ip, retired: bool? }

let servers = json.parse(fs.read("/srv/register/servers.json")) as list[Server]
let active = servers |> filter(|s| s.retired != true) |> sort_by(|s| s.memory, desc: true)
let table = active |> map(|s| {
    name: s.name,
    role: s.role,
    memory: s.memory.human(),
    address: s.address,
    public: !s.address.is_private(),
})
fs.write("/srv/register/servers.csv", csv.format(table))
return {
    servers: active.len(),
    by_role: active.count_by(|s| s.role),
    memory: active.sum(|s| s.memory),
}
