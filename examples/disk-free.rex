/// Tell which disks are fuller than they should be.
uses exec.run "/usr/bin/df"

/// From here on a disk is too full, in percent.
param limit: int = 85 in 1..=100

const LINE = re"^\s*(?P<used>\d+)%\s+(?P<folder>/.*)$"

let df = exec.run("/usr/bin/df", ["--local", "--output=pcent,target"], check: false, timeout: 20s)
let disks = df.stdout.lines()
    |> filter_map(|line| line.capture(LINE))
    |> map(|d| { folder: d.folder, used: int(d.used) })
if disks.is_empty() {
    fail("df tells nothing: ${df.stderr.trim()}", code: df.code)
}

let full = disks |> filter(|d| d.used >= limit) |> sort_by(|d| d.used, desc: true)
for d in full { log.warn("too full", folder: d.folder, percent: d.used) }
return { disks: disks.len(), full }
