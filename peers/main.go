// Peers measures the front end beside the parsers of Go, Starlark and Tengo, on
// generated sources that say the same in each language, and prints ratios.
//
// It is a module of its own, so that the product links none of them. All is
// measured in one run and in turns: what slows the machine for a while slows
// each, and of many rounds the lowest counts.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"time"

	"rex/compiler"
	"rex/lang"
)

var (
	rounds  = flag.Int("rounds", 10, "rounds; the lowest of them counts")
	profile = flag.String("profile", "", "write a CPU profile of Rex's own rows here")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run() error {
	if *profile != "" {
		return profiled(*profile)
	}
	if err := sizes(); err != nil {
		return err
	}
	if err := script(); err != nil {
		return err
	}
	hostile()
	return nil
}

// atLeast is how many lines one measurement reads: a short source is read many
// times, so that the collection of its garbage is measured with it.
const atLeast = 20_000

// sizes prints the table of the parsers at each size.
func sizes() error {
	most := mostFunctions()
	functions := []int{25, 256, most, most}
	files := []int{1, 1, 1, 100_000/(most*linesPerFunction) + 1}
	var cells [][]*cell
	for i, n := range functions {
		row, err := newRow(n, files[i])
		if err != nil {
			return err
		}
		cells = append(cells, row)
	}
	for range *rounds {
		for _, row := range cells {
			for _, c := range row {
				if err := c.measure(); err != nil {
					return err
				}
			}
		}
	}
	printSizes(cells)
	return nil
}

func printSizes(cells [][]*cell) {
	fmt.Println("time per line; go/parser on a source of the same size = 1")
	fmt.Printf("%8s %6s", "lines", "files")
	for _, s := range stages {
		fmt.Printf(" %13s", s.name)
	}
	fmt.Printf(" %13s %13s\n", "check/parse", "parse/1k")
	small := cells[0][rexParse].perLine()
	for _, row := range cells {
		fmt.Printf("%8d %6d", row[rexParse].lines*row[rexParse].files, row[rexParse].files)
		for _, c := range row {
			fmt.Printf(" %13.2f", c.perLine()/row[0].perLine())
		}
		parse := row[rexParse].perLine()
		fmt.Printf(" %13.2f %13.2f\n", row[rexCheck].perLine()/parse, parse/small)
	}
}

// script prints what a script of forty lines takes, when the process has
// compiled one before.
func script() error {
	src := generate("rex", 1)
	compile := func() error { return compileOnly(src) }
	lowest := time.Duration(1 << 62)
	for range *rounds * 20 {
		took, err := timed(compile)
		if err != nil {
			return err
		}
		lowest = min(lowest, took)
	}
	fmt.Printf("\na script of %d lines, source to module: %v\n", linesPerFunction, lowest.Round(time.Microsecond))
	return nil
}

func compileOnly(src []byte) error {
	if m, ds := compiler.Compile("script.rex", src, nil); m == nil {
		return fmt.Errorf("script.rex: %v", ds[0].String())
	}
	return nil
}

func timed(f func() error) (time.Duration, error) {
	from := time.Now()
	err := f()
	return time.Since(from), err
}

// hostile prints how long the worst sources of 1 MiB take, and how much memory
// is allocated for them over that time.
func hostile() {
	fmt.Println("\nhostile sources, 1 MiB or 200,000 tokens: parse, check, emit")
	fmt.Printf("%-16s %10s %12s  %s\n", "source", "ms", "MiB in all", "answer")
	for _, h := range hostileSources() {
		var before, after runtime.MemStats
		lowest := time.Duration(1 << 62)
		var answer string
		for range 3 {
			runtime.GC()
			runtime.ReadMemStats(&before)
			from := time.Now()
			m, ds := compiler.Compile("hostile.rex", h.src, nil)
			lowest = min(lowest, time.Since(from))
			runtime.ReadMemStats(&after)
			answer = outcome(m != nil, ds)
		}
		fmt.Printf("%-16s %10.1f %12.0f  %s\n", h.name, lowest.Seconds()*1e3,
			float64(after.TotalAlloc-before.TotalAlloc)/(1<<20), answer)
	}
}

func outcome(compiled bool, ds lang.Diagnostics) string {
	if compiled {
		return "compiled"
	}
	return fmt.Sprintf("refused, %s and %d more", ds[0].Code, len(ds)-1)
}

// profiled compiles the largest source again and again.
func profiled(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	src := generate("rex", 256)
	for range *rounds {
		if err := compileOnly(src); err != nil {
			return err
		}
	}
	return nil
}
