package policy

import (
	"flag"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/resolved"

	"rex/capability"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestSchemaGolden(t *testing.T) {
	const name = "testdata/rex.cedarschema"
	if *update {
		if err := os.WriteFile(name, []byte(Schema()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if Schema() != string(want) {
		t.Errorf("the schema has changed; run with -update and review:\n%s", Schema())
	}
}

func resolve(t *testing.T, text string) *resolved.Schema {
	t.Helper()
	var s schema.Schema
	if err := s.UnmarshalCedar([]byte(text)); err != nil {
		t.Fatal(err)
	}
	r, err := s.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A policy that is valid for the ancestor must stay so: nothing may be taken
// away, attributes and context may only gain optional fields, no action may
// apply to another type, no group may gain an action.
func TestTheAncestorsSchemaIsContained(t *testing.T) {
	text, err := os.ReadFile("testdata/ancestor.cedarschema")
	if err != nil {
		t.Fatal(err)
	}
	theirs, ours := resolve(t, string(text)), resolve(t, Schema())
	for typ, e := range theirs.Entities {
		o, ok := ours.Entities[typ]
		if !ok {
			t.Errorf("entity %s is gone", typ)
			continue
		}
		if !slices.Equal(sortedTypes(e.ParentTypes), sortedTypes(o.ParentTypes)) {
			t.Errorf("entity %s has other parents", typ)
		}
		if !reflect.DeepEqual(e.Tags, o.Tags) {
			t.Errorf("entity %s has other tags", typ)
		}
		containsRecord(t, string(typ), e.Shape, o.Shape)
	}
	for uid, a := range theirs.Actions {
		o, ok := ours.Actions[uid]
		if !ok {
			t.Errorf("action %s is gone", uid)
			continue
		}
		for p := range a.Entity.Parents.All() {
			if !o.Entity.Parents.Contains(p) {
				t.Errorf("action %s has left %s", uid, p)
			}
		}
		if a.AppliesTo == nil {
			if o.AppliesTo != nil {
				t.Errorf("group %s applies to something", uid)
			}
			continue
		}
		if !slices.Equal(sortedTypes(a.AppliesTo.Principals), sortedTypes(o.AppliesTo.Principals)) ||
			!slices.Equal(sortedTypes(a.AppliesTo.Resources), sortedTypes(o.AppliesTo.Resources)) {
			t.Errorf("action %s applies to other types: %v", uid, o.AppliesTo.Resources)
		}
		containsRecord(t, uid.String(), a.AppliesTo.Context, o.AppliesTo.Context)
	}
	for uid, o := range ours.Actions {
		_, old := theirs.Actions[uid]
		for p := range o.Entity.Parents.All() {
			if _, theirsToo := theirs.Actions[p]; theirsToo && !old {
				t.Errorf("group %s has gained %s", p, uid)
			}
		}
	}
}

func sortedTypes(ts []types.EntityType) []types.EntityType {
	out := slices.Clone(ts)
	slices.Sort(out)
	return out
}

func containsRecord(t *testing.T, where string, theirs, ours resolved.RecordType) {
	t.Helper()
	for name, a := range theirs {
		if o, ok := ours[name]; !ok || o.Optional != a.Optional || !reflect.DeepEqual(o.Type, a.Type) {
			t.Errorf("%s: %s is gone or another", where, name)
		}
	}
	for name, o := range ours {
		if _, ok := theirs[name]; !ok && !o.Optional {
			t.Errorf("%s: %s was added and is not optional", where, name)
		}
	}
}

// The group of an action is the mildest effect of the operations that ask it,
// and where the ancestor has the action the table agrees with what is written
// here.
func TestEffectsAgreeWithGroups(t *testing.T) {
	for _, op := range capability.Table() {
		eachAsk(op.Asks, func(ask *capability.Ask) {
			for _, a := range actions() {
				if a.space != ask.Space || a.name != ask.Action {
					continue
				}
				want := slices.Index(Groups, a.effect)
				if int(op.Effect-capability.Read) < want && (op.Effect == capability.Read || !op.OnRequest(ask)) {
					t.Errorf("%s is %s and asks %s, which is in %s", op.Name, op.Effect, a.name, a.effect)
				}
			}
		})
	}
}

// Every entity and context that is built for a call of the table conforms to
// the schema: else a policy could be valid and fail on it.
func TestWhatIsBuiltConformsToTheSchema(t *testing.T) {
	v, err := validator()
	if err != nil {
		t.Fatal(err)
	}
	text, number := "x", int64(1)
	ip := "10.0.0.1"
	f := &Facts{Kind: &text, Owner: &text, Group: &text, Mode: &number, Links: &number, Size: &number, SHA256: &text, Mount: &text, IP: &ip,
		PID: &number, Name: &text, Username: &text, Command: &text, Executable: &text, Cgroup: &text, Parent: &number}
	b := builder{principal: alice.Principal(), run: Known{Module: "m", Labels: map[string]string{"ticket": "CHG-1"}}}
	for _, op := range capability.Table() {
		for i := range op.Asks {
			ask := &op.Asks[i]
			src := call(sample(op))
			name, ok := names(op, ask, src)
			if !ok {
				name = known("42") // an entry of a list of processes
			}
			for _, typ := range ask.Entity {
				e, fault := b.entityOf(subject{types.EntityType(ask.Space + "::" + typ), name, f})
				if fault != nil {
					t.Fatalf("%s: %v", op.Name, fault)
				}
				if err := v.Entity(e.cedar(foldersAbove)); err != nil {
					t.Errorf("%s: %v", op.Name, err)
				}
				for _, c := range b.contexts(op, ask, src) {
					for _, x := range c.entities {
						if err := v.Entity(x.cedar(nil)); err != nil {
							t.Errorf("%s: %v", op.Name, err)
						}
					}
					req := types.Request{Principal: userUID("alice"), Action: actionUID(ask), Resource: e.uid(), Context: c.record()}
					if err := v.Request(req); err != nil {
						t.Errorf("%s: %v", op.Name, err)
					}
				}
			}
		}
	}
}
