package vm

import (
	"context"
	"errors"
	"strings"
	"testing"

	"rex/bytecode"
	"rex/capability"
	"rex/policy"
)

// recorder is a host that notes what it is asked to do.
type recorder struct {
	steps []string
	args  [][]capability.Value
	act   func(ctx context.Context, op *capability.Op, args []capability.Value) (capability.Value, error)
}

func (h *recorder) Resolve(_ context.Context, op *capability.Op, _ []capability.Value, _ policy.Want) (*policy.Resolved, error) {
	h.steps = append(h.steps, "resolve "+op.Name)
	return &policy.Resolved{}, nil
}

func (h *recorder) Act(ctx context.Context, g *policy.Grant) (capability.Value, error) {
	op, err := g.Take()
	if err != nil {
		return nil, err
	}
	h.steps = append(h.steps, op.Name)
	h.args = append(h.args, g.Args())
	if h.act == nil {
		return nil, nil
	}
	return h.act(ctx, op, g.Args())
}

// acts makes a host whose operations all do this.
func acts(f func(ctx context.Context, op *capability.Op, args []capability.Value) (capability.Value, error)) *recorder {
	return &recorder{act: f}
}

const permitAll = `permit (principal, action, resource);`

func sets(t testing.TB, texts ...string) policy.Sets {
	t.Helper()
	var out policy.Sets
	for _, text := range texts {
		f, err := policy.Parse("test.cedar", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		s, err := policy.NewSet(f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// gateFor makes a gate for every host call of a module; without policies it
// denies everything.
func gateFor(t testing.TB, v *bytecode.Verified, h policy.Host, limits capability.Limits, policies ...string) *policy.Gate {
	t.Helper()
	sites := map[capability.Site]*capability.Op{}
	for i := range v.Module().Funcs {
		for pc, in := range v.Func(i).Instrs() {
			if in.Op == bytecode.HOST {
				sites[capability.Site{Func: i, PC: pc}] = capability.Numbered(uint16(in.Imm))
			}
		}
	}
	return policy.NewGate(policy.Config{
		Sets: sets(t, policies...), Identity: policy.Identity{User: "alice", UID: 1000, Group: "staff", GID: 50},
		Host: h, Report: policy.Envelope(sites), Limits: limits,
	})
}

// verified assembles a module and proves it.
func verified(t testing.TB, text string) *bytecode.Verified {
	t.Helper()
	m, err := bytecode.Assemble("source \"t.rex\"\n" + text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	v, err := bytecode.Verify(m)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return v
}

// rig is how a test runs a module: what it does not set is the default.
type rig struct {
	ctx    context.Context
	host   policy.Host
	limits capability.Limits
}

func newRig() *rig {
	return &rig{ctx: context.Background(), host: &recorder{}, limits: capability.DefaultLimits()}
}

func (r *rig) run(t testing.TB, text string, args ...capability.Value) (capability.Value, *Metrics, error) {
	t.Helper()
	v := verified(t, text)
	return Run(r.ctx, v, gateFor(t, v, r.host, r.limits, permitAll), r.limits, args)
}

func play(t testing.TB, text string, args ...capability.Value) (capability.Value, error) {
	t.Helper()
	v, _, err := newRig().run(t, text, args...)
	return v, err
}

// failure is the *Error of a run that had to fail, and its Fault.
func failure(t testing.TB, err error) (*Error, *capability.Error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an *Error", err)
	}
	if e.Fault == nil {
		t.Fatalf("got %v, want a failure of the script", err)
	}
	return e, e.Fault
}

// limit checks that a run ended at this limit.
func limit(t testing.TB, err error, name string) {
	t.Helper()
	var e *capability.LimitError
	if !errors.As(err, &e) || e.Limit != name {
		t.Errorf("got %v, want the limit %s", err, name)
	}
}

// kinds of error the first part of a wanted text may name.
func wantFault(t *testing.T, err error, kind capability.ErrorKind, message, at string) {
	t.Helper()
	e, f := failure(t, err)
	if f.Why != kind || !strings.Contains(f.Message, message) {
		t.Errorf("got %s %q, want %s %q", f.Why, f.Message, kind, message)
	}
	if at != "" && (f.Position != at || place(e.Pos) != at) {
		t.Errorf("at %s and %s, want %s", f.Position, place(e.Pos), at)
	}
}
