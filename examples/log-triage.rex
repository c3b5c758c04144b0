/// Say what goes wrong most: the errors of all logs of a service, alike ones counted together.
uses fs.find "/var/log/**"
uses fs.lines "/var/log/**"

/// The service whose logs are read.
param service: string = "shop" matching re"[a-z][a-z0-9-]*"
/// How many kinds of error are shown.
param top: int = 10 in 1..=100

/// A message without what differs each time: numbers, identifiers, quoted names.
fn shape(message: string) -> string {
    message.replace(re"[0-9a-f]{8,}|\d+", "#").replace(re"\"[^\"]*\"", "\"..\"")
}

let counts: map[int] = {}
for file in fs.find("/var/log/${service}", pattern: "*.log", kind: "file") {
    for line in fs.lines(file.path) {
        if let error = line.cut(" ERROR ") {
            counts[shape(error.after)] += 1
        }
    }
}

return counts.entries()
    |> sort_by(|e| e.value, desc: true)
    |> take(top)
    |> map(|e| { message: e.key, times: e.value })
