/// Delete old builds but the newest few. A build that the policy protects stays, with all that is in it.
uses fs.list "/srv/builds"
uses fs.delete_tree "/srv/builds/*"

/// How many of the newest are kept.
param keep: int = 3 in 1..=100

let builds = fs.list("/srv/builds")
    |> filter(|b| b.kind == "dir")
    |> sort_by(|b| b.modified, desc: true)
let deleted: list[string] = []
let refused: list[string] = []
for build in builds.drop(keep.min(builds.len())) {
    fs.delete_tree(build.path) catch denied {
        refused.push(build.name)
        continue
    }
    deleted.push(build.name)
}
return { kept: builds.len() - deleted.len(), deleted, refused }
