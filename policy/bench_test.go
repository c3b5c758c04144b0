package policy

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"rex/capability"
)

// still is a host that does nothing, so that the door alone is measured.
type still struct{ resolved *Resolved }

func (s still) Resolve(context.Context, *capability.Op, []capability.Value, Want) (*Resolved, error) {
	return s.resolved, nil
}

func (s still) Act(_ context.Context, g *Grant) (capability.Value, error) {
	_, err := g.Take()
	return nil, err
}

func benchGate(b *testing.B, audit io.Writer, policies string) (*Gate, *capability.Op, []capability.Value) {
	op, a := args(b, "fs.stat", capability.PathValue("/srv/app/logs/2024/error.log"))
	kind := "file"
	g := testGate(b, still{&Resolved{Targets: []Target{{Param: "path", Parent: "/srv/app/logs/2024", Facts: Facts{Type: "File", Kind: &kind}}}}}, op, policies)
	g.cfg.Limits.HostCalls, g.cfg.Limits.Denials = 1<<40, 1<<40
	if audit != nil {
		g.cfg.Audit, _ = OpenAudit(audit, nil)
	}
	return NewGate(g.cfg), op, a
}

func BenchmarkStatPermitted(b *testing.B) {
	g, op, a := benchGate(b, nil, readBelowApp)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := g.Do(context.Background(), here, op, a); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStatPermittedRecorded(b *testing.B) {
	g, op, a := benchGate(b, io.Discard, readBelowApp)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := g.Do(context.Background(), here, op, a); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStatDenied(b *testing.B) {
	g, op, a := benchGate(b, nil, `permit (principal, action, resource in file_system::Dir::"/var");`)
	b.ReportAllocs()
	for b.Loop() {
		g.denials = g.denials[:0]
		if _, err := g.Do(context.Background(), here, op, a); err == nil {
			b.Fatal("permitted")
		}
	}
}

// Policies about other actions cost nothing, policies about the same do.
func BenchmarkStatPermittedOfMany(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		var text strings.Builder
		text.WriteString(readBelowApp)
		for i := range n {
			fmt.Fprintf(&text, "permit (principal, action == file_system::Action::\"write\", resource in file_system::Dir::\"/srv/%d\");\n", i)
		}
		g, op, a := benchGate(b, nil, text.String())
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := g.Do(context.Background(), here, op, a); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkJudge(b *testing.B) {
	sets := Sets{mustSet(b, fivePolicies)}
	t := touchOf(capability.Lookup("fs.read"), pattern(lit("/var/log/"), component, lit("/error.log")))
	b.ReportAllocs()
	for b.Loop() {
		Judge(t, nil, sets, alice.Principal(), Known{})
	}
}

// What rexvm does before the first instruction: schema, house, policies, gate.
func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{1, 1000} {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, "permit (principal, action in Rex::Action::\"Read\", resource in file_system::Dir::\"/srv/%d\");\n", i)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				f, err := Parse("p.cedar", []byte(text.String()))
				if err != nil {
					b.Fatal(err)
				}
				s, err := NewSet(f)
				if err != nil {
					b.Fatal(err)
				}
				NewGate(Config{Sets: Sets{s}, Identity: alice, Host: still{}})
			}
		})
	}
}
