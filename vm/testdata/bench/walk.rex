param n: int
let xs: list[int] = []
for i in 0..n { xs.push(i) }
let s = 0
for _k in 0..10 {
    for x in xs { s += x }
}
return s
