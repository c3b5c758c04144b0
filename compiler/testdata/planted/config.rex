var limit = 10 // wrong: E0210
const NAMES = ["a", "b"]
let text = fs.raed("/etc/app.json") // wrong: E0501
let config = json.parse(text)
let port = config.port as intt // wrong: E0302
let found = NAMES.contians("a") // wrong: E0405
if found = true { print(port) } // wrong: E0220
let total = limit + "1" // wrong: E0402
print(totl) // wrong: E0301
let first = NAMES[-1] // wrong: E0404
print(first, total) // wrong: E0406
