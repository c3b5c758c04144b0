package vm

import (
	"slices"
	"testing"

	"rex/capability"
	"rex/library"
)

const (
	maxInt = "const 0 int 9223372036854775807\n"
	minInt = "const 0 int -9223372036854775808\n"
	huge   = "const 0 float 1e308\n"
)

// TestTraps: each failure of an instruction, with its kind and place; what
// lies just within is no failure.
func TestTraps(t *testing.T) {
	const overflow, zero, infinite = "does not fit in 64 bits", "division by zero", "not a finite number"
	two := "S int, int\nR any\n"
	for name, c := range map[string]struct {
		head, regs, code string
		kind             capability.ErrorKind
		message          string // "" when it must not fail
	}{
		"add up":            {maxInt, two, "knum S0, k0\nkint S1, 1\nadd S0, S0, S1 @7:3\n", capability.Range, overflow},
		"add down":          {minInt, two, "knum S0, k0\nkint S1, -1\nadd S0, S0, S1 @7:3\n", capability.Range, overflow},
		"add within":        {maxInt, two, "knum S0, k0\nkint S1, 0\nadd S0, S0, S1\n", 0, ""},
		"sub down":          {minInt, two, "knum S0, k0\nkint S1, 1\nsub S0, S0, S1 @7:3\n", capability.Range, overflow},
		"sub min":           {minInt, two, "knum S1, k0\nsub S0, S0, S1 @7:3\n", capability.Range, overflow},
		"sub within":        {minInt, two, "knum S1, k0\nkint S0, -1\nsub S0, S0, S1\n", 0, ""},
		"mul large":         {maxInt, two, "knum S0, k0\nkint S1, 2\nmul S0, S0, S1 @7:3\n", capability.Range, overflow},
		"mul min by -1":     {minInt, two, "knum S0, k0\nkint S1, -1\nmul S0, S0, S1 @7:3\n", capability.Range, overflow},
		"mul -1 by min":     {minInt, two, "knum S0, k0\nkint S1, -1\nmul S0, S1, S0 @7:3\n", capability.Range, overflow},
		"mul min by 1":      {minInt, two, "knum S0, k0\nkint S1, 1\nmul S0, S0, S1\n", 0, ""},
		"mul 2^32":          {"const 0 int 4294967296\n", two, "knum S0, k0\nmul S0, S0, S0 @7:3\n", capability.Range, overflow},
		"mul 2^31":          {"const 0 int 2147483648\n", two, "knum S0, k0\nmul S0, S0, S0\n", 0, ""},
		"mul -2^31":         {"const 0 int -2147483648\n", two, "knum S0, k0\nmul S0, S0, S0\n", 0, ""},
		"mul max by -1":     {maxInt, two, "knum S0, k0\nkint S1, -1\nmul S0, S0, S1\n", 0, ""},
		"neg":               {minInt, two, "knum S0, k0\nneg S0, S0 @7:3\n", capability.Range, overflow},
		"neg within":        {maxInt, two, "knum S0, k0\nneg S0, S0\n", 0, ""},
		"addi":              {maxInt, two, "knum S0, k0\naddi S0, S0, 1 @7:3\n", capability.Range, overflow},
		"rem zero":          {"", two, "rem S0, S0, S1 @7:3\n", capability.Range, zero},
		"divf zero":         {"", "S int, float\nR any", "divf S1, S0, S0 @7:3\n", capability.Range, zero},
		"fdiv zero":         {"const 0 float -0.0\n", "S float, float\nR any", "knum S0, k0\nfdiv S0, S1, S0 @7:3\n", capability.Range, zero},
		"fdiv infinite":     {huge + "const 1 float 1e-308\n", "S float, float\nR any", "knum S0, k0\nknum S1, k1\nfdiv S0, S0, S1 @7:3\n", capability.Range, infinite},
		"fadd":              {huge, "S float\nR any", "knum S0, k0\nfadd S0, S0, S0 @7:3\n", capability.Range, infinite},
		"fsub":              {huge, "S float, float\nR any", "knum S0, k0\nfneg S1, S0\nfsub S0, S1, S0 @7:3\n", capability.Range, infinite},
		"fmul":              {huge, "S float\nR any", "knum S0, k0\nfmul S0, S0, S0 @7:3\n", capability.Range, infinite},
		"fmma":              {huge, "S float\nR any", "knum S0, k0\nfmma S0, S0, S0, S0, S0 @7:3\n", capability.Range, infinite},
		"fmms":              {huge, "S float\nR any", "knum S0, k0\nfmms S0, S0, S0, S0, S0 @7:3\n", capability.Range, infinite},
		"fmuladd":           {huge, "S float\nR any", "knum S0, k0\nfmuladd S0, S0, S0, S0 @7:3\n", capability.Range, infinite},
		"scale":             {huge, "S duration, float\nR any", "kint S0, 5\nknum S1, k0\nscale S0, S0, S1 @7:3\n", capability.Range, overflow},
		"scaled":            {"", "S duration, float\nR any", "scaled S0, S0, S1 @7:3\n", capability.Range, zero},
		"fori":              {maxInt, two, "knum S0, k0\njmp ->2\nfori S0, S1, ->1 @7:3\n", capability.Range, overflow},
		"open nil":          {"", "S int\nR any, int?", "opens S0, R1 @7:3\n", capability.Absent, "it is nil"},
		"at end":            {"", "S int\nR any, list[int]", "list R1, list[int]\npushs R1, S0\nkint S0, 1\nats S0, R1, S0 @7:3\n", capability.Range, "no element 1 in a list of 1"},
		"at before":         {"", "S int\nR any, list[int]", "list R1, list[int]\npushs R1, S0\nkint S0, -1\nats S0, R1, S0 @7:3\n", capability.Range, "no element -1"},
		"at within":         {"", "S int\nR any, list[int]", "list R1, list[int]\npushs R1, S0\nats S0, R1, S0\n", 0, ""},
		"att end":           {"", "S int\nT string\nR any, list[string]", "list R1, list[string]\natt T0, R1, S0 @7:3\n", capability.Range, "no element 0 in a list of 0"},
		"atr end":           {"", "S int\nR any, list[any]", "list R1, list[any]\natr R0, R1, S0 @7:3\n", capability.Range, "no element 0 in a list of 0"},
		"sets end":          {"", "S int, int\nR any, list[int]", "list R1, list[int]\nkint S1, 3\nsets R1, S1, S0 @7:3\n", capability.Range, "no element 3 in a list of 0"},
		"sett end":          {"", "S int\nT string\nR any, list[string]", "list R1, list[string]\nsett R1, S0, T0 @7:3\n", capability.Range, "no element 0 in a list of 0"},
		"setr end":          {"", "S int\nR any, list[any]", "list R1, list[any]\nsetr R1, S0, R0 @7:3\n", capability.Range, "no element 0 in a list of 0"},
		"elem end":          {"", "S int\nR any, list[any]", "list R1, list[any]\nmovr R0, R1\nelem R0, R0, S0 @7:3\n", capability.Range, "no element 0 in a list of 0"},
		"elem of nil":       {"", "S int\nR any", "elem R0, R0, S0 @7:3\n", capability.Absent, "it is nil"},
		"elem of int":       {"", "S int\nR any", "boxs R0, S0\nelem R0, R0, S0 @7:3\n", capability.Invalid, "a int has no elements"},
		"part of nil":       {"", "T string\nR any", "part R0, R0, T0 @7:3\n", capability.Absent, "it is nil"},
		"cast":              {"", "S int\nT string\nR any", "boxs R0, S0\ncastt T0, R0, string @7:3\n", capability.Invalid, ""},
		"zero list":         {"", "S int\nR any, list[int]", "ats S0, R1, S0 @7:3\n", capability.Absent, "never set"},
		"zero list set":     {"", "S int\nR any, list[int]", "sets R1, S0, S0 @7:3\n", capability.Absent, "never set"},
		"zero list push":    {"", "S int\nR any, list[int]", "pushs R1, S0 @7:3\n", capability.Absent, "never set"},
		"zero list length":  {"", "S int\nR any, list[int]", "len S0, R1 @7:3\n", capability.Absent, "never set"},
		"zero list walk":    {"", "R any, list[int], iterator[int]", "iter R2, R1 @7:3\n", capability.Absent, "never set"},
		"zero walk":         {"", "R any, iterator[int]", "next R1, ->1 @7:3\n", capability.Absent, "never set"},
		"zero map":          {"", "S int\nT string\nR any, map[int]", "mats S0, R1, T0, ->1 @7:3\n", capability.Absent, "never set"},
		"zero map put":      {"", "S int\nT string\nR any, map[int]", "mputs R1, T0, S0 @7:3\n", capability.Absent, "never set"},
		"zero record":       {"type P = record x: int\n", "S int\nR any, P", "flds S0, R1, 0 @7:3\n", capability.Absent, "never set"},
		"zero record store": {"type P = record x: int\n", "S int\nR any, P", "sflds R1, 0, S0 @7:3\n", capability.Absent, "never set"},
		"zero error":        {"", "R any, error", "raise R1 @7:3\n", capability.Absent, "never set"},
		"item at first":     {"", "S int\nR any, list[int], iterator[int]", "list R1, list[int]\niter R2, R1\nitems S0, R2 @7:3\n", capability.Absent, "never set"},
		"key of list":       {"", "S int\nT string\nR any, list[int], iterator[int]", "list R1, list[int]\npushs R1, S0\niter R2, R1\nnext R2, ->4\nkey T0, R2 @7:3\n", capability.Absent, "never set"},
		"changed list":      {"", "S int\nR any, list[int], iterator[int]", "list R1, list[int]\npushs R1, S0\niter R2, R1\npushs R1, S0\nnext R2, ->5 @7:3\n", capability.Invalid, "changed while it is walked"},
		"changed map":       {"", "S int\nT string\nR any, map[int], iterator[int]", "map R1, map[int]\niter R2, R1\nmputs R1, T0, S0\nnext R2, ->4 @7:3\n", capability.Invalid, "changed while it is walked"},
		"set in a walk":     {"", "S int\nR any, list[int], iterator[int]", "list R1, list[int]\npushs R1, S0\niter R2, R1\nsets R1, S0, S0\nnext R2, ->5\n", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			code := c.code
			if c.kind == 0 && c.message == "" {
				if _, err := play(t, c.head+oneFunction("", c.regs, code+"retr R0")); err != nil {
					t.Error(err)
				}
				return
			}
			v, err := play(t, c.head+oneFunction("", c.regs, code+"retr R0"))
			if v != nil {
				t.Errorf("got the value %v", v)
			}
			wantFault(t, err, c.kind, c.message, "t.rex:7:3")
		})
	}
}

// TestFrozen: each way to change a container fails on a frozen one.
func TestFrozen(t *testing.T) {
	freeze := func(v capability.Value) capability.Value {
		if err := library.Freeze(v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	record := capability.RecordOf(capability.Field{Name: "x", Type: capability.Int}, capability.Field{Name: "y", Type: capability.String}, capability.Field{Name: "z", Type: capability.Any})
	ints := capability.NewList(capability.Int, capability.IntValue(1))
	texts := capability.NewList(capability.String, capability.StringValue("x"))
	anys := capability.NewList(capability.Any, nil)
	dict := capability.NewMap(capability.Int)
	dict.Put("", capability.IntValue(1))
	for _, c := range []struct {
		code string
		typ  string
		v    capability.Value
	}{
		{"pushs R0, S0", "list[int]", ints}, {"sets R0, S0, S0", "list[int]", ints},
		{"pusht R0, T0", "list[string]", texts}, {"sett R0, S0, T0", "list[string]", texts},
		{"pushr R0, R1", "list[any]", anys}, {"setr R0, S0, R1", "list[any]", anys},
		{"mputs R0, T0, S0", "map[int]", dict},
		{"sflds R0, 0, S0", "P", capability.NewRecord(record)}, {"sfldt R0, 0, T0", "P", capability.NewRecord(record)}, {"sfldr R0, 0, R1", "P", capability.NewRecord(record)},
	} {
		module := "type P = record x: int, y: string, z: any\n" + oneFunction(c.typ, "S int\nT string\nR "+c.typ+", any", c.code+" @7:3\nretr R1")
		if _, err := play(t, module, capability.Value(copied(c.v))); err != nil {
			t.Errorf("%s: %v", c.code, err)
		}
		_, err := play(t, module, freeze(copied(c.v)))
		wantFault(t, err, capability.Invalid, "frozen", "t.rex:7:3")
	}
}

func copied(v capability.Value) capability.Value {
	switch v := v.(type) {
	case *capability.List:
		c := *v
		c.S, c.T, c.R = slices.Clone(v.S), slices.Clone(v.T), slices.Clone(v.R)
		return &c
	case *capability.Map:
		c := capability.NewMap(v.Elem)
		for i, k := range v.Keys {
			c.Put(k, v.At(i))
		}
		return c
	case *capability.Record:
		return capability.NewRecord(v.Type)
	}
	return v
}

// TestAFailureWritesNothing: the target of a failing instruction keeps what it holds.
func TestAFailureWritesNothing(t *testing.T) {
	module := maxInt + oneFunction("", "S int, int\nR any, error",
		"kint S0, 5\nknum S1, k0\nadd S0, S1, S1\nboxs R0, S0\nretr R0\nhandler 2..3 -> 3 R1 all")
	if v, err := play(t, module); err != nil || v != capability.IntValue(5) {
		t.Errorf("got %v, %v", v, err)
	}
}
