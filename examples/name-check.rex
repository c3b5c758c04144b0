/// Look names up, and tell those that have no address or one outside the network they belong to.
uses net.resolve "**"

param hosts: list[string] = ["localhost"] matching re"[a-z0-9.-]+"
param network: cidr = cidr("127.0.0.0/8")

type Finding = { host: string, why: string }

let findings: list[Finding] = []
for host in hosts {
    let addresses = net.resolve(host, type: "A") catch not_found {
        findings.push({ host, why: "has no address" })
        continue
    }
    for address in addresses {
        if !network.contains(address) {
            findings.push({ host, why: "${address} is outside ${network}" })
        }
    }
}
return { checked: hosts.len(), findings }
