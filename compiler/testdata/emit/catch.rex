param p: path
let a = fs.read(p) catch not_found, permission "none"
let b = int(a) catch |e| { fail("bad", cause: e) }
return b
