// Package policy is the door: every operation is judged and decided here, by
// Cedar, and recorded.
//
// Nothing a script does to its host gets past Gate.Do (gate.go), which reads
// like the rule it keeps: envelope, foresee, resolve, ask, record, act,
// record. What the host is given to act on is a Grant (grant.go): copies of
// what was decided about, made here and nowhere else.
//
// One row of the operation table says what is asked. From it and the call's
// arguments request.go builds the entities and contexts of Cedar's questions,
// for the gate, which knows everything, and for the judge, which knows some of
// it: a text (text.go) is known in full or as an automaton (automaton.go).
// Both therefore ask about the same thing. The schema (schema.go) is made from
// the same table, and policies are checked against it when they are loaded
// (load.go); house.cedar holds what Rex itself forbids, as policies.
//
// The judge (judge.go) answers before anything runs. It walks the policies
// with a three-valued evaluator (abstract.go) whose results are sets: what may
// come out, and whether an error may. Where everything is known it asks
// cedar-go itself, so the known case can't differ from the gate's.
//
// Errors deny, in both: Cedar skips a policy that fails, which would turn a
// failing forbid into a permission.
//
// cedar.go is the one file that knows cedar-go's experimental packages; the
// rest sees expressions of our own.
package policy
