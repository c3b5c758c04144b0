/// Look at services, and fail when one of them does not run.
uses service.status "**"

/// The units that must be active.
param units: list[string] = ["web"] matching re"[a-z][a-z0-9@.-]*"

type Health = { unit: string, state: string, restarts: int }

let services: list[Health] = []
for unit in units {
    let s = service.status(unit) catch not_found {
        services.push({ unit, state: "missing", restarts: 0 })
        continue
    }
    services.push({ unit: s.unit, state: s.state, restarts: s.restarts ?? 0 })
}

print(services.table())
let down = services |> filter(|s| s.state != "active") |> map(|s| s.unit)
if !down.is_empty() {
    fail("not running: ${down.join(", ")}", services: services)
}
return services
