/// Look into an archive from outside before anyone unpacks it: what would land elsewhere, what is a link, how large it is.
uses fs.archive_list "/srv/incoming/*"

param name: string matching re"[A-Za-z0-9._-]+\.(tar|tar\.gz|tgz|zip)"
/// What it may hold in all.
param max: size = 1GB

let entries = fs.archive_list("/srv/incoming/${name}")
let total = entries.sum(|e| e.size)
let outside = entries
    |> filter(|e| e.name.starts_with("/") || e.name.split("/").contains(".."))
    |> map(|e| e.name)
let special = entries
    |> filter(|e| e.kind != "file" && e.kind != "dir")
    |> map(|e| "${e.kind} ${e.name}")

if !outside.is_empty() || !special.is_empty() || total > max {
    fail("${name} is not fit to be unpacked", outside: outside, special: special, size: total)
}
return { entries: entries.len(), size: total }
