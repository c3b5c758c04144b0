package bytecode

import (
	"bytes"
	"testing"

	"rex/capability"
)

func smoke() *Module {
	op := capability.Lookup("fs.stat")
	m := &Module{
		Source: Source{Name: "a.rex"},
		Consts: []Const{{Type: capability.Path, Text: "/etc/hosts"}, {Type: capability.Bool, Bits: 1}},
		Params: []capability.Param{{Name: "n", Type: capability.Int, Default: capability.IntValue(3), In: &capability.Interval{From: capability.IntValue(1), To: capability.IntValue(9), Inclusive: true}}},
		Ops:    []OpUse{{op.Number, op.Name, op.Hash()}},
	}
	var types TypeTable
	for _, t := range []*capability.Type{capability.Int, capability.Path, capability.Bool, capability.ErrorT, op.Result} {
		types.Add(t)
	}
	m.Types = types.List
	m.Funcs = []Func{{
		Params: []*capability.Type{capability.Int}, Result: capability.None,
		S: []*capability.Type{capability.Int}, T: []*capability.Type{capability.Path},
		R: []*capability.Type{op.Result, capability.ErrorT},
		Code: []Instr{
			{Op: KTEXT, A: 0, Imm: 0},
			{Op: HOST, A: 0, B: 1, Imm: int32(op.Number)},
			{Op: ARG},
			{Op: KARG, A: 1, Imm: 1},
			{Op: RETN},
			{Op: RAISE, A: 1},
		},
		Handlers: []Handler{{From: 0, To: 4, Target: 5, Mask: capability.AllKinds, Err: 1, Defer: true}},
		Lines:    []Line{{0, 1, 1}, {1, 2, 5}},
	}}
	return m
}

func TestSmoke(t *testing.T) {
	m := smoke()
	v, err := Verify(m)
	if err != nil {
		t.Fatal(err)
	}
	b := v.Module().Encode()
	d, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(d.Encode(), b) || !bytes.Equal(m.Encode(), b) {
		t.Fatal("not canonical")
	}
}
