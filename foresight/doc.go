// Package preflight says, before anything runs, what a module can touch and
// what a policy would be asked.
//
// It interprets the verified bytecode abstractly. A register's value is a set:
// a few constants, a few patterns, or unknown with the reason (value.go,
// text.go). Registers are followed along every edge, errors included, and
// joined where edges meet (flow.go); containers, records and closures are one
// object per place of creation, into which everything that is ever stored is
// joined (object.go). A function has one context for each of its first few
// call sites and a shared one for the others. What an operation or a library
// function gives is read off its row, never known by name (host.go, calls.go).
//
// A test sharpens what is known on the edge where it holds: of the register
// that was tested and of every register that holds the same value, which is
// told by value numbers: where a value was last defined.
//
// From the edges that were taken graph.go finds what every run does, what is
// in a loop, and after which denial no run can end well. When the budget of
// steps is spent, coarse.go answers in one pass: true, and coarse.
package preflight
