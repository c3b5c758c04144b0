package compiler

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rex/bytecode"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The code of each construct, as a reader of disassembly sees it.
func TestEmit(t *testing.T) {
	files, err := filepath.Glob("testdata/emit/*.rex")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		m, ds := Compile(filepath.Base(f), src, nil)
		if m == nil {
			t.Errorf("%s: %s", f, ds.Error())
			continue
		}
		mustVerify(t, f, m)
		var got bytes.Buffer
		bytecode.Disassemble(&got, m)
		golden := strings.TrimSuffix(f, ".rex") + ".golden"
		if *update {
			if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s differs from its golden file; -update rewrites it\n%s", f, got.String())
		}
	}
}

// What is large is refused or compiled, in time that its size explains.
func TestLarge(t *testing.T) {
	for name, src := range largeSources() {
		m, ds := Compile(name, []byte(src.text), nil)
		if (m != nil) != src.ok {
			t.Errorf("%s: module %t, want %t: %s", name, m != nil, src.ok, shorten(ds.Error()))
		}
		if m != nil {
			mustVerify(t, name, m)
		}
	}
}

type large struct {
	text string
	ok   bool
}

func largeSources() map[string]large {
	repeat := func(n int, line func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(line(i))
		}
		return b.String()
	}
	return map[string]large{
		"sum":      {"let a = 1\nreturn a" + strings.Repeat(" + 1", 990) + "\n", true},
		"parens":   {"return " + strings.Repeat("(1 + ", 120) + "1" + strings.Repeat(")", 120) + "\n", true},
		"lists":    {"return " + strings.Repeat("[", 60) + "1" + strings.Repeat("]", 60) + "\n", true},
		"loops":    {repeat(200, func(i int) string { return "for _ in [1, 2] {\n" }) + "print(1)\n" + strings.Repeat("}\n", 200), true},
		"counters": {repeat(200, func(i int) string { return "for i" + itoa(i) + " in 0..2 {\n" }) + "print(1)\n" + strings.Repeat("}\n", 200), true},
		"variables": {repeat(1000, func(i int) string { return "let v" + itoa(i) + " = \"${" + itoa(i) + "}\"\n" }) +
			"return [" + repeat(1000, func(i int) string { return "v" + itoa(i) + "," }) + "]\n", true},
		"kinds of types": {repeat(300, func(i int) string { return "let v" + itoa(i) + " = { f" + itoa(i) + ": 1 }\nprint(v" + itoa(i) + ")\n" }), false},
		"doubling types": {"let v0 = { a: 1, b: 2 }\n" + repeat(60, func(i int) string {
			return "let v" + itoa(i+1) + " = { a: v" + itoa(i) + ", b: v" + itoa(i) + " }\n"
		}), false},
		"doubling open types": {"let v0 = { a: [], b: [] }\n" + repeat(60, func(i int) string {
			return "let v" + itoa(i+1) + " = { a: v" + itoa(i) + ", b: v" + itoa(i) + " }\n"
		}), false},
		"doubling constants": {"const C0 = [1]\n" + repeat(60, func(i int) string {
			return "const C" + itoa(i+1) + " = [C" + itoa(i) + ", C" + itoa(i) + "]\n"
		}), false},
		"defers": {"fn f(n: int) -> int {\n" + strings.Repeat("defer print(\"x\")\n", 3000) + strings.Repeat("if n == 1 { return 1 }\n", 3000) + "2\n}\nreturn f(1)\n", false},
		"functions": {"let x = 1\n" + repeat(3000, func(i int) string { return "fn f" + itoa(i) + "() -> int { f" + itoa(i+1) + "() }\n" }) +
			"fn f3000() -> int { x }\nreturn f0()\n", true},
		"inferred functions": {repeat(3000, func(i int) string { return "fn f" + itoa(i) + "() { f" + itoa(i+1) + "() }\n" }) + "fn f3000() { 1 }\nreturn f0()\n", false},
		"one line":           {"let x = 1; " + strings.Repeat("print(x); ", 10000) + "\n", true},
		"narrowing":          {"let a: int? = nil\nlet n = 0\n" + strings.Repeat("if a != nil { n += a }\n", 3000) + "return n\n", true},
		"holes":              {"let a = 1\nreturn \"" + strings.Repeat("${a}", 2000) + "\"\n", true},
		"arms":               {"let a = 1\nreturn match a {\n" + repeat(3000, func(i int) string { return itoa(i) + " => " + itoa(i) + "\n" }) + "_ => 1 }\n", true},
		"closures": {"let a = 1\nlet f0 = |x: int| x + a\n" + repeat(1000, func(i int) string {
			return "let f" + itoa(i+1) + " = |x: int| f" + itoa(i) + "(x) + a\n"
		}) + "return f1000(1)\n", true},
	}
}

// benchScript is a script of 40 lines as operators write them.
const benchScript = `/// Archive the old logs of one service.
param service: string = "nginx" matching re"[a-z][a-z0-9-]*"
param older_than: duration = 7d
param top: int = 10 in 1..=100

type Moved = { path: path, before: size, lines: int }

fn is_old(f: fs.Entry, now: time, age: duration) -> bool { now - f.modified > age }

fn lines_of(p: path) -> int {
    let n = 0
    for line in fs.lines(p) {
        if line.trim() == "" { continue }
        n += 1
    }
    return n
}

let dir: path = "/var/log/${service}"
let now = time.now()
let moved: list[Moved] = []
let by_owner: map[int] = {}
let biggest = fs.find(dir, pattern: "*.log", kind: "file")
    |> filter(|f| is_old(f, now, older_than))
    |> sort_by(|f| f.size, desc: true)
    |> take(top)

for f in biggest {
    let n = lines_of(f.path) catch |e| {
        log.warn("skipped ${f.path}: ${e.message}", kind: e.kind)
        continue
    }
    by_owner[f.owner] = (by_owner[f.owner] ?? 0) + 1
    moved.push({ path: f.path, before: f.size, lines: n })
    let target = dir / "old/${f.name}"
    fs.move(f.path, target) catch exists nil
}

service.restart(service) catch denied { log.error("restart it by hand") }
return { service, moved, by_owner, total: moved.sum(|m| m.before), empty: moved.is_empty() }
`

func BenchmarkCompile(b *testing.B) {
	b.SetBytes(int64(len(benchScript)))
	for b.Loop() {
		if m, ds := Compile("bench.rex", []byte(benchScript), nil); m == nil {
			b.Fatal(ds)
		}
	}
}
