package conformance

import (
	"bytes"
	"context"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"rex/bytecode"
	"rex/capability"
	"rex/compiler"
	"rex/host"
	"rex/policy"
	"rex/preflight"
	"rex/vm"
)

// The figures of docs/performance.md. Each benchmark that has a native peer
// runs it in the same process, so that the ratio holds when the machine's
// speed drifts: `go test -run='^$' -bench=. ./conformance`.

// script40 is a script of forty lines that looks like one from real life.
func script40(b *testing.B) []byte {
	b.Helper()
	src, err := os.ReadFile("testdata/bench/script40.rex")
	if err != nil {
		b.Fatal(err)
	}
	return src
}

func compiled(b *testing.B, src []byte) *bytecode.Verified {
	b.Helper()
	m, ds := compiler.Compile("bench.rex", src, nil)
	if ds.HasErrors() {
		b.Fatal(ds)
	}
	v, err := bytecode.Verify(m)
	if err != nil {
		b.Fatal(err)
	}
	return v
}

// BenchmarkCompile40 is source to module: parse, check, emit.
func BenchmarkCompile40(b *testing.B) {
	src := script40(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, ds := compiler.Compile("bench.rex", src, nil); ds.HasErrors() {
			b.Fatal(ds)
		}
	}
}

// BenchmarkGoParser40 is go/parser on a Go text of as many bytes, to compare.
func BenchmarkGoParser40(b *testing.B) {
	n := len(script40(b))
	src := []byte("package p\n" + strings.Repeat("func f(a int, b string) bool { return a+len(b) > 10 && b != \"x\" }\n", n/66+1))[:]
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parser.ParseFile(token.NewFileSet(), "p.go", src, parser.SkipObjectResolution); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify40(b *testing.B) {
	m := compiled(b, script40(b)).Module()
	for b.Loop() {
		if _, err := bytecode.Verify(m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode40(b *testing.B) {
	data := compiled(b, script40(b)).Module().Encode()
	for b.Loop() {
		if _, err := bytecode.Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPreflight40(b *testing.B) {
	v := compiled(b, script40(b))
	for b.Loop() {
		preflight.Report(v, nil, preflight.Options{})
	}
}

func BenchmarkJudge40(b *testing.B) {
	v := compiled(b, script40(b))
	r := preflight.Report(v, nil, preflight.Options{})
	sets := permitAll(b)
	for b.Loop() {
		for i := range r.Touches {
			policy.Judge(&r.Touches[i], r.Params, sets, policy.Principal{}, policy.Known{})
		}
	}
}

func permitAll(b *testing.B) policy.Sets {
	b.Helper()
	f, err := policy.Parse("all.cedar", []byte(`permit (principal, action, resource);`))
	if err != nil {
		b.Fatal(err)
	}
	s, err := policy.NewSet(f)
	if err != nil {
		b.Fatal(err)
	}
	return policy.Sets{s}
}

// stat runs one fs.stat per iteration through the VM, the gate and the host.
func stat(b *testing.B, sets policy.Sets) {
	dir := b.TempDir()
	file := filepath.Join(dir, "a.txt")
	if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
		b.Fatal(err)
	}
	v := compiled(b, []byte(`
param n: int
param p: path
let seen = 0
for i in 0..n {
    let s = fs.stat(p) catch denied { continue }
    if s.kind == "file" { seen += 1 }
}
return seen
`))
	args := []capability.Value{capability.IntValue(b.N), capability.PathValue(file)}
	r := preflight.Report(v, args, preflight.Options{})
	limits := capability.DefaultLimits()
	limits.HostCalls, limits.Denials, limits.Time = 1<<40, 1<<40, 1<<50
	m := host.New(host.Config{})
	defer m.Close()
	gate := policy.NewGate(policy.Config{Sets: sets, Identity: policy.Identity{User: "root"}, Host: m, Report: r, Limits: limits})
	b.ResetTimer()
	if _, _, err := vm.Run(context.Background(), v, gate, limits, args); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkStatPermitted(b *testing.B) { stat(b, permitAll(b)) }
func BenchmarkStatDenied(b *testing.B)    { stat(b, nil) }

// BenchmarkStatNative is the system call alone.
func BenchmarkStatNative(b *testing.B) {
	file := filepath.Join(b.TempDir(), "a.txt")
	if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := os.Stat(file); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStart is the whole process: rexvm from its start to the end of a
// module that returns 1, and beside it a process that does nothing at all.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	bin := filepath.Join(dir, "rexvm")
	build := exec.Command("go", "build", "-o", bin, "rex/cmd/rexvm")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	module := compiled(b, []byte("return 1")).Module().Encode()
	b.Run("rexvm", func(b *testing.B) {
		for b.Loop() {
			cmd := exec.Command(bin, "run", "-")
			cmd.Stdin = bytes.NewReader(module)
			if err := cmd.Run(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("true", func(b *testing.B) {
		for b.Loop() {
			if err := exec.Command("/bin/true").Run(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
