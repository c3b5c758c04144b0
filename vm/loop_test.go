package vm

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// instruction is one line of the disassembly of the loop.
type instruction struct {
	address uint64
	text    string
}

// disassembly gives the machine code of run in rexvm as it is built.
func disassembly(t *testing.T) []instruction {
	t.Helper()
	if runtime.GOARCH != "amd64" {
		t.Skip("the rules are those of amd64, this is " + runtime.GOARCH)
	}
	if testing.Short() {
		t.Skip("builds rexvm, which takes a while: not with -short")
	}
	binary := filepath.Join(t.TempDir(), "rexvm")
	if out, err := exec.Command("go", "build", "-o", binary, "rex/cmd/rexvm").CombinedOutput(); err != nil {
		t.Fatalf("rexvm can't be built: %v\n%s", err, out)
	}
	out, err := exec.Command("go", "tool", "objdump", "-s", `^rex/vm\.run$`, binary).Output()
	if err != nil {
		t.Skip("there is no objdump: ", err)
	}
	line := regexp.MustCompile(`^\s+\S+:\d+\s+0x([0-9a-f]+)\s+[0-9a-f]+\s+(.*\S)`)
	var code []instruction
	for _, l := range strings.Split(string(out), "\n") {
		if m := line.FindStringSubmatch(l); m != nil {
			address, _ := strconv.ParseUint(m[1], 16, 64)
			code = append(code, instruction{address, m[2]})
		}
	}
	if len(code) < 500 {
		t.Fatalf("%d instructions of the loop are found: objdump writes otherwise here", len(code))
	}
	return code
}

// TestTheLoopIsTight holds the machine code of the loop to the rules that make
// it fast, where a change of a line can lose a third without a test that
// notices: one jump table without a range check, reached by five instructions
// that touch no stack and lie in one line of the instruction cache, and no
// call that comes back but the one of slow.
func TestTheLoopIsTight(t *testing.T) {
	code := disassembly(t)
	table := regexp.MustCompile(`^JMP 0\(\w+\)\(\w+\*8\)$`)
	at := slices.IndexFunc(code, func(i instruction) bool { return table.MatchString(i.text) })
	if at < 5 {
		t.Fatal("the switch is no jump table")
	}
	for i, in := range code[at+1:] {
		if table.MatchString(in.text) {
			t.Errorf("instruction %d is a second jump table", at+1+i)
		}
	}
	block := code[at-4 : at]
	for i, op := range []string{"MOVQ", "LEAQ", "MOVZX", "LEAQ"} {
		if !strings.HasPrefix(block[i].text, op) || strings.Contains(block[i].text, "SP") {
			t.Errorf("before the jump stands %q, want a %s without the stack", block[i].text, op)
		}
	}
	// Functions are aligned to 32 bytes, so a block that lies within 32 bytes
	// counted from the start of the function crosses no line wherever it is put.
	const length = 21
	if from := block[0].address - code[0].address; from/32 != (from+length-1)/32 {
		t.Errorf("the dispatch is at %d to %d from the start of run and crosses a multiple of 32: move it by the stores before the loop", from, from+length-1)
	}
	for _, in := range code {
		callee, ok := strings.CutPrefix(in.text, "CALL ")
		switch name := strings.TrimSuffix(callee, "(SB)"); {
		case !ok, name == "rex/vm.(*machine).slow", strings.HasPrefix(name, "runtime.gcWriteBarrier"),
			strings.HasPrefix(name, "runtime.panic"), strings.HasPrefix(name, "runtime.morestack"):
		default:
			t.Errorf("the loop calls %s", name)
		}
	}
}
