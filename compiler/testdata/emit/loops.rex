let total = 0
for i in 0..10 {
    if i % 2 == 0 { continue }
    total += i
}
for x in [1.5, 2.5] { if x > 2.0 { break } }
while total > 0 { total -= 1 }
return total
