let a = x and y or not z
let b = x === 1
let c = x !== 1
let d = x <> 1
let e = x & 1
let f = x ** 2 + 1
let g = (a + b) << 3
let h = 1 < x < 10
let i = m[k] ?? 0 + 1
let j = x in xs
let k = x not in xs
let l = ok ? 1 : 2
let m = fs.read(p)?
