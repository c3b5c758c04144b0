let a = "x[31m"
let b = 1
let c = “quoted”
let d = "‮"
let café = 1
let e = 1 @ 2
let f = a – b
let g = 1
