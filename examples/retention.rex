/// Delete what is older than it has to be kept. What the policy refuses stays, and is told.
uses fs.find "/var/log/**"
uses fs.delete "/var/log/**"

/// The service whose rotated logs are meant.
param service: string = "shop" matching re"[a-z][a-z0-9-]*"
param keep: duration = 90d in 7d..=3650d
/// Only say what would be deleted.
param dry_run: bool = false

let folder: path = "/var/log/${service}"
let old = fs.find(folder, pattern: "*.gz", kind: "file", modified_before: time.now() - keep)

let freed = 0B
let refused: list[path] = []
for file in old {
    if !dry_run {
        fs.delete(file.path) catch denied {
            refused.push(file.path)
            continue
        }
    }
    freed += file.size
    log.info("old", file: file.path, deleted: !dry_run)
}
return { found: old.len(), freed, refused }
