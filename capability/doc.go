// Package capability is the vocabulary of the boundary: types, values, paths,
// patterns, errors, limits, the table of host operations, and the report of
// those a program asks for.
//
// Every other room of the house speaks these words and imports this package;
// it imports none of them. The heart is the table (table.go, ops_*.go): one
// row says everything that is true of a host operation. The checker takes the
// signature from it, the bytecode its number, the policy its asks, the
// pre-flight its facts, the documentation its sentences, and tests walk it.
// To add an operation, add a row here, a function in package host and two
// conformance scripts; a test demands each.
//
// Values (value.go) are what crosses between script and host and what
// containers hold. A container keeps its elements unboxed, by the register
// file of its element type, so that the VM's loop reads them without a tag.
//
// A Pattern (pattern.go) is a text known in part. The pre-flight computes
// them, the policy judges them, the gate matches real calls against them.
package capability
