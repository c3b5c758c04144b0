fn f(n: int) -> int {
    defer print("out")
    for i in 0..n {
        defer print("turn")
        if i == 1 { return i }
    }
    0
}
return f(3)
