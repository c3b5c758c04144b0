package policy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"rex/capability"
)

// recorder is a host that notes what it is asked to do.
type recorder struct {
	steps   []string
	targets []Target
	resolve error
	act     func(ctx context.Context, g *Grant) (capability.Value, error)
	closed  bool
	want    Want
	last    *Grant
}

func (h *recorder) Resolve(_ context.Context, op *capability.Op, _ []capability.Value, w Want) (*Resolved, error) {
	h.steps = append(h.steps, "resolve "+op.Name)
	h.want = w
	return &Resolved{Targets: h.targets, Close: func() { h.closed = true }}, h.resolve
}

func (h *recorder) Act(ctx context.Context, g *Grant) (capability.Value, error) {
	op, err := g.Take()
	if err != nil {
		return nil, err
	}
	h.last = g
	h.steps = append(h.steps, "act "+op.Name)
	if h.act != nil {
		return h.act(ctx, g)
	}
	return capability.StringValue("done"), nil
}

var alice = Identity{User: "alice", UID: 1000, Group: "staff", GID: 50}

func mustSet(t testing.TB, text string) *Set {
	t.Helper()
	f, err := Parse("test.cedar", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSet(f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// here is the site of every call in these tests.
var here = capability.Site{Func: 0, PC: 7}

func testGate(t testing.TB, h Host, op *capability.Op, policies ...string) *Gate {
	t.Helper()
	var sets Sets
	for _, p := range policies {
		sets = append(sets, mustSet(t, p))
	}
	report := Envelope(map[capability.Site]*capability.Op{here: op})
	report.Touches[0].Pos = capability.Position{File: "a.rex", Line: 3, Column: 5}
	return NewGate(Config{Sets: sets, Identity: alice, Host: h, Report: report, Limits: capability.DefaultLimits()})
}

// args fills in an operation's defaults.
func args(t testing.TB, name string, given ...capability.Value) (*capability.Op, []capability.Value) {
	t.Helper()
	op := capability.Lookup(name)
	if op == nil {
		t.Fatalf("no operation %s", name)
	}
	out := make([]capability.Value, len(op.Params))
	for i, p := range op.Params {
		out[i] = p.Default
	}
	copy(out, given)
	return op, out
}

const readBelowApp = `
@id("app-read")
permit (principal, action in [file_system::Action::"open", file_system::Action::"read", file_system::Action::"stat"],
        resource in file_system::Dir::"/srv/app");
@id("app-itself")
permit (principal, action == file_system::Action::"open", resource == file_system::Dir::"/srv/app");
`

func do(t testing.TB, g *Gate, op *capability.Op, a []capability.Value) (capability.Value, error) {
	t.Helper()
	return g.Do(context.Background(), here, op, a)
}

func TestTheOrderOfTheDoor(t *testing.T) {
	var record bytes.Buffer
	h := &recorder{}
	op, a := args(t, "fs.read", capability.PathValue("/srv/app/error.log"))
	g := testGate(t, h, op, readBelowApp)
	audit, err := OpenAudit(io.MultiWriter(&record, writerFunc(func(p []byte) { h.steps = append(h.steps, "record "+kindOf(t, p)) })), nil)
	if err != nil {
		t.Fatal(err)
	}
	g.cfg.Audit = audit
	g = NewGate(g.cfg)
	h.steps = nil
	v, err := do(t, g, op, a)
	if err != nil || v != capability.StringValue("done") {
		t.Fatalf("got %v, %v", v, err)
	}
	want := []string{"resolve fs.read", "record asked", "record decided", "act fs.read", "record done"}
	if !slices.Equal(h.steps, want) {
		t.Errorf("steps %q, want %q", h.steps, want)
	}
	if !h.closed {
		t.Error("the handles were not released")
	}
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) { f(p); return len(p), nil }

func kindOf(t testing.TB, line []byte) string {
	t.Helper()
	var r Record
	if why := parseRecord(bytes.TrimSpace(line), &r); why != "" {
		t.Fatalf("%s: %q", why, line)
	}
	return r.Kind
}

func TestADeniedCallTouchesNothing(t *testing.T) {
	h := &recorder{}
	op, a := args(t, "fs.delete", capability.PathValue("/srv/app/old.log"))
	g := testGate(t, h, op, readBelowApp)
	_, err := do(t, g, op, a)
	var d *Denied
	if !errors.As(err, &d) {
		t.Fatalf("got %v", err)
	}
	if len(h.steps) != 0 {
		t.Errorf("the host was asked to %q", h.steps)
	}
	if d.Action != `file_system::Action::"delete"` || d.Resource != `file_system::File::"/srv/app/old.log"` || d.Name != "/srv/app/old.log" {
		t.Errorf("denied %s on %s (%s)", d.Action, d.Resource, d.Name)
	}
	if len(d.Policies) != 0 || d.Position.Line != 3 || d.Site != here {
		t.Errorf("policies %q at %v, %v", d.Policies, d.Position, d.Site)
	}
	if len(g.Denials()) != 1 {
		t.Error("the denial was not kept")
	}
	// What it suggests is enough.
	g = testGate(t, h, op, readBelowApp+d.Suggest)
	if _, err := do(t, g, op, a); err != nil {
		t.Errorf("with the suggested permit\n%s\ngot %v", d.Suggest, err)
	}
}

// F10: every operation of the table, without a policy, is denied before the host
// is asked for anything; a new row is held to it by being there.
func TestWithoutPoliciesEverythingIsDenied(t *testing.T) {
	for _, op := range capability.Table() {
		if op.Effect == capability.Ambient {
			continue
		}
		h := &recorder{}
		g := testGate(t, h, op)
		_, err := do(t, g, op, sample(op))
		var d *Denied
		once := slices.ContainsFunc(op.Asks, func(a capability.Ask) bool { return a.Each == capability.Once })
		if once && !errors.As(err, &d) {
			t.Errorf("%s: got %v", op.Name, err)
		}
		if !once {
			h.act = func(ctx context.Context, g *Grant) (capability.Value, error) {
				for _, ask := range op.Asks {
					if ok, err := g.Entry(ctx, ask.Action, "1", Target{}); ok || err != nil {
						t.Errorf("%s: an entry is permitted: %v", op.Name, err)
					}
				}
				return nil, nil
			}
			if _, err := do(t, g, op, sample(op)); err != nil || g.RefusedCount() != len(op.Asks) {
				t.Errorf("%s: %v, %d entries refused", op.Name, err, g.RefusedCount())
			}
		}
		if once && len(h.steps) > 0 {
			t.Errorf("%s: the host was asked to %q", op.Name, h.steps)
		}
	}
}

// sample gives an operation arguments that are well formed.
func sample(op *capability.Op) []capability.Value {
	out := make([]capability.Value, len(op.Params))
	for i, p := range op.Params {
		out[i] = p.Default
		if p.Optional {
			continue
		}
		switch p.Type.Kind {
		case capability.KindPath:
			out[i] = capability.PathValue(fmt.Sprintf("/srv/app/%d", i))
		case capability.KindURL:
			out[i] = capability.URLValue("https://example.org/x")
		case capability.KindWord:
			out[i] = capability.StringValue(p.Type.Words[0])
		case capability.KindRecord:
			out[i] = capability.NewRecord(p.Type).With("pid", capability.IntValue(42))
		case capability.KindBytes:
			out[i] = capability.BytesValue("x")
		case capability.KindRegex:
			out[i] = capability.RegexValue("x")
		default:
			out[i] = capability.StringValue("x")
		}
	}
	return out
}

func contains(t *testing.T, s, part string) {
	t.Helper()
	if !strings.Contains(s, part) {
		t.Errorf("%q does not hold %q", s, part)
	}
}
