package policy

import (
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go/types"

	"rex/capability"
)

// explain makes the denial of a call from a refusal: what was refused, who
// decided, and the smallest permit that would let the whole call pass. Where
// a link led to a place that is denied, the place stands in the record alone:
// a script that may not look must not learn it from the refusal.
func (g *Gate) explain(in *inquiry, r *refusal) *Denied {
	d := &Denied{
		Op: in.op.Name, Action: uidText(r.action), Resource: uidText(r.written), Name: in.spelled(r),
		Policies: sorted(r.policies), Errors: sorted(r.errors), Site: in.site, Position: in.position(),
	}
	if !r.linked {
		d.Suggest = g.suggest(in, r)
	}
	d.Why = why(d, r.linked)
	return d
}

func sorted(ids []string) []string {
	out := slices.Clone(ids)
	slices.Sort(out)
	return slices.Compact(out)
}

// why is the denial in one sentence.
func why(d *Denied, linked bool) string {
	var b strings.Builder
	b.WriteString(d.Op + " is denied: ")
	switch {
	case len(d.Errors) > 0:
		b.WriteString(policies(d.Errors) + " could not be evaluated for " + d.Action + " on " + d.Resource + ", and what fails denies")
	case len(d.Policies) > 0:
		b.WriteString(policies(d.Policies) + forbids(d.Policies) + d.Action + " on " + d.Resource)
	default:
		b.WriteString("no policy permits " + d.Action + " on " + d.Resource)
	}
	if linked {
		b.WriteString(", where a symbolic link leads it")
	}
	return b.String()
}

func forbids(ids []string) string {
	if len(ids) == 1 {
		return " forbids "
	}
	return " forbid "
}

func policies(ids []string) string {
	shown := make([]string, len(ids))
	for i, id := range ids {
		shown[i] = `"` + capability.Escape(id) + `"`
	}
	word := "policy "
	if len(ids) > 1 {
		word = "policies "
	}
	return word + strings.Join(shown, ", ")
}

// suggest is the smallest permit that would let the call pass, as Cedar text:
// one policy for each resource. Where a policy forbids or fails, none would.
func (g *Gate) suggest(in *inquiry, r *refusal) string {
	if r.forbid || len(r.errors) > 0 {
		return ""
	}
	want := &wanted{}
	want.add(r.written, r.action)
	if r.ask.Each == capability.Once {
		for i := range in.op.Asks {
			ask := &in.op.Asks[i]
			denied, err := g.askAgain(in, ask)
			switch {
			case err != nil:
				return ""
			case denied == nil || denied.linked:
			case denied.forbid || len(denied.errors) > 0:
				return ""
			default:
				want.add(denied.written, denied.action)
			}
		}
	}
	return want.text(g.who)
}

// askAgain puts an ask at the stage the call has reached.
func (g *Gate) askAgain(in *inquiry, ask *capability.Ask) (*refusal, error) {
	if in.resolved == nil {
		return g.foreseeAsk(in, ask)
	}
	return g.askOne(in, ask)
}

// wanted collects what permits are wanted, by resource.
type wanted struct {
	resources []types.EntityUID
	actions   map[types.EntityUID][]types.EntityUID
}

func (w *wanted) add(resource, action types.EntityUID) {
	if w.actions == nil {
		w.actions = map[types.EntityUID][]types.EntityUID{}
	}
	if w.actions[resource] == nil {
		w.resources = append(w.resources, resource)
	}
	if !slices.Contains(w.actions[resource], action) {
		w.actions[resource] = append(w.actions[resource], action)
	}
}

// text makes the permits for one principal, or for any when it is zero.
func (w *wanted) text(principal types.EntityUID) string {
	var out []string
	for _, r := range w.resources {
		out = append(out, permitText(principal, w.actions[r], &expr{kind: exprValue, value: r}, r.Type, nil))
	}
	return strings.Join(out, "\n\n")
}
