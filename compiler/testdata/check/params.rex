param a: int = 0 in 1..=9 // ERROR E0505 against its own limits
param b: string in 1..2 // ERROR E0505
param c: int in ["a"] // ERROR E0505
param d: int matching re"a" // ERROR E0505
param e: int = 5 in 9..1 // ERROR E0505 the range is empty
param f: fn(int) -> int // ERROR E0505
param g: path in "/srv/[a" // ERROR E0505
param h: int = "x" // ERROR E0401
param i: string = sys.env("A") ?? "" // ERROR E0308
param i: int // ERROR E0306
param j: string in 5 // ERROR E0505
print("x")
---
uses fs.read "/var/log/**"
uses fs.raed "/x" // ERROR E0501
uses fs.list "/var/[a" // ERROR E0503
print("x")
---
param a: int = 5 in 1..=9
param b: list[string] = ["a"] in ["a", "b"]
param c: path = "/srv/x" in ["/srv/**", "/tmp/*"]
param d: duration = 5s in 1s..1h
param e: string = "abc" matching re"[a-z]+"
param f: float = 1 in 0.5..2.5
param g: { x: int }?
print("${a} ${b} ${c} ${d} ${e} ${f} ${g == nil}")
