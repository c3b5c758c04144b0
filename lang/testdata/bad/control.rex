if x = 1 { a } elif y { b } elseif z { c }
unless ready { wait() }
foreach x in xs { print(x) }
for x of xs { print(x) }
for (i = 0; i < 3; i += 1) { print(i) }
loop { break }
switch x {
    case 1: a
    case 2 -> b
    default => c
}
if true
{
    a
}
while running: step()
do { a } while b
for (x of xs) { print(x) }
for (y in ys) { print(y) }
