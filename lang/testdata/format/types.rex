type A = list [ int ]
type B = map[list[fs.Entry?]]?
type C = "yes"|"no"
type D = ("yes"|"no")?
type E = fn()
type F = fn(int,string,)->bool
type G = (fn(int) -> bool)?
type H = (((int)))
type I = int??
type J = fn(fn("a" | "b") -> ("c" | "d"))
type K = {
  a: int, b: { c: string } }
type L = "a word that is long" | "another word that is long" | "a third word that is long" | "the last of the words"
let f = |x: (fn() -> ("a" | "b"))| x
let x = v as ("a" | "b")
let y = v is (int)
let z = v as (int // a comment
)?
