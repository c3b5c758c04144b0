param n: int
let flags: list[bool] = []
for _i in 0..n + 1 { flags.push(true) }
let count = 0
for i in 2..n + 1 {
    if flags[i] {
        count += 1
        let j = i + i
        while j <= n {
            flags[j] = false
            j += i
        }
    }
}
return count
