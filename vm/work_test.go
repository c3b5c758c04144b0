package vm

import (
	"reflect"
	"strings"
	"testing"

	"rex/capability"
)

// TestLongTexts: instructions that go through long texts pay for their length,
// so that what looks at the end of the run now and then sees it as soon as
// among short ones.
func TestLongTexts(t *testing.T) {
	// T0 and T1 are equal texts of 32 MiB in two places; T2 differs at its end.
	const long = `
const 0 string "0123456789abcdef"
const 1 string "x"
template 0 string {string} {string}
template 1 path "/" {string}
func 0 "" params result any
S int, int, int
T string, string, string, string, path, path
R any, error, map[int]
ktext T0, k0
ktext T3, k1
cat T2, T3, T0
kint S0, 0
kint S1, 21
cat T0, T0, T0
cat T2, T2, T2
fori S0, S1, ->5
cat T1, T0, T3
cat T0, T3, T0
cat T1, T3, T1
cat T0, T0, T3
map R2, map[int]
kint S0, 0
kint S1, 10
`
	for name, code := range map[string]string{
		"compare for equality": "tjne T0, T1, ->16\nfori S0, S1, ->15",
		"compare for order":    "tjlt T0, T1, ->16\nfori S0, S1, ->15",
		"join":                 "cat T3, T0, T0\nfori S0, S1, ->15",
		"fill":                 "text T3, 2, t0\narg 0, 0\nfori S0, S1, ->15",
		"look up":              "mputs R2, T0, S0\nmats S2, R2, T1, ->17\nfori S0, S1, ->15",
	} {
		_, m, err := newRig().run(t, long+code+"\nretr R0\n")
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if m.Fuel < 10*(32<<20)/bytesPerFuel {
			t.Errorf("%s: ten times over 32 MiB paid %d", name, m.Fuel)
		}
	}
}

// TestGrowingText: a text that grows piece by piece costs what it ends with,
// not what all its stages have together, and those that were kept stay as
// they were.
func TestGrowingText(t *testing.T) {
	const collect = `
const 0 string "0123456789abcdefghi\n"
param n int required
func 0 "" params int result any
S int, int
T string, string
R any, list[string]
ktext T1, k0
list R1, list[string]
cat T0, T0, T1
KEEP
fori S1, S0, ->2
boxt R0, T0
movr R0, R1
retr R0
`
	piece := "0123456789abcdefghi\n"
	value, m, err := newRig().run(t, strings.NewReplacer("KEEP", "jmp ->4", "movr R0, R1", "jmp ->7").Replace(collect), capability.IntValue(100_000))
	if err != nil || value != capability.StringValue(strings.Repeat(piece, 100_000)) {
		t.Errorf("2 MB of text: %v", err)
	}
	if m.Fuel > 2_000_000 {
		t.Errorf("2 MB of text cost %d of fuel", m.Fuel)
	}

	value, _, err = newRig().run(t, strings.Replace(collect, "KEEP", "pusht R1, T0", 1), capability.IntValue(500))
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range value.(*capability.List).T {
		if text != strings.Repeat(piece, i+1) {
			t.Fatalf("text %d was changed behind its back", i)
		}
	}
}

// TestForkedText: two texts that go on from the same one don't see each other.
func TestForkedText(t *testing.T) {
	value, err := play(t, `
const 0 string "0123456789abcdef"
const 1 string "x"
const 2 string "y"
func 0 "" params result any
S int, int
T string, string, string, string, string, string
R any, list[string]
ktext T0, k0
ktext T1, k1
ktext T2, k2
kint S1, 8
cat T0, T0, T0
fori S0, S1, ->4
cat T3, T0, T1
cat T4, T0, T2
cat T5, T3, T2
cat T3, T3, T1
cat T4, T4, T4
list R1, list[string]
pusht R1, T0
pusht R1, T3
pusht R1, T4
pusht R1, T5
movr R0, R1
retr R0
`)
	if err != nil {
		t.Fatal(err)
	}
	base := strings.Repeat("0123456789abcdef", 256)
	for i, want := range []string{base, base + "xx", base + "y" + base + "y", base + "xy"} {
		if got := value.(*capability.List).T[i]; got != want {
			t.Errorf("text %d has %d bytes and ends with %q, want %q", i, len(got), got[len(got)-3:], want[len(want)-3:])
		}
	}
}

// TestMemoryOfFrames: where the call depth is set very high, memory bounds
// even calls that need no registers.
func TestMemoryOfFrames(t *testing.T) {
	r := newRig()
	r.limits.CallDepth, r.limits.Memory = 1<<30, 1<<20
	_, m, err := r.run(t, `
func 0 "" params result any
R any
call 0, 0, f1
retr R0
func 1 "down" params result none
call 0, 0, f1
retn
`)
	limit(t, err, "memory")
	if m.MemoryPeak > 1<<20 {
		t.Errorf("%d bytes were charged", m.MemoryPeak)
	}
	if size := reflect.TypeFor[frame]().Size(); size != frameSize {
		t.Errorf("a frame has %d bytes, frameSize says %d", size, frameSize)
	}
}
