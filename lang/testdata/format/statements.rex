let x:int?=nil;let {path,size}=entry
let {
    path, size } = other
let _ = add(1,b:2)
const N=3
x=1; data.a+=1
many[0]-=2
many[0]*=2;many[0]/=2;many[0]%=2

while x<3&&!(x==2)||x is int{x+=1}
while let line=next(){print(line)}
for x in xs{print(x)}
for k,v in m { print("${k}: ${v}")
}
for entry in fs.find("/var/log", pattern: "*.log", kind: "file", max_depth: 3) |> filter(|f| f.size > 10MiB) {
    if entry.size==0{continue}
    break
}
if first_condition_that_is_long(x) && second_condition_that_is_long(y) || third_condition_that_is_long(z) { return }
defer print("last")
defer{print("first"); print("second")}
fn early(xs: list[int]) -> int? {
    for i, x in xs {
        if x > limit { return x }
        else if x == 0 { continue }
        else { break }
    }

    nil
}
return
