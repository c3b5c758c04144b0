// Package compiler gives every name a meaning and every expression a type,
// then writes a module.
//
// The way of a tree through the package:
//
//	compile.go    Parse, Check, Emit in a row; the order in which a script is checked
//	imports.go    the files of a program, and what an alias gives
//	declare.go    what may be used above its text: types, functions, parameters, uses
//	stmts.go      statements, blocks, what a function gives
//	exprs.go      literals, names, constants, closures, choices, catch
//	operators.go  operators, nil, any, parts of values
//	texts.go      texts with holes, and what makes them paths, urls, patterns
//	calls.go ..   own functions, the library, host operations
//	match.go      patterns, and whether they cover everything
//	types.go      the types under inference; fit.go: what fits where
//	program.go    the tree that comes out: every name a variable or function,
//	              every call resolved, every expression with its type
//	emit*.go      the tree -> instructions; registers.go, regions.go
//	mend.go       applies the safe fixes of a source until there are none
//
// Inference is unification: an open type is a node, uses join nodes, and what
// is joined with something closed is closed (types.go). It works on one
// function at a time. What can be decided only when types are closed waits in
// a list and runs at the function's end, in checker.finish: first comparisons,
// which may still decide a type, then literals, then everything else. What a
// test has shown of a variable is kept as a chain of facts, which branches
// extend and their end forgets.
//
// A value that fits where another type is wanted is wrapped in a Convert; what
// instruction that is, Emit decides by the closed types.
//
// Functions have no globals: a variable of the script that a function sees is
// passed to it as a hidden parameter, in front of the others, and so are the
// variables that a closure captures (Fn.Needs). The library's functions that
// take functions are written as loops with the closure's body in them
// (emit_loops.go); a pipeline over a stream is one loop.
//
// Check writes the module as its last step, because only writing it tells
// whether it is within a module's bounds; so Emit can't fail.
package compiler
