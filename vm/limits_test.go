package vm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rex/capability"
)

// counted loops n times: n-1 jumps backwards.
func counted(n int) string {
	return oneFunction("", "S int, int\nR any", fmt.Sprintf("kint S1, %d\njmp ->2\nfori S0, S1, ->2 @3:1\nboxs R0, S0\nretr R0", n))
}

// TestFuel: as many jumps and calls as the limit says, and not one more, also
// around the slices in which the loop gets its fuel.
func TestFuel(t *testing.T) {
	for _, n := range []int{1, 2, 3, 100, fuelSlice - 1, fuelSlice, fuelSlice + 1, fuelSlice + 2, 2*fuelSlice + 2, 3*fuelSlice + 7} {
		r := newRig()
		r.limits.Fuel = int64(n)
		v, m, err := r.run(t, counted(n+1))
		if err != nil || v != capability.IntValue(n+1) || m.Fuel != int64(n) {
			t.Errorf("limit %d, %d jumps: %v, %v, used %d", n, n, v, err, m.Fuel)
		}
		_, m, err = r.run(t, counted(n+2))
		limit(t, err, "fuel")
		if m.Fuel != int64(n) {
			t.Errorf("limit %d, %d jumps: used %d", n, n+1, m.Fuel)
		}
		var e *Error
		if errors.As(err, &e) && place(e.Pos) != "t.rex:3:1" {
			t.Errorf("at %s", place(e.Pos))
		}
	}
	r := newRig()
	r.limits.Fuel = 0
	if _, _, err := r.run(t, counted(1)); err != nil {
		t.Error(err)
	}
	_, _, err := r.run(t, counted(2))
	limit(t, err, "fuel")
}

// TestFuelOfCalls: calls of each kind are charged one.
func TestFuelOfCalls(t *testing.T) {
	for name, module := range map[string]string{
		"plain": "func 0 \"\" params result any\nS int\nR any\ncall 0, 0, f1\ncall 0, 0, f1\ncall 0, 0, f1\nretr R0\nfunc 1 \"f\" params result int\nS int\nrets S0\n",
		"mixed": "func 0 \"\" params result any\nR any\ncall 0, 0, f1\ncall 0, 0, f1\ncall 0, 0, f1\nretr R0\nfunc 1 \"f\" params result any\nR any\nretr R0\n",
		"quick": "type F = fn -> int\nfunc 0 \"\" params result any\nS int\nR any, F\nclosure R1, 0, f1\ncallc 0, 0, R1\ncallc 0, 0, R1\ncallc 0, 0, R1\nretr R0\nfunc 1 \"f\" params result int\nS int\nkint S0, 1\nrets S0\n",
		"value": "type F = fn -> any\nfunc 0 \"\" params result any\nR any, F\nclosure R1, 0, f1\ncallc 0, 0, R1\ncallc 0, 0, R1\ncallc 0, 0, R1\nretr R0\nfunc 1 \"f\" params result any\nR any\nretr R0\n",
	} {
		r := newRig()
		r.limits.Fuel = 3
		if _, m, err := r.run(t, module); err != nil || m.Fuel != 3 {
			t.Errorf("%s: %v, used %d", name, err, m.Fuel)
		}
		r.limits.Fuel = 2
		_, _, err := r.run(t, module)
		limit(t, err, "fuel")
	}
}

// TestFuelOfNatives: list.range charges what it makes, and what is used up
// there is missing in the loop.
func TestFuelOfNatives(t *testing.T) {
	module := oneFunction("", "S int, int\nR any, list[int]", "kint S1, 100000\nlib 1, 2, lib511 @2:1\narg 0, 1\nretr R0")
	_, m, err := newRig().run(t, module)
	if err != nil || m.Fuel < 100 {
		t.Fatalf("%v, used %d", err, m.Fuel)
	}
	r := newRig()
	r.limits.Fuel = m.Fuel
	if _, _, err := r.run(t, module); err != nil {
		t.Error(err)
	}
	r.limits.Fuel--
	_, _, err = r.run(t, module)
	limit(t, err, "fuel")
}

// down calls itself n times, in scalars only or with a text.
func down(n int, mixed bool) string {
	registers := "S int\n"
	if mixed {
		registers += "T string\n"
	}
	return fmt.Sprintf(`
func 0 "" params result any
S int
R any
kint S0, %d
call 0, 1, f1
arg 0
retr R0
func 1 "down" params int result int
%sjeqi S0, 1, ->4
addi S0, S0, -1
call 0, 1, f1
arg 0
rets S0
`, n, registers)
}

func TestCallDepth(t *testing.T) {
	for _, mixed := range []bool{false, true} {
		for _, n := range []int{1, 2, 63, 64, 65, 900, 1000} {
			r := newRig()
			r.limits.CallDepth = n
			if _, _, err := r.run(t, down(n, mixed)); err != nil {
				t.Errorf("%d: %v", n, err)
			}
			_, _, err := r.run(t, down(n+1, mixed))
			limit(t, err, "call-depth")
			var e *Error
			if errors.As(err, &e) && len(e.Trace) > maxTrace+1 {
				t.Errorf("%d calls are shown", len(e.Trace))
			}
		}
	}
	r := newRig()
	for _, depth := range []int{0, -1} {
		r.limits.CallDepth = depth
		_, _, err := r.run(t, down(1, false))
		limit(t, err, "call-depth")
	}
}

// TestGarbageIsNotCharged: a loop that makes 100 times the limit and keeps
// nothing runs; one that keeps it does not.
func TestGarbageIsNotCharged(t *testing.T) {
	garbage := `
const 0 string "0123456789012345678901234567890123456789012345678901234567890123456789"
func 0 "" params result any
S int, int
T string, string
R any, list[string], list[int]
kint S1, 20000
list R1, list[string]
ktext T0, k0
list R2, list[int]
pushs R2, S0
cat T1, T0, T0
boxt R0, T1
%s
fori S0, S1, ->3
boxs R0, S0
retr R0
`
	r := newRig()
	r.limits.Memory = 64 << 10
	v, m, err := r.run(t, fmt.Sprintf(garbage, "movt T1, T0"))
	if err != nil || v != capability.IntValue(20000) {
		t.Fatalf("got %v, %v", v, err)
	}
	if m.MemoryPeak > r.limits.Memory {
		t.Errorf("the peak is %d", m.MemoryPeak)
	}
	_, _, err = r.run(t, fmt.Sprintf(garbage, "pusht R1, T1"))
	limit(t, err, "memory")
	if !strings.Contains(err.Error(), "64KiB") {
		t.Errorf("it says %v", err)
	}
}

// TestMemoryOfEachKind: whatever a loop keeps comes to the limit.
func TestMemoryOfEachKind(t *testing.T) {
	for name, keep := range map[string]string{
		"scalars":  "pushs R2, S0",
		"boxes":    "boxs R0, S0\npushr R1, R0",
		"lists":    "list R3, list[int]\nmovr R0, R3\npushr R1, R0",
		"maps":     "map R4, map[int]\nmovr R0, R4\npushr R1, R0",
		"records":  "rec R5, P\nmovr R0, R5\npushr R1, R0",
		"entries":  "text T0, 1, t0\narg 0\nmputs R4, T0, S0",
		"texts":    "text T0, 1, t0\narg 0\nboxt R0, T0\npushr R1, R0",
		"closures": "closure R6, 0, f1\npushr R7, R6",
		"natives":  "kint S2, 1000\nlib 2, 2, lib511\narg 3, 2\nmovr R0, R2\npushr R1, R0",
		"doubling": "cat T1, T1, T1",
		"nesting":  "list R8, list[any]\npushr R8, R0\nmovr R0, R8",
	} {
		r := newRig()
		r.limits.Memory = 1 << 20
		_, _, err := r.run(t, `
type P = record x: int, y: string
type F = fn -> any
type list[F] = list F
const 0 string "x"
const 1 int 1000000
template 0 string "k" {int}
func 0 "" params result any
S int, int, int, int
T string, string
R any, list[any], list[int], list[int], map[int], P, F, list[F], list[any]
list R1, list[any]
list R2, list[int]
map R4, map[int]
list R7, list[F]
knum S1, k1
ktext T1, k0
`+keep+`
fori S0, S1, ->6
retr R0
func 1 "" params result any
R any
retr R0
`)
		var e *capability.LimitError
		if !errors.As(err, &e) || e.Limit != "memory" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestMemoryOfOneNative: a native that takes more than there is is stopped,
// however small the pieces it charges.
func TestMemoryOfOneNative(t *testing.T) {
	r := newRig()
	r.limits.Memory = 1 << 20
	v := verified(t, oneFunction("", "R any", "retr R0"))
	m := newMachine(v, gateFor(t, v, r.host, r.limits), r.limits)
	m.native = 0
	var taken int64
	for ; taken < 4<<20; taken += 1024 {
		if m.Memory(1024) != nil {
			break
		}
	}
	if taken > 1<<20 {
		t.Errorf("it took %d bytes", taken)
	}
	if m.Memory(-1) == nil || m.Memory(1<<62) == nil || m.Fuel(-1) == nil || m.Fuel(1<<62) == nil {
		t.Error("nonsense is charged")
	}
}

// TestMemoryOfRegisters: deep recursion of wide functions is charged.
func TestMemoryOfRegisters(t *testing.T) {
	wide := strings.Replace(down(900, false), "\"down\" params int result int\nS int", "\"down\" params int result int\nS int"+strings.Repeat(", int", 1000), 1)
	r := newRig()
	if _, _, err := r.run(t, wide); err != nil {
		t.Error(err)
	}
	r.limits.Memory = 4 << 20
	_, _, err := r.run(t, wide)
	limit(t, err, "memory")
}

// endless loops for ever, with a deferred print around it.
const endless = `
const 0 string "defer"
op print
func 0 "" params result any
T string
R any, error
jmp ->1
loop ->1 @3:1
ktext T0, k0
host 0, 1, op106
arg 0
raise R1
handler 0..2 -> 2 R1 defer all
`

// D01: TestEndlessLoop is ended by each limit and by cancellation, and its defers run.
func TestEndlessLoop(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	time.AfterFunc(20*time.Millisecond, cancel)
	cause := errors.New("the operator said so")
	withCause, cancelCause := context.WithCancelCause(context.Background())
	time.AfterFunc(20*time.Millisecond, func() { cancelCause(cause) })
	for name, c := range map[string]struct {
		set  func(r *rig)
		want func(err error) bool
	}{
		"fuel":    {func(r *rig) { r.limits.Fuel = 123456 }, isLimit("fuel")},
		"timeout": {func(r *rig) { r.limits.Time = 20 * time.Millisecond }, isLimit("timeout")},
		"no time": {func(r *rig) { r.limits.Time = 0 }, isLimit("timeout")},
		"cancel":  {func(r *rig) { r.ctx = cancelled }, func(err error) bool { return errors.Is(err, context.Canceled) }},
		"cause":   {func(r *rig) { r.ctx = withCause }, func(err error) bool { return errors.Is(err, cause) }},
	} {
		h := &recorder{}
		r := newRig()
		r.host = h
		r.limits.Fuel = 1 << 60
		c.set(r)
		_, _, err := r.run(t, endless)
		if !c.want(err) {
			t.Errorf("%s: %v", name, err)
		}
		var e *Error
		if errors.As(err, &e) && place(e.Pos) != "t.rex:3:1" {
			t.Errorf("%s: at %s", name, place(e.Pos))
		}
		if !slices.Equal(said(h), []string{"defer"}) {
			t.Errorf("%s: said %q", name, said(h))
		}
	}
}

func isLimit(name string) func(error) bool {
	return func(err error) bool {
		var e *capability.LimitError
		return errors.As(err, &e) && e.Limit == name
	}
}

// TestGraceIsShort: a deferred block that loops gets one in a hundred of the fuel.
func TestGraceIsShort(t *testing.T) {
	r := newRig()
	r.limits.Fuel = 1_000_000
	_, m, err := r.run(t, `
func 0 "" params result any
R any, error
jmp ->1
loop ->1
loop ->2
handler 0..2 -> 2 R1 defer all
`)
	limit(t, err, "fuel")
	if m.Fuel != 1_000_000 {
		t.Errorf("used %d", m.Fuel)
	}
}

// TestCancellationInTheHost: while the host waits it sees the end of the run,
// and the defers run after it, each time: nothing that was set before the
// grace ends the grace.
func TestCancellationInTheHost(t *testing.T) {
	for range 200 {
		h := &recorder{}
		h.act = func(ctx context.Context, _ *capability.Op, args []capability.Value) (capability.Value, error) {
			if text(args[0]) == "stop" {
				<-ctx.Done()
			}
			return nil, ctx.Err()
		}
		r := newRig()
		r.host = h
		r.limits.Time = time.Millisecond
		_, _, err := r.run(t, deferred)
		limit(t, err, "timeout")
		// On a busy machine the time may be over before the host is asked.
		if got := strings.TrimPrefix(strings.Join(said(h), ", "), "stop, "); got != "inner defer, outer defer" {
			t.Fatalf("said %q", said(h))
		}
	}
}

// TestCountingCostsFuel: a run that lives close to its memory limit counts
// what it holds again and again, and pays for it.
func TestCountingCostsFuel(t *testing.T) {
	r := newRig()
	r.limits.Memory = 1 << 20
	_, m, err := r.run(t, `
func 0 "" params result any
S int, int
R any, list[list[int]], list[int]
list R1, list[list[int]]
kint S1, 7000
list R2, list[int]
pushr R1, R2
fori S0, S1, ->2
kint S0, 0
kint S1, 50000
list R2, list[int]
fori S0, S1, ->7
retr R0
`)
	if err != nil {
		t.Fatal(err)
	}
	counts := 50000 * listSize / r.limits.Memory // at least
	if jumps := int64(7000 + 50000); m.Fuel < jumps+counts*7000/valuesPerFuel {
		t.Errorf("used %d", m.Fuel)
	}
}
