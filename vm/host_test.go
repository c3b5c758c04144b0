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

// exists calls fs.exists and gives its answer.
const exists = `
param p path required
const 0 bool true
op fs.exists
func 0 "" params path result any
S bool
T path
R any, error
host 0, 1, op5 @3:5
arg 0
karg 1, k0
boxs R0, S0
retr R0
`

func TestHostCall(t *testing.T) {
	h := acts(func(context.Context, *capability.Op, []capability.Value) (capability.Value, error) {
		return capability.BoolValue(true), nil
	})
	r := newRig()
	r.host = h
	v, m, err := r.run(t, exists, capability.PathValue("/srv/x"))
	if err != nil || v != capability.BoolValue(true) || m.HostCalls != 1 {
		t.Fatalf("got %v, %v, %d calls", v, err, m.HostCalls)
	}
	if a := h.args[0]; len(a) != 2 || a[0] != capability.PathValue("/srv/x") || a[1] != capability.BoolValue(true) {
		t.Errorf("asked with %v", a)
	}
}

// TestDenial can be caught, and tells where.
func TestDenial(t *testing.T) {
	v := verified(t, exists)
	h := &recorder{}
	limits := capability.DefaultLimits()
	_, _, err := Run(context.Background(), v, gateFor(t, v, h, limits), limits, []capability.Value{capability.PathValue("/srv/x")})
	_, f := failure(t, err)
	if f.Why != capability.Denied || f.Position != "t.rex:3:5" || len(h.steps) != 0 {
		t.Errorf("%s at %s, the host did %q", f.Why, f.Position, h.steps)
	}
	v = verified(t, exists+"handler 0..3 -> 4 R1 denied\n")
	if _, _, err := Run(context.Background(), v, gateFor(t, v, h, limits), limits, []capability.Value{capability.PathValue("/srv/x")}); err != nil {
		t.Error(err)
	}
}

// TestFailureOfTheHost carries the operation's name.
func TestFailureOfTheHost(t *testing.T) {
	fault := capability.Fault(capability.IO, "the disk is gone")
	r := newRig()
	r.host = acts(func(context.Context, *capability.Op, []capability.Value) (capability.Value, error) { return nil, fault })
	_, _, err := r.run(t, exists, capability.PathValue("/x"))
	wantFault(t, err, capability.IO, "the disk is gone", "t.rex:3:5")
	if _, f := failure(t, err); f.Op != "fs.exists" {
		t.Errorf("op %q", f.Op)
	}
	if fault.Position != "" || fault.Op != "" {
		t.Error("the host's own error was written to")
	}
}

// TestWrongResults: what the host gives is held to the row; a wrong value is
// a fault of Rex that no script catches.
func TestWrongResults(t *testing.T) {
	stat := "const 0 bool true\nop fs.stat\n" + oneFunction("path", "T path\nR any, error, fs.Stat", "host 2, 1, op4\narg 0\nkarg 1, k0\nretr R0\nretr R0\nhandler 0..3 -> 4 R1 all\n")
	list := "op fs.list\n" + oneFunction("path", "T path\nR any, error, list[fs.Entry]", "host 2, 1, op6\narg 0\nretr R0\nretr R0\nhandler 0..2 -> 3 R1 all\n")
	log := "op print\n" + oneFunction("path", "T path, string\nR any, error", "host 0, 1, op106\narg 1\nretr R0\nretr R0\nhandler 0..2 -> 3 R1 all\n")
	caught := exists + "handler 0..3 -> 4 R1 all\n"
	for name, c := range map[string]struct {
		module string
		value  capability.Value
	}{
		"nil for bool":     {caught, nil},
		"int for bool":     {caught, capability.IntValue(1)},
		"text for nothing": {log, capability.StringValue("x")},
		"list of others":   {list, capability.NewList(capability.Int)},
		"element of list":  {list, &capability.List{Elem: capability.EntryType, Cells: capability.Cells{R: []capability.Value{capability.NewRecord(capability.StatType)}}}},
		"other record":     {stat, capability.NewRecord(capability.MatchType)},
		"broken record":    {stat, &capability.Record{Type: capability.StatType}},
		"no stream":        {streaming("retr R0\nretr R0\nhandler 0..4 -> 5 R1 all"), capability.StringValue("x")},
	} {
		r := newRig()
		r.host = acts(func(context.Context, *capability.Op, []capability.Value) (capability.Value, error) {
			return c.value, nil
		})
		_, _, err := r.run(t, c.module, capability.PathValue("/x"))
		var e *Error
		if !errors.As(err, &e) || e.Err == nil || !strings.HasPrefix(e.Err.Error(), "internal error") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestZeroPath: a path that was never set is no argument; nobody is asked.
func TestZeroPath(t *testing.T) {
	h := &recorder{}
	r := newRig()
	r.host = h
	_, _, err := r.run(t, "const 0 bool true\nop fs.exists\n"+oneFunction("", "S bool\nT path\nR any", "host 0, 1, op5 @3:5\narg 0\nkarg 1, k0\nretr R0"))
	wantFault(t, err, capability.Absent, "path", "t.rex:3:5")
	if len(h.steps) != 0 {
		t.Errorf("the host did %q", h.steps)
	}
	_, _, err = r.run(t, "op log.info\n"+oneFunction("", "T string\nR any, map[any]", "host 0, 2, op103 @3:5\narg 0, 1\nretr R0"))
	wantFault(t, err, capability.Absent, "fields", "t.rex:3:5")
	if len(h.steps) != 0 {
		t.Errorf("the host did %q", h.steps)
	}
}

// D20: one in the host or in a stream ends the run and nothing goes on.
func TestPanics(t *testing.T) {
	panics := func(context.Context, *capability.Op, []capability.Value) (capability.Value, error) { panic("oh") }
	r := newRig()
	r.host = acts(panics)
	_, _, err := r.run(t, strings.Replace(exists, "retr R0\n", "retr R0\nhandler 0..3 -> 4 R1 all\n", 1), capability.PathValue("/x"))
	var e *Error
	var stop *policy.Stop
	if !errors.As(err, &e) || !errors.As(err, &stop) || !strings.Contains(err.Error(), "oh") {
		t.Errorf("got %v", err)
	}
	for name, l := range map[string]*lines{
		"next":  {next: func(context.Context) error { panic("oh") }},
		"close": {values: []capability.Value{capability.StringValue("x")}, close: func() error { panic("oh") }},
	} {
		r.host = acts(func(context.Context, *capability.Op, []capability.Value) (capability.Value, error) { return l, nil })
		v, _, err := r.run(t, streaming("iter R3, R2\nnext R3, ->7\nitemt T1, R3\nretr R0\nhandler 4..7 -> 7 R1 all"), capability.PathValue("/x"))
		if v != nil || !errors.As(err, &e) || e.Err == nil || !strings.HasPrefix(e.Err.Error(), "internal error: oh") {
			t.Errorf("%s: %v, %v", name, v, err)
		}
	}
}

// TestRefused: nothing runs without a proof, or without a gate.
func TestRefused(t *testing.T) {
	v := verified(t, oneFunction("", "R any", "retr R0"))
	limits := capability.DefaultLimits()
	gate := gateFor(t, v, &recorder{}, limits)
	for name, run := range map[string]func() error{
		"no module": func() error { _, _, err := Run(context.Background(), nil, gate, limits, nil); return err },
		"zero module": func() error {
			_, _, err := Run(context.Background(), &bytecode.Verified{}, gate, limits, nil)
			return err
		},
		"no gate": func() error { _, _, err := Run(context.Background(), v, nil, limits, nil); return err },
	} {
		if run() == nil {
			t.Errorf("%s: it runs", name)
		}
	}
	if _, _, err := Run(context.Background(), v, gate, limits, nil); err != nil {
		t.Error(err)
	}
}

// TestHostCallLimit is the gate's; the machine does not catch it.
func TestHostCallLimit(t *testing.T) {
	module := "const 0 string \"x\"\nop print\nfunc 0 \"\" params result any\nS int, int\nT string\nR any, error\nkint S1, 5\njmp ->2\nhost 0, 1, op106\narg 0\nfori S0, S1, ->2\nretr R0\nhandler 2..4 -> 5 R1 all\n"
	r := newRig()
	r.limits.HostCalls = 5
	if _, m, err := r.run(t, module); err != nil || m.HostCalls != 5 {
		t.Errorf("%v, %d calls", err, m.HostCalls)
	}
	r.limits.HostCalls = 4
	_, _, err := r.run(t, module)
	limit(t, err, "host-calls")
}
