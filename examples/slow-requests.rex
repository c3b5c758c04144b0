/// Find the slow pages in an access log whose lines are JSON: requests, failures, median and worst of each.
uses fs.lines "/var/log/web/access.log"

/// Pages that were asked for less often say little.
param at_least: int = 2 in 1..=1_000_000
param top: int = 10 in 1..=100

type Request = { path: string, status: int, seconds: float }
type Page = { page: string, requests: int, failed: int, median: float, worst: float }

fn summary(page: string, requests: list[Request]) -> Page {
    let seconds = requests.map(|r| r.seconds).sort()
    {
        page,
        requests: requests.len(),
        failed: requests.count(|r| r.status >= 500),
        median: seconds[seconds.len().div(2)],
        worst: seconds[seconds.len() - 1],
    }
}

let requests: list[Request] = []
let unreadable = 0
for line in fs.lines("/var/log/web/access.log", complete: true) {
    let request = json.parse(line) as Request catch invalid {
        unreadable += 1
        continue
    }
    requests.push(request)
}

let slowest = requests.group_by(|r| r.path).entries()
    |> filter(|e| e.value.len() >= at_least)
    |> map(|e| summary(e.key, e.value))
    |> sort_by(|p| p.median, desc: true)
    |> take(top)
print(slowest.table())
return { requests: requests.len(), unreadable, slowest }
