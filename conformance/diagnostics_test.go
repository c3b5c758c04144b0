package conformance

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	rexc "rex/cmd/rexc/command"
	"rex/lang"
)

// diagnosticPages holds what a reader sees of every code: the example of
// `rexc explain`, and what rexc check says of it. Each is a file a person can
// read, testdata/diagnostics/CODE.txt.
func diagnosticPages(t *testing.T) {
	dir := t.TempDir()
	for _, c := range lang.Codes() {
		if c.Example == "" {
			continue // a bound: its source is too large to show; limits/source.txtar meets it
		}
		t.Run(c.Code, func(t *testing.T) {
			file := filepath.Join(dir, c.Code, "main.rex")
			if err := os.Mkdir(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(c.Example), 0o644); err != nil {
				t.Fatal(err)
			}
			var out, err bytes.Buffer
			rexc.Main([]string{"check", file}, strings.NewReader(""), &out, &err)
			observe(dir, out.Bytes(), err.Bytes())
			if !strings.Contains(err.String(), c.Code) {
				t.Errorf("its example gives\n%s", err.String())
			}
			if c.Mended != "" {
				var left bytes.Buffer
				rexc.Main([]string{"check", "-"}, strings.NewReader(c.Mended), &left, &left)
				if left.Len() > 0 {
					t.Errorf("the mended program gives\n%s", left.String())
				}
			}
			page := c.Title + "\n\n" + strings.TrimRight(shown(c.Example), "\n") + "\n\n" + strings.ReplaceAll(err.String(), file, "main.rex")
			compareGolden(t, filepath.Join("testdata", "diagnostics", c.Code+".txt"), page)
		})
	}
}

// shown keeps an example readable when it is very long.
func shown(example string) string {
	if len(example) > 2000 {
		return example[:200] + " ..."
	}
	return example
}

func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run with -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}
