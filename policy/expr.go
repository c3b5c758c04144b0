package policy

import "github.com/cedar-policy/cedar-go/types"

// exprKind is what an expression of a policy does.
type exprKind uint8

const (
	exprUnknown exprKind = iota // a form this package does not know: anything may come out
	exprValue
	exprVariable
	exprAnd
	exprOr
	exprNot
	exprIf
	exprEqual
	exprNotEqual
	exprLess
	exprLessEqual
	exprGreater
	exprGreaterEqual
	exprAdd
	exprSubtract
	exprMultiply
	exprNegate
	exprIn
	exprIs
	exprIsIn
	exprHas
	exprAccess
	exprHasTag
	exprGetTag
	exprLike
	exprContains
	exprContainsAll
	exprContainsAny
	exprIsEmpty
	exprSet
	exprRecord
	exprCall
)

// expr is an expression of a policy. The evaluator walks these; cedar.go
// makes them of cedar-go's tree and can turn them back.
type expr struct {
	kind  exprKind
	args  []*expr
	name  string        // a variable, an attribute, an entity type, a function
	keys  []string      // of a record
	value types.Value   // of a value
	glob  []string      // of like: the literals between the wildcards
	like  types.Pattern // of like, as cedar-go holds it
	node  any           // cedar-go's node, nil for an expression made here
}

var (
	exprTrue  = &expr{kind: exprValue, value: types.True}
	exprFalse = &expr{kind: exprValue, value: types.False}
)

func (e *expr) isBool(b bool) bool {
	v, ok := e.value.(types.Boolean)
	return e.kind == exprValue && ok && bool(v) == b
}

// both is l && r, without what is known to be true.
func both(l, r *expr) *expr {
	switch {
	case l.isBool(true):
		return r
	case r.isBool(true):
		return l
	}
	return &expr{kind: exprAnd, args: []*expr{l, r}}
}

// either is l || r, without what is known to be false.
func either(l, r *expr) *expr {
	switch {
	case l.isBool(false):
		return r
	case r.isBool(false):
		return l
	}
	return &expr{kind: exprOr, args: []*expr{l, r}}
}

func not(e *expr) *expr {
	if e.kind == exprNot {
		return e.args[0]
	}
	return &expr{kind: exprNot, args: []*expr{e}}
}

// walk calls f for e and everything inside it.
func (e *expr) walk(f func(*expr)) {
	f(e)
	for _, a := range e.args {
		a.walk(f)
	}
}

// condensed is e without parts of a conjunction or disjunction that say the
// same again: several asks of one call depend on the same thing.
func (e *expr) condensed() *expr {
	if e.kind != exprAnd && e.kind != exprOr {
		return e
	}
	said := map[string]bool{}
	var out *expr
	for _, part := range e.parts(e.kind, nil) {
		part = part.condensed()
		text := exprText(part)
		switch {
		case said[text]:
		case out == nil:
			out = part
		default:
			out = &expr{kind: e.kind, args: []*expr{out, part}}
		}
		said[text] = true
	}
	return out
}

// parts are the operands of a chain of one operator.
func (e *expr) parts(kind exprKind, out []*expr) []*expr {
	if e.kind != kind {
		return append(out, e)
	}
	return e.args[1].parts(kind, e.args[0].parts(kind, out))
}
