// before everything

/// Documents the script.

let a = 1// behind
let b = 2      // aligned
let long_name = 3 // with its neighbours

let c = 4 // alone
// a long comment stays as it is, however long it is, because only its author knows where its lines may be broken


// an empty line above and below

let d = // behind the sign
  5
let e = [ // behind a bracket
  1, // one
  2 // two
  , 3 // three
  // at the end
]
let f = [
  // nothing else
]
fn g( // the parameters
  a: int, // the first
  // the second
  b: int
) -> int { // the body
  // a statement
  a + b // the sum

  // the end
}
fn h() {
  // nothing to do
}
if x { // when x
  y()
} // after
// before else
else {
  z()
}
if x { y() }
// the last branch
else if z { } // empty
let i = xs // the list
  // the first step
  |> map(|x| x) // mapped
  // the second step
  |> filter(|x| x > 1)
let j = a + // plus
  b
  // minus
  - c
let k = a // left
  && b // right
let l = match x { // the arms
  // the first
  1 => a, // one
  2 => b // two

  // any other
  _ => // on the next line
    c
  // no more
}
let m = {
  a: // behind the colon
    1,
  b: b // short
}
f(a, // first
  b) // call
f(a, |x| {
  x // the value
}) // closure
let n = fs.read(p)
  // in any case
  catch |e| { "" }
try {
  a()
}
// when it fails
catch |e| {
  b()
}
return { // a record
  a, b } // done
// the end
