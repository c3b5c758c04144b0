/// Unpack a release beside the others and restart the service with it; go back when it does not come up.
uses fs.hash "/srv/releases/*"
uses fs.read "/srv/releases/*"
uses fs.read_link "/srv/web/current"
uses fs.extract "/srv/releases/*", "/srv/web/*"
uses fs.link "/srv/web/*"
uses service.restart "web"

param version: string matching re"\d+\.\d+\.\d+"

let archive: path = "/srv/releases/web-${version}.tar.gz"
let sums: path = "/srv/releases/web-${version}.tar.gz.sha256"
let current: path = "/srv/web/current"

/// Let `current` lead to a release, and say whether the service runs with it.
fn runs(current: path, release: string) -> bool {
    fs.link(current, release, replace: true)
    service.restart("web", timeout: 30s).state == "active"
}

if fs.read(sums).fields().first() != fs.hash(archive) {
    fail("${archive} is not what was released")
}
let before = fs.read_link(current)
let unpacked = fs.extract(archive, "/srv/web/${version}")
let up = runs(current, version) catch |e| {
    log.error("web does not restart with ${version}", why: e.message)
    false
}
if !up {
    let back = runs(current, before) catch false
    fail("web does not run with ${version}; it is ${before} again", runs: back)
}
return { version, before, files: unpacked.files }
