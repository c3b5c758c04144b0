let s = fs.lines("/var/log/syslog").filter(|l| l.contains("error"))
for l in s.map(|l| l.upper()).take(2) { print(l) }
