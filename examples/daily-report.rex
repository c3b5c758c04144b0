/// Write the page that the team reads in the morning: the machine, its services, its errors, its largest processes.
uses sys.uname
uses sys.memory
uses service.status "**"
uses process.list
uses fs.find "/var/log/**"
uses fs.grep "/var/log/**"
uses fs.write "/srv/reports/*.md"

param units: list[string] = ["web"] matching re"[a-z][a-z0-9@.-]*"
/// Logs changed within this time are searched.
param within: duration = 1d in 1h..=7d

type State = { unit: string, state: string, restarts: int }
type Errors = { log: string, errors: int, last: string }

fn state(unit: string) -> State {
    let s = service.status(unit) catch not_found {
        return { unit, state: "missing", restarts: 0 }
    }
    { unit, state: s.state, restarts: s.restarts ?? 0 }
}

fn section(title: string, table: string) -> string { "## ${title}\n\n```\n${table}\n```\n" }

let now = time.now()
let machine = sys.uname()
let memory = sys.memory()

let services = units.map(|unit| state(unit))
let largest = process.list()
    |> sort_by(|p| p.memory, desc: true)
    |> take(5)
    |> map(|p| { name: p.name, user: p.user, memory: p.memory })

let errors: list[Errors] = []
for file in fs.find("/var/log", pattern: "*.log", kind: "file", modified_after: now - within) {
    let found = fs.grep(file.path, re"\b(ERROR|FATAL)\b")
    if let last = found.last() {
        errors.push({ log: file.name, errors: found.len(), last: last.text.shorten(60) })
    }
}

let day = now.format("%Y-%m-%d")
let report: path = "/srv/reports/${day}.md"
let text = [
    "# ${machine.hostname} on ${day}\n",
    "${memory.available.human()} of ${memory.total.human()} memory are available.\n",
    section("Services", services.table()),
    section("Errors", errors.sort_by(|e| e.errors, desc: true).table()),
    section("Largest processes", largest.table()),
].join("\n")
fs.write(report, text)
return {
    report,
    down: services.filter(|s| s.state != "active").map(|s| s.unit),
    errors: errors.sum(|e| e.errors),
}
