package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"rex/cmd/console"
	rexc "rex/cmd/rexc/command"
	rexvm "rex/cmd/rexvm/command"
)

var update = flag.Bool("update", false, "rewrite the wanted sections of the pages")

// TestMain makes this binary serve as rexc and rexvm under those names on
// PATH, so that pages run the real commands as processes of their own without
// building them first.
func TestMain(m *testing.M) {
	// The owner's policy folder can be moved in this binary only.
	console.PolicyFolder = "/nonexistent/rex/policy.d"
	if d := os.Getenv("REX_TEST_POLICY_FOLDER"); d != "" {
		console.PolicyFolder = d
	}
	switch filepath.Base(os.Args[0]) {
	case "rexc":
		os.Exit(rexc.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	case "rexvm":
		rexvm.Bus = os.Getenv("REX_TEST_BUS")
		os.Exit(rexvm.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(withPrograms(m))
}

func withPrograms(m *testing.M) int {
	dir, err := os.MkdirTemp("", "rex-programs")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	me, err := os.Executable()
	if err != nil {
		panic(err)
	}
	for _, name := range []string{"rexc", "rexvm"} {
		if err := os.Symlink(me, filepath.Join(dir, name)); err != nil {
			panic(err)
		}
	}
	os.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return m.Run()
}

// TestPages runs every page below testdata. A folder is a subtest.
func TestPages(t *testing.T) {
	resultSchema = schemaOf(t, "../docs/result.schema.json")
	reportSchema = schemaOf(t, "../docs/report.schema.json")
	checkSchema = schemaOf(t, "../docs/check.schema.json")
	sarifSchema = schemaOf(t, sarifFile)
	for _, dir := range pageFolders(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			if testing.Short() && !concurrent[filepath.Base(dir)] {
				t.Skip("not with -short: what runs at the same time in rexvm is in other folders")
			}
			testscript.Run(t, testscript.Params{
				Dir:                 dir,
				Setup:               setup,
				Condition:           condition,
				Cmds:                commands,
				UpdateScripts:       *update,
				RequireExplicitExec: true,
				RequireUniqueNames:  true,
			})
		})
	}
	t.Run("diagnostics", diagnosticPages)
	t.Run("mends", mendPages)
	t.Run("coverage", checkCoverage)
}

// concurrent are the folders whose pages use what rexvm does at the same time:
// limits, signals, pipes. With -short, which is how the race detector runs,
// there are no others; the host's own tests run all of it.
var concurrent = map[string]bool{"limits": true, "commands": true}

func pageFolders(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	var dirs []string
	for _, e := range entries {
		if e.IsDir() && e.Name() != "diagnostics" && e.Name() != "bench" && e.Name() != "mends" {
			dirs = append(dirs, filepath.Join("testdata", e.Name()))
		}
	}
	return dirs
}

// setup writes the page's folder into its scripts and policies wherever they
// say $WORK, and gives files the modes a policy must have.
func setup(env *testscript.Env) error {
	env.Setenv("NO_COLOR", "1")
	env.Setenv("TZ", "UTC")
	return filepath.WalkDir(env.WorkDir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.Type()&os.ModeSymlink != 0 {
			return err
		}
		if d.IsDir() {
			return os.Chmod(path, 0o755)
		}
		if !strings.HasPrefix(d.Name(), "want") {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if bytes.Contains(text, []byte("$WORK")) {
				if err := os.WriteFile(path, bytes.ReplaceAll(text, []byte("$WORK"), []byte(env.WorkDir)), 0o644); err != nil {
					return err
				}
			}
		}
		return os.Chmod(path, 0o644)
	})
}

func condition(name string) (bool, error) {
	switch name {
	case "root":
		return os.Geteuid() == 0, nil
	case "mounts":
		return exec.Command("unshare", "-Urm", "mount", "-t", "tmpfs", "none", "/tmp").Run() == nil, nil
	}
	return false, fmt.Errorf("there is no condition %q", name)
}

var commands = map[string]func(*testscript.TestScript, bool, []string){
	"example": example,
	"rexc":    func(ts *testscript.TestScript, neg bool, args []string) { program(ts, neg, "rexc", args) },
	"rexvm":   func(ts *testscript.TestScript, neg bool, args []string) { program(ts, neg, "rexvm", args) },
	"status":  status,
	"pick":    pick,
	"asm":     assemble,
	"cut":     cutFile,
	"flip":    flipBit,
	"hex":     writeHex,
	"fifo":    makeFIFO,
	"repeat":  repeat,
	"many":    many,
	"httpd":   serve,
	"silent":  silent,
	"socket":  listen,
	"systemd": systemd,
}

// last is the exit status of a page's latest command, in its environment.
const last = "REX_LAST_STATUS"

// program runs one of the two commands and shows its output with what differs
// from run to run written out: the page's folder, hashes, times.
func program(ts *testscript.TestScript, neg bool, name string, args []string) {
	cmd := exec.Command(name, args...)
	cmd.Path, cmd.Err = lookPath(ts, name)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = environment(ts)
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	cmd.WaitDelay = 20 * time.Second // a process that outlives the command must not hold up the page
	if f, e := os.Open(ts.MkAbs("stdin")); e == nil {
		defer f.Close()
		cmd.Stdin = f
	}
	failure := cmd.Run()
	observe(cmd.Dir, out.Bytes(), err.Bytes())
	if why := checkDocument(name, args, out.Bytes()); why != "" {
		ts.Fatalf("%s", why)
	}
	fmt.Fprint(ts.Stdout(), steady(ts, out.String()))
	fmt.Fprint(ts.Stderr(), steady(ts, err.String()))
	var exit *exec.ExitError
	if failure != nil && !errors.As(failure, &exit) {
		ts.Fatalf("%s: %v", name, failure)
	}
	code := cmd.ProcessState.ExitCode()
	ts.Setenv(last, strconv.Itoa(code))
	if neg != (code != 0) {
		ts.Fatalf("%s ended with status %d\n%s", name, code, err.String())
	}
	if strings.Contains(err.String(), "goroutine ") {
		ts.Fatalf("%s panicked", name)
	}
}

func lookPath(ts *testscript.TestScript, name string) (string, error) {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		p := filepath.Join(dir, name)
		if info, err := os.Stat(p); err == nil && info.Mode()&0o111 != 0 {
			return p, nil
		}
	}
	return name, exec.ErrNotFound
}

func environment(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "NO_COLOR", "TZ", "REX_TEST_POLICY_FOLDER", "LANG", "REX_TEST_BUS"} {
		if v := ts.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}

var (
	hashes = regexp.MustCompile(`\b[0-9a-f]{64}\b`)
	times  = regexp.MustCompile(`\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	took   = regexp.MustCompile(`"(elapsed|took|time)": ?[0-9.e-]+`)
)

func steady(ts *testscript.TestScript, s string) string {
	s = strings.ReplaceAll(s, ts.Getenv("WORK"), "$WORK")
	s = withoutUser(s)
	s = hashes.ReplaceAllString(s, "$$HASH")
	s = times.ReplaceAllString(s, "$$TIME")
	return took.ReplaceAllString(s, `"$1": 0`)
}

// withoutUser writes whoever runs the tests as the user operator.
func withoutUser(s string) string {
	me := console.Me().User
	s = strings.ReplaceAll(s, `User::"`+me+`"`, `User::"operator"`)
	return strings.ReplaceAll(s, `User::\"`+me+`\"`, `User::\"operator\"`)
}

// status checks the exit status of the latest command.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || neg {
		ts.Fatalf("usage: status N")
	}
	if got := ts.Getenv(last); got != args[0] {
		ts.Fatalf("status is %s, not %s", got, args[0])
	}
}

// pick shows some parts of a JSON document: `pick stdout value denials`.
// A part may go deeper: `error.kind`.
func pick(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 || neg {
		ts.Fatalf("usage: pick FILE KEY...")
	}
	var doc any
	if err := json.Unmarshal([]byte(ts.ReadFile(args[0])), &doc); err != nil {
		ts.Fatalf("%s: %v", args[0], err)
	}
	for _, key := range args[1:] {
		part := doc
		for _, k := range strings.Split(key, ".") {
			part = step(part, k)
		}
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		ts.Check(enc.Encode(part))
		fmt.Fprintf(ts.Stdout(), "%s: %s", key, b.String())
	}
}

func step(v any, key string) any {
	switch v := v.(type) {
	case map[string]any:
		return v[key]
	case []any:
		if i, err := strconv.Atoi(key); err == nil && i < len(v) {
			return v[i]
		}
	}
	return nil
}
