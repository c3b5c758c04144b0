package host

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"rex/capability"
	"rex/policy"
)

const permitAll = `permit (principal, action, resource);`

// bench is a Machine behind a real gate. All tests go in by the door: there is
// no other way to a grant.
type bench struct {
	t       testing.TB
	machine *Machine
	gate    *policy.Gate
}

func newBench(t testing.TB, config Config, policies ...string) *bench {
	return limitedBench(t, config, capability.DefaultLimits(), policies...)
}

func limitedBench(t testing.TB, config Config, limits capability.Limits, policies ...string) *bench {
	t.Helper()
	m := New(config)
	t.Cleanup(func() { m.Close() })
	return &bench{t, m, gateWith(t, m, limits, policies...)}
}

// gateWith makes the gate; it permits all when no policy is given.
func gateWith(t testing.TB, h policy.Host, limits capability.Limits, policies ...string) *policy.Gate {
	t.Helper()
	if len(policies) == 0 {
		policies = []string{permitAll}
	}
	var sets policy.Sets
	for _, text := range policies {
		f, err := policy.Parse("test.cedar", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		s, err := policy.NewSet(f)
		if err != nil {
			t.Fatal(err)
		}
		sets = append(sets, s)
	}
	sites := map[capability.Site]*capability.Op{}
	for _, op := range capability.Table() {
		sites[siteOf(op)] = op
	}
	return policy.NewGate(policy.Config{
		Sets: sets, Identity: policy.Identity{User: "alice", UID: 1000, Group: "staff", GID: 50},
		Host: h, Report: policy.Envelope(sites), Limits: limits,
	})
}

func siteOf(op *capability.Op) capability.Site { return capability.Site{PC: int(op.Number)} }

// with are the named arguments of a call.
type with map[string]capability.Value

// do calls an operation with its required arguments in order and others by name.
func (b *bench) do(name string, named with, required ...capability.Value) (capability.Value, error) {
	b.t.Helper()
	return b.in(context.Background(), name, named, required...)
}

func (b *bench) in(ctx context.Context, name string, named with, required ...capability.Value) (capability.Value, error) {
	b.t.Helper()
	op := capability.Lookup(name)
	if op == nil {
		b.t.Fatalf("no operation %s", name)
	}
	args := make([]capability.Value, len(op.Params))
	for i, p := range op.Params {
		args[i] = p.Default
	}
	copy(args, required)
	for n, v := range named {
		i := op.Param(n)
		if i < 0 {
			b.t.Fatalf("%s has no parameter %s", name, n)
		}
		args[i] = v
	}
	return b.gate.Do(ctx, siteOf(op), op, args)
}

// must is do for a call that can't fail.
func (b *bench) must(name string, named with, required ...capability.Value) capability.Value {
	b.t.Helper()
	v, err := b.do(name, named, required...)
	if err != nil {
		b.t.Fatalf("%s: %v", name, err)
	}
	return v
}

// fails is do for a call that must fail with a kind that its row names.
func (b *bench) fails(kind capability.ErrorKind, name string, named with, required ...capability.Value) *capability.Error {
	b.t.Helper()
	v, err := b.do(name, named, required...)
	return b.isFault(kind, name, v, err)
}

func (b *bench) isFault(kind capability.ErrorKind, name string, v capability.Value, err error) *capability.Error {
	b.t.Helper()
	var fault *capability.Error
	if !errors.As(err, &fault) {
		b.t.Fatalf("%s gave %v, %v; want a failure of kind %s", name, v, err, kind)
	}
	if fault.Why != kind {
		b.t.Fatalf("%s failed with %s (%s), want %s", name, fault.Why, fault.Message, kind)
	}
	if !capability.Lookup(name).Kinds.Has(kind) {
		b.t.Errorf("the row of %s does not name the kind %s", name, kind)
	}
	if fault.Op != name || fault.Message == "" {
		b.t.Errorf("the failure says neither where nor why: %+v", fault)
	}
	return fault
}

// denied is do for a call that the policy must refuse.
func (b *bench) denied(name string, named with, required ...capability.Value) *policy.Denied {
	b.t.Helper()
	v, err := b.do(name, named, required...)
	var d *policy.Denied
	if !errors.As(err, &d) {
		b.t.Fatalf("%s gave %v, %v; want a denial", name, v, err)
	}
	return d
}

func path(s string) capability.Value   { return capability.PathValue(s) }
func str(s string) capability.Value    { return capability.StringValue(s) }
func size(n int64) capability.Value    { return capability.SizeValue(n) }
func integer(n int64) capability.Value { return capability.IntValue(n) }
func truth(b bool) capability.Value    { return capability.BoolValue(b) }

func texts(v ...string) *capability.List {
	l := capability.NewList(capability.String)
	for _, s := range v {
		l.Push(str(s))
	}
	return l
}

func dict(pairs ...string) *capability.Map {
	m := capability.NewMap(capability.String)
	for i := 0; i < len(pairs); i += 2 {
		m.Put(pairs[i], str(pairs[i+1]))
	}
	return m
}

func lasting(d time.Duration) capability.Value { return capability.DurationValue(d) }

// field is a field of a record as its text.
func field(t testing.TB, v capability.Value, name string) string {
	t.Helper()
	return capability.TextOf(lookup(t, v, name))
}

func number(t testing.TB, v capability.Value, name string) int64 {
	t.Helper()
	return int64(capability.ScalarBits(lookup(t, v, name)))
}

func lookup(t testing.TB, v capability.Value, name string) capability.Value {
	t.Helper()
	r, ok := v.(*capability.Record)
	if !ok || r.Type.FieldIndex(name) < 0 {
		t.Fatalf("%T has no field %s", v, name)
	}
	if !r.Frozen {
		t.Errorf("a result of the host is not frozen")
	}
	return r.Lookup(name)
}

// column is one field of every record of a list.
func column(t testing.TB, v capability.Value, name string) []string {
	t.Helper()
	l, ok := v.(*capability.List)
	if !ok {
		t.Fatalf("%T is no list", v)
	}
	out := []string{}
	for i := range l.Len() {
		out = append(out, field(t, l.At(i), name))
	}
	return out
}

func equal(t testing.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// The Machine has a function for each row and no other; on other platforms the
// rest is unsupported.
func TestEveryRowHasItsFunction(t *testing.T) {
	for name, impl := range operations {
		if capability.Lookup(name) == nil {
			t.Errorf("%s is in no row", name)
		}
		if impl.act == nil {
			t.Errorf("%s does nothing", name)
		}
	}
	for _, op := range capability.Table() {
		impl, ok := operations[op.Name]
		if !ok {
			if onLinux {
				t.Errorf("%s has no function", op.Name)
			}
			continue
		}
		if needsTarget(op) != (impl.resolve != nil) {
			t.Errorf("%s: a resolver is there: %v, a resource to resolve: %v", op.Name, impl.resolve != nil, needsTarget(op))
		}
	}
}

// needsTarget reports whether a parameter of the call makes a resource that
// can be looked at before.
func needsTarget(op *capability.Op) bool {
	for _, a := range op.Asks {
		if a.Each == capability.Once && a.Param != "" && a.Entity[0] != "Env" {
			return true
		}
	}
	return false
}

func TestAGrantIsTakenOnce(t *testing.T) {
	m := New(Config{})
	defer m.Close()
	if v, err := m.Act(context.Background(), &policy.Grant{}); !errors.Is(err, policy.ErrNoGrant) {
		t.Errorf("the zero grant gave %v, %v", v, err)
	}
	if v, err := m.Act(context.Background(), nil); !errors.Is(err, policy.ErrNoGrant) {
		t.Errorf("no grant gave %v, %v", v, err)
	}
}
