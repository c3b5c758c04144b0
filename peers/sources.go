package main

import (
	"embed"
	"fmt"
	goparser "go/parser"
	gotoken "go/token"
	"strconv"
	"strings"
	"time"

	tengo "github.com/d5/tengo/v2/parser"
	starlark "go.starlark.net/syntax"

	"rex/compiler"
	"rex/lang"
)

// samples has one function in each language, saying the same; `nnn` in it
// stands for its number.
//
//go:embed samples
var samples embed.FS

// linesPerFunction is how long the function is in Rex, with an empty line.
const linesPerFunction = 39

// generate writes a source of so many functions.
func generate(ext string, functions int) []byte {
	text, err := samples.ReadFile("samples/function." + ext)
	if err != nil {
		panic(err) // it is embedded
	}
	var b strings.Builder
	if ext == "go.txt" {
		b.WriteString("package p\n")
	}
	for i := range functions {
		b.WriteString(strings.ReplaceAll(string(text), "nnn", strconv.Itoa(i)))
		b.WriteByte('\n')
	}
	return []byte(b.String())
}

// mostFunctions is how many functions one source of Rex may have.
func mostFunctions() int {
	low, high := 1, lang.MaxSource
	for low < high {
		n := (low + high + 1) / 2
		_, ds := lang.Parse("most.rex", generate("rex", n))
		if ds.HasErrors() {
			high = n - 1
		} else {
			low = n
		}
	}
	return low
}

// stage is what is done with a source: prepare, which isn't measured, gives the
// work that is.
type stage struct {
	name    string
	ext     string
	prepare func(src []byte) (func() error, error)
}

const rexParse, rexCheck = 3, 4

var stages = []stage{
	{"go/parser", "go.txt", parseOnly(func(src []byte) error {
		_, err := goparser.ParseFile(gotoken.NewFileSet(), "p.go", src, goparser.SkipObjectResolution)
		return err
	})},
	{"starlark-go", "star", parseOnly(func(src []byte) error {
		options := &starlark.FileOptions{While: true}
		_, err := options.Parse("p.star", src, 0)
		return err
	})},
	{"tengo", "tengo", parseOnly(func(src []byte) error {
		file := tengo.NewFileSet().AddFile("p.tengo", -1, len(src))
		_, err := tengo.NewParser(file, src, nil).ParseFile()
		return err
	})},
	rexParse: {"rex parse", "rex", parseOnly(func(src []byte) error {
		_, ds := lang.Parse("p.rex", src)
		return asError(ds)
	})},
	rexCheck: {"rex check+emit", "rex", func(src []byte) (func() error, error) {
		file, ds := lang.Parse("p.rex", src)
		return func() error {
			_, ds := compiler.Check(file, nil)
			return asError(ds)
		}, asError(ds)
	}},
}

func parseOnly(parse func([]byte) error) func([]byte) (func() error, error) {
	return func(src []byte) (func() error, error) {
		work := func() error { return parse(src) }
		return work, work()
	}
}

func asError(ds lang.Diagnostics) error {
	if ds.HasErrors() {
		return fmt.Errorf("%s", ds[0].String())
	}
	return nil
}

// cell is one number of the table: a stage at a size.
type cell struct {
	stage  *stage
	work   func() error
	lines  int // of one file
	files  int
	lowest time.Duration
	reads  int // how many files one measurement reads
}

func newRow(functions, files int) ([]*cell, error) {
	var row []*cell
	for i := range stages {
		s := &stages[i]
		src := generate(s.ext, functions)
		work, err := s.prepare(src)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		c := &cell{stage: s, work: work, lines: strings.Count(string(src), "\n"), files: files, lowest: 1 << 62}
		c.reads = max(files, atLeast/c.lines)
		row = append(row, c)
	}
	return row, nil
}

func (c *cell) measure() error {
	took, err := timed(func() error {
		for range c.reads {
			if err := c.work(); err != nil {
				return err
			}
		}
		return nil
	})
	c.lowest = min(c.lowest, took)
	return err
}

func (c *cell) perLine() float64 {
	return float64(c.lowest) / float64(c.reads*c.lines)
}
