package compiler

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rex/bytecode"
)

func TestAdhoc(t *testing.T) {
	files, _ := filepath.Glob("../conformance/testdata/*/*.txtar")
	ok, bad := 0, 0
	for _, f := range files {
		data, _ := os.ReadFile(f)
		secs := strings.Split(string(data), "\n-- ")
		for _, s := range secs[1:] {
			name, body, _ := strings.Cut(s, " --\n")
			if !strings.HasSuffix(name, ".rex") || strings.Contains(string(data), "! rexc build "+name) || strings.Contains(f, "source.txtar") || strings.Contains(f, "bad_input"){
				continue
			}
			body = strings.ReplaceAll(body+"\n", "$WORK", "/tmp/w")
			m, ds := Compile(filepath.Base(f)+":"+name, []byte(body))
			if m == nil {
				bad++
				t.Logf("%s\n%s", f, ds.Error())
				continue
			}
			if _, err := bytecode.Verify(m); err != nil {
				bad++
				var b bytes.Buffer
				bytecode.Disassemble(&b, m)
				t.Logf("%s %s: VERIFY %v\n", f, name, err)
				if os.Getenv("DIS") != "" { t.Log(b.String()) }
				continue
			}
			ok++
			if len(ds) > 0 { t.Logf("%s: warnings %s", f, ds.Error()) }
		}
	}
	t.Logf("ok %d bad %d", ok, bad)
}
