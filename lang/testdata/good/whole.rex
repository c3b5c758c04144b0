#!/usr/bin/env -S rexc run
/// Archive the old logs of one service and say what is left.

import "lib/report.rex" as report
uses fs.find "/var/log/**"
uses fs.compress "/var/log/**"

/// The service whose logs are archived.
param service: string = "nginx" matching re"[a-z][a-z0-9-]*"
param older_than: duration = 7d
param top: int = 10 in 1..=100

type Moved = { path: path, before: size, after: size }

fn is_old(f: fs.Entry, now: time) -> bool { now - f.modified > older_than }

let dir: path = "/var/log/${service}"          // a path literal: the hole is exactly one component
let now = time.now()
let moved: list[Moved] = []
let biggest = fs.find(dir, pattern: "*.log", kind: "file")
    |> filter(|f| is_old(f, now))
    |> sort_by(|f| f.size, desc: true)
    |> take(top)

for f in biggest {
    let done = fs.compress(f.path, remove: true) catch |e| {
        log.warn("skipped ${f.path}: ${e.message}", kind: e.kind)   // denied, busy, full: go on
        continue
    }
    moved.push({ path: done.path, before: f.size, after: done.size })
}

print(report.title("archived ${moved.len()} of ${biggest.len()} logs"))
print(table(moved))
return { service, moved, freed_from: moved.sum(|m| m.before), to: moved.sum(|m| m.after) }
