package bytecode

import (
	"strings"
	"testing"

	"rex/capability"
)

// TestAssembleErrors: a text that is no module names the line and the reason.
func TestAssembleErrors(t *testing.T) {
	for text, want := range map[string]string{
		"\nfrobnicate 1":                       `line 2: "frobnicate" stands outside of a function`,
		`source "x`:                            "a text does not end",
		`source "x" 00ff`:                      "here must be 32 bytes in hex",
		"type x = tensor":                      `"tensor" is no kind of type`,
		"const 1 int 5":                        "the number is 1, the next one is 0",
		"const 0 int five":                     `"five" is no number`,
		"const 0 float five":                   `"five" is no float`,
		"const 0 what 5":                       `type "what" is not declared`,
		"const 0 #3 5":                         `type "#3" is not declared`,
		"const 0 int":                          "the line is cut off",
		"template 0 string hole":               `"hole" is no hole`,
		"param n int in 1 to 2":                `here must be ".."`,
		"op fs.teleport":                       "there is no operation fs.teleport",
		fn("", "fly"):                          `"fly" is no instruction`,
		fn("", "7 retn"):                       "the number is 7, the next one is 0",
		fn("S int", "kint T0, 1"):              `"T0" is not S and a number`,
		fn("S int", "kint S300, 1"):            "operand 300 does not fit",
		fn("S int", "kint S0, 99999999999"):    "operand 99999999999 does not fit",
		fn("S int", "kint S0, 1, 2"):           `"2" is too much`,
		fn("", "retn D:1"):                     `"D" is no byte of a word`,
		fn("", "retn @1:x"):                    "is no position",
		fn("", "handler 0..x -> 1 R0 all"):     `"x" is no place in the code`,
		fn("", "handler 0..1 -> 1 R0 tired"):   `"tired" is no kind of error`,
		strings.Repeat("x", 10):                "stands outside",
		"type l = " + strings.Repeat("[", 1e4): "is no kind of type",
	} {
		_, err := Assemble(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

// TestUnwritable: a module made in memory that no file can hold is refused
// with a reason, and has no encoding.
func TestUnwritable(t *testing.T) {
	empty := Func{Result: capability.None, Code: []Instr{{Op: RETN}}}
	reg := empty
	reg.S = []*capability.Type{capability.Int}
	noResult := empty
	noResult.Result = nil
	ints := []*capability.Type{capability.Int}
	list := capability.NewList(capability.String, capability.StringValue("x"))
	param := func(p capability.Param) *Module {
		f := empty
		f.Params = []*capability.Type{p.Type}
		return &Module{Types: []*capability.Type{capability.Int, capability.ListOf(capability.Int)}, Params: []capability.Param{p}, Funcs: []Func{f}}
	}
	for name, c := range map[string]struct {
		m    *Module
		want string
	}{
		"type missing":    {&Module{Funcs: []Func{reg}}, "type int is not among the module's types"},
		"type nil":        {&Module{Types: []*capability.Type{nil}, Funcs: []Func{empty}}, "type 0 is nil"},
		"result nil":      {&Module{Funcs: []Func{noResult}}, "a type is nil"},
		"constant type":   {&Module{Consts: []Const{{}}, Funcs: []Func{empty}}, "a type is nil"},
		"bool":            {&Module{Types: []*capability.Type{capability.Bool}, Consts: []Const{{Type: capability.Bool, Bits: 7}}, Funcs: []Func{empty}}, "neither 0 nor 1"},
		"default":         {param(capability.Param{Name: "n", Type: ints[0], Default: capability.StringValue("x")}), "a value is not of type int"},
		"default's type":  {param(capability.Param{Name: "n", Type: capability.ListOf(capability.Int), Default: list}), "a value is not of type list[int]"},
		"default missing": {param(capability.Param{Name: "n", Type: capability.ListOf(capability.Int), Default: (*capability.List)(nil)}), "is missing"},
		"bound":           {param(capability.Param{Name: "n", Type: ints[0], Required: true, In: &capability.Interval{From: capability.IntValue(1)}}), "a value is not of type int"},
	} {
		_, err := Verify(c.m)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
		if c.m.Encode() != nil {
			t.Errorf("%s: it has an encoding", name)
		}
	}
}

// TestLibResult: the result's type of a library call is kept for the VM.
func TestLibResult(t *testing.T) {
	v := verified(t, fn("R list[int], list[int]\nS int", "lib 1, 2, lib510", "arg 0 0", "lib 0, 2, lib76", "arg 0 0"))
	if got := v.LibResult(0, 0); got != v.Func(0).R[1] {
		t.Errorf("the result of concat is %v", got)
	}
	if got := v.LibResult(0, 2); got != capability.None {
		t.Errorf("the result of push is %v", got)
	}
}
