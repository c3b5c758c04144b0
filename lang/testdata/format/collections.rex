let a = []
let b = [ ]
let c = {}
let d = [1,2,3,]
let e = [
  1, 2, 3]
let f = {a:1,"odd key":2,x:x,match:{in:[]},y}
let g = {
  a: a, b: 1, "c": c, d: d }
let h = { a: a }
let i = |x| { x: x }
if { a: a } == b { c() }
let j = [{ name: "nginx", port: 80, user: "www-data" }, { name: "postgresql", port: 5432, user: "postgres" }]
let k = [

  // the first
  1,

  // the second
  2,


  3

]
let l = [1,

2]
let m = (try { fs.delete(p); "deleted" } catch |e| { e.kind })
let n = (|x| { print(x); x })(1)
let o = (a_rather_long_operand * another_rather_long_operand + a_third_rather_long_operand * the_last_operand)
