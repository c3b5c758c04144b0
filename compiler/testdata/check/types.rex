let n: int = "one" // ERROR E0401 must be an int
let s: string = 1 // ERROR E0401 must be a string
let f: float = n // ERROR E0401 must be a float
let e: any = [1]
let m: list[int] = e // ERROR E0401 this is an any
let o: int? = 1
let p: int = o // ERROR E0403 may be nil
print("${n} ${s} ${f} ${m} ${p}")
---
let w: "a" | "b" = "c" // ERROR E0401 is none of
let v: "a" | "b" | "c" = "a"
let x: "a" | "b" = v // ERROR E0401
let y: string = v
print("${w} ${x} ${y}")
if v == "d" { print("never") } // ERROR E0401 is none of
---
print(1 + "a") // ERROR E0402
print("a" + 1) // ERROR E0402
print("a" * 3) // ERROR E0402
print([1] + ["a"]) // ERROR E0401 the element
print(1 + 2.5)
print(1m + 1KB) // ERROR E0402
let i = 1
print(i + 2.5) // ERROR E0402
print(-"a") // ERROR E0402
print([1] < [2]) // ERROR E0402
print(1 == "a") // ERROR E0402
let p: path = "/a"
let s = "x".trim()
print(p == s) // ERROR E0402
print(p == "/b")
print(p + ".bak") // ERROR E0402
---
param o: int?
print(o + 1) // ERROR E0403
print(o.abs()) // ERROR E0403
print("${o}") // ERROR E0419 may be nil
let a = 1 ?? 2 // ERROR E0403 never nil
let b = a! // ERROR E0403 never nil
if a == nil { print("no") } // ERROR E0403
if let x = a { print(x) } // ERROR E0403
print(b)
---
let r = { name: "a", port: 1 }
print(r.nmae) // ERROR E0404 no field `nmae`
print(1.name) // ERROR E0404
print("a".len) // ERROR E0404 is called
let p: path = "/a"
print(p.name())  // ERROR E0405 without parentheses
r.prot = 2 // ERROR E0404
print([1][-1]) // ERROR E0404 never negative
print(1[0]) // ERROR E0404
---
print("a".length()) // ERROR E0405
print("a".trimm()) // ERROR E0405
print(1.push(2)) // ERROR E0405
let p: path = "/a"
print(p.starts_with("/")) // ERROR E0405 not a string
let e = json.parse("1")
print(e.len()) // ERROR E0405 an any has no methods
---
let x = if true { 1 } else { "a" } // ERROR E0407
let y = [1, "a"] // ERROR E0407
let z = match 1 { 1 => "a", _ => 2 } // ERROR E0407
let w = int("x") catch "none" // ERROR E0407
print("${x} ${y} ${z} ${w}")
---
let xs = [1]
if xs { print(1) } // ERROR E0408
if 1 { print(1) } // ERROR E0408
while "a" { print(1) } // ERROR E0408
print(!xs) // ERROR E0408
---
let xs = [] // ERROR E0409
let n = nil // ERROR E0409
let f = |x| x // ERROR E0409
print("x")
print("${xs} ${n == nil}")
let ok = []
ok.push("a")
let g = f
---
let a = "x"
a.trim() // ERROR E0410
a == "y" // ERROR E0410
[1].map(|x| x) // ERROR E0410
1 // ERROR E0410
a // ERROR E0410
print(a)
---
let x = print("a") // ERROR E0411
fn f() { print("b") }
let y = f() // ERROR E0411
let z: int = f() // ERROR E0411
print(f()) // ERROR E0411
print("${x} ${y} ${z}")
---
fs.read("etc/hosts") // ERROR E0412 does not start with /
fs.read("/etc/../hosts") // ERROR E0412 ..
fs.read("/etc//hosts") // ERROR E0412 is empty
net.get("ftp://x") // ERROR E0412
let re = re"(a" // ERROR E0412
let d: path = "/a"
fs.read(d / "") // ERROR E0412 empty
fs.read(d / "/a") // ERROR E0412
fs.read(d / "a/b/")
print("${re}")
---
param name: string
fs.read(name) // ERROR E0413
fs.read("/a/${name}/../b") // ERROR E0412
fs.read("/a/${name}")
let s = "/a/" + name
fs.read(s) // ERROR E0413
net.get(s) // ERROR E0413
fs.read(path(s))
---
// A string literal is what its use makes it, not both.
let a = "/etc/hosts"
print(a)
fs.read(a)
let b = "/etc/hosts"
print(b.trim())
fs.read(b) // ERROR E0413
---
param p: path
param o: any
fs.read("${p}/a") // ERROR E0419
fs.read("/a/${p}") // ERROR E0419
fs.read("/a/${o}") // ERROR E0419
print("${"x".bytes()}") // ERROR E0419
---
type R = { a: int, b: string? }
let r: R = { a: 1, c: 2 } // ERROR E0423 no field `c`
let s: R = { b: "x" } // ERROR E0423 `a` is missing
let t = { a: 1, a: 2 } // ERROR E0423 twice
let u: R = { a: 1 }
print("${r} ${s} ${t} ${u}")
---
param xs: list[int]
const K = ["a"]
xs.push(1) // ERROR E0426
K.push("b") // ERROR E0426
---
print("1" as int) // ERROR E0430
let e: any = 1
print(e as fn(int) -> int) // ERROR E0430
let n = 1
print(n is int) // ERROR E0430
print(e is int)
