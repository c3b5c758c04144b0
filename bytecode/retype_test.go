package bytecode

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"rex/capability"
)

// TestRetyping takes every register operand of the golden module and points
// it at a register of every other type of its file. Which of these modules
// still verify stands in testdata/retyped.txt, to be read with this question:
// could the VM read a value as what it is not? A line there is harmless when
// the new type fits (a word is a string, a T? or an any takes a T), or when
// the instruction does the same whatever the type.
func TestRetyping(t *testing.T) {
	text := everyText(t)
	base := assemble(t, text)
	var got strings.Builder
	for i := range base.Funcs {
		for pc, in := range base.Funcs[i].Instrs() {
			row := &Rows[in.Op]
			for n, o := range [3]Operand{row.A, row.B, row.C} {
				if o.File() != capability.FileNone {
					retype(t, &got, assemble(t, text), capability.Site{Func: i, PC: pc}, n, o.File())
				}
			}
		}
	}
	const golden = "testdata/retyped.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("what is accepted is not what %s says; go test -update rewrites it:\n%s", golden, got.String())
	}
}

// retype points operand n (0 to 2) of one instruction at a new register of
// each type of the file, and writes down which are accepted.
func retype(t *testing.T, out *strings.Builder, m *Module, site capability.Site, n int, file capability.File) {
	f := &m.Funcs[site.Func]
	in := &f.Code[site.PC]
	operand := [3]*uint8{&in.A, &in.B, &in.C}[n]
	old := f.RegType(Reg{file, int(*operand)})
	regs := map[capability.File]*[]*capability.Type{capability.FileScalar: &f.S, capability.FileText: &f.T, capability.FileRef: &f.R}[file]
	*operand = uint8(len(*regs))
	*regs = append(*regs, nil)
	var accepted []string
	for _, typ := range m.Types {
		if typ.File() != file || typ.Equal(old) {
			continue
		}
		(*regs)[*operand] = typ
		if _, err := Verify(m); err == nil {
			accepted = append(accepted, typ.String())
		}
	}
	if accepted != nil {
		fmt.Fprintf(out, "%-7s %c: %s -> %s\n", in.Op, 'A'+n, old, strings.Join(accepted, ", "))
	}
}
