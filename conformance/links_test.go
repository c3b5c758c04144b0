package conformance

import (
	"go/build"
	"os"
	"sort"
	"strings"
	"testing"
)

// TestWhatRexvmLinks holds the trusted program to a reviewed list: every
// package it links, the standard library's and others', by import path. A
// new line is reviewed like code. The language's parser and compiler are
// never on it.
func TestWhatRexvmLinks(t *testing.T) {
	// go/build asks the go command, whose reads the test cache doesn't see: so
	// everything of ours that could change the answer is read here too.
	sources(t)
	if _, err := os.ReadFile("../go.mod"); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	ctx := build.Default
	ctx.GOOS, ctx.GOARCH, ctx.CgoEnabled = "linux", "amd64", false
	link(t, &ctx, "rex/cmd/rexvm", "..", seen)
	var list []string
	for path := range seen {
		list = append(list, path)
		for _, never := range []string{"rex/lang", "rex/compiler", "rex/cmd/rexc", "alecthomas/participle", "html/template", "text/template"} {
			if strings.Contains(path, never) {
				t.Errorf("rexvm links %s", path)
			}
		}
	}
	sort.Strings(list)
	compareGolden(t, "testdata/rexvm-links.txt", strings.Join(list, "\n")+"\n")
}

// link adds a package and, for those outside the standard library, all it imports.
func link(t *testing.T, ctx *build.Context, path, dir string, seen map[string]bool) {
	if seen[path] || path == "C" || path == "unsafe" {
		return
	}
	seen[path] = true
	p, err := ctx.Import(path, dir, 0)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if p.Goroot {
		return // what the standard library uses of itself is Go's affair
	}
	for _, next := range p.Imports {
		link(t, ctx, next, p.Dir, seen)
	}
}
