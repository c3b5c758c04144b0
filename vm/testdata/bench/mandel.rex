param n: int
let sum = 0
let fl = n.float()
for y in 0..n {
    let ci = 2.0 * y.float() / fl - 1.0
    for x in 0..n {
        let cr = 2.0 * x.float() / fl - 1.5
        let zr = 0.0
        let zi = 0.0
        let i = 0
        while i < 50 && zr * zr + zi * zi < 4.0 {
            let t = zr * zr - zi * zi + cr
            zi = 2.0 * zr * zi + ci
            zr = t
            i += 1
        }
        sum += i
    }
}
return sum
