fn f(x: int) {
    print(g(x, [1, 2))
    if x > 1 {
        h()
}

fn g(x: int) { x }
print("unclosed)
print("hole ${x")
print(1))
let a = {b: 1, c: [2}
