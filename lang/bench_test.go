package lang

import (
	"fmt"
	goparser "go/parser"
	gotoken "go/token"
	"strings"
	"testing"
)

// rexSample is a function that uses most of the language; goSample says the
// same in Go, line by line where that is possible.
const rexSample = `
/// Archive the logs of one service, number %[1]d.
/// Gives what was moved.
fn archive_%[1]d(service: string, older_than: duration = 7d, top: int = 10) -> list[Moved] {
    let dir: path = "/var/log/${service}"
    let now = time.now()
    let moved: list[Moved] = []
    // the biggest first
    let files = fs.find(dir, pattern: "*.log", kind: "file")
        |> filter(|f| now - f.modified > older_than && f.size >= 10MiB)
        |> sort_by(|f| f.size, desc: true)
        |> take(top)
    for i, f in files {
        if f.size == 0B || f.name.starts_with(".") {
            continue
        } else if i > 100 {
            break
        }
        let done = fs.compress(f.path, remove: true) catch |e| {
            log.warn("skipped ${f.path}: ${e.message}", kind: e.kind)
            continue
        }
        moved.push({ path: done.path, before: f.size, after: done.size })
        counts[f.owner] = (counts[f.owner] ?? 0) + 1
    }
    let level = match moved.len() {
        0 => "none"
        1..=9 => "few"
        n if n %% 2 == 0 => { "even" }
        _ => "many"
    }
    let state = try {
        service.status(service).state
    } catch not_found "missing"
    let ratio = float(moved.len()) / 2.5 + 1e3 * -0.5
    while ratio > 1.0 && !(level == "none") {
        ratio -= 0.25
    }
    log.info("archived ${moved.len()} of ${files.len()} in ${time.now() - now}: ${level}", state: state)
    return moved
}
`

const goSample = `
// archive%[1]d archives the logs of one service, number %[1]d.
// It gives what was moved.
func archive%[1]d(service string, olderThan time.Duration, top int) []Moved {
	dir := filepath.Join("/var/log", service)
	now := time.Now()
	moved := []Moved{}
	// the biggest first
	files := fs.Find(dir, Pattern("*.log"), Kind("file")).
		Filter(func(f Entry) bool { return now.Sub(f.Modified) > olderThan && f.Size >= 10<<20 }).
		SortBy(func(f Entry) int { return f.Size }, true).
		Take(top)
	for i, f := range files {
		if f.Size == 0 || strings.HasPrefix(f.Name, ".") {
			continue
		} else if i > 100 {
			break
		}
		done, err := fs.Compress(f.Path, Remove(true))
		if err != nil {
			log.Warn("skipped " + f.Path + ": " + err.Error(), "kind", err.Kind)
			continue
		}
		moved = append(moved, Moved{Path: done.Path, Before: f.Size, After: done.Size})
		counts[f.Owner] = counts[f.Owner] + 1
	}
	level := ""
	switch n := len(moved); {
	case n == 0: level = "none"
	case n < 10: level = "few"
	case n %% 2 == 0: level = "even"
	default: level = "many"
	}
	state, err := units.Status(service).State()
	if err != nil {
		state = "missing"
	}
	ratio := float64(len(moved)) / 2.5 + 1e3 * -0.5
	for ratio > 1.0 && !(level == "none") {
		ratio -= 0.25
	}
	log.Info(fmt.Sprint("archived ", len(moved), " of ", len(files), " in ", time.Since(now), ": ", level), "state", state)
	return moved
}
`

// sample repeats a function up to about this many lines.
func sample(head, function string, lines int) []byte {
	var b strings.Builder
	b.WriteString(head)
	for i := range lines / strings.Count(function, "\n") {
		fmt.Fprintf(&b, function, i)
	}
	return []byte(b.String())
}

func linesPerSecond(b *testing.B, src []byte) {
	lines := strings.Count(string(src), "\n") * b.N
	b.ReportMetric(float64(lines)/b.Elapsed().Seconds(), "lines/s")
	b.SetBytes(int64(len(src)))
}

func BenchmarkParse(b *testing.B) {
	for _, lines := range []int{50, 1000, 10_000} {
		b.Run(fmt.Sprint(lines), func(b *testing.B) {
			src := sample("", rexSample, lines)
			b.ReportAllocs()
			for b.Loop() {
				if _, ds := Parse("bench.rex", src); len(ds) > 0 {
					b.Fatal(ds[0].String())
				}
			}
			linesPerSecond(b, src)
		})
	}
}

// What a line costs in allocations is counted, where its time can't be held to
// anything: tokens take none, and the tree about one a node.
func TestAllocationsPerLine(t *testing.T) {
	const lines = 2000
	src := sample("", rexSample, lines)
	scanning := testing.AllocsPerRun(5, func() {
		var ds Diagnostics
		scan(NewSource("bench.rex", src), &ds)
	})
	if scanning > lines/20 {
		t.Errorf("scanning %d lines makes %.0f allocations", lines, scanning)
	}
	parsing := testing.AllocsPerRun(5, func() { Parse("bench.rex", src) })
	if parsing > 18*lines {
		t.Errorf("parsing %d lines makes %.0f allocations", lines, parsing)
	}
	t.Logf("%.3f and %.1f a line", scanning/lines, parsing/lines)
}

func BenchmarkGoParser(b *testing.B) {
	for _, lines := range []int{50, 1000, 10_000} {
		b.Run(fmt.Sprint(lines), func(b *testing.B) {
			src := sample("package p\n", goSample, lines)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := goparser.ParseFile(gotoken.NewFileSet(), "bench.go", src, goparser.SkipObjectResolution); err != nil {
					b.Fatal(err)
				}
			}
			linesPerSecond(b, src)
		})
	}
}

func BenchmarkScan(b *testing.B) {
	source := NewSource("bench.rex", sample("", rexSample, 10_000))
	b.ReportAllocs()
	for b.Loop() {
		var ds Diagnostics
		scan(source, &ds)
	}
	b.SetBytes(int64(len(source.Src)))
}

// BenchmarkBuild is what the first Parse of a process pays for participle.
func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		newParser()
	}
}
