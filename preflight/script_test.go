package preflight

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rex/bytecode"
	"rex/capability"
)

// TestScripts holds reports of compiled scripts to what their pages want: each
// file of testdata/scripts has the source in lines that begin with "; |", the
// touches in lines that begin with "; want", then the bytecode.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/scripts/*.rexasm")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d scripts: %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".rexasm"), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for line := range strings.Lines(string(text)) {
				if w, ok := strings.CutPrefix(line, "; want "); ok {
					want = append(want, strings.TrimSpace(w))
				}
			}
			r := Report(assembled(t, string(text)), nil, Options{})
			if got := showTouches(r); strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("got\n; want %s", strings.Join(got, "\n; want "))
			}
		})
	}
}

func assembled(t testing.TB, text string) *bytecode.Verified {
	t.Helper()
	m, err := bytecode.Assemble(text)
	if err != nil {
		t.Fatal(err)
	}
	for i := range m.Ops { // of the table as it is now
		m.Ops[i].Hash = capability.Numbered(m.Ops[i].Number).Hash()
	}
	v, err := bytecode.Verify(m)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// showTouches writes each row of each touch on a line, with what is said of
// the touch behind the first.
func showTouches(r *capability.Report) []string {
	var out []string
	for i := range r.Touches {
		touch := &r.Touches[i]
		for n, row := range touch.Rows {
			line := touch.Op.Name
			for i := range row {
				if p := &touch.Op.Params[i]; !p.Optional || p.Type.Kind == capability.KindList {
					line += " " + showAbstract(&row[i], r.Params)
				}
			}
			if n == 0 {
				for _, x := range []struct {
					is   bool
					word string
				}{{touch.Must, "must"}, {touch.Once, "once"}, {touch.Loop, "loop"}, {touch.Fatal, "fatal"}} {
					if x.is {
						line += " (" + x.word + ")"
					}
				}
			}
			for i := range row {
				if why := row[i].Why; why != "" {
					line += " because " + why
				}
			}
			out = append(out, line)
		}
	}
	return out
}

func showAbstract(a *capability.Abstract, params []capability.Param) string {
	if a.Any {
		return "?"
	}
	var all []string
	for _, p := range a.Texts {
		all = append(all, p.Show(params))
	}
	if a.AnyInt || len(a.Ints) > 0 {
		all = append(all, "number")
	}
	if a.List {
		var parts []string
		for i := range a.Tuple {
			parts = append(parts, showAbstract(&a.Tuple[i], params))
		}
		if a.Rest != nil {
			parts = append(parts, showAbstract(a.Rest, params)+"..")
		}
		all = append(all, "["+strings.Join(parts, ", ")+"]")
	}
	if a.Nil {
		all = append(all, "nil")
	}
	return strings.Join(all, " | ")
}

// TestBound: with arguments the report is exact.
func TestBound(t *testing.T) {
	text, err := os.ReadFile("testdata/scripts/triage.rexasm")
	if err != nil {
		t.Fatal(err)
	}
	r := Report(assembled(t, string(text)), []capability.Value{capability.StringValue("nginx")}, Options{Complete: true})
	if got := showTouches(r); got[0] != "service.status nginx (must) (once) (fatal)" || !strings.HasPrefix(got[2], "fs.write /var/tmp/nginx.txt ") {
		t.Errorf("got %q", got)
	}
}

// TestBudget: a report whose budget is spent still knows constants and path
// templates, and promises nothing.
func TestBudget(t *testing.T) {
	text, err := os.ReadFile("testdata/scripts/triage.rexasm")
	if err != nil {
		t.Fatal(err)
	}
	v := assembled(t, string(text))
	a, _ := analyse(v, nil, Options{})
	r := &capability.Report{Params: v.Module().Params, Touches: a.coarse()}
	sortTouches(v.Module(), r.Touches)
	got := strings.Join(showTouches(r), "\n")
	for _, want := range []string{
		"service.status ? (loop) because the analysis spent its budget\nfs.grep /var/log/{name}/error.log",
		"\nfs.write /var/log/{name}/error.log | /var/tmp/*.txt ? (loop) because",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s", got)
		}
	}
	spent := Report(v, nil, Options{ExtraSteps: -1})
	if spent.Budget {
		t.Error("a budget that is not given is the default")
	}
}

// TestNotVerified: what was not proven has no report.
func TestNotVerified(t *testing.T) {
	for _, v := range []*bytecode.Verified{nil, {}} {
		if r := Report(v, nil, Options{}); r == nil || len(r.Touches) > 0 {
			t.Errorf("got %+v", r)
		}
	}
}

// TestTrail: a touch in a helper says how the script gets there.
func TestTrail(t *testing.T) {
	text, err := os.ReadFile("testdata/scripts/helper.rexasm")
	if err != nil {
		t.Fatal(err)
	}
	touch := Report(assembled(t, string(text)), nil, Options{}).Touches[0]
	if len(touch.Trail) != 1 || touch.Trail[0] != "save (line 4)" {
		t.Errorf("got %q", touch.Trail)
	}
}
