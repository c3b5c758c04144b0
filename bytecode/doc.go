// Package bytecode defines the module: its instructions, its file, and the
// proof that it is well formed.
//
// An instruction is eight bytes over typed registers in three files: scalars
// (S), texts (T) and references (R). A register has one type for the whole
// function, given in the function's register table, and starts as the zero of
// that type; so loops, handlers and defers need no merging of types. The rows
// in opcode.go say, for each opcode, what its operands are and which types it
// reads and writes; encoder, decoder, disassembler and verifier derive from
// them.
//
// Calls name their arguments one by one: the instruction is followed by ARG
// words, each holding up to seven register numbers, in the order of the
// callee's parameters and in the file of each parameter's type. A HOST
// instruction always passes every parameter of the operation; those that must
// be constant stand behind the ARG words as KARG words and point into the
// constant pool. Parameters of a function arrive in its first registers of
// each file, in order.
//
// The way of a module: a writer fills a Module (module.go; TypeTable collects
// its types), Encode writes the file (format.go says how it looks), Decode
// reads it, Verify proves it (verify*.go; rules*.go has one function for each
// Rule), and whoever runs or analyses it reads the Verified through the
// helpers of walk.go and signatures.go, so that the words of a call are taken
// apart in one place. Disassemble and Assemble (notation.go) turn a module
// into text and back. To add an opcode, append it to opcode.go with its row, a
// rule if none fits, a line in testdata/every.rexasm and refusals in
// refusal_test.go; tests ask for them.
//
// What is bounded and how: a count in a file by the bytes that remain, memory
// by the limits of format.go, the work of a proof by work.go.
//
// What the VM and the analysis both rest on: a failing instruction writes
// nothing; only LOOP and FORI go backwards, for handlers too lie behind their
// range; a condition branches on the register that was tested; `defer` is no
// opcode but a copy of its body at the normal exits and a catch-all handler
// that raises again.
package bytecode
