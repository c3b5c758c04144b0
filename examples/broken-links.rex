/// Find symbolic links that lead nowhere, and those that lead to where we may not look.
uses fs.find "/srv", "/srv/**"
uses fs.exists "/srv/**"

param root: path = "/srv" in ["/srv", "/srv/**"]

type Link = { link: path, target: string? }

let broken: list[Link] = []
let outside: list[Link] = []
for entry in fs.find(root, kind: "symlink") {
    let link: Link = { link: entry.path, target: entry.target }
    let leads_somewhere = fs.exists(entry.path) catch denied {
        outside.push(link)
        continue
    }
    if !leads_somewhere { broken.push(link) }
}
return { broken, outside }
