let m: map[int] = { a: 1 }
for w in ["x", "y"] { m[w] = (m[w] ?? 0) + 1 }
m["z"] += 2
return m["a"] ?? -1
