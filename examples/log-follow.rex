/// Give what was written to a log since the last run, however often that is, and begin anew when the log was rotated.
uses fs.stat "/var/log/shop/app.log"
uses fs.lines_at "/var/log/shop/app.log"
uses fs.read "/srv/state/app-log.json"
uses fs.write "/srv/state/app-log.json"

/// Lines that matter.
param pattern: regex = re"\b(ERROR|FATAL)\b"

/// Where the last run ended, and in which file that was.
type Place = { inode: int, offset: size }

let log_file: path = "/var/log/shop/app.log"
let place_file: path = "/srv/state/app-log.json"

let is_now = fs.stat(log_file)
let offset = 0B
let text = fs.read(place_file) catch not_found ""
if text != "" {
    let last = json.parse(text) as Place
    if last.inode == is_now.inode && last.offset <= is_now.size {
        offset = last.offset
    }
}

let found: list[string] = []
for line in fs.lines_at(log_file, offset: offset, same_as: is_now) {
    if !line.complete { break } // still being written: the next run's
    offset = line.end
    if line.text.contains(pattern) { found.push(line.text) }
}
fs.write(place_file, json.format({ inode: is_now.inode, offset }))
return { found, offset }
