package bytecode

import (
	"fmt"
	"strings"
	"testing"

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

// BenchmarkScale decodes and verifies modules of two sizes: ten times the
// module should take about ten times as long.
func BenchmarkScale(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		for name, m := range bulk(n) {
			file := m.Encode()
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					prove(b, file)
				}
			})
		}
	}
}

// TestLarge: long code and many handlers are taken. Where the work is the
// square of the size, this takes minutes and runs into the limit of the tests.
func TestLarge(t *testing.T) {
	for _, m := range bulk(100_000) {
		prove(t, m.Encode())
	}
}

func prove(t testing.TB, file []byte) {
	m, err := Decode(file)
	if err == nil {
		_, err = Verify(m)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// E10: comparing types, the one thing whose cost is not bounded by
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
	_, err := Verify(assemble(t, text.String()))
	if err == nil || !strings.Contains(err.Error(), "too much work") {
		t.Errorf("got %v", err)
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
