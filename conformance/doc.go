// Package conformance says what Rex is, in runnable examples.
//
// testdata is a tree of pages (txtar scripts) that drive the two commands as a
// user would: language/ has a page for each behaviour of the language,
// operations/ an allowed and a denied run of every host operation, report/
// programs with their reports, policy/, verify/, limits/ and attacks/ what
// must be refused or survived. `go test ./conformance -update` rewrites the
// wanted sections of a page; CI demands that this changes nothing.
//
// The other tests hold the house together: the imports follow the drawing,
// what rexvm links is a reviewed list, the README's commands give the README's
// output, every operation, opcode and diagnostic is met by some page, every
// script of examples/ runs under the policy beside it.
package conformance
