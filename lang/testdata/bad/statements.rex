let
let x
let y 5
let match = 1
let z = m["a"] else { return nil }
1 = 2
f() = 3
return return
let a = break
{ print(1) }
if { a }
a b c
if x { fn inner() { 1 } }
let {a b} = r
