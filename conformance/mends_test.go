package conformance

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	rexvm "rex/cmd/rexvm/command"
	"rex/compiler"
	"rex/lang"
)

// The pages of testdata/mends hold what other languages write, and what becomes
// of it. In a page each case is a few sections: what was written, under a name;
// what is said of it; what `rexc check --fix` makes of it; and what that prints.
//
//	-- var --
//	var n = 1
//	print(n)
//	-- says --
//	1:1 E0210 `var` is written `let`
//	-- becomes --
//	let n = 1
//	print(n)
//	-- prints --
//	1
//
// A case becomes a program that compiles. One whose name ends in "(offered)" is
// left as it is, because it has several readings or would be a guess, and has
// fixes of which at least one makes a program that compiles. One that ends in
// "(told)" is only told how it is written.
func mendPages(t *testing.T) {
	pages, err := filepath.Glob("testdata/mends/*.txtar")
	if err != nil || len(pages) == 0 {
		t.Fatal("no pages", err)
	}
	for _, page := range pages {
		t.Run(filepath.Base(page), func(t *testing.T) { mendPage(t, page) })
	}
}

func mendPage(t *testing.T, page string) {
	archive, err := txtar.ParseFile(page)
	if err != nil {
		t.Fatal(err)
	}
	out := &txtar.Archive{Comment: archive.Comment}
	seen := map[string]bool{}
	for _, f := range archive.Files {
		switch f.Name {
		case "says", "becomes", "offers", "prints":
			continue
		}
		if seen[f.Name] {
			t.Errorf("there are two cases %q", f.Name)
		}
		seen[f.Name] = true
		out.Files = append(out.Files, f)
		t.Run(f.Name, func(t *testing.T) { out.Files = append(out.Files, mendCase(t, f)...) })
	}
	got := txtar.Format(out)
	if *update {
		if err := os.WriteFile(page, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(txtar.Format(archive)), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", page, diff)
	}
}

// mendCase gives the sections of a case as they are now.
func mendCase(t *testing.T, f txtar.File) []txtar.File {
	_, ds := compiler.Compile("main.rex", f.Data, nil)
	sections := []txtar.File{section("says", said(ds))}
	if !ds.HasErrors() {
		t.Error("it is right as it is")
	}
	m := compiler.Mend("main.rex", f.Data, nil)
	told, offered := strings.HasSuffix(f.Name, "(told)"), strings.HasSuffix(f.Name, "(offered)")
	switch {
	case told || offered:
		if !bytes.Equal(m.Src, f.Data) {
			t.Errorf("it is mended to\n%s", m.Src)
		}
		offers, works := offers(ds)
		if offered != works {
			t.Errorf("that an offered fix makes it compile is %v", works)
		}
		if offers != "" {
			sections = append(sections, section("offers", offers))
		}
		return sections
	case m.Left.HasErrors():
		t.Errorf("what it becomes has errors:\n%s\n%s", m.Src, m.Left.Error())
	}
	sections = append(sections, section("becomes", string(m.Src)))
	if printed := runAlone(t, m.Src); printed != "" {
		sections = append(sections, section("prints", printed))
	}
	return sections
}

func section(name, text string) txtar.File {
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return txtar.File{Name: name, Data: []byte(text)}
}

func said(ds lang.Diagnostics) string {
	var b strings.Builder
	for _, d := range ds {
		at := d.Source.Lines().Position(d.Span.From)
		fmt.Fprintf(&b, "%d:%d %s %s\n", at.Line, at.Column, d.Code, d.Message)
		for _, n := range d.Notes {
			fmt.Fprintf(&b, "    %s\n", n)
		}
	}
	return b.String()
}

// offers lists the fixes, and tells whether one of them, with the safe fixes
// behind it, makes a program that compiles.
func offers(ds lang.Diagnostics) (text string, works bool) {
	for _, d := range ds {
		for _, f := range d.Fixes {
			text += f.Text + "\n"
			works = works || !compiler.Mend("main.rex", d.Source.Apply(f), nil).Left.HasErrors()
		}
	}
	return text, works
}

// runAlone runs a program that asks nothing of the host and of its caller, and
// gives what it shows.
func runAlone(t *testing.T, src []byte) string {
	module, ds := compiler.Compile("main.rex", src, nil)
	if ds.HasErrors() || len(module.Ops) > 0 || len(module.Params) > 0 {
		return ""
	}
	file := filepath.Join(t.TempDir(), "main.rexb")
	if err := os.WriteFile(file, module.Encode(), 0o644); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	rexvm.Main([]string{"run", file}, strings.NewReader(""), &out, &errs)
	return strings.ReplaceAll(out.String()+errs.String(), file, "main.rexb")
}
