package vm

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"rex/capability"
	"rex/library"
)

// oneFunction is a module of one function that gives an any.
func oneFunction(params, registers, code string) string {
	head := ""
	for i, t := range strings.Split(params, ", ") {
		if t != "" {
			head += fmt.Sprintf("param p%d %s required\n", i, t)
		}
	}
	return head + "func 0 \"\" params " + params + " result any\n" + registers + "\n" + code
}

// TestResults runs straight code over all register files.
func TestResults(t *testing.T) {
	for name, c := range map[string]struct{ consts, regs, code, want string }{
		"int":         {"", "S int\nR any", "kint S0, -7\nboxs R0, S0\nretr R0", "-7"},
		"large int":   {"const 0 int 9223372036854775807", "S int\nR any", "knum S0, k0\nboxs R0, S0\nretr R0", "9223372036854775807"},
		"float":       {"const 0 float 0.1\nconst 1 float 0.2", "S float, float\nR any", "knum S0, k0\nknum S1, k1\nfadd S0, S0, S1\nboxs R0, S0\nretr R0", "0.30000000000000004"},
		"text":        {"const 0 string \"a\"\nconst 1 string \"b\"", "T string, string\nR any", "ktext T0, k0\nktext T1, k1\ncat T1, T1, T0\nmovt T0, T1\nboxt R0, T0\nretr R0", "ba"},
		"path":        {"const 0 path \"/a\"", "T path\nR any", "ktext T0, k0\nboxt R0, T0\nretr R0", "/a"},
		"nil":         {"", "R any", "knil R0\nretr R0", "nil"},
		"zero":        {"", "S int\nR any", "boxs R0, S0\nretr R0", "0"},
		"reference":   {"", "S int\nR any, list[int]", "list R1, list[int]\nkint S0, 5\npushs R1, S0\npushs R1, S0\nmovr R0, R1\nretr R0", "[5,5]"},
		"map":         {"const 0 string \"k\"", "S int\nT string\nR any, map[int]", "map R1, map[int]\nktext T0, k0\nkint S0, 5\nmputs R1, T0, S0\nmats S0, R1, T0, ->6\naddi S0, S0, 1\nmputs R1, T0, S0\nmovr R0, R1\nretr R0", `{"k":6}`},
		"remainder":   {"", "S int, int\nR any", "kint S0, -7\nkint S1, 3\nrem S0, S0, S1\nboxs R0, S0\nretr R0", "-1"},
		"rem by -1":   {"const 0 int -9223372036854775808", "S int, int\nR any", "knum S0, k0\nkint S1, -1\nrem S0, S0, S1\nboxs R0, S0\nretr R0", "0"},
		"division":    {"", "S int, int, float\nR any", "kint S0, 7\nkint S1, 2\ndivf S2, S0, S1\nboxs R0, S2\nretr R0", "3.5"},
		"not":         {"", "S bool\nR any", "not S0, S0\nboxs R0, S0\nretr R0", "true"},
		"fused":       {"const 0 float 3\nconst 1 float 4", "S float, float, float\nR any", "knum S0, k0\nknum S1, k1\nfmma S2, S0, S0, S1, S1\nfmms S0, S2, S0, S1, S0\nfmuladd S0, S0, S0, S1\nboxs R0, S0\nretr R0", "3973.0"},
		"round trip":  {"", "S int\nR any, int?", "kint S0, 3\nboxs R1, S0\nkint S0, 4\nopens S0, R1\nboxs R0, S0\nretr R0", "3"},
		"scaled half": {"const 0 float 0.5", "S size, float\nR any", "kint S0, 5\nknum S1, k0\nscale S0, S0, S1\nboxs R0, S0\nretr R0", "3B"},
		"scaled neg":  {"const 0 float 2", "S size, float\nR any", "kint S0, -5\nknum S1, k0\nscaled S0, S0, S1\nboxs R0, S0\nretr R0", "-3B"},
		"to float":    {"", "S int, float\nR any", "kint S0, 3\nitof S1, S0\nfneg S1, S1\nboxs R0, S1\nretr R0", "-3.0"},
		"template":    {"const 0 string \"x\"\ntemplate 0 string \"a\" {string} \"-\" {int}", "S int\nT string\nR any", "ktext T0, k0\nkint S0, 9\ntext T0, 2, t0\narg 0, 0\nboxt R0, T0\nretr R0", "ax-9"},
		"equal":       {"", "S bool, int\nR any, list[int], list[int]", "list R1, list[int]\nlist R2, list[int]\neq S0, R1, R2\njf S0, ->6\npushs R1, S1\neq S0, R1, R2\nboxs R0, S0\nretr R0", "false"},
		"cast":        {"", "S int\nR any", "kint S0, 4\nboxs R0, S0\nkint S0, 0\ncasts S0, R0, int\naddi S0, S0, 1\nboxs R0, S0\nretr R0", "5"},
		"is":          {"", "S int\nR any", "boxs R0, S0\njis R0, string, ->4\njisnt R0, string, ->4\nretr R0\nknil R0\nretr R0", "nil"},
		"nothing":     {"", "R any", "jsome R0, ->2\njnil R0, ->2\nretr R0", "nil"},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := play(t, c.consts+"\n"+oneFunction("", c.regs, c.code))
			if err != nil {
				t.Fatal(err)
			}
			got := "nil"
			if v != nil {
				got = library.Text(v)
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestBranches takes each comparison over numbers around it, both ways.
func TestBranches(t *testing.T) {
	ints := []int64{math.MinInt64, -300, -2, -1, 0, 1, 2, 300, math.MaxInt64}
	compare := map[string]func(a, b int64) bool{
		"jeq": func(a, b int64) bool { return a == b }, "jne": func(a, b int64) bool { return a != b },
		"jlt": func(a, b int64) bool { return a < b }, "jle": func(a, b int64) bool { return a <= b },
		"jgt": func(a, b int64) bool { return a > b }, "jge": func(a, b int64) bool { return a >= b },
	}
	jump := func(t *testing.T, module string, a, b int64) bool {
		v, err := play(t, module, capability.IntValue(a), capability.IntValue(b))
		if err != nil {
			t.Fatal(err)
		}
		return v == capability.IntValue(1)
	}
	tail := "\nkint S0, 0\nboxs R0, S0\nretr R0\nkint S0, 1\nboxs R0, S0\nretr R0"
	for name, is := range compare {
		for _, a := range ints {
			for _, b := range ints {
				if name != "jgt" && name != "jge" {
					if got := jump(t, oneFunction("int, int", "S int, int\nR any", name+" S0, S1, ->4"+tail), a, b); got != is(a, b) {
						t.Errorf("%s %d, %d: %t", name, a, b, got)
					}
				}
				if b >= -300 && b <= 300 {
					short := library.Text(capability.IntValue(b))
					if got := jump(t, oneFunction("int, int", "S int, int\nR any", name+"i S0, "+short+", ->4"+tail), a, b); got != is(a, b) {
						t.Errorf("%si %d, %d: %t", name, a, b, got)
					}
				}
			}
		}
	}
}

// TestFloatAndTextBranches does so for the other files.
func TestFloatAndTextBranches(t *testing.T) {
	for _, c := range []struct {
		op   string
		a, b capability.Value
		want bool
	}{
		{"fjeq", capability.FloatValue(0), capability.FloatValue(math.Copysign(0, -1)), true},
		{"fjne", capability.FloatValue(0), capability.FloatValue(1), true},
		{"fjlt", capability.FloatValue(-1), capability.FloatValue(1), true},
		{"fjlt", capability.FloatValue(1), capability.FloatValue(1), false},
		{"fjle", capability.FloatValue(1), capability.FloatValue(1), true},
		{"tjeq", capability.StringValue("a"), capability.StringValue("a"), true},
		{"tjne", capability.StringValue("a"), capability.StringValue("a"), false},
		{"tjlt", capability.StringValue("a"), capability.StringValue("b"), true},
		{"tjle", capability.StringValue("b"), capability.StringValue("a"), false},
		{"tjle", capability.StringValue("b"), capability.StringValue("b"), true},
		{"tjlt", capability.PathValue("/a/b"), capability.PathValue("/a-b"), true},
	} {
		kind := c.a.Kind().String()
		file := "T"
		if kind == "float" {
			file = "S"
		}
		registers := "S int\nT " + kind + ", " + kind + "\nR any"
		if file == "S" {
			registers = "S float, float, int\nR any"
		}
		n := map[string]string{"S": "S2", "T": "S0"}[file]
		module := oneFunction(kind+", "+kind, registers, c.op+" "+file+"0, "+file+"1, ->2\nretr R0\nboxs R0, "+n+"\nretr R0")
		v, err := play(t, module, c.a, c.b)
		if err != nil || (v != nil) != c.want {
			t.Errorf("%s %v, %v: %v, %v", c.op, c.a, c.b, v, err)
		}
	}
}

// TestArguments: what the caller hands in is held to the parameters' types.
func TestArguments(t *testing.T) {
	module := oneFunction("int, string, any", "S int\nT string\nR any", "retr R0")
	good := []capability.Value{capability.IntValue(1), capability.StringValue("x"), capability.IntValue(5)}
	if v, err := play(t, module, good...); err != nil || v != capability.IntValue(5) {
		t.Errorf("got %v, %v", v, err)
	}
	for name, args := range map[string][]capability.Value{
		"too few":  good[:2],
		"too many": append(good[:3:3], nil),
		"a nil":    {nil, good[1], good[2]},
		"a text":   {good[1], good[1], good[2]},
		"a path":   {good[0], capability.PathValue("/x"), good[2]},
		"a zero":   {capability.BoolValue(false), good[1], good[2]},
		"a stream": {good[0], good[1], &lines{}},
		"inside":   {good[0], good[1], &capability.List{Elem: capability.ListOf(capability.Int), Cells: capability.Cells{R: []capability.Value{good[1]}}}},
	} {
		if _, err := play(t, module, args...); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	word := "type mode = word \"a\" \"b\"\n" + oneFunction("mode", "T mode\nR any", "boxt R0, T0\nretr R0")
	if v, err := play(t, word, capability.StringValue("b")); err != nil || v != capability.StringValue("b") {
		t.Errorf("got %v, %v", v, err)
	}
	if _, err := play(t, word, capability.StringValue("c")); err == nil {
		t.Error("a word that is none is taken")
	}
}
