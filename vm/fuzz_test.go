package vm

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"rex/bytecode"
	"rex/capability"
	"rex/policy"
)

// E04: what decodes and verifies runs to a value or an error within small
// limits, whoever made it. The second input changes the code of the first, five
// or more bytes each (see change), which comes further than bytes at random.
// Each module runs behind a gate that denies everything, and behind one that
// permits everything before a host that gives values of the right types.
func FuzzRun(f *testing.F) {
	every, err := os.ReadFile("../bytecode/testdata/every.rexasm")
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{
		string(every), fib, mixedCalls, plainCallsMixed, closures, natives, zeroRegisters, exists, deferred, endless,
		streaming(readAll), down(100, true), counted(300), "func 0 \"\" params result any\nS int\nR any, error\ncall 0, 0, f1\nretr R0\nretr R0\nhandler 0..1 -> 2 R1 all\n" + divide,
	} {
		if !strings.HasPrefix(strings.TrimSpace(text), "source") {
			text = "source \"t.rex\"\n" + text
		}
		m, err := bytecode.Assemble(text)
		if err != nil {
			f.Fatal(err)
		}
		if m.Encode() == nil {
			f.Fatalf("no encoding of\n%s", text)
		}
		f.Add(m.Encode(), []byte(nil))
		f.Add(m.Encode(), []byte{0, 0, 2, 0, byte(bytecode.HOST), 1, 0, 1, 2, 3, 2, 0, 0, 3, 3})
	}
	denies, permits := sets(f), sets(f, permitAll)
	f.Fuzz(func(t *testing.T, file, changes []byte) {
		m, err := bytecode.Decode(file)
		if err != nil {
			return
		}
		for ; len(changes) >= 5; changes = changes[5:] {
			change(m, changes)
		}
		v, err := bytecode.Verify(m)
		if err != nil {
			return
		}
		attempt(t, v, denies)
		attempt(t, v, permits)
	})
}

// change makes one change of a module: what, where (function, place, byte), the value.
func change(m *bytecode.Module, c []byte) {
	if len(m.Funcs) == 0 {
		return
	}
	f := &m.Funcs[int(c[1])%len(m.Funcs)]
	place, part, value := int(c[2]), int(c[3]), c[4]
	switch {
	case c[0]%4 <= 1 && len(f.Code) > 0:
		in := &f.Code[place%len(f.Code)]
		switch part % 8 {
		case 0:
			in.Op = bytecode.Opcode(value)
		case 1:
			in.A = value
		case 2:
			in.B = value
		case 3:
			in.C = value
		default:
			in.Imm = int32(int8(value))
		}
	case c[0]%4 == 2 && len(m.Types) > 0:
		if regs := f.Regs(capability.File(1 + part%3)); len(regs) > 0 {
			regs[place%len(regs)] = m.Types[int(value)%len(m.Types)]
		}
	case c[0]%4 == 3:
		f.Handlers = append(f.Handlers, bytecode.Handler{
			From: uint32(place), To: uint32(part), Target: uint32(value), Mask: capability.AllKinds, Err: c[0] / 8, Defer: c[0]&4 != 0,
		})
	}
}

// attempt runs a module and looks at how it ended and what it left.
func attempt(t *testing.T, v *bytecode.Verified, sets policy.Sets) {
	limits := capability.DefaultLimits()
	limits.Fuel, limits.Memory, limits.CallDepth, limits.Time, limits.HostCalls = 5000, 1<<20, 100, 2*time.Second, 300
	args := make([]capability.Value, len(v.Func(0).Params))
	for i, p := range v.Func(0).Params {
		args[i] = sample(p, 0)
	}
	sites := map[capability.Site]*capability.Op{}
	for i := range v.Module().Funcs {
		for pc, in := range v.Func(i).Instrs() {
			if in.Op == bytecode.HOST {
				sites[capability.Site{Func: i, PC: pc}] = capability.Numbered(uint16(in.Imm))
			}
		}
	}
	host := acts(func(_ context.Context, op *capability.Op, _ []capability.Value) (capability.Value, error) {
		return sample(op.Result, 0), nil
	})
	gate := policy.NewGate(policy.Config{Sets: sets, Identity: policy.Identity{User: "alice"}, Host: host, Report: policy.Envelope(sites), Limits: limits})
	m := newMachine(v, gate, limits)
	value, err := m.execute(context.Background(), args)
	var e *Error
	switch {
	case err == nil:
		if value != nil && !capability.TypeOf(value).FitsAny() {
			t.Fatalf("the result is a %s", capability.TypeOf(value))
		}
	case !errors.As(err, &e):
		t.Fatalf("it ended with %T", err)
	case strings.Contains(err.Error(), "internal error"):
		t.Fatal(err)
	}
	if m.spent() > limits.Fuel {
		t.Errorf("it used %d of fuel", m.spent())
	}
	if m.peak > limits.Memory+limits.Memory/100 {
		t.Errorf("%d bytes were charged", m.peak)
	}
	held(t, m)
}

// held checks that the registers of main hold values of their types.
func held(t *testing.T, m *machine) {
	if m.fp != 0 {
		return
	}
	for i, typ := range m.funcs[0].S {
		if typ.Kind == capability.KindBool && m.S[i] > 1 {
			t.Fatalf("bool register %d holds %d", i, m.S[i])
		}
		if f := float(m.S[i]); typ.Kind == capability.KindFloat && f-f != 0 {
			t.Fatalf("float register %d holds %v", i, f)
		}
	}
	for i, typ := range m.funcs[0].T {
		if typ.Kind == capability.KindWord && m.T[i] != "" && !typ.HasWord(m.T[i]) {
			t.Fatalf("register %d, a %s, holds %q", i, typ, m.T[i])
		}
	}
	for i, typ := range m.funcs[0].R {
		v := m.R[i]
		if v == nil {
			continue
		}
		switch typ.Kind {
		case capability.KindFunc, capability.KindIterator, capability.KindStream:
			if v.Kind() != typ.Kind {
				t.Fatalf("register %d, a %s, holds a %s", i, typ, v.Kind())
			}
		case capability.KindAny, capability.KindOptional, capability.KindRecord:
		default:
			if !capability.TypeOf(v).Equal(typ) {
				t.Fatalf("register %d, a %s, holds a %s", i, typ, capability.TypeOf(v))
			}
		}
	}
}

// sample is some value of a type.
func sample(t *capability.Type, depth int) capability.Value {
	if depth > 10 {
		return nil
	}
	switch t.Kind {
	case capability.KindNone, capability.KindOptional, capability.KindAny:
		return nil
	case capability.KindWord:
		return capability.StringValue(t.Words[0])
	case capability.KindPath:
		return capability.PathValue("/srv/x")
	case capability.KindURL:
		return capability.URLValue("https://example.org/x")
	case capability.KindIP:
		return capability.IPValue("10.0.0.1")
	case capability.KindCIDR:
		return capability.CIDRValue("10.0.0.0/8")
	case capability.KindList:
		l := capability.NewList(t.Elem)
		for range 3 {
			l.Append(t.Elem, sample(t.Elem, depth+1))
		}
		return l
	case capability.KindMap:
		m := capability.NewMap(t.Elem)
		m.Put("a", sample(t.Elem, depth+1))
		return m
	case capability.KindRecord:
		r := capability.NewRecord(t)
		for i := range t.Fields {
			r.SetField(i, sample(t.Fields[i].Type, depth+1))
		}
		return r
	case capability.KindStream:
		return &lines{values: []capability.Value{sample(t.Elem, depth+1), sample(t.Elem, depth+1)}}
	case capability.KindError:
		return capability.Fault(capability.IO, "sample")
	case capability.KindFunc:
		return nil
	}
	if t.File() == capability.FileScalar {
		return capability.BoxScalar(t.Kind, 1)
	}
	return capability.BoxText(t.Kind, "x")
}
