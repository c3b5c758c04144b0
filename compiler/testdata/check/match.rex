param b: bool
param w: "a" | "b" | "c"
param o: int?
param e: any
print(match b { true => 1 }) // ERROR E0414 `false`
print(match w { "a" => 1, "b" => 2 }) // ERROR E0414 `"c"`
print(match o { 1 => 1, _ => 2 })
print(match o { nil => 1, 1 => 2 }) // ERROR E0414
print(match e { 1 => 1 }) // ERROR E0414
print(match w { "a" | "b" => 1, "d" => 2, _ => 3 }) // ERROR E0401
---
param n: int
param e: any
let x = 1
print(match n { "a" => 1, _ => 2 }) // ERROR E0415
print(match n { x => 1, _ => 2 }) // ERROR E0415 is a variable
print(match n { nil => 1, _ => 2 }) // ERROR E0415 never nil
print(match n { y is int => 1, _ => 2 }) // ERROR E0415
print(match n { re"a" => 1, _ => 2 }) // ERROR E0415
print(match n { { name: "a" } => 1, _ => 2 }) // ERROR E0415
print(match n { 1 | y => 1, _ => 2 }) // ERROR E0415 bind no names
print(match "a" { 1..2 => 1, _ => 2 }) // ERROR E0415
print(x)
---
const ONE = 1
param n: int
print(match n { ONE => "one", 2..=3 => "few", k if k > ONE => "${k}", _ => "none" })
print(match n { 1 => "a", 1 => "b", _ => "c", _ => "d" }) // WARNING W0606 matched above // WARNING W0606 covers everything
