package bytecode

import (
	"bytes"
	"flag"
	"os"
	"reflect"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// everyText holds every opcode at least once.
func everyText(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("testdata/every.rexasm")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func assemble(t testing.TB, text string) *Module {
	t.Helper()
	m, err := Assemble(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func disassemble(t testing.TB, m *Module) string {
	t.Helper()
	var out bytes.Buffer
	if err := Disassemble(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestGolden: the module with every opcode verifies, and its text, its file
// and itself turn into one another without loss.
func TestGolden(t *testing.T) {
	text := everyText(t)
	m := assemble(t, text)
	v, err := Verify(m)
	if err != nil {
		t.Fatal(err)
	}
	again := disassemble(t, m)
	if *update {
		if err := os.WriteFile("testdata/every.rexasm", []byte(again), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if again != text {
		t.Errorf("the disassembly is not what testdata/every.rexasm says; go test -update rewrites it:\n%s", again)
	}
	file := m.Encode()
	if !bytes.Equal(assemble(t, again).Encode(), file) {
		t.Error("the text of the module assembles to another file")
	}
	decoded, err := Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(decoded, v.Module()) {
		t.Error("what is proven is not what the file holds")
	}
	if !bytes.Equal(decoded.Encode(), file) {
		t.Error("the decoded module encodes to another file")
	}
	if disassemble(t, decoded) != again {
		t.Error("the decoded module has another text")
	}
}

// TestEveryOpcode: the golden module leaves no opcode out.
func TestEveryOpcode(t *testing.T) {
	m := assemble(t, everyText(t))
	met := map[Opcode]bool{TRAP: true} // which no module has
	for i := range m.Funcs {
		for _, in := range m.Funcs[i].Code {
			met[in.Op] = true
		}
	}
	for op := range OpcodeCount {
		if !met[op] {
			t.Errorf("testdata/every.rexasm lacks %s", op)
		}
	}
}
