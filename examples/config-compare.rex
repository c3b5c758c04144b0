/// Compare the settings of two environments: what stands in one only, and what differs.
uses fs.read "/etc/shop/*.yaml"

param left: string = "staging" matching re"[a-z]+"
param right: string = "production" matching re"[a-z]+"

/// The settings of an environment, which are one level deep: section.name.
fn settings(environment: string) -> map[string] {
    let found: map[string] = {}
    let sections = yaml.parse(fs.read("/etc/shop/${environment}.yaml")) as map[map[any]]
    for section, values in sections {
        for name, value in values {
            found["${section}.${name}"] = json.format(value)
        }
    }
    found
}

let a = settings(left)
let b = settings(right)
let differs = a.keys()
    |> filter(|k| b.contains(k) && a[k] != b[k])
    |> map(|k| { setting: k, left: a[k], right: b[k] })
return {
    only_left: a.keys().difference(b.keys()),
    only_right: b.keys().difference(a.keys()),
    differs,
}
