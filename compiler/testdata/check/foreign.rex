println("x") // ERROR E0301 `println`
let a = str(1) // ERROR E0301 `str`
let b = json.loads("{}") // ERROR E0301 `json.loads`
let f = os.path.join("a") // ERROR E0301
let xs = [1]
xs.append(2) // ERROR E0405 can't take a list[int]
let g = xs.size() // ERROR E0405
let h = "a".toUpperCase() // ERROR E0405
let i = xs.length // ERROR E0404
let l = console.log("x") // ERROR E0301 `console.log`
exit(1) // ERROR E0301 `exit`
process.kill(1) // ERROR E0501 `process.kill`
print("${a} ${b} ${f} ${g} ${h} ${i} ${l}")
---
// Syntax errors do not keep others from being told, but what they hide may have
// declared a name.
let a = 1 + // ERROR E0201
let b: int = "x" // ERROR E0401
print(a + c + b) // ERROR E0301
