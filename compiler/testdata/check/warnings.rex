let n = 1 // WARNING W0601 never used
let _m = 1
fn f(a: int) -> int {
    let b = 2 // WARNING W0601
    a
}
const K = 1 // WARNING W0601
for i in 0..2 { print("x") } // WARNING W0601
print(f(1))
---
fn f() -> int {
    return 1
    print("x") // WARNING W0602
}
print(f())
while true { print("x") }
print("y") // WARNING W0602
---
let x = 1
print("$x and $y \$x ${x}") // WARNING W0603
---
let a = int("x") catch |e| 0 // WARNING W0604
let b = int("x") catch |_e| 0
let c = int("x") catch |e| { print(e); 0 }
print(a + b + c)
---
let xs = [0]
for i in 0..9 { xs += [i] } // WARNING W0605
xs += [1]
for i in 5..1 { print(i) } // ERROR E0432
print(xs)
