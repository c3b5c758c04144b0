// Package vm runs a verified module.
//
// A machine has three register files: scalars, texts and references. Each
// function sees a window of its own into each, and the registers of the
// callee lie behind those of the caller. All functions stand in one flat code
// array; a frame holds where to go on and where the caller's windows begin.
//
// load.go marks the calls of functions of scalars that need no clearing, which
// the loop then does itself. run.go is the hot loop: one switch over
// eight-byte instructions. What allocates, calls or is rare is done in
// slow.go, which the loop enters at one place with all state stored in the
// machine. An instruction that fails leaves the loop with a trap; failure.go
// then finds the handler or unwinds. Because the verifier has proven types,
// ranges and jumps, no opcode checks them again; what can still fail at run
// time (a zero reference, an index, an overflow) is a failure with a position
// and a trace in source terms.
//
// Limits are in meter.go: fuel is counted at backward jumps and calls, memory
// is charged before it is taken, and when the charge reaches the limit what
// the registers reach is counted again. A limit, a cancellation and a Stop of
// the gate can't be caught; only the handlers of `defer` still run, within a
// grace. The machine knows no operation by name: a HOST instruction hands its
// arguments to the gate, which is the only way out.
package vm
