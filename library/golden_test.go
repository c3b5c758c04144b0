package library

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "add new rows to the golden list")

// A number is part of the module format: it keeps its signature for ever, and
// rows are only added.
func TestNumbersAreKept(t *testing.T) {
	const file = "testdata/rows.golden"
	var lines []string
	for n := 1; n < 1<<16; n++ {
		if r := Numbered(uint16(n)); r != nil {
			lines = append(lines, fmt.Sprintf("%d %s", n, r.Signature()))
		}
	}
	have := strings.Join(lines, "\n") + "\n"
	old, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(old)), "\n") {
		if line != "" && !strings.Contains("\n"+have, "\n"+line+"\n") {
			t.Errorf("the row %q is gone or changed", line)
		}
	}
	switch {
	case string(old) == have:
	case !*update:
		t.Error("there are new rows: run the test with -update and look at the difference")
	default:
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(have), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
