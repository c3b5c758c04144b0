#!/usr/bin/env -S rexc run
// A file that uses every form of the grammar once.

/// Documents the script.
/// On two lines.

import "lib/report.rex" as report
import r"lib/other.rex" as other

uses fs.read "/var/log/**", "/etc/hosts"
uses time.now

/// The level.
param level: "low" | "high" = "low"
param count: int = 5 in 1..=100
param names: list[string] = ["a", "b"]
param pattern: string = "x" matching re"[a-z]+"
param place: path = "/var/log" in ["/var/**", "/srv/**"]
param settings: { port: int, host: string?, tags: map[list[string]] }?
param in: any

type Entry = { path: path, size: size, in: int, }
type Mapper = fn(int, string) -> bool
type Done = fn()
type Maybe = ("yes" | "no")?
type Nested = list[map[other.Thing?]]

const LIMIT: size = 1.5GiB
const WAIT = 1h30m

/// Adds.
fn add(a: int, b: int = 2,) -> int { a + b }

fn nothing() { }

fn early(xs: list[int]) -> int? {
    for i, x in xs {
        if x > LIMIT.bytes { return x }
        else if x == 0 { continue }
        else { break }
    }
    nil
}

let x: int? = nil
let { path, size } = entry
let _ = add(1, b: 2)
let many = [
    1, 0xff, 0o640, 0b101, 1_000,
    2.5, 1e-3,
]
let data = {
    a: 1,
    "odd key": 2,
    x,
    match: { in: [] },
}
let empty = {}
let text = """
    Indented ${x ?? 0},
      more, and "quotes".
    """
let raw = r"C:\d" + r#"a"b"# + r"""
    raw ${not a hole}
    """
let strings = "tab\t nul\0 dollar \$ ${"nested ${"deep"}"} \u{1F600}"
let re = re"(?<n>\d+) ${text}\""

x = 1
data.a += 1
many[0] -= 2
many[0] *= 2; many[0] /= 2; many[0] %= 2

while x < 3 && !(x == 2) || x is int { x += 1 }
while let line = next() { print(line) }
if let v = x { print(v) } else { print("none") }
let choice = if x == 1 { "one" } else if x == 2 { "two" } else { "more" }

let total = many
    |> filter(|n| n > 1)
    |> map(|n: int| { n * 2 }).len()
    + 1
    - 2
let sliced = many[1..3].len() + many[1..].len() + many[..=2].len() + many[-1 + 1]
let chain = a?.b?.c(1)!.d ?? many[0]! ?? return
let cast = (v as list[int])[0] as float / 2.0
let ranges = (1..5).step(2)
let minimum = -9223372036854775808

let a1 = fs.read("/a") catch "default"
let a2 = fs.read("/a") catch { "block" }
let a3 = fs.read("/a") catch |e| { log.warn(e.message, kind: e.kind) }
let a4 = fs.read("/a") catch |e| e.message
let a5 = fs.read("/a") catch timeout, busy { "" } catch not_found nil
let a6 = fs.read("/a") catch timeout, denied |e| { fail(e) }
let a7 = fs.read("/a") catch return
let a8 = fs.read("/a") catch { key: "data" }
let a9 = try {
    fs.read("/a")
    fs.read("/b")
}
catch {}

for line in fs.lines("/a") catch [] { print(line) }
for line in fs.lines("/a") catch return { print(line) }
for k, v in settings { print("${k}: ${v}") }

let matched = match x {
    1 => "one"
    2 | 3 => { "few" }, 4..=9 => "some"
    -3..-1 => "negative"
    1h..1d => "time", 10MB => "size"
    re"^a" => "regex"
    "a" | "b" => { word: "a" }
    { kind: "file", size, in: 1 | 2 } => size
    n is list[any] if n.len() > 1 => n[0]
    true => x = 5
    nil => return
    _ => fail("no")
}

let f = |a, b: int?| a + (b ?? 0)
let g = || { a: 1 }
let h = |x| {
    let y = x
    y
}
let handlers = { on: |e| { print(e) }, off: || nil }

defer print("last")
defer {
    print("first")
    print("second")
}

return { x, total, "key": choice }
