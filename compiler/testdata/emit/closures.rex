let k = 2
let f = |x: int| x * k
fn apply(f: fn(int) -> int, x: int) -> int { f(x) }
let xs = [3, 1, 2].map(|x| x + k).sort_by(|x| -x)
return { a: apply(f, 1), xs, any: xs.any(|x| x == k) }
