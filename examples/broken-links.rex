/// Find symbolic links that lead nowhere, and where they wanted to go.
uses fs.find "/srv", "/srv/**"
uses fs.exists "/srv/**"

param root: path = "/srv" in ["/srv", "/srv/**"]

return fs.find(root, kind: "symlink")
    |> filter(|link| !fs.exists(link.path))
    |> map(|link| { link: link.path, target: link.target })
