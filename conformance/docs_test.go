package conformance

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rex/bytecode"
	"rex/capability"
	"rex/compiler"
	"rex/host"
	"rex/lang"
	"rex/policy"
	"rex/preflight"
	"rex/vm"
)

// The pages that are about the language. Every block of theirs that is marked
// rex is a script and compiles; at the end of a line a comment can promise more:
//
//	e            // => 3             e == 3, with the lines above before it
//	e            // fails range      the run fails here, with this kind
//	e            // error E0204      the block does not compile: this, here
//	e            // warning W0601
var languagePages = []string{"../docs/spec.md", "../docs/card.md", "../docs/tutorial.md"}

func TestLanguagePages(t *testing.T) {
	for _, page := range languagePages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Error(err)
			continue
		}
		if n := len(strings.Fields(string(text))); strings.HasSuffix(page, "card.md") && n > 1500 {
			t.Errorf("the card has %d words, one page holds 1500", n)
		}
		promises := 0
		for _, b := range rexBlocks(string(text)) {
			promises += checkBlock(t, page, b)
		}
		t.Logf("%s keeps %d promises", page, promises)
	}
}

// block is a script in a page; line is that of its first line.
type block struct {
	line int
	code []string
}

// rexBlocks finds the blocks marked rex. What stands indented in a list is
// none.
func rexBlocks(text string) []block {
	var out []block
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		if lines[i] != "```rex" {
			continue
		}
		b := block{line: i + 2}
		for i++; i < len(lines) && lines[i] != "```"; i++ {
			b.code = append(b.code, lines[i])
		}
		out = append(out, b)
	}
	return out
}

var promise = regexp.MustCompile(`^(.*?)\s*// (=>|fails|error|warning) (.*)$`)

// checkBlock holds a block to what it promises and says how much that is.
func checkBlock(t *testing.T, page string, b block) int {
	t.Helper()
	promises := 0
	var before []string      // the lines so far, but those that fail or are only asked for their value
	want := map[int]string{} // codes by line
	for i, line := range b.code {
		m := promise.FindStringSubmatch(line)
		if m == nil {
			before = append(before, line)
			continue
		}
		promises++
		expr, kind, what := m[1], m[2], m[3]
		switch kind {
		case "=>":
			expectValue(t, page, b.line+i, before, expr, what)
			before = append(before, "")
		case "fails":
			expectFailure(t, page, b.line+i, before, expr, what)
			before = append(before, "")
		default:
			want[i] = what
			before = append(before, expr)
		}
	}
	expectDiagnostics(t, page, b.line, before, want)
	return promises
}

// expectDiagnostics compiles a block: what it says must be what is promised, by code
// and line, and no more; warnings count where one is promised.
func expectDiagnostics(t *testing.T, page string, at int, code []string, want map[int]string) {
	t.Helper()
	src := strings.Join(code, "\n") + "\n"
	_, ds := compiler.Compile("block.rex", []byte(src), nil)
	found := map[int]string{}
	for _, d := range ds {
		line := strings.Count(src[:d.Span.From], "\n")
		found[line] += " " + d.Code
		if want[line] != d.Code && d.Severity == lang.Error {
			t.Errorf("%s:%d: %s", page, at+line, d.String())
		}
	}
	for line, code := range want {
		if !slices.Contains(strings.Fields(found[line]), code) {
			t.Errorf("%s:%d: promises %s and gives%s", page, at+line, code, found[line])
		}
	}
}

func expectValue(t *testing.T, page string, line int, before []string, expr, want string) {
	t.Helper()
	value, err := runBlock(before, "return ("+expr+") == ("+want+")")
	if err == nil && value == capability.BoolValue(true) {
		return
	}
	got, _ := runBlock(before, "return "+expr)
	t.Errorf("%s:%d: %s is not %s: got %v, %v", page, line, expr, want, capability.TextOf(got), err)
}

func expectFailure(t *testing.T, page string, line int, before []string, stmt, kind string) {
	t.Helper()
	_, err := runBlock(before, stmt)
	var e *vm.Error
	if !errors.As(err, &e) || e.Fault == nil || e.Fault.Why.String() != kind {
		t.Errorf("%s:%d: %s does not fail with %s: %v", page, line, stmt, kind, err)
		return
	}
	if int(e.Pos.Line) != len(before)+1 {
		t.Errorf("%s:%d: it fails in line %d of the block", page, line, e.Pos.Line)
	}
}

// runBlock runs lines under a policy that permits everything.
func runBlock(before []string, last string) (capability.Value, error) {
	m, ds := compiler.Compile("block.rex", []byte(strings.Join(append(before[:len(before):len(before)], last), "\n")+"\n"), nil)
	if ds.HasErrors() {
		return nil, errors.New(ds.Error())
	}
	v, err := bytecode.Verify(m)
	if err != nil {
		return nil, err
	}
	f, err := policy.Parse("all.cedar", []byte("permit (principal, action, resource);"))
	if err != nil {
		return nil, err
	}
	set, err := policy.NewSet(f)
	if err != nil {
		return nil, err
	}
	machine := host.New(host.Config{})
	defer machine.Close()
	gate := policy.NewGate(policy.Config{
		Sets: policy.Sets{set}, Identity: policy.Identity{User: "root"}, Host: machine,
		Report: preflight.Report(v, nil, preflight.Options{}), Limits: capability.DefaultLimits(),
	})
	value, _, err := vm.Run(context.Background(), v, gate, capability.DefaultLimits(), nil)
	return value, err
}

var savedBlock = regexp.MustCompile("(?ms)as\\s+`([a-z.]+)`:\n\n```[a-z]*\n(.*?)^```")

// The tutorial's reader saves its files and types its commands; so does this.
func TestTutorial(t *testing.T) {
	const page, home = "../docs/tutorial.md", "/home/you"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, m := range savedBlock.FindAllStringSubmatch(string(text), -1) {
		if err := os.WriteFile(filepath.Join(dir, m[1]), []byte(strings.ReplaceAll(m[2], home, dir)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	replay(t, page, dir, home)
}

// The grammar of the specification is the parser's.
func TestGrammarOfTheSpecification(t *testing.T) {
	const page = "../docs/spec.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile("(?s)```ebnf\n.*?```").ReplaceAllLiteralString(string(text), "```ebnf\n"+strings.TrimRight(lang.Grammar(), "\n")+"\n```")
	compareGolden(t, page, want)
}
