if x{print(x)}else{print("none")}
if let v = x { print(v) }
let choice = if x==1{"one"}else if x==2{"two"}else{"more"}
let longer = if condition_number_one(x) { the_first_value(x) } else if condition_number_two(x) { the_second_value(x) } else { nil }
if x {
    print(x) } else { print("none") }
let f = |a,b:int?|a+(b??0)
let g = ||{a:1}
let h = | | { print(1) }
let i = |x:("a"|"b")|{let y=x; y}
h(); || 2
let a = fs.read("/a") catch "default"
let b = fs.read("/a") catch timeout,busy{""} catch not_found nil
let c = fs.read("/a") catch |e| { log.warn(e.message, kind: e.kind); continue }
let d = fs.read("/a/path/that/is/rather/long") catch denied |e| { log.warn("not allowed to read it: ${e.message}") }
let e = fs.read("/a/path/that/is/rather/long/and/does/not/leave/much/room") catch "a default that is rather long"
let j = fs.read("/a/path/that/is/rather/long/and/does/not/leave/much/room/behind/it/on/its/line.txt") catch |e| { "" }
let k = fs.find("/var/log") |> filter(|f| f.size > 10MiB) |> sort_by(|f| f.size, desc: true) |> take(top) catch |e| { [] }
let l = fs.read("/a") catch return
let m = fs.read("/a") catch {key:"data"}
try{fs.delete(p);true}
catch |e|{e.kind=="denied"}
try { fs.delete(p) } catch {}
let n = match x{1=>"one",2|3=>{"few"},_=>"many"}
let o = match x {
  1 => "one", _ => { let y = x

     y } }
match x { _ if x > 1 => x = 5, nil => return }
