fn f(a: int, b: string = "x") -> string { "${a}${b}" }
print(f()) // ERROR E0406 lacks `a`
print(f(1, "a", 2)) // ERROR E0406 here are more
print(f(1, c: 2)) // ERROR E0406 no parameter `c`
print(f(1, a: 2)) // ERROR E0406 given twice
print(f("a")) // ERROR E0401
print(f(b: "y", a: 1))
---
print("a,b".split().len()) // ERROR E0406 lacks `by`
print("a".repeat(1, 2)) // ERROR E0406
print("a,b".split(",", 2).len()) // ERROR E0406
print("a,b".split(",", maxx: 2).len()) // ERROR E0406 no argument `maxx`
print([1].map(|a, b| a).len()) // ERROR E0406
print([1].map(1).len()) // ERROR E0401
print([1].filter(|x| x).len()) // ERROR E0401
---
fs.read() // ERROR E0406 lacks `path`
fs.read("/a", 5B) // ERROR E0406 by name
fs.read("/a", offest: 5B) // ERROR E0406 no argument `offest`
fs.raed("/a") // ERROR E0501
service.reload("a") // ERROR E0501
fs.read("/a", path: "/b") // ERROR E0406 given twice
---
param b: bool
param k: string
fs.make_dir("/a", parents: b) // ERROR E0502
fs.write("/a", "x", how: "sometimes") // ERROR E0401 is none of
const P = true
fs.make_dir("/a", parents: P)
---
let n = 1
n(2) // ERROR E0429
let len = 3
print("${len}")
print(len("a")) // ERROR E0429
let g = |x: int| x
print(g(1, 2)) // ERROR E0406
print(g("a")) // ERROR E0401
---
fail() // ERROR E0406
---
assert("x") // ERROR E0408
fail(1) // ERROR E0401
---
let r = { a: 1 }
print(r.with(b: 2)) // ERROR E0404
print(r.with(1)) // ERROR E0406
---
let xs = [1]
for x in xs { xs.push(x) } // ERROR E0431
for x in xs { for y in [1] { xs.clear(); print(x + y) } } // ERROR E0431
---
let fns = [|x: int| x + 1, |x: int| x * 2]
print(fns[0](3))
let r = { go: |x: int| x }
print(r.go(1))
return fns // ERROR E0401 can't stand in an any
