f(a = 1, b = 2)
f(a b)
f(x: 1, 2)
print "hello"
xs.map(x => x + 1)
xs.reduce((a, b) => a + b)
xs.map(fn(x) { x })
xs |> first
let s = {...r, a: 1}
let t = {[k]: 1}
let u = xs[1:3]
let v = {a = 1, b: 2}
let w = new Server("x")
let y = await f()
xs.map(function(x) { return x })
let z = {...a.b}
let re = /ab+/
let aa = {...r, x, y: 2,}
