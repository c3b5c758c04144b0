package vm

import (
	"context"
	"errors"
	"strings"
	"testing"

	"rex/capability"
	"rex/policy"
)

// lines is a stream of the host that counts how it is closed.
type lines struct {
	values []capability.Value
	err    error
	closed int
	next   func(ctx context.Context) error
	close  func() error
}

func (*lines) Kind() capability.Kind { return capability.KindStream }

func (l *lines) Next(ctx context.Context) (capability.Value, bool, error) {
	if l.next != nil {
		if err := l.next(ctx); err != nil {
			return nil, false, err
		}
	}
	if len(l.values) == 0 {
		return nil, false, l.err
	}
	v := l.values[0]
	l.values = l.values[1:]
	return v, true, nil
}

func (l *lines) Close() error {
	l.closed++
	if l.close != nil {
		return l.close()
	}
	return nil
}

// streaming opens fs.lines into R2; the code goes on at 4.
func streaming(code string) string {
	return "const 0 bool false\nconst 1 size 0\nop fs.lines\n" + oneFunction("path",
		"S size, int\nT path, string\nR any, error, stream[string], iterator[string], size?, list[string]",
		"host 2, 3, op3 @2:1\narg 0, 0, 4\nkarg 3, k0\nkarg 4, k0\n"+code)
}

const readAll = `list R5, list[string]
iter R3, R2
jmp ->8
pusht R5, T1
next R3, ->11 @3:1
itemt T1, R3
loop ->7
movr R0, R5
retr R0
`

func opened(l *lines) *rig {
	r := newRig()
	r.host = acts(func(context.Context, *capability.Op, []capability.Value) (capability.Value, error) { return l, nil })
	return r
}

func threeLines() *lines {
	return &lines{values: []capability.Value{capability.StringValue("a"), capability.StringValue("b"), capability.StringValue("c")}}
}

func TestStream(t *testing.T) {
	l := threeLines()
	v, _, err := opened(l).run(t, streaming(readAll), capability.PathValue("/x"))
	if err != nil || text(v) != `["a","b","c"]` || l.closed != 1 {
		t.Errorf("got %v, %v, closed %d times", v, err, l.closed)
	}
}

// TestStreamsAreClosed: once, whatever happens.
func TestStreamsAreClosed(t *testing.T) {
	for name, code := range map[string]string{
		"never read":   "retr R0",
		"by CLOSE":     "close R2\nretr R0",
		"twice":        "close R2\nclose R2\nretr R0",
		"failing":      "rem S1, S1, S1\nretr R0",
		"zero as well": "close R2\nhost 2, 3, op3\narg 0, 0, 4\nkarg 3, k0\nkarg 4, k0\nretr R0",
		"out of fuel":  "jmp ->5\nloop ->5",
	} {
		var all []*lines
		r := newRig()
		r.limits.Fuel = 1000
		r.host = acts(func(context.Context, *capability.Op, []capability.Value) (capability.Value, error) {
			all = append(all, threeLines())
			return all[len(all)-1], nil
		})
		r.run(t, streaming(code), capability.PathValue("/x"))
		for i, l := range all {
			if l.closed != 1 {
				t.Errorf("%s: stream %d is closed %d times", name, i, l.closed)
			}
		}
		if len(all) == 0 {
			t.Errorf("%s: nothing was opened", name)
		}
	}
}

// TestAClosedStreamIsAtItsEnd also for a walk that began before.
func TestAClosedStreamIsAtItsEnd(t *testing.T) {
	l := threeLines()
	v, _, err := opened(l).run(t, streaming("iter R3, R2\nnext R3, ->9\nclose R2\nnext R3, ->9\nretr R0\nboxs R0, S1\nretr R0"), capability.PathValue("/x"))
	if err != nil || v != capability.IntValue(0) || l.closed != 1 {
		t.Errorf("got %v, %v, closed %d times", v, err, l.closed)
	}
}

// TestFailuresOfAStream: an error a script can catch, one that ends the run,
// and a value of the wrong type, which is a fault of Rex.
func TestFailuresOfAStream(t *testing.T) {
	l := threeLines()
	l.err = capability.Fault(capability.IO, "torn")
	_, _, err := opened(l).run(t, streaming(readAll), capability.PathValue("/x"))
	wantFault(t, err, capability.IO, "torn", "t.rex:3:1")
	if l.closed != 1 {
		t.Errorf("closed %d times", l.closed)
	}
	l = threeLines()
	l.err = &policy.Stop{Reason: "enough"}
	_, _, err = opened(l).run(t, streaming(readAll+"handler 4..10 -> 12 R1 all"), capability.PathValue("/x"))
	var stop *policy.Stop
	if !errors.As(err, &stop) || l.closed != 1 {
		t.Errorf("got %v, closed %d times", err, l.closed)
	}
	l = threeLines()
	l.values[2] = capability.PathValue("/x")
	_, _, err = opened(l).run(t, streaming(readAll+"handler 4..10 -> 12 R1 all"), capability.PathValue("/x"))
	if err == nil || !strings.Contains(err.Error(), "internal error: the stream of fs.lines gave what is not a string") {
		t.Errorf("got %v", err)
	}
}

// TestStreamsCountForMemory: what is read and kept comes to the limit.
func TestStreamsCountForMemory(t *testing.T) {
	long := capability.StringValue(strings.Repeat("x", 1000))
	l := &lines{}
	l.next = func(context.Context) error { l.values = append(l.values, long); return nil }
	r := opened(l)
	r.limits.Memory = 1 << 20
	_, _, err := r.run(t, streaming(readAll), capability.PathValue("/x"))
	limit(t, err, "memory")
	if l.closed != 1 {
		t.Errorf("closed %d times", l.closed)
	}
}
