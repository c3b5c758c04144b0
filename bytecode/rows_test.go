package bytecode

import (
	"strings"
	"testing"

	"rex/capability"
	"rex/library"
)

// TestRows: every opcode's row says all that the parts deriving from it need.
func TestRows(t *testing.T) {
	names := map[string]bool{}
	for op := range OpcodeCount {
		row := Rows[op]
		if row.Name == "" || names[row.Name] || row.Name != strings.ToLower(row.Name) {
			t.Errorf("opcode %d: name %q", op, row.Name)
		}
		names[row.Name] = true
		if !strings.HasSuffix(row.Doc, ".") {
			t.Errorf("%s: doc %q is no sentence", op, row.Doc)
		}
		if row.Kinds&^capability.AllKinds != 0 {
			t.Errorf("%s: unknown kinds", op)
		}
		checkOperands(t, op, row)
		checkRule(t, op, row)
	}
}

func checkOperands(t *testing.T, op Opcode, row Row) {
	for i, o := range []Operand{row.A, row.B, row.C} {
		pair := o == Short || o == ShortType
		switch {
		case o >= Number && o != Registers:
			t.Errorf("%s: operand %c is of the immediate's kind", op, 'A'+i)
		case pair && (i == 0 || row.B != o || row.C != o):
			t.Errorf("%s: B and C make a pair or none", op)
		}
		if o == Count && i != 1 {
			t.Errorf("%s: the count stands in B", op)
		}
	}
	if row.Imm != Unused && row.Imm < Number {
		t.Errorf("%s: the immediate is of a byte's kind", op)
	}
	for _, o := range []Operand{row.A, row.B, row.C, row.Imm} {
		if _, ok := prefixes[o]; !ok && o != Unused {
			t.Errorf("%s: operand kind %d has no notation", op, o)
		}
	}
}

func checkRule(t *testing.T, op Opcode, row Row) {
	typed := row.Imm == ConstIndex || row.Imm == TypeIndex || row.Imm == WideIndex
	for _, o := range []Operand{row.A, row.B, row.C} {
		typed = typed || o.File() != capability.FileNone || o == WriteResult
	}
	if typed && row.Rule == RuleNone {
		t.Errorf("%s: it has typed operands and no rule", op)
	}
	if row.Rule != RuleNone && (int(row.Rule) >= len(rules) || rules[row.Rule] == nil) {
		t.Errorf("%s: its rule %d has no function", op, row.Rule)
	}
}

// TestRulesUsed: no rule is left over.
func TestRulesUsed(t *testing.T) {
	used := map[Rule]bool{RuleNone: true}
	for op := range OpcodeCount {
		used[Rows[op].Rule] = true
	}
	for r := range rules {
		if !used[Rule(r)] {
			t.Errorf("no opcode has rule %d", r)
		}
	}
}

// TestOperandsInverse: setOperands undoes operands, whatever a word holds in
// the places its row uses.
func TestOperandsInverse(t *testing.T) {
	for op := range OpcodeCount {
		for _, fill := range []Instr{{}, {A: 1, B: 2, C: 3, Imm: 4}, {A: 255, B: 254, C: 253, Imm: -1 << 31}, {A: 7, B: 255, C: 255, Imm: 1<<31 - 1}} {
			in := Instr{Op: op}
			var numbers []int
			fill.Op = op
			for _, o := range operands(fill, 9) {
				numbers = append(numbers, o.n)
			}
			setOperands(&in, 9, numbers)
			var again []int
			for _, o := range operands(in, 9) {
				again = append(again, o.n)
			}
			if len(again) != len(numbers) {
				t.Fatalf("%s: %v became %v", op, numbers, again)
			}
			for i := range again {
				if again[i] != numbers[i] {
					t.Errorf("%s: %v became %v", op, numbers, again)
				}
			}
		}
	}
}

// TestDocNamesOperands: a row's doc speaks of A when A is written.
func TestDocNamesOperands(t *testing.T) {
	for op := range OpcodeCount {
		if row := Rows[op]; row.A.Writes() && !strings.Contains(row.Doc, "A") {
			t.Errorf("%s: doc %q does not say what becomes of A", op, row.Doc)
		}
	}
}

// TestLibraryFiles: for every library row that bytecode may call, the register
// files of the arguments follow from the row and the arguments before.
func TestLibraryFiles(t *testing.T) {
	for _, row := range library.Rows() {
		if libraryRow(row.Number) != row {
			continue
		}
		bound := map[byte]bool{}
		for _, p := range row.Params {
			if v := p.Shape.Var; v != 0 && !bound[v] {
				t.Errorf("%s: parameter %s is a variable that nothing before it binds", row.Name, p.Name)
			}
			noteVars(p.Shape, bound)
		}
	}
}

func noteVars(s *library.Shape, bound map[byte]bool) {
	if s == nil {
		return
	}
	if s.Var != 0 {
		bound[s.Var] = true
	}
	noteVars(s.Elem, bound)
	noteVars(s.Result, bound)
	for _, p := range s.Params {
		noteVars(p, bound)
	}
	for _, f := range s.Fields {
		noteVars(f.Shape, bound)
	}
}
