package conformance

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

const examplesFolder = "../examples"

// exampleLine is a line of the table in examples/README.md: name, what it does, its effects.
var exampleLine = regexp.MustCompile(`(?m)^\| \[([a-z-]+)\]\(([a-z-]+)\.rex\) \| (.+) \| ([a-z, ]+) \|$`)

// Each example has its policy, its line in the README and a page that runs it;
// nothing that it touches is denied by its policy, which permits nothing in
// vain, and its line names its effects.
func TestExamples(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(examplesFolder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	effects := map[string]string{}
	var listed []string
	for _, m := range exampleLine.FindAllStringSubmatch(string(readme), -1) {
		if m[1] != m[2] {
			t.Errorf("README.md: %s leads to %s", m[1], m[2])
		}
		listed, effects[m[1]] = append(listed, m[1]), m[4]
	}
	names := exampleNames(t, ".rex")
	slices.Sort(listed)
	if !slices.Equal(names, listed) {
		t.Errorf("the scripts are %q, README.md lists %q", names, listed)
	}
	if policies := exampleNames(t, ".cedar"); !slices.Equal(names, policies) {
		t.Errorf("the scripts are %q, the policies %q", names, policies)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			page, err := os.ReadFile(filepath.Join("testdata/examples", name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(page), "\nexample "+name+"\n") || !strings.Contains(string(page), "rexvm run ") {
				t.Error("its page does not run it")
			}
			report := reportExample(t, name, filepath.Join(examplesFolder, name+".cedar"))
			if got := report.effects(); got != effects[name] {
				t.Errorf("its effects are %q, README.md says %q", got, effects[name])
			}
			if report.Summary.Touches == 0 || report.Summary.Denied != 0 {
				t.Errorf("its policy denies it %d of %d touches", report.Summary.Denied, report.Summary.Touches)
			}
			leastPolicy(t, name, report)
		})
	}
}

func exampleNames(t *testing.T, ext string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(examplesFolder, "*"+ext))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s in %s: %v", ext, examplesFolder, err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ext)
	}
	slices.Sort(files)
	return files
}

// exampleReport is what the report of an example says of it under a policy.
type exampleReport struct {
	Summary struct{ Touches, Allowed, Denied, Depends int }
	Touches []struct{ Effect string }
}

func reportExample(t *testing.T, name, policy string) (r exampleReport) {
	t.Helper()
	out, err := exec.Command("rexc", "report", filepath.Join(examplesFolder, name+".rex"), "--policy", policy, "--format", "json").Output()
	if json.Unmarshal(out, &r) != nil {
		t.Fatalf("rexc report: %v\n%s", err, out)
	}
	return r
}

// effects are those of all touches, the mildest first.
func (r exampleReport) effects() string {
	var found []string
	for _, effect := range []string{"read", "change", "destroy", "execute", "send"} {
		if slices.ContainsFunc(r.Touches, func(touch struct{ Effect string }) bool { return touch.Effect == effect }) {
			found = append(found, effect)
		}
	}
	return strings.Join(found, ", ")
}

// leastPolicy demands that nothing is permitted in vain: without any one of the
// policy's permits the report says something else.
func leastPolicy(t *testing.T, name string, whole exampleReport) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(examplesFolder, name+".cedar"))
	if err != nil {
		t.Fatal(err)
	}
	policies := strings.SplitAfter(string(text), ";\n")
	for i, p := range policies {
		if !strings.Contains(p, "\npermit (") {
			continue
		}
		file := filepath.Join(t.TempDir(), "less.cedar")
		if err := os.WriteFile(file, []byte(strings.Join(slices.Delete(slices.Clone(policies), i, i+1), "")), 0o644); err != nil {
			t.Fatal(err)
		}
		if reportExample(t, name, file).Summary == whole.Summary {
			t.Errorf("its policy needs not permit this:\n%s", p)
		}
	}
}

var (
	// examplePath is where an example's text names a place of the machine.
	examplePath = regexp.MustCompile(`"(/(?:etc|srv|var|home)\b)`)
	// exampleURL is the application that examples ask.
	exampleURL = "http://127.0.0.1:8080"
)

// example moves an example and its policy from the machine into the page's
// folder, builds it, and leaves NAME.rexb and NAME.cedar: `example NAME`. What
// is in /var/log for the script is in var/log of the page, and its application
// is the page's $URL, so that the page shows the policy as it is.
func example(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || neg {
		ts.Fatalf("usage: example NAME")
	}
	for _, ext := range []string{".rex", ".cedar"} {
		text, err := os.ReadFile(filepath.Join(examplesFolder, args[0]+ext))
		ts.Check(err)
		moved := examplePath.ReplaceAllString(string(text), `"`+ts.Getenv("WORK")+"$1")
		if url := ts.Getenv("URL"); url != "" {
			moved = strings.ReplaceAll(moved, exampleURL, url)
		}
		ts.Check(os.WriteFile(ts.MkAbs(args[0]+ext), []byte(moved), 0o644))
	}
	program(ts, false, "rexc", []string{"build", args[0] + ".rex"})
}
