param n: int
let add = |x: int| x + n
fn step(x: int) -> int { return x + 3 }
let s = 0
for _i in 0..n {
    s = step(s)
    s = add(s) - n
}
return s
