package vm

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"rex/capability"
	"rex/policy"
)

// divide fails with range at 5:1 in a function two calls below its caller.
const divide = `
func 1 "outer" params result int
S int
call 0, 0, f2 @4:1
rets S0
func 2 "inner" params result int
S int
T string
R any, any
boxs R0, S0
boxs R1, S0
rem S0, S0, S0 @5:1
rets S0
`

func TestTrace(t *testing.T) {
	_, err := play(t, `
func 0 "" params result any
S int
R any
call 0, 0, f1 @3:1
retr R0
`+divide)
	wantFault(t, err, capability.Range, "division by zero", "t.rex:5:1")
	e, f := failure(t, err)
	want := []string{"inner called at t.rex:4:1", "outer called at t.rex:3:1"}
	if !slices.Equal(f.Trace, want) || !slices.Equal(e.Trace, want) {
		t.Errorf("trace %q, want %q", f.Trace, want)
	}
	if want := "t.rex:5:1: division by zero"; e.Error() != want {
		t.Errorf("says %q, want %q", e.Error(), want)
	}
}

// TestLongTrace shows the innermost and outermost calls.
func TestLongTrace(t *testing.T) {
	_, err := play(t, `
func 0 "" params result any
S int
R any
kint S0, 99
call 0, 1, f1 @3:1
arg 0
retr R0
func 1 "down" params int result int
S int, int
jeqi S0, 0, ->4 @5:1
addi S0, S0, -1
call 0, 1, f1 @6:1
arg 0
rem S0, S0, S1 @7:1
rets S0
`)
	_, f := failure(t, err)
	if len(f.Trace) != maxTrace+1 || f.Trace[maxTrace/2] != "(80 more calls)" || f.Trace[maxTrace] != "down called at t.rex:3:1" {
		t.Errorf("trace %q", f.Trace)
	}
}

// TestCatch: a failure two calls down is caught by the handler whose mask has
// its kind, the innermost first, and the registers are those of the catcher.
func TestCatch(t *testing.T) {
	const module = `
const 0 string "caught "
template 0 string {string} {string} {int}
func 0 "" params result any
S int, int
T string, string
R any, error, error
kint S1, 8 @2:1
ktext T0, k0
call 0, 0, f1 @3:1
retr R0
lib 1, 1, lib381
arg 1
text T0, 3, t0
arg 0, 1, 1
boxt R0, T0
retr R0
`
	wantValue(t, module+"handler 2..3 -> 4 R1 range\n"+divide, "caught division by zero8")
	wantValue(t, module+"handler 2..3 -> 4 R1 range\nhandler 0..4 -> 9 R2 all\n"+divide, "caught division by zero8")
	wantValue(t, module+"handler 2..3 -> 9 R2 absent, io\nhandler 0..3 -> 4 R1 all\n"+divide, "caught division by zero8")
	for _, handler := range []string{"2..3 -> 4 R1 absent, io, denied", "0..2 -> 4 R1 all", "3..4 -> 4 R1 all"} {
		_, err := play(t, module+"handler "+handler+"\n"+divide)
		wantFault(t, err, capability.Range, "division by zero", "t.rex:5:1")
	}
	// The frames on the way have handlers that do not take it, or raise it again.
	again := strings.Replace(divide, "rets S0\nfunc 2 \"inner\"", "rets S0\nraise R0\nhandler 0..1 -> 2 R0 range\nfunc 2 \"inner\"", 1)
	again = strings.Replace(again, "func 1 \"outer\" params result int\nS int\n", "func 1 \"outer\" params result int\nS int\nR error\n", 1)
	wantValue(t, module+"handler 2..3 -> 4 R1 range\n"+again, "caught division by zero8")
	_, err := play(t, module+again)
	wantFault(t, err, capability.Range, "division by zero", "t.rex:5:1")
	if e, _ := failure(t, err); len(e.Trace) != 2 {
		t.Errorf("trace %q", e.Trace)
	}
}

// TestRaise: an error made by the script gets its position where it is first
// raised, and keeps it.
func TestRaise(t *testing.T) {
	_, err := play(t, `
const 0 string "mine"
func 0 "" params result any
T string
R error?, map[any], error, error
ktext T0, k0
map R1, map[any]
lib 2, 3, lib502 @2:1
arg 0, 1, 0
raise R2 @3:1
raise R3 @4:1
handler 4..5 -> 5 R3 failed
`[1:])
	if err == nil {
		t.Fatal("it does not fail")
	}
	wantFault(t, err, capability.Failed, "mine", "t.rex:3:1")
}

// TestFailureInALoop catches a thousand times without growing.
func TestFailureInALoop(t *testing.T) {
	wantValue(t, `
func 0 "" params result any
S int, int, int
T string
R any, error
kint S1, 3000
call 0, 0, f1
jmp ->4
addi S2, S2, 1
fori S0, S1, ->1
boxs R0, S2
retr R0
handler 1..2 -> 3 R1 all
`+divide, "3000")
}

// stopper is a host that fails where it is given "stop", and does the rest.
func stopper(err error) *recorder {
	h := &recorder{}
	h.act = func(_ context.Context, _ *capability.Op, args []capability.Value) (capability.Value, error) {
		if text(args[0]) == "stop" {
			return nil, err
		}
		return nil, nil
	}
	return h
}

// said lists what was printed.
func said(h *recorder) []string {
	var out []string
	for _, a := range h.args {
		out = append(out, text(a[0]))
	}
	return out
}

// deferred has defers in two functions, a catch of everything around the call
// between them, and one around the failure.
const deferred = `
const 0 string "stop"
const 1 string "inner defer"
const 2 string "outer defer"
const 3 string "caught"
op sys.env
op print
func 0 "" params result any
S int
T string
R any, error, error
call 0, 0, f1 @2:1
retr R0
ktext T0, k3
host 0, 1, op106 @3:1
arg 0
retr R0
ktext T0, k2
host 0, 1, op106 @4:1
arg 0
raise R2
handler 0..1 -> 2 R1 all
handler 0..6 -> 6 R2 defer all
func 1 "work" params result int
S int
T string
R error, error, string?
ktext T0, k0 @5:1
host 2, 1, op82 @6:1
arg 0
rets S0
rets S0
ktext T0, k1 @7:1
host 0, 1, op106
arg 0
raise R1
handler 0..4 -> 4 R0 all
handler 0..5 -> 5 R1 defer all
`

// TestDefersOfAStop: no catch takes a stop, the defers run from the inside out.
func TestDefersOfAStop(t *testing.T) {
	stop := &policy.Stop{Reason: "broken record"}
	h := stopper(stop)
	r := newRig()
	r.host = h
	v, _, err := r.run(t, deferred)
	var e *Error
	if v != nil || !errors.As(err, &e) || e.Err != stop || e.Fault != nil {
		t.Fatalf("got %v, %v", v, err)
	}
	if place(e.Pos) != "t.rex:6:1" || !slices.Equal(e.Trace, []string{"work called at t.rex:2:1"}) {
		t.Errorf("at %s, trace %q", place(e.Pos), e.Trace)
	}
	if want := []string{"stop", "inner defer", "outer defer"}; !slices.Equal(said(h), want) {
		t.Errorf("said %q, want %q", said(h), want)
	}
}

// TestDefersOfAFailure: the inner catch takes it before the defer sees it;
// one that no catch takes runs the defers.
func TestDefersOfAFailure(t *testing.T) {
	fault := capability.Fault(capability.Invalid, "no")
	for handlers, want := range map[string][]string{
		"all":    {"stop"},
		"absent": {"stop", "inner defer", "caught"},
	} {
		h := stopper(fault)
		r := newRig()
		r.host = h
		if _, _, err := r.run(t, strings.Replace(deferred, "handler 0..4 -> 4 R0 all", "handler 0..4 -> 4 R0 "+handlers, 1)); err != nil {
			t.Error(err)
		}
		if !slices.Equal(said(h), want) {
			t.Errorf("%s: said %q, want %q", handlers, said(h), want)
		}
	}
}

// TestAFailingDefer: what a deferred block raises while the run is being
// stopped is no way back into the script.
func TestAFailingDefer(t *testing.T) {
	failing := strings.Replace(deferred, "raise R1\nhandler", "rem S0, S0, S0\nraise R1\nhandler", 1)
	h := stopper(&policy.Stop{Reason: "broken record"})
	r := newRig()
	r.host = h
	_, _, err := r.run(t, failing)
	var e *Error
	if !errors.As(err, &e) || e.Err == nil {
		t.Fatalf("got %v", err)
	}
	if want := []string{"stop", "inner defer", "outer defer"}; !slices.Equal(said(h), want) {
		t.Errorf("said %q, want %q", said(h), want)
	}
}

// TestADeferCatchesItsOwn: within the block a catch works as ever, also in
// what the block calls.
func TestADeferCatchesItsOwn(t *testing.T) {
	for name, fails := range map[string]string{"itself": "rem S0, S0, S0\n", "a callee": "call 0, 0, f2\n"} {
		own := strings.Replace(deferred, "raise R1\nhandler", fails+"raise R1\nktext T0, k3\nhost 0, 1, op106\narg 0\nraise R1\nhandler 8..9 -> 10 R0 range\nhandler", 1) +
			"func 2 \"callee\" params result int\nS int\nR error\nrem S0, S0, S0\nrets S0\n"
		h := stopper(&policy.Stop{Reason: "broken record"})
		r := newRig()
		r.host = h
		if _, _, err := r.run(t, own); err == nil {
			t.Fatal("it goes on")
		}
		if want := []string{"stop", "inner defer", "caught", "outer defer"}; !slices.Equal(said(h), want) {
			t.Errorf("%s: said %q, want %q", name, said(h), want)
		}
	}
}

// TestADeferThatReturns can't make a stop undone.
func TestADeferThatReturns(t *testing.T) {
	for _, returns := range []string{strings.Replace(deferred, "raise R2", "retr R0", 1), strings.Replace(deferred, "raise R1", "rets S0", 1)} {
		h := stopper(&policy.Stop{Reason: "broken record"})
		r := newRig()
		r.host = h
		v, _, err := r.run(t, returns)
		var e *Error
		if v != nil || !errors.As(err, &e) || e.Err == nil {
			t.Errorf("got %v, %v", v, err)
		}
	}
}

// TestASecondStopEnds: a deferred block that is itself stopped is not waited for.
func TestASecondStopEnds(t *testing.T) {
	h := &recorder{}
	first := &policy.Stop{Reason: "first"}
	h.act = func(context.Context, *capability.Op, []capability.Value) (capability.Value, error) {
		if len(h.args) == 1 {
			return nil, first
		}
		return nil, &policy.Stop{Reason: "second"}
	}
	r := newRig()
	r.host = h
	_, _, err := r.run(t, deferred)
	var e *Error
	if !errors.As(err, &e) || e.Err != first || place(e.Pos) != "t.rex:6:1" {
		t.Errorf("got %v", err)
	}
	if want := []string{"stop", "inner defer"}; !slices.Equal(said(h), want) {
		t.Errorf("said %q, want %q", said(h), want)
	}
}
