// Package preflight says, before anything runs, what a module can touch.
//
// It interprets verified bytecode abstractly: a register's value is a set, kept
// as a few constants, a few patterns, or "unknown" with the reason. The way of
// a report:
//
//   - shape.go cuts each function into blocks, once, and finds which registers
//     are live at each; literal.go finds where lists and records are built.
//   - analysis.go has the instances (a function in the context of its last two
//     call sites) and the worklist; flow.go joins states where edges meet.
//   - step.go, container.go, dynamic.go, call.go, lib.go and host.go say what an
//     instruction does to a state. Operations and library functions are known
//     by their rows alone.
//   - guard.go sharpens values on the edge where a test holds: those of every
//     register that holds the same value, told by value numbers.
//   - promise.go and fatal.go find, on the edges that were taken, what every
//     run does and after which denial no run can end well.
//   - report.go makes the report of it; coarse.go makes one in a single pass
//     when the budget of steps is spent: true, and coarse.
//
// The domain is in domain.go (sets of texts), cover.go (is one pattern inside
// another), path.go (what paths do to them), value.go and object.go.
//
// Three rules carry the soundness. A failing instruction writes nothing, so an
// error edge carries the state before it. A container, record or closure is one
// summary for each place of creation and context, into which all that is ever
// stored is joined; whoever reads it is run again when it grows. A reference
// is never widened away: data from outside is one object for each type, so
// whatever leaves the known world and comes back is found again.
//
// The package's tests hold it to a small interpreter of its own, on random
// modules, and plant faults that must be found.
package preflight
