package policy

import (
	"errors"
	"slices"
	"time"

	"rex/capability"
)

// Refusal is one entry that a reading walk left out because it was denied.
type Refusal struct {
	Op       string              `json:"op"`
	Action   string              `json:"action"`   // as Cedar writes it
	Resource string              `json:"resource"` // as Cedar writes it
	Name     string              `json:"name"`
	Policies []string            `json:"policies"` // that decided; none: no policy permits
	Position capability.Position `json:"position"`
}

// maxRefusals is how many refusals are kept; the others are counted.
const maxRefusals = 1000

// Usage is how often an operation was called, and how long it took.
type Usage struct {
	Calls, Denied int
	Elapsed       time.Duration
}

// Denials are the refused calls so far, whether or not the script caught them.
func (g *Gate) Denials() []*Denied {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.denials)
}

// Refused are the entries that reading walks left out so far; of very many
// only the first thousand are kept, see RefusedCount.
func (g *Gate) Refused() []Refusal {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.refused)
}

// RefusedCount is how many entries were left out.
func (g *Gate) RefusedCount() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.left
}

// Usage tells of each operation that was called.
func (g *Gate) Usage() map[string]Usage {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := map[string]Usage{}
	for name, c := range g.usage {
		out[name] = *c
	}
	return out
}

// Totals is what the run has taken.
func (g *Gate) Totals() Totals { return g.meter.Totals() }

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

// refuseEntry leaves an entry out of a reading walk, or denies the call. One
// that was told to do what it may leaves the entry out as well, and the denial
// stays: a change that was refused is never passed over in silence.
func (g *Gate) refuseEntry(in *inquiry, r *refusal) error {
	if in.op.Effect != capability.Read {
		err := g.deny(in, g.explain(in, r), r)
		var denied *Denied
		if in.partial() && errors.As(err, &denied) {
			return nil
		}
		return err
	}
	in.left++
	g.mu.Lock()
	g.left++
	if len(g.refused) < maxRefusals {
		g.refused = append(g.refused, Refusal{
			Op: in.op.Name, Action: uidText(r.action), Resource: uidText(r.written), Name: in.spelled(r),
			Policies: sorted(r.policies), Position: in.position(),
		})
	}
	g.mu.Unlock()
	return g.recordEntry(in, r.ask, r.entry, r)
}

// partial tells that a change was told to do what it may and leave out the
// rest: the option of that name.
func (in *inquiry) partial() bool {
	i := in.op.Param("partial")
	return i >= 0 && capability.ScalarBits(in.args[i]) != 0
}
