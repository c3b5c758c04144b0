/// Say what fills a folder: the largest folders in it, and the largest files that nobody changed for long.
uses fs.usage "/srv/**", "/var/**"
uses fs.find "/srv/**", "/var/**"

/// The folder that is too full.
param root: path = "/var/log" in ["/srv", "/srv/**", "/var", "/var/**"]
/// Smaller files don't matter.
param at_least: size = 100MB
/// Files changed since then are in use.
param untouched: duration = 30d
param top: int = 10 in 1..=100

let usage = fs.usage(root)
let folders = usage.entries
    |> sort_by(|f| f.size, desc: true)
    |> take(top)
    |> map(|f| { folder: f.path, size: f.size.human() })

let files = fs.find(root, kind: "file", min_size: at_least, modified_before: time.now() - untouched)
    |> sort_by(|f| f.size, desc: true)
    |> take(top)
    |> map(|f| { file: f.path, size: f.size.human(), owner: f.owner })

return { total: usage.size.human(), folders, files }
