/// Pack a release, and write its checksum beside it in the form that sha256sum reads.
uses fs.archive "/srv/shop/build", "/srv/releases/*"
uses fs.hash "/srv/releases/*"
uses fs.write "/srv/releases/*"

param version: string matching re"\d+\.\d+\.\d+"

let archive: path = "/srv/releases/shop-${version}.tar.gz"
let sums: path = "/srv/releases/shop-${version}.tar.gz.sha256"

let packed = fs.archive("/srv/shop/build", archive)
let sum = fs.hash(archive)
fs.write(sums, "${sum}  ${archive.name}\n", how: "create")
log.info("packed", archive: archive, files: packed.files)
return { archive, sum, files: packed.files, size: packed.size }
