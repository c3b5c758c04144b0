package vm

import (
	"fmt"
	"strings"
	"testing"

	"rex/capability"
	"rex/library"
)

// text is what a result shows.
func text(v capability.Value) string {
	if v == nil {
		return "nil"
	}
	return library.Text(v)
}

func wantValue(t *testing.T, module, want string, args ...capability.Value) {
	t.Helper()
	v, err := play(t, module, args...)
	if err != nil {
		t.Fatal(err)
	}
	if got := text(v); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// fib in scalars only: the path of calls within the loop.
const fib = `
param n int required
func 0 "" params int result any
S int
R any
call 0, 1, f1
arg 0
boxs R0, S0
retr R0
func 1 "fib" params int result int
S int, int, int
jgei S0, 2, ->2
rets S0
addi S1, S0, -1
call 1, 1, f1
arg 1
addi S2, S0, -2
call 2, 1, f1
arg 2
add S0, S1, S2
rets S0
`

func TestPlainCalls(t *testing.T) { wantValue(t, fib, "6765", capability.IntValue(20)) }

// TestManyArguments passes more than one ARG word holds.
func TestManyArguments(t *testing.T) {
	wantValue(t, `
func 0 "" params result any
S int, int, int, int, int, int, int, int, int
R any
kint S1, 1
kint S2, 2
kint S3, 3
kint S4, 4
kint S5, 5
kint S6, 6
kint S7, 7
kint S8, 8
call 0, 8, f1
arg 1, 2, 3, 4, 5, 6, 7
arg 8
boxs R0, S0
retr R0
func 1 "f" params int, int, int, int, int, int, int, int result int
S int, int, int, int, int, int, int, int, int
mul S8, S0, S1
add S8, S8, S6
mul S8, S8, S7
rets S8
`, "72")
}

const zeroRegisters = `
const 0 string "left"
func 0 "" params result any
S int, int
T string
R any, list[any]
list R1, list[any]
call 0, 0, f1
call 0, 0, f2
boxs R0, S0
pushr R1, R0
call 0, 0, f3
call 0, 0, f4
pushr R1, R0
call 0, 0, f1
call 0, 0, f4
pushr R1, R0
movr R0, R1
retr R0
func 1 "dirty" params result int
S int, int, int, int
kint S0, 1
kint S1, 2
kint S2, 3
kint S3, 4
rets S0
func 2 "clean" params result int
S int, int, int, int
add S0, S0, S1
add S0, S0, S2
add S0, S0, S3
rets S0
func 3 "dirt of all" params result none
S int, int
T string, string
R any, any, any
kint S0, 7
kint S1, 7
ktext T0, k0
ktext T1, k0
boxs R1, S0
boxs R2, S0
retn
func 4 "what is there" params result any
S bool, int, int
T string, string
R any, any, any
jsome R1, ->7
jsome R2, ->7
tjne T0, T1, ->7
jnei S1, 0, ->7
jnei S2, 0, ->7
boxt R0, T0
retr R0
boxs R0, S0
retr R0
`

// TestRegistersStartAsZero: what a call left behind is not seen by the next,
// in no file, whether the callee is plain or not.
func TestRegistersStartAsZero(t *testing.T) {
	wantValue(t, zeroRegisters, `[0,"",""]`)
}

const mixedCalls = `
const 0 string "a"
template 0 string {string} {int} {list[int]}
func 0 "" params result any
S int
T string, string
R any, list[int]
kint S0, 3
ktext T0, k0
list R1, list[int]
pushs R1, S0
call 1, 3, f1
arg 0, 1, 0
call 1, 3, f2
arg 1, 1, 0
boxt R0, T1
call 1, 3, f2
arg 1, 1, 0
retr R0
func 1 "text" params string, list[int], int result string
S int
T string
R list[int]
text T0, 3, t0
arg 0, 0, 0
rett T0
func 2 "reference" params string, list[int], int result string
S int
T string, string
R list[int], list[int]
call 1, 2, f3
arg 0, 0
pushs R0, S0
ktext T1, k0
call 1, 3, f1
arg 1, 0, 0
rett T1
func 3 "same" params list[int], string result list[int]
T string
R list[int]
retr R0
`

// TestMixedCalls passes and gives back values of every file.
func TestMixedCalls(t *testing.T) {
	wantValue(t, mixedCalls, "a3[3,3]")
}

// TestPlainBetweenMixed: a function with texts calls plain ones, which call
// plain ones, deep enough that the register files grow on the way.
func TestPlainBetweenMixed(t *testing.T) {
	for _, depth := range []int{0, 1, 2, 50, 63, 64, 65, 200, 900} {
		wantValue(t, fmt.Sprintf(`
const 0 string "kept"
template 0 string {string} {int} {string}
func 0 "" params result any
T string
R any
call 0, 0, f1
boxt R0, T0
retr R0
func 1 "mixed" params result string
S int, int
T string, string
R any, any
ktext T0, k0
ktext T1, k0
kint S0, %d
call 1, 1, f2
arg 0
text T0, 3, t0
arg 0, 1, 1
rett T0
func 2 "plain" params int result int
S int, int
jeqi S0, 0, ->5
addi S0, S0, -1
call 0, 1, f2
arg 0
addi S0, S0, 1
rets S0
`, depth), fmt.Sprintf("kept%dkept", depth))
	}
}

const plainCallsMixed = `
const 0 string "kept"
const 1 string "other"
func 0 "" params result any
S int
T string, string
R any, any
ktext T0, k0
ktext T1, k0
boxt R1, T0
call 0, 0, f1
call 0, 0, f1
tjne T0, T1, ->8
boxt R0, T0
retr R0
retr R1
func 1 "plain" params result int
S int, int
call 0, 0, f2
call 1, 0, f3
add S0, S0, S1
rets S0
func 2 "mixed" params result int
S int
T string, string
R any, any
ktext T0, k1
ktext T1, k1
boxt R0, T1
boxt R1, T1
call 0, 0, f3
kint S0, 4
rets S0
func 3 "leaf" params result int
S int
kint S0, 2
rets S0
`

// TestPlainCallsMixed: below a plain function stands one with texts again.
func TestPlainCallsMixed(t *testing.T) {
	wantValue(t, plainCallsMixed, "kept")
}

// TestRecursion goes 900 deep through all files.
func TestRecursion(t *testing.T) {
	wantValue(t, `
const 0 string "x"
func 0 "" params result any
S int
T string
R any, list[int]
kint S0, 900
list R1, list[int]
call 0, 3, f1
arg 0, 0, 1
len S0, R1
boxs R0, S0
retr R0
func 1 "down" params int, string, list[int] result string
S int
T string, string
R list[int]
jeqi S0, 0, ->7
pushs R0, S0
addi S0, S0, -1
ktext T1, k0
cat T0, T0, T1
call 0, 3, f1
arg 0, 0, 0
rett T0
`, "900")
}

// TestWideRegisters keeps values beyond the window, over calls.
func TestWideRegisters(t *testing.T) {
	many := func(typ string) string { return strings.Repeat(typ+", ", 299) + typ }
	body := func(call string) string {
		return `
kint S0, 6
ktext T0, k0
boxs R0, S0
wputs S0, w299
wputt T0, w299
wputr R0, w299
kint S0, 0
` + call + `
wgets S1, w299
wgett T1, w299
wgetr R1, w299
text T2, 3, t0
arg 1, 1, 1
`
	}
	registers := "S " + many("int") + "\nT " + many("string") + "\nR " + many("any") + "\n"
	wantValue(t, `
const 0 string "wide"
template 0 string {int} {string} {any}
func 0 "" params result any
`+registers+body("call 2, 1, f1\narg 0\ncall 2, 1, f1\narg 0")+`
boxt R0, T2
retr R0
func 1 "wide" params int result string
`+registers+"wgets S1, w299\njnei S1, 0, ->19\nwgetr R1, w299\njsome R1, ->19\n"+body("call 0, 1, f2\narg 0")+`
rett T2
rett T0
func 2 "wide scalars" params int result int
S `+many("int")+`
wgets S1, w299
jnei S1, 0, ->2
kint S1, 5
wputs S1, w299
wputs S1, w255
rets S0
`, "6wide6")
}

const closures = `
type F = fn int string -> string
const 0 string "t"
const 1 string "u"
template 0 string {int} {string} {list[int]} {int} {string} ";"
func 0 "" params result any
S int, int
T string, string
R any, list[int], F, F
kint S0, 1
ktext T0, k0
list R1, list[int]
pushs R1, S0
closure R2, 3, f1
arg 0, 0, 1
kint S0, 2
closure R3, 3, f1
arg 0, 0, 1
kint S1, 9
ktext T1, k1
callc 0, 2, R2
arg 1, 1
callc 1, 2, R3
arg 1, 0
cat T0, T0, T1
boxt R0, T0
retr R0
func 1 "" params int, string, list[int], int, string captures 3 result string
S int, int
T string, string
R list[int]
text T0, 5, t0
arg 0, 0, 0, 1, 1
rett T0
`

// TestClosures captures values of every file, twice, and passes arguments behind them.
func TestClosures(t *testing.T) {
	wantValue(t, closures, "1t[1]9u;2t[1]91t[1]9u;;")
}

func TestZeroFunctionValue(t *testing.T) {
	_, err := play(t, "type F = fn -> none\n"+oneFunction("", "R any, F", "callc 0, 0, R1 @7:3\nretr R0"))
	wantFault(t, err, capability.Absent, "function value was never set", "t.rex:7:3")
}

// TestPlainClosure has scalars only and is called again and again.
func TestPlainClosure(t *testing.T) {
	wantValue(t, `
type F = fn int -> int
func 0 "" params result any
S int, int, int
R any, F
kint S1, 10
closure R1, 1, f1
arg 1
kint S2, 1000
callc 0, 1, R1
arg 0
fori S1, S2, ->4
boxs R0, S0
retr R0
func 1 "" params int, int captures 1 result int
S int, int
add S0, S0, S1
rets S0
`, "9900")
}

const natives = `
const 0 string "ab"
func 0 "" params result any
S bool, int, int
T string, string
R any, list[int], int?
ktext T0, k0
kint S1, 2
lib 1, 2, lib17
arg 0, 1
lib 0, 2, lib10
arg 1, 0
jt S0, ->8
retr R0
kint S1, 3
kint S2, 6
lib 1, 2, lib511
arg 1, 2
lib 2, 1, lib78
arg 1
movr R0, R1
opens S1, R2
pushs R1, S1
pushs R1, S1
retr R0
`

// TestLibraryCalls goes through natives with arguments and results of all
// files: contains, repeat, list.range, pop.
func TestLibraryCalls(t *testing.T) {
	wantValue(t, natives, "[3,4,5,5]")
	_, err := play(t, oneFunction("", "S int\nT string\nR any", "kint S0, -1\nlib 0, 2, lib17 @7:3\narg 0, 0\nretr R0"))
	wantFault(t, err, capability.Range, "", "t.rex:7:3")
	_, err = play(t, oneFunction("", "S int\nR any, list[int]", "lib 0, 1, lib70 @7:3\narg 1\nretr R0"))
	wantFault(t, err, capability.Absent, "never set", "t.rex:7:3")
}
