print(cuont) // ERROR E0301 `cuont`
---
let count = 1
print(cuont + count) // ERROR E0301
---
coutn = 2 // ERROR E0301 there is no variable
---
let a = foo(1) // ERROR E0301 there is no function `foo`
---
param n: integer // ERROR E0302 `integer`
param m: list // ERROR E0302 say what the list holds
param o: fs.Entri // ERROR E0302
param p: int[string] // ERROR E0302
print("${n} ${m} ${o} ${p}")
---
let n = 1
let n = 2 // ERROR E0303
print(n)
---
fn f() -> int { 1 }
let f = 2 // ERROR E0303 name of a function
print("x")
---
let x = 1
print(x)
let g = |x: int| x // ERROR E0303
print(g(1))
---
// Siblings and functions may share names.
for i in 0..3 { print(i) }
for i in 0..3 { print(i) }
let x = 1
print(x)
fn f(x: int) -> int { let y = x; y }
let y = f(2)
print(y)
---
param n: int
const K = 3
fn f() -> int { 1 }
n = 2 // ERROR E0304 parameter
K = 2 // ERROR E0304 constant
f = 2 // ERROR E0304 function
print(f() + K)
---
let a = fs.read // ERROR E0305
let b = fs // ERROR E0305
let c = len // ERROR E0305
let d = fs.raed // ERROR E0501
---
type A = { a: B }
type B = list[A] // ERROR E0306 contains itself
type int = string // ERROR E0306
type C = int
type C = string // ERROR E0306
---
fn f() -> int { 1 }
fn f() -> int { 2 } // ERROR E0306 two functions
fn g(a: int, a: int) -> int { a } // ERROR E0306 two parameters
fn h(a: int = 1, b: int) -> int { a + b } // ERROR E0306
print(f() + g(1, 2) + h(b: 1))
---
let n = 1
let xs = [1]
let ok = 3
fn f() -> int { n + xs.len() + ok } // ERROR E0307 `n` // ERROR E0307 `xs`
n = 2
xs.push(1)
print(f())
---
print(f()) // ERROR E0307 `later`
let later = 1
fn f() -> int { g() }
fn g() -> int { later }
print(later)
---
let n = 1
fn f() {
    n = 2 // ERROR E0307 belongs to the script
}
f()
print(n)
---
const A = time.now() // ERROR E0308
const B = 1 + 2 * 3
const C = [B, 4]
const D = E + 1
const E = D // ERROR E0308 made of itself
let n = 5
const F = n // ERROR E0308 `n` is a variable
print("${A} ${C} ${D} ${F}")
---
import "a.rex" as a // ERROR E0309
print("x")
