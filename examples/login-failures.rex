/// Count failed logins by address, and tell those from outside our networks that try often.
uses fs.lines "/var/log/auth.log"

/// Addresses in these networks are ours.
param ours: list[cidr] = [cidr("10.0.0.0/8"), cidr("192.168.0.0/16")]
param tries: int = 3 in 1..=1000

const FAILED = re"Failed password for (?:invalid user )?(?P<user>\S+) from (?P<address>[0-9a-f.:]+)"

let failures: map[int] = {}
let names: map[list[string]] = {}
for line in fs.lines("/var/log/auth.log") {
    let login = line.capture(FAILED) ?? continue
    failures[login.address] += 1
    names.get_or_add(login.address, []).push(login.user)
}

return failures.entries()
    |> filter(|f| f.value >= tries && !ours.any(|network| network.contains(ip(f.key))))
    |> sort_by(|f| f.value, desc: true)
    |> map(|f| { address: f.key, tries: f.value, users: (names[f.key] ?? []).unique() })
