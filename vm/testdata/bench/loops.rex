param n: int
let s = 0
for i in 0..n {
    for j in 0..1000 {
        s = s + i * j - j
        if s >= 1000000007 { s = s - 1000000007 }
    }
}
return s
