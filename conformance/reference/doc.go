// Package reference evaluates a checked program the slow way: it walks the
// typed tree with boxed values, as LANGUAGE.md says it, and knows nothing of
// instructions, registers or regions. Only tests link it. They run generated
// programs here and on the machine, and hold the two against each other: the
// value, the kind and place of the failure, and what the host was asked, in
// order.
//
//	evaluator.go   a run, calls, failures and other ways to leave, limits
//	statement.go   statements, blocks, defer, loops
//	expression.go  expressions
//	operator.go    operators and comparisons
//	walk.go        streams, and the functions that take functions
//
// What the language leaves to the library (casts, JSON, the text of a value,
// ordering of texts, the natives) is taken from there: it is tested on its
// own and is not what is compared. The operators, control flow, closures,
// failures, defers, optional values and parts of values are written again.
//
// Control that leaves an expression from within is a panic with a signal: it
// keeps the evaluator as short as the language.
package reference
