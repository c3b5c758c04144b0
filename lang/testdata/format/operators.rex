let a = -x*(y+z)/2%3-  -1
let b = !done&&!!x
let c = a..b
let d = 0 ..= n-1
let e = x??y??z
let f = v as int?*2
let g = v  is  map[any]
let minimum = - 9223372036854775808
let h = a_rather_long_operand + another_rather_long_operand - a_third_rather_long_operand * 2 + the_last_operand
let i = a_rather_long_operand && another_rather_long_operand || !a_third_rather_long_operand && the_last_operand
let j = options.first_choice?.value ?? options.second_choice?.value ?? options.third_choice?.value ?? return nil
let k = (a_rather_long_operand + another_rather_long_operand) * (a_third_rather_long_operand + the_last_operand)
let l = a +
  b *
  c
let m = a
  == b
