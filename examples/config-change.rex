/// Change one setting of a service, and take it back when the service does not come up with it.
uses fs.read "/etc/web/web.conf"
uses fs.edit "/etc/web/web.conf"
uses fs.write "/etc/web/web.conf"
uses service.restart "web"

/// The setting, as it stands in front of the =.
param key: string = "workers" matching re"[a-z_]+"
param value: int = 8 in 1..=64

let config: path = "/etc/web/web.conf"
let before = fs.read(config)
let change = fs.edit(config, re"^${key} = .*$", "${key} = ${value}", expect: 1)

let state = try {
    let settings = toml.parse(fs.read(config)) // the whole file must still be readable
    assert(settings[key] == value, "${key} did not change")
    let s = service.restart("web")
    assert(s.state == "active", "web is ${s.state} with the new setting")
    s.state
} catch |e| {
    fs.write(config, before)
    service.restart("web")
    fail("taken back: ${e.message}", cause: e)
}
return { state, diff: change.diff }
