# a comment
let a = 1 # another one
/* one */
let b = /* inner */ 2
/* several
 * lines
 */
let c = a // 2
