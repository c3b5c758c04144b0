match x {
  1=>a,-3=>b
  - 3 .. - 1=>c
  4..=9 => d
  1h..1d=>e, 10MB=>f
  re"^a"=>g
  "a"|"b"|nil=>h
  {kind:"file",size,in:1|2,}=>i
  {}=>j
  n is list[any] if n.len()>1=>n[0]
  w is ("x")=>k
  true=>x=5
  false => x += 1
  LIMIT => break
  _=>return 1
}
match x { "the first of many words" | "the second of many words" | "the third of many words" | "the last word" => 1, _ => 2 }
