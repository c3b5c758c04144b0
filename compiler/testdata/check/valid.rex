// Sources that are right, and give a module that verifies.
let a = 1
let b: float = 2
let c = "x"
print("${a} ${b} ${c}")
---
fn fib(n: int) -> int {
    if n < 2 { return n }
    fib(n - 1) + fib(n - 2)
}
return fib(20)
---
param dir: path = "/var/log"
param n: int = 5 in 1..=100
param names: list[string] = ["a", "b"]
param word: string in ["x", "y"]
param opt: duration?
param r: { a: int, b: string? } = { a: 1 }
param m: map[int] = { k: 1 }
param anything: any = [1, { a: nil }]
param id: string matching re"[a-z]+"
let x = match word { "x" => 1, "y" => 2 }
return { dir, n, names, x, opt, r, m, anything, id }
---
let xs: list[int] = []
for i in 0..10 { xs.push(i) }
for i, x in xs { if x == i { continue } else { break } }
for k, v in { a: 1.5, b: 2.5 } { print("${k}=${v}") }
for x in xs.copy() { xs.push(x) }
let n = 10
for i in 0..=n { xs[0] += i }
while n > 0 { n -= 1 }
let q = ["a"]
while let s = q.pop() { print(s) }
if let s = q.first() { print(s) } else { print("none") }
return xs
---
const LIMIT = 10MiB
const NAMES = ["a", "b"]
const KIND = "file"
fn big(z: size) -> bool { z > LIMIT }
for e in fs.find("/var/log", pattern: "*.log", kind: KIND) {
    if big(e.size) && NAMES.contains(e.name) { fs.delete(e.path) catch not_found nil }
}
---
let e: any = json.parse("{}")
if e is map[any] { print(e.keys().join(",")) }
if e is int && e > 3 { print("${e + 1}") }
let v = e.a.b["c"][0] as string? 
let w = e?.x ?? "none"
let z = match e { n is int => n, s is string => s.len(), nil => 0, _ => -1 }
let same = e == 3 || e == "a" || e != nil
return { v, w, z, same }
---
fn work(how: int) -> string {
    defer print("one")
    for i in 0..3 {
        defer { print("turn ${i}") }
        if how == i { continue }
        if how == 9 { return "nine" }
        if how == 8 { break }
        try { fail("x", code: i) } catch failed |e| { print(e.message) }
    }
    "end"
}
return work(1)
---
let out: list[string] = []
for line in fs.lines("/etc/hosts").map(|l| l.trim()).filter(|l| l != "").take(5) {
    if line.starts_with("#") { continue }
    out.push(line)
}
let n = fs.lines("/etc/hosts").drop(1).count(|l| l.contains("x"))
let first = fs.lines("/etc/hosts").find(|l| l.contains(re"^\d+"))
let s = fs.lines("/etc/passwd") catch denied { return "no" }
let up = s.map(|l| l.upper())
for l in up { out.push(l) }
for l in fs.lines("/etc/x") catch |e| { print(e.message); [] } { out.push(l) }
for l in fs.lines("/etc/x").map(|l| l + "!") catch [] { out.push(l) }
for i, l in fs.lines("/etc/x").filter(|l| l != "a") { out.push("${i}${l}") }
let all = fs.lines("/x").flat_map(|l| l.split(",")).filter_map(|w| w.first()).take_while(|w| w != "z").drop_while(|w| w == "a").collect()
return { out, n, first, all, len: fs.lines("/y").len(), f: fs.lines("/z").first() }
---
let people = [{ name: "a", age: 3 }, { name: "b", age: 4 }]
let k = 3
let f = |x: int| x + k
let h = |x: int| { if x > k { return f(x) }; f(k) }
fn twice(f: fn(int) -> int, x: int) -> int { f(f(x)) }
fn inc(x: int) -> int { x + 1 }
return {
    a: twice(f, 1), b: twice(inc, 1), c: twice(|x| x * k, 2), d: h(2), names: people.map(|p| p.name),
    sum: people.sum(|p| p.age), least: people.min(|p| p.age), most: people.max(|p| p.name), red: people.reduce(0, |s, p| s + p.age),
    sorted: people.sort_by(|p| p.name, desc: true), by: people.group_by(|p| p.age), n: people.count_by(|p| p.name),
    index: people.index_by(|p| p.name), parts: people.partition(|p| p.age > 3), u: people.unique(|p| p.age), i: people.index(|p| p.age == 4),
    find: people.find(|p| p.age == 3)?.name ?? "none", all: people.all(|p| p.age > 0), incs: [1, 2].map(inc), vals: { a: 1 }.map_values(|v| v * 2),
    flat: [[1], [2]].flatten(), fm: [1, 2].flat_map(|x| [x, x]), some: [1, 2].filter_map(|x| if x > 1 { x } else { nil }), zip: [1].zip(["a"]),
}
---
let m: map[int] = {}
m["a"] = 1
m["a"] += 2
let lists: map[list[string]] = {}
lists["x"] += ["a"]
let r = { n: 1, s: "a", o: m.get_or_add("z", 3) }
r.n += 1
r.s = "b"
let xs = [1.5, 2]
xs[0] *= 2
let p: path = "/a/b"
m[p] = 4
m[3] = 5
let t = r.with(n: 9)
let { n, s } = t
return { m, lists, r, xs, n, s, has: m.contains(p), gone: m.remove(p) ?? 0 }
---
let name = "web"
let dir: path = "/srv/${name}"
let file = dir / "logs/${name}.log"
let u: url = "https://${name}.example.org/a/${name}?q=${name}"
let v = u / name
let re = re"^${name}:\d+$"
let sure = dir / name
return { dir, file, u, v, ok: "web:80".matches(re), sure, host: u.host, base: net.get(u).status catch { -1 } }
---
let x: int? = if fs.exists("/a") { 1 } else { nil }
if x == nil { return "none" }
let y = x + 1
let z: int? = nil
z = 5
let w = z + y
fn f(o: string?) -> int {
    assert(o != nil, "no o")
    if o == nil || o == "" { return 0 }
    o.len()
}
return [y, w, f("a"), (z ?? 1)]
---
process.signal(1, "HUP")
for p in process.list(name: "x") { process.signal(p, "TERM") }
fs.write("/tmp/x", "text", how: "append")
fs.write("/tmp/x", "text".bytes())
log.info("done", n: 1, what: [1, 2])
print(1)
print([1])
let hits = fs.grep("/x", "needle")
let more = fs.grep("/x", re"n.*", max: 3)
let t = time.now() - 7d
let old = time.now() - t > 1h
service.restart("nginx", timeout: 30s)
exec.run("/bin/ls", ["-l"], check: false)
return { hits, more, t, old, env: sys.env("LANG") ?? "C" }
---
let t = 1h * 2 + 30m / 2 + 2 * 5s
let z = 10MiB * 1.5 - 1KB
let q = 10MiB / 3
let r = 10MiB / 1KiB
let i = 7.div(2) % 3
let f = 7 / 2
let s = -f * 2 + 1
let b = !(1 < 2 && 2.5 >= 1) || t > 1h
return { t, z, q, r, i, f, s, b, big: 9223372036854775807 - 1, neg: -9223372036854775807, d: t % 7m }
---
fn risky() { fail("no") }
let a = (int("x") catch invalid 1) catch range 2
let b = try { risky(); 1 } catch |e| { if e.kind == "failed" { 2 } else { fail(e) } }
let c = try { int("y") } catch invalid, range |e| { fail("wrapped", cause: e, a: [1]) }
let d = [1][5] catch { return nil }
return { a, b, c, d }
---
// Functions see parameters, constants and what never changes.
param who: string
const N = 3
let base: path = "/srv"
fn f(n: int) -> path { g(n) / who }
fn g(n: int) -> path { base / "a${n + N}" }
let h = |x: int| f(x)
return [f(1), h(2)]
---
let s = "héllo"
let xs = [1, 2, 3]
return [s[0], s[1..3], s[..2], s[1..], "${xs[1..]}${xs[..=1]}${xs[0..2]}"]
---
/// With a doc.
type Host = { name: string, port: int?, tags: list[string] }
let hosts: list[Host] = [{ name: "a", tags: [] }, { name: "b", port: 80, tags: ["x"] }]
let ports = hosts.map(|h| h.port ?? 22)
let tagged: map[Host] = {}
for h in hosts { tagged[h.name] = h }
return { ports, n: tagged["a"]?.tags?.len() }
---
let x = if true { 1 } else if false { 2 } else { fail("never") }
let y = match x { 1 | 2 => "few", 3..=9 => "some", n if n < 0 => "neg ${n}", _ => "many" }
let z = match 5m { 1s..1h => true, _ => false }
let w = match "abc" { re"^a" => 1, "b" => 2, _ => 3 }
let o: string? = nil
let v = match o { nil => 0, s => s.len() }
return { x, y, z, w, v }
---
fn f(x: int?, s: string?) -> string {
    let a = match s { re"^a" => "a", nil => "-", "b" => "b", _ => "c" }
    match x { 3..=9 => "some", nil => "none", 1 | 2 => "few", n if n < 0 => "neg ${n}", n => "big ${n}${a}" }
}
return [f(nil, "a"), f(2, nil)]
