def add(a: int, b: int) -> int { a + b }
function sub(a: int) { a }
var x = 1
let mut y = 2
z := 3
i++
j--
x.count++
_ = f()
async fn g() { 1 }
pub let h = 2
