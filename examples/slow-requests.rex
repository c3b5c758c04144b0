/// Find the slow pages in an access log whose lines are JSON: requests, failures, median and worst of each.
uses fs.lines "/var/log/web/access.log"

/// Pages that were asked for less often say little.
param at_least: int = 2 in 1..=1_000_000
param top: int = 10 in 1..=100

type Request = { path: string, status: int, seconds: float }

let requests: list[Request] = []
let unreadable = 0
for line in fs.lines("/var/log/web/access.log", complete: true) {
    let request = json.parse(line) as Request catch invalid {
        unreadable += 1
        continue
    }
    requests.push(request)
}

let pages = requests.group_by(|r| r.path).filter(|_, rs| rs.len() >= at_least).map_values(|rs| {
    let times = rs.map(|r| r.seconds).sort()
    {
        requests: rs.len(),
        failed: rs.count(|r| r.status >= 500),
        median: times[times.len().div(2)],
        worst: times[times.len() - 1],
    }
})
let slowest = pages.entries() |> sort_by(|e| e.value.median, desc: true) |> take(top)
return { requests: requests.len(), unreadable, slowest }
