package bytecode

import (
	"reflect"
	"testing"

	"rex/capability"
)

func verified(t testing.TB, text string) *Verified {
	t.Helper()
	v, err := Verify(assemble(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestZeroVerified: nobody but Verify makes one that is valid.
func TestZeroVerified(t *testing.T) {
	var none *Verified
	if none.Valid() || new(Verified).Valid() {
		t.Error("a Verified that was not verified is valid")
	}
	if !verified(t, everyText(t)).Valid() {
		t.Error("a verified one is not")
	}
}

// E12: changing the module afterwards does not change what is proven.
func TestVerifyCopies(t *testing.T) {
	m := assemble(t, everyText(t))
	v, err := Verify(m)
	if err != nil {
		t.Fatal(err)
	}
	before := disassemble(t, v.Module())
	m.Funcs[0].Code[0] = Instr{Op: TRAP}
	m.Consts[0].Text = "/etc/shadow"
	m.Templates[0].Pieces[0].Literal = "/../"
	m.Types[0] = capability.Bool
	m.Params[0].In.From = nil
	m.Ops[0].Name = "fs.delete"
	m.Uses[0].Globs[0] = "**"
	if disassemble(t, v.Module()) != before {
		t.Error("the proven module changed")
	}
}

const calls = `type f = fn int -> string
const 0 path "/a"
const 1 bool true
const 2 string "create"
op fs.exists
op fs.write
func 0 "main" params result none
S int, int, bool
T path, bytes, string
R int?, error, f
call 0, 0, f1 @3:4
host 2, 1, op5 @5:6
arg 0
karg 1 k1
host 0, 4, op9
arg 0 1 0 2
karg 2 k2
call 2, 9, f2 @9:2
arg 0 1 0 0 0 1 0
arg 2 0
retn
raise R1
handler 0..10 -> 11 R1 denied, io
func 1 "nothing" params result none
retn
func 2 "nine" params int, int, int, path, int, int, int, string, path result string
S int, int, int, int, int, int
T path, string, path
rett T1
`

func TestCall(t *testing.T) {
	v := verified(t, calls)
	f := v.Func(0)
	var starts []int
	for pc := range f.Instrs() {
		starts = append(starts, pc)
	}
	if want := []int{0, 1, 4, 7, 10, 11}; !reflect.DeepEqual(starts, want) {
		t.Errorf("instructions start at %v, not %v", starts, want)
	}
	call := f.Call(7)
	if want := []uint8{0, 1, 0, 0, 0, 1, 0, 2, 0}; !reflect.DeepEqual(call.Args, want) || call.Next != 10 {
		t.Errorf("arguments %v, next %d", call.Args, call.Next)
	}
	write := f.Call(4)
	got := write.HostArgs(capability.Lookup("fs.write"))
	want := []HostArg{{Reg{capability.FileText, 0}, -1}, {Reg{capability.FileText, 1}, -1}, {Const: 2},
		{Reg{capability.FileRef, 0}, -1}, {Reg{capability.FileScalar, 2}, -1}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the arguments of fs.write are %v, not %v", got, want)
	}
	if places := v.Func(2).ParamRegs(); places[3] != (Reg{capability.FileText, 0}) || places[8] != (Reg{capability.FileText, 2}) || places[6] != (Reg{capability.FileScalar, 5}) {
		t.Errorf("parameters arrive in %v", places)
	}
}

func TestPosition(t *testing.T) {
	v := verified(t, "source \"a.rex\"\n"+calls)
	for pc, want := range map[int]capability.Position{
		0: {File: "a.rex", Line: 3, Column: 4}, 1: {File: "a.rex", Line: 5, Column: 6}, 4: {File: "a.rex", Line: 5, Column: 6}, 11: {File: "a.rex", Line: 9, Column: 2},
	} {
		if got := v.Position(capability.Site{PC: pc}); got != want {
			t.Errorf("instruction %d: %v, not %v", pc, got, want)
		}
	}
	for _, s := range []capability.Site{{Func: 1}, {Func: 99}, {Func: -1}} {
		if got := v.Position(s); got != (capability.Position{File: "a.rex"}) {
			t.Errorf("%v: %v", s, got)
		}
	}
}

func TestKinds(t *testing.T) {
	v := verified(t, everyText(t))
	for i := range v.Module().Funcs {
		f := v.Func(i)
		for pc, in := range f.Instrs() {
			got, want := v.Kinds(f, pc), Rows[in.Op].Kinds
			switch in.Op {
			case HOST:
				want = capability.Numbered(uint16(in.Imm)).Kinds | capability.Kinds(capability.Denied, capability.Absent)
			case LIB:
				want = libraryRow(uint16(in.Imm)).Kinds
			case TEXT:
				continue
			}
			if got != want {
				t.Errorf("function %d, %d (%s): %s, not %s", i, pc, in.Op, got, want)
			}
		}
	}
	text := verified(t, "template 0 string \"n=\" {int}\ntemplate 1 string {list[int]}\ntemplate 2 path \"/\" {int}\n"+
		fn("S int\nT string, path\nR list[int]", "text T0, 1, t0", "arg 0", "text T0, 1, t1", "arg 0", "text T1, 1, t2", "arg 0"))
	for pc, want := range map[int]capability.KindMask{0: 0, 2: invalid, 4: invalid} {
		if got := text.Kinds(text.Func(0), pc); got != want {
			t.Errorf("template at %d: %s, not %s", pc, got, want)
		}
	}
}

// TestHash: the hash is that of the file, and of nothing else.
func TestHash(t *testing.T) {
	a, b := verified(t, calls), verified(t, "; other text\n"+calls)
	if a.Hash() != b.Hash() || a.Hash() == verified(t, "source \"b\"\n"+calls).Hash() {
		t.Error("the hash is not of the module")
	}
}

// TestTypeTable: parts come before what is made of them, each once.
func TestTypeTable(t *testing.T) {
	var types TypeTable
	stat := capability.Lookup("fs.stat").Result
	i := types.Add(capability.FuncOf([]*capability.Type{capability.ListOf(stat)}, capability.None))
	if i != len(types.List)-1 || types.Add(stat) != i-2 || types.Add(capability.None) != -1 {
		t.Errorf("indexes %d, %d", i, types.Add(stat))
	}
	m := &Module{Types: types.List, Funcs: []Func{{Result: capability.None, Code: []Instr{{Op: RETN}}}}}
	if _, err := Verify(m); err != nil {
		t.Error(err)
	}
}

// TestNilConstant: a constant parameter of type T? takes nil, or a word of T.
func TestNilConstant(t *testing.T) {
	for _, c := range []string{"none", `string "dir"`} {
		v := verified(t, "const 0 "+c+"\nop fs.find\n"+fn("T path\nR string?, size?, time?, int?, list[string], list[fs.Entry]",
			"host 5, 8, op7", "arg 0 0 1 1 2 2 3", "arg 4", "karg 2 k0"))
		call := v.Func(0).Call(0)
		if a := call.HostArgs(capability.Lookup("fs.find"))[2]; a.Const != 0 {
			t.Errorf("%s: the kind comes from %v", c, a)
		}
	}
}
