package bytecode

import (
	"testing"

	"rex/capability"
)

// FuzzDecode: whatever the bytes, decoding, verifying and showing never
// panic, an accepted file is the only encoding of its module, and what is
// proven can be read in full through the helpers.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(nil))
	f.Add([]byte(magic))
	f.Add(fileWith(0, nil))
	f.Add(every(f))
	for _, c := range refusals {
		if m, err := Assemble(c.text); err == nil && m.Encode() != nil {
			f.Add(m.Encode())
		}
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if m, err := Decode(file); err == nil {
			sameText(t, m)
		}
		if v := accept(t, file); v != nil {
			readAll(t, v)
		}
	})
}

// readAll reads a proven module as a VM does and fails where the proof
// promised more than is there.
func readAll(t testing.TB, v *Verified) {
	code, starts := v.Flat()
	if len(starts) != len(v.Module().Funcs) || code[len(code)-1].Op != TRAP {
		t.Fatal("the flat code is not what it should be")
	}
	for i := range v.Module().Funcs {
		f := v.Func(i)
		for pc, in := range f.Instrs() {
			site := capability.Site{Func: i, PC: pc}
			if v.Site(starts[i]+pc) != site {
				t.Fatalf("site %v is not found again", site)
			}
			v.Position(site)
			if v.Kinds(f, pc)&^capability.AllKinds != 0 {
				t.Fatalf("%v: unknown kinds", site)
			}
			if to := in.Target(pc); in.Op.Jumps() && (to < 0 || to >= len(f.Code) || f.Code[to].Op.isWord()) {
				t.Fatalf("%v: it jumps to %d", site, to)
			}
			readCall(t, v, f, pc)
		}
	}
}

func readCall(t testing.TB, v *Verified, f *Func, pc int) {
	call := f.Call(pc)
	if int(call.B) != len(call.Args) && call.Op.hasArgs() {
		t.Fatalf("instruction %d: %d arguments of %d", pc, len(call.Args), call.B)
	}
	if call.Op != HOST {
		return
	}
	op := capability.Numbered(uint16(call.Imm))
	for i, a := range call.HostArgs(op) {
		switch p := op.Params[i]; {
		case p.Const:
			if c := v.Module().Consts[a.Const]; c.Value() == nil && p.Type.Kind != capability.KindOptional {
				t.Fatalf("instruction %d: parameter %s is nil", pc, p.Name)
			}
		case f.RegType(a.Reg) == nil:
			t.Fatalf("instruction %d: parameter %s has no register", pc, p.Name)
		}
	}
}
