/// Compress rotated logs that are still plain, and say how much room that gave.
uses fs.find "/var/log/**"
uses fs.compress "/var/log/**"

/// Logs changed since then may still be written to.
param untouched: duration = 1d in 1h..=365d

let rotated = fs.find(
    "/var/log",
    pattern: "*.log.[0-9]*",
    kind: "file",
    modified_before: time.now() - untouched,
    exclude: ["*.gz"],
)
let before = 0B
let after = 0B
let skipped: list[string] = []
for file in rotated {
    let packed = fs.compress(file.path, remove: true) catch exists, busy |e| {
        skipped.push("${file.path}: ${e.kind}")
        continue
    }
    before += packed.before
    after += packed.after
}
return { files: rotated.len() - skipped.len(), before, after, skipped }
