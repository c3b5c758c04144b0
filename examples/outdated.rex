/// Say which installed components are older than the policy of the team demands.
uses fs.read "/etc/shop/components.toml", "/etc/shop/minimum.toml"

let installed = toml.parse(fs.read("/etc/shop/components.toml")) as map[string]
let minimum = toml.parse(fs.read("/etc/shop/minimum.toml")) as map[string]

type Finding = { component: string, installed: string, demanded: string }

let findings: list[Finding] = []
for component, range in minimum {
    let version = installed[component] ?? continue
    if !semver.matches(version, range) {
        findings.push({ component, installed: version, demanded: range })
    }
}
return {
    findings: findings.sort_by(|f| f.component),
    not_installed: minimum.keys().difference(installed.keys()),
}
