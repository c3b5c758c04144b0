package conformance

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"rex/bytecode"
	"rex/capability"
	rexc "rex/cmd/rexc/command"
	"rex/compiler"
	"rex/library"
	"rex/policy"
	"rex/preflight"
	"rex/vm"
)

// instructions are the rows that the compiler writes as instructions of their own.
var instructions = map[uint16]bool{70: true, 76: true, 130: true, 403: true}

// Every example of a library row is compiled and run, gives what it says, and
// really calls its row.
func TestLibraryExamples(t *testing.T) {
	sets := policy.Sets{parsePolicy(t, `permit (principal, action == network::Action::"GET", resource);`)}
	for _, row := range library.Rows() {
		script, want := row.Example()
		name := row.Signature()
		if row.Internal && script == "" {
			continue // not every one has a syntax
		}
		if strings.Contains(script, "\n") || script == "" || want == "" {
			t.Errorf("%d %s: the example must be one line with a result", row.Number, name)
		}
		module, ds := compiler.Compile("example.rex", []byte(script), nil)
		if ds.HasErrors() {
			t.Errorf("%d %s: %s\n%s", row.Number, name, script, ds)
			continue
		}
		if row.Number > 0 && !instructions[row.Number] && !callsRow(module, row.Number) {
			t.Errorf("%d %s: the example does not call it: %s", row.Number, name, script)
		}
		if row.Number == 0 && !strings.Contains(script, row.Name+"(") {
			t.Errorf("%s: the example does not name it: %s", name, script)
		}
		got, err := runExample(module, sets)
		if err != nil {
			t.Errorf("%d %s: %s: %v", row.Number, name, script, err)
		} else if got != want {
			t.Errorf("%d %s: %s // %s", row.Number, name, script, got)
		}
	}
}

// The reference page is what the command writes of the rows.
func TestLibraryPage(t *testing.T) {
	var out, err bytes.Buffer
	if status := rexc.Main([]string{"library", "--format", "md"}, strings.NewReader(""), &out, &err); status != 0 {
		t.Fatal(err.String())
	}
	compareGolden(t, "../docs/library.md", libraryHead+out.String())
}

const libraryHead = `# The library

What a script computes without asking anyone: no function here touches the
host, and each is charged for its work before it does it. Made from the rows of
package library by a test; ` + "`rexc library NAME`" + ` shows the same.

A call ` + "`x.f(a)`" + ` and a call ` + "`f(x, a)`" + ` are the same call. In signatures ` + "`T`" + ` and ` + "`U`" + `
are any type, ` + "`E`" + ` one that ` + "`==`" + ` compares, ` + "`C`" + ` one that ` + "`<`" + ` compares, ` + "`N`" + ` a number,
size or duration, ` + "`K`" + ` what can be the key of a map, ` + "`R`" + ` any record. A parameter
with a default is given by name. An example shows a call and, behind ` + "`//`" + `, its
value.

`

func parsePolicy(t *testing.T, text string) *policy.Set {
	t.Helper()
	f, err := policy.Parse("test.cedar", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	set, err := policy.NewSet(f)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// callsRow reports whether a module holds a call of a row.
func callsRow(m *bytecode.Module, number uint16) bool {
	for _, f := range m.Funcs {
		for _, in := range f.Code {
			if in.Op == bytecode.LIB && int(in.Imm) == int(number) {
				return true
			}
		}
	}
	return false
}

func runExample(m *bytecode.Module, sets policy.Sets) (string, error) {
	v, err := bytecode.Verify(m)
	if err != nil {
		return "", err
	}
	me := policy.Identity{User: "operator", UID: 1000, Group: "operator", GID: 1000}
	report := preflight.Report(v, nil, preflight.Options{})
	limits := capability.DefaultLimits()
	gate := policy.NewGate(policy.Config{Sets: sets, Identity: me, Host: exampleHost{}, Report: report, Limits: limits, Labels: map[string]string{}, Module: report.Module})
	value, _, err := vm.Run(context.Background(), v, gate, limits, nil)
	if err != nil {
		return "", err
	}
	if s, ok := value.(capability.StringValue); ok {
		return strconv.Quote(string(s)), nil
	}
	return library.Text(value), nil
}

// exampleHost has one web page and a clock that stands still, and nothing else.
type exampleHost struct{}

func (exampleHost) Resolve(context.Context, *capability.Op, []capability.Value, policy.Want) (*policy.Resolved, error) {
	return &policy.Resolved{Close: func() {}}, nil
}

func (exampleHost) Act(_ context.Context, g *policy.Grant) (capability.Value, error) {
	if _, err := g.Take(); err != nil {
		return nil, err
	}
	switch g.Op().Name {
	case "net.get":
	case "time.now":
		return capability.TimeValue(0), nil
	case "print", "time.sleep":
		return nil, nil
	default:
		return nil, errors.New("the examples' host has no " + g.Op().Name)
	}
	return capability.NewRecord(capability.NetResponse).
		With("status", capability.IntValue(200)).
		With("ok", capability.BoolValue(true)).
		With("body", capability.BytesValue(`{"up": true}`)).
		With("headers", capability.NewMap(capability.String)).
		With("redirects", capability.NewList(capability.URL)), nil
}
