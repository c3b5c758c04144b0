let xs = [1, 2 // wrong: E0117
let ys = [3, 4]
foreach y in ys { print(y) } // wrong: E0232
for i in 3 { print(i) } // wrong: E0421
let n = 0
n++ // wrong: E0215
let s = 'text' // wrong: E0110
print(s.length()) // wrong: E0405
let t: int = s // wrong: E0401
while n { n -= 1 } // wrong: E0408
print("${t}")
