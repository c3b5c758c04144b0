/// Hold the settings of the SSH server to what we demand.
uses fs.lines "/etc/ssh/sshd_config"

const DEMANDED: map[string] = {
    permitrootlogin: "no",
    passwordauthentication: "no",
    x11forwarding: "no",
    permitemptypasswords: "no",
}

// Of a setting that stands twice, the server takes the first.
let settings: map[string] = {}
for line in fs.lines("/etc/ssh/sshd_config") {
    let words = line.fields()
    if words.len() < 2 || words[0].starts_with("#") { continue }
    if words[0].lower() == "match" { break } // what follows holds for some users only
    settings.get_or_add(words[0].lower(), words[1].lower())
}

type Finding = { setting: string, is: string, demanded: string }

let findings: list[Finding] = []
for setting, demanded in DEMANDED {
    let is_now = settings[setting] ?? "not set"
    if is_now != demanded {
        findings.push({ setting, is: is_now, demanded })
    }
}
if !findings.is_empty() {
    fail("${findings.len()} settings are not as demanded", findings: findings)
}
return { checked: DEMANDED.len() }
