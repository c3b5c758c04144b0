package bytecode

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rex/capability"
)

// bulk is a module whose code, or whose handlers, are n long.
func bulk(n int) map[string]*Module {
	types := []*capability.Type{capability.Int, capability.ErrorT, capability.String}
	one := func(f Func) *Module {
		f.Result = capability.None
		return &Module{Types: types, Funcs: []Func{f}, Templates: []Template{{Type: capability.String, Pieces: []TemplatePiece{{Hole: capability.Int}}}}}
	}
	add := Func{S: types[:1]}
	jumps := Func{}
	handled := Func{S: types[:1], R: types[1:2]}
	texts := Func{S: types[:1], T: types[2:3]}
	for i := range n {
		add.Code = append(add.Code, Instr{Op: ADD})
		add.Lines = append(add.Lines, Line{uint32(i), uint32(i + 1), 1})
		jumps.Code = append(jumps.Code, Instr{Op: JMP, Imm: int32(n - i - 1)})
		handled.Code = append(handled.Code, Instr{Op: ADD})
		handled.Handlers = append(handled.Handlers, Handler{0, uint32(n), uint32(n), capability.AllKinds, 0, false})
		if i%2 == 0 {
			texts.Code = append(texts.Code, Instr{Op: TEXT, B: 1}, Instr{Op: ARG})
		}
	}
	out := map[string]*Module{}
	for name, f := range map[string]Func{"straight": add, "jumps": jumps, "handlers": handled, "texts": texts} {
		f.Code = append(f.Code, Instr{Op: RETN})
		out[name] = one(f)
	}
	funcs := one(Func{Code: []Instr{{Op: RETN}}})
	for range n / 4 {
		funcs.Funcs = append(funcs.Funcs, funcs.Funcs[0])
	}
	out["functions"] = funcs
	return out
}

// TestLinear: ten times the module takes about ten times as long to prove.
// The factor allowed is far from ten and further from a hundred.
func TestLinear(t *testing.T) {
	small, large := bulk(10_000), bulk(100_000)
	for name := range small {
		a, b := proof(t, small[name]), proof(t, large[name])
		t.Logf("%s: %v, %v", name, a, b)
		if b > 40*a+50*time.Millisecond {
			t.Errorf("%s: 10^4 take %v, 10^5 take %v", name, a, b)
		}
	}
}

// proof is the least time of three that decoding and verifying takes.
func proof(t testing.TB, m *Module) time.Duration {
	least := time.Hour
	file := m.Encode()
	for range 3 {
		start := time.Now()
		d, err := Decode(file)
		if err == nil {
			_, err = Verify(d)
		}
		if err != nil {
			t.Fatal(err)
		}
		least = min(least, time.Since(start))
	}
	return least
}

// TestWorkBudget: comparing types, the one thing whose cost is not bounded by
// the instruction, is paid from a budget.
func TestWorkBudget(t *testing.T) {
	var text strings.Builder
	text.WriteString("type r = record x: int")
	for i := range 32 {
		fmt.Fprintf(&text, ", %s%d: int", strings.Repeat("field_", 30), i)
	}
	text.WriteString("\ntype o = optional r\nfunc 0 \"\" params result none\nR r, any\n")
	text.WriteString(strings.Repeat("movr R1, R0\n", 20_000))
	text.WriteString("retn\n")
	start := time.Now()
	_, err := Verify(assemble(t, text.String()))
	if err == nil || !strings.Contains(err.Error(), "too much work") {
		t.Errorf("got %v", err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it takes %v", took)
	}
}

func BenchmarkDecode(b *testing.B) {
	file := every(b)
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, err := Decode(file); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	m, err := Decode(every(b))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Verify(m); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerifyLarge proves 10^5 instructions.
func BenchmarkVerifyLarge(b *testing.B) {
	m := bulk(100_000)["straight"]
	for b.Loop() {
		if _, err := Verify(m); err != nil {
			b.Fatal(err)
		}
	}
}
