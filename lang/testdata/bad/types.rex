param a: ?int
param b: []string
param c: list<int>
param d: map[string, int]
param e: string[]
param f: string matching "[a-z]+"
let g = x is "a" | "b"
let h = |x: "a"| x
