param e: any
param o: int?
let a = match e { n is int => n, "x" | "y" => 1, nil => 2, _ => 3 }
if o != nil && o > 5 { return o + a }
