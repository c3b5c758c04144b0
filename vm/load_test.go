package vm

import (
	"context"
	"fmt"
	"testing"

	"rex/capability"
)

// TestSettled: a function counts as settled exactly when no way through it
// reads a register before writing it.
func TestSettled(t *testing.T) {
	for _, c := range []struct {
		name, regs, code string
		want             bool
	}{
		{"nothing read", "int", "rets S0", true},
		{"a register never written", "int, int", "rets S1", false},
		{"written first", "int, int", "kint S1, 1\n rets S1", true},
		{"its own operand", "int, int", "addi S1, S1, 1\n rets S1", false},
		{"on one way only", "int, int", "jgei S0, 2, ->2\n kint S1, 1\n rets S1", false},
		{"on both ways", "int, int", "jgei S0, 2, ->3\n kint S1, 1\n jmp ->4\n kint S1, 2\n rets S1", true},
		{"two jumps, one without", "int, int", "jgei S0, 2, ->3\n kint S1, 1\n jgei S0, 1, ->3\n rets S1", false},
		{"a counter that was not set", "int, int", "fori S1, S0, ->0\n rets S0", false},
		{"a counter that was", "int, int", "kint S1, 0\n fori S1, S0, ->1\n rets S1", true},
		{"the limit of a loop", "int, int", "fori S0, S1, ->0\n rets S0", false},
		{"a loop entered below its head", "int, int", "jmp ->2\n rets S1\n jgei S0, 9, ->4\n loop ->1\n rets S0", false},
		{"a loop that brings less to its head", "int, int",
			"jgei S0, 5, ->3\n kint S1, 1\n rets S1\n loop ->2", false},
		{"an argument", "int, int, int", "call 1, 1, f1\n arg 2\n rets S1", false},
		{"a result", "int, int, int", "call 2, 1, f1\n arg 0\n rets S2", true},
		{"a fourth operand", "int, float, float", "itof S1, S0\n fmuladd S1, S1, S1, S2\n rets S0", false},
		{"a fifth operand", "int, float, float", "itof S1, S0\n fmma S1, S1, S1, S1, S2\n rets S0", false},
		{"a wide move", "int, int", "wgets S1, w1\n rets S1", false},
	} {
		v := verified(t, `func 0 "" params result none
  retn
func 1 "f" params int result int
  S `+c.regs+"\n "+c.code)
		if got := settled(v, 1); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestDirtyStack: a callee finds zeros where an earlier call, here a
// stack full of ones, has left something, whichever way it is called.
func TestDirtyStack(t *testing.T) {
	for name, regs := range map[string]string{
		"plain":         "S int, int, int",
		"with a text":   "S int, int, int\n  T string",
		"beyond a byte": "S int, int, int" + repeated(", int", 300),
	} {
		v := verified(t, `
func 0 "" params result any
  S int
  R any
  kint S0, 20
  call 0, 1, f1
  arg 0
  boxs R0, S0
  retr R0
func 1 "f" params int result int
  `+regs+`
  add S1, S1, S0
  jlei S0, 0, ->6
  addi S2, S0, -1
  call 2, 1, f1
  arg 2
  add S1, S1, S2
  rets S1
`)
		m := newMachine(v, gateFor(t, v, &recorder{}, capability.DefaultLimits()), capability.DefaultLimits())
		m.ctx = context.Background()
		for i := range m.S[1:] {
			m.S[1+i] = ^uint64(0)
		}
		value, err := m.run()
		if err != nil || value != capability.IntValue(210) {
			t.Errorf("%s: got %v, %v, want 210", name, value, err)
		}
	}
}

// TestQuickCalls: calls that the loop does itself and calls that it leaves to
// slow go in and out of each other, deep enough for the stack to move, with
// every number of arguments, and each finds its own registers afterwards.
func TestQuickCalls(t *testing.T) {
	v := verified(t, `
const 0 string "main"
const 1 string "slow"
func 0 "" params result any
  S int, int
  T string, string
  R any, list[string]
  ktext T1, k0
  list R1, list[string]
  kint S1, 600
  call 0, 1, f1
  arg 1
  pusht R1, T1
  movr R0, R1
  boxs R0, S0
  retr R0
func 1 "quick" params int result int
  S int, int, int, int
  movs S3, S0
  jlei S0, 0, ->10
  addi S1, S0, -1
  call 2, 2, f2
  arg 1, 0
  call 1, 7, f3
  arg 0, 0, 0, 0, 0, 0, 2
  call 2, 0, f4
  add S1, S1, S2
  rets S1
  rets S3
func 2 "slow" params int, int result int
  S int, int, int
  T string, string
  ktext T1, k1
  call 2, 1, f1
  arg 0
  tjeq T0, T1, ->5
  rets S2
  kint S2, -1
  rets S2
func 3 "seven" params int, int, int, int, int, int, int result int
  S int, int, int, int, int, int, int
  sub S0, S0, S5
  add S0, S0, S6
  rets S0
func 4 "none" params result int
  S int
  kint S0, 1
  rets S0
`)
	m := newMachine(v, gateFor(t, v, &recorder{}, capability.DefaultLimits()), capability.DefaultLimits())
	quick := 0
	for _, in := range m.code {
		if in.Op == opCall {
			quick++
		}
	}
	if quick != 4 {
		t.Errorf("%d calls are quick, want 4: all but that of the function with texts", quick)
	}
	limits := capability.DefaultLimits()
	limits.CallDepth = 1201
	value, _, err := Run(context.Background(), v, gateFor(t, v, &recorder{}, limits), limits, nil)
	if err != nil || value != capability.IntValue(600) {
		t.Errorf("got %v, %v, want 600", value, err)
	}
	limits.CallDepth = 1200
	_, _, err = Run(context.Background(), v, gateFor(t, v, &recorder{}, limits), limits, nil)
	limit(t, err, "call-depth")
}

func repeated(s string, n int) string {
	out := ""
	for range n {
		out += s
	}
	return out
}

// TestQuickValues calls function values of scalars with every number of
// captures and arguments around what the loop does itself, at the top and
// from a function deep in the stack.
func TestQuickValues(t *testing.T) {
	for captures := range 4 {
		for args := range 10 {
			for _, depth := range []int{0, 70} {
				module, want := valueModule(captures, args, depth)
				wantValue(t, module, want)
			}
		}
	}
}

// valueModule makes a function value that weighs captures and arguments by
// their place, 1 and 2 and so on, and gives it numbers from 10 on.
func valueModule(captures, args, depth int) (module, want string) {
	n := captures + args
	sum, code := 0, ""
	for i := range n {
		sum += (10 + i) * (i + 1)
		code += fmt.Sprintf("kint S%d, %d\nmul S%d, S%d, S%d\nadd S%d, S%d, S%d\n", n, i+1, n, n, i, n+1, n+1, n)
	}
	list := func(from, to int) string {
		text := ""
		for i := from; i < to; i++ {
			if (i-from)%7 == 0 {
				text += "\narg"
			}
			text += fmt.Sprintf(" %d", i+1)
		}
		return text + "\n"
	}
	numbers := ""
	for i := range n {
		numbers += fmt.Sprintf("kint S%d, %d\n", i+1, 10+i)
	}
	registers := "S int" + repeated(", int", n)
	return fmt.Sprintf(`
type F = fn%s -> int
func 0 "" params result any
S int
R any
kint S0, %d
call 0, 1, f1
arg 0
boxs R0, S0
retr R0
func 1 "deep" params int result int
%s
T string
R F
jeqi S0, 0, ->5
addi S0, S0, -1
call 0, 1, f1
arg 0
rets S0
%sclosure R0, %d, f2%scallc 0, %d, R0%srets S0
func 2 "" params%s captures %d result int
S int, int%s
kint S%d, 0
%srets S%d
`, repeated(" int", args), depth, registers, numbers, captures, list(0, captures), args, list(captures, n),
		repeated(" int", n), captures, repeated(", int", n), n+1, code, n+1), fmt.Sprint(sum)
}

// TestAValueThatIsNotQuick reads a register it never wrote, which is zero.
func TestAValueThatIsNotQuick(t *testing.T) {
	wantValue(t, `
type F = fn int -> int
func 0 "" params result any
S int, int, int
R any, F
kint S0, 7
call 0, 1, f2
arg 0
closure R1, 0, f1
callc 0, 1, R1
arg 0
boxs R0, S0
retr R0
func 1 "" params int result int
S int, int, int
add S0, S0, S1
add S0, S0, S2
rets S0
func 2 "dirty" params int result int
S int, int, int
kint S1, 5
kint S2, 5
rets S0
`, "7")
}
