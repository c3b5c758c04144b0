package bytecode

import (
	"testing"

	"rex/capability"
)

// E01: whatever the bytes, decoding, verifying and showing never
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

// FuzzVerify turns bytes into changes of the golden module's code, tables of
// registers and handlers: so it comes to the verifier, past the file's form.
// Each change takes five bytes: what, where (function, place, byte) and the value.
func FuzzVerify(f *testing.F) {
	f.Add([]byte{0, 0, 1, 1, 3})
	f.Add([]byte{0, 3, 2, 0, byte(HOST), 1, 3, 0, 1, 255, 2, 2, 0, 2, 1})
	f.Add([]byte{0, 1, 43, 4, 250, 0, 5, 1, 0, byte(KARG)})
	file := every(f)
	f.Fuzz(func(t *testing.T, changes []byte) {
		m, err := Decode(file)
		if err != nil {
			t.Fatal(err)
		}
		for ; len(changes) >= 5; changes = changes[5:] {
			change(m, changes)
		}
		if v := accept(t, m.Encode()); v != nil {
			readAll(t, v)
		}
	})
}

func change(m *Module, c []byte) {
	f := &m.Funcs[int(c[1])%len(m.Funcs)]
	place, part, value := int(c[2]), int(c[3]), c[4]
	switch c[0] % 3 {
	case 0:
		in := &f.Code[place%len(f.Code)]
		switch part % 8 {
		case 0:
			in.Op = Opcode(value)
		case 1:
			in.A = value
		case 2:
			in.B = value
		case 3:
			in.C = value
		default:
			shift := 8 * (part%8 - 4)
			in.Imm = in.Imm&^(255<<shift) | int32(uint32(value)<<shift)
		}
	case 1:
		if regs := f.Regs(capability.File(1 + part%3)); len(regs) > 0 {
			regs[place%len(regs)] = m.Types[int(value)%len(m.Types)]
		}
	case 2:
		f.Handlers = append(f.Handlers, Handler{uint32(place), uint32(part), uint32(value), capability.AllKinds, c[0], c[0] > 128})
	}
}
