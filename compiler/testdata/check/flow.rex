break // ERROR E0417
continue // ERROR E0417
for i in 0..3 { [1].each(|x| { if x == i { break } }) } // ERROR E0417 can't leave a closure
while true { defer { break } } // ERROR E0417
---
fn f() -> int {
    defer { return 1 } // ERROR E0417
    2
}
print(f())
---
fn f(n: int) -> int {
    if n > 0 { return n }
} // ERROR E0424
fn g(n: int) {
    if n > 0 { return n } // ERROR E0424
}
fn h(n: int) { if n == 0 { 0 } else { h(n - 1) } } // ERROR E0425
print("${f(1)} ${h(1)}")
g(1)
---
let n = 0
[1].each(|x| { n = x }) // ERROR E0416 a copy
let f = |x: int| x + n
n = 2 // ERROR E0416 closure
print(f(1))
---
for i in 10 { print(i) } // ERROR E0421
for c in "abc" { print(c) } // ERROR E0421
let m: map[int] = {}
for k in m { print(k) } // ERROR E0421
for x in { a: 1 } { print(x) } // ERROR E0421
let e: any = 1
for x in e { print(x) } // ERROR E0421
---
let s = fs.lines("/a")
for l in s { print(l) }
for l in s { print(l) } // ERROR E0418 read before
let t = fs.lines("/a")
while true { for l in t { print(l) } } // ERROR E0418 outside of this loop
---
let s = fs.lines("/a")
let f = || s.count(|l| l == "") // ERROR E0418
fn g(s: stream[string]) -> int { 1 } // ERROR E0418
print(f() + g(s)) 
---
return fs.lines("/a") // ERROR E0418
---
let xs = [fs.lines("/a")] // ERROR E0418 kept
let r = { s: fs.lines("/a") } // ERROR E0418 kept
let f = |p: path| fs.lines(p) // ERROR E0418 returned
fs.lines("/a")
print("${xs} ${r}")
---
let s = fs.lines("/a") catch [] // ERROR E0418
for l in s { print(l) }
---
fn f(o: int?) -> int {
    if o == nil { return 0 }
    let a = o + 1
    while o > a { o = nil; print("x") } // ERROR E0402
    a
}
fn g(o: int?) -> int {
    if o != nil && o > 1 { return o }
    if o == nil || o < 1 { return 1 }
    o
}
fn h(o: int?, e: any) -> int {
    let x: int? = nil
    x = 1
    if e is int { return e + x }
    o = nil
    o // ERROR E0403
}
print(f(1) + g(2) + h(3, 4))
