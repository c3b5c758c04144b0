package conformance

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rex/cmd/console"
	"rex/compiler"
	"rex/policy"
)

const readme = "../README.md"

// TestREADME runs the commands of the README's console blocks, in order and in
// one folder laid out as the story says, and holds their output to what the
// README shows. -update writes the output in.
func TestREADME(t *testing.T) {
	replay(t, readme, layOut(t), "/srv/app")
}

// replay runs the console blocks of a page in a folder that it calls home.
func replay(t *testing.T, page, dir, home string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	got := consoleBlock.ReplaceAllFunc(text, func(block []byte) []byte {
		lines := strings.Split(strings.TrimSuffix(string(block), "```"), "\n")
		out := lines[0] + "\n"
		for _, line := range lines[1:] {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				out += line + "\n" + runShown(t, dir, home, command)
			}
		}
		return []byte(out + "```")
	})
	if bytes.Equal(got, text) {
		return
	}
	if *update {
		if err := os.WriteFile(page, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("the commands of %s now give (-shown +given):\n%s", page, cmp.Diff(string(text), string(got)))
}

var consoleBlock = regexp.MustCompile("(?ms)^```console\n.*?^```")

// layOut makes the story's folder; the story calls it /srv/app.
func layOut(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"logs/error.log": "09:12:44 ERROR payment: connection refused\n09:12:51 ERROR payment: gave up after 3 tries\n",
		"logs/old.log":   "last week\n",
		"service.yaml":   "name: shop\nport: 8443\n",
	}
	for _, name := range []string{"app.cedar", "tidy.rex", "look.rex"} {
		data, err := os.ReadFile(filepath.Join("demo", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = strings.ReplaceAll(string(data), "/srv/app", dir)
	}
	for name, data := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// runShown runs a command of a page and gives what its reader sees.
func runShown(t *testing.T, dir, home, command string) string {
	t.Helper()
	cmd := exec.Command("sh", "-c", command)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "NO_COLOR=1")
	out, err := cmd.CombinedOutput()
	text := withoutUser(strings.ReplaceAll(string(out), dir, home))
	if exit, ok := err.(*exec.ExitError); ok {
		text += fmt.Sprintf("(exit status %d)\n", exit.ExitCode())
	} else if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	return text
}

// The README's scripts compile, its policies load, and those of the story are
// the ones `make demo` uses.
func TestREADMECode(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	var demo string
	for _, name := range []string{"app.cedar", "tidy.rex", "look.rex"} {
		data, err := os.ReadFile(filepath.Join("demo", name))
		if err != nil {
			t.Fatal(err)
		}
		demo += string(data)
	}
	blocks := regexp.MustCompile("(?ms)^```(rex|cedar)\n(.*?)^```").FindAllSubmatch(text, -1)
	if len(blocks) < 4 {
		t.Fatalf("the README shows %d scripts and policies", len(blocks))
	}
	for _, b := range blocks {
		kind, code := string(b[1]), b[2]
		switch kind {
		case "rex":
			if _, ds := compiler.Compile("README.rex", code, nil); ds.HasErrors() {
				t.Errorf("%s\n%s", code, ds)
			}
			if !strings.Contains(demo, string(code)) {
				t.Errorf("the demo has no script\n%s", code)
			}
		case "cedar":
			f, err := policy.Parse("README.cedar", code)
			if err == nil {
				_, err = policy.NewSet(f)
			}
			if err != nil {
				t.Errorf("%s\n%v", code, err)
			}
		}
	}
}

// Every exit status is in the README's table, as `rexvm help status` says it.
func TestREADMEStatuses(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range console.Statuses {
		if row := fmt.Sprintf("| %d | %s |", s.Status, s.Meaning); !strings.Contains(string(text), row) {
			t.Errorf("the README lacks %s", row)
		}
	}
}

// The drawing in the README is the one in docs/architecture.md.
func TestDrawingsAgree(t *testing.T) {
	drawing := regexp.MustCompile("(?ms)^```\n floor 3.*?^```")
	a, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	if d := drawing.Find(a); d == nil || !bytes.Equal(d, drawing.Find(b)) {
		t.Errorf("the drawings differ")
	}
}
