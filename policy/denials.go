package policy

import (
	"maps"
	"slices"
	"time"

	"rex/capability"
)

// Refusal is one entry that a reading walk left out because it was denied.
type Refusal struct {
	Op       string
	Action   string
	Resource string
	Name     string
	Policies []string
	Position capability.Position
}

// maxRefusals is how many refusals are kept; the others are counted.
const maxRefusals = 1000

// Calls is how often an operation was called, and how long it took.
type Calls struct {
	Calls, Denied int
	Time          time.Duration
}

// Denials are the refused calls so far, whether or not the script caught them.
func (g *Gate) Denials() []*Denied {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.denials)
}

// Refused are the entries left out so far: the first of them, and how many there were.
func (g *Gate) Refused() (first []Refusal, total int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.refused), g.left
}

// Calls tells of each operation that was called.
func (g *Gate) Calls() map[string]Calls {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := map[string]Calls{}
	for name, c := range maps.All(g.calls) {
		out[name] = *c
	}
	return out
}

// Usage is what the run has taken.
func (g *Gate) Usage() Usage { return g.meter.Usage() }

// refuse makes, records and keeps the denial of a call.
func (g *Gate) refuse(in *inquiry, r *refusal, err error) error {
	if err != nil {
		return err
	}
	return g.deny(in, g.explain(in, r), r)
}

func (g *Gate) deny(in *inquiry, d *Denied, r *refusal) error {
	in.denied = true
	if err := g.recordDenial(in, d, r); err != nil {
		return err
	}
	g.mu.Lock()
	g.denials = append(g.denials, d)
	g.mu.Unlock()
	if err := g.meter.denial(); err != nil {
		return err
	}
	return d
}

// refuseEntry leaves an entry out of a reading walk, or denies the call.
func (g *Gate) refuseEntry(in *inquiry, r *refusal) error {
	if in.op.Effect != capability.Read {
		return g.deny(in, g.explain(in, r), r)
	}
	in.left++
	g.mu.Lock()
	g.left++
	if len(g.refused) < maxRefusals {
		g.refused = append(g.refused, Refusal{
			Op: in.op.Name, Action: r.action.String(), Resource: r.written.String(), Name: r.name,
			Policies: r.policies, Position: in.position(),
		})
	}
	g.mu.Unlock()
	return g.recordEntry(in, r.ask, r.name, r)
}
