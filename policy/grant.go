package policy

import (
	"context"
	"errors"
	"sync/atomic"

	"rex/capability"
)

// Grant is the permission to do one operation once: the operation, copies of
// the arguments that were decided about, and the handles that were looked at.
// Only the gate makes one; the zero Grant is refused. The host takes it
// before anything else, and finds nothing in it before it is taken.
type Grant struct {
	gate  *Gate
	in    *inquiry
	taken atomic.Bool
}

// ErrNoGrant is what taking a grant that is none, or was taken, fails with.
var ErrNoGrant = errors.New("policy: not a grant, or one that was taken before")

// Take takes the grant, once.
func (g *Grant) Take() (*capability.Op, error) {
	if g == nil || g.gate == nil || g.in == nil || !g.taken.CompareAndSwap(false, true) {
		return nil, ErrNoGrant
	}
	return g.in.op, nil
}

// open reports whether the grant has been taken.
func (g *Grant) open() bool { return g != nil && g.gate != nil && g.taken.Load() }

// Op is the operation, nil until the grant is taken.
func (g *Grant) Op() *capability.Op {
	if !g.open() {
		return nil
	}
	return g.in.op
}

// Args are the arguments, one for each parameter, nil until the grant is taken.
func (g *Grant) Args() []capability.Value {
	if !g.open() {
		return nil
	}
	return g.in.args
}

// Arg is the argument of a parameter, nil when none is given.
func (g *Grant) Arg(name string) capability.Value {
	if !g.open() {
		return nil
	}
	if i := g.in.op.Param(name); i >= 0 {
		return g.in.args[i]
	}
	return nil
}

// Target is what the host resolved a parameter to, nil when it made nothing of it.
func (g *Grant) Target(param string) *Target {
	if !g.open() {
		return nil
	}
	return g.in.target(param)
}

// Want says which costly facts the questions of Entry read.
func (g *Grant) Want() Want {
	if !g.open() {
		return Want{}
	}
	return g.gate.want(g.in.op)
}

// Meter charges what the operation takes.
func (g *Grant) Meter() *Meter {
	if g == nil || g.gate == nil {
		return &Meter{} // every charge fails
	}
	return g.gate.meter
}

// Position is where the script asked for the operation.
func (g *Grant) Position() capability.Position {
	if !g.open() {
		return capability.Position{}
	}
	return g.in.position()
}

// Entry puts the question that an operation asks for each entry of a walk,
// each missing folder or each redirect: action is the ask's, name the entry's
// path, pid or URL as the script would write it, t what was found out about it
// (Facts.Type says whether it is a File or a Dir). A reading operation leaves
// out what is refused, which is kept for the run's result; to any other a
// refusal is a *Denied, which it returns without having done anything.
func (g *Grant) Entry(ctx context.Context, action, name string, t Target) (bool, error) {
	if !g.open() {
		return false, ErrNoGrant
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	return g.gate.entry(g.in, action, name, &t)
}
