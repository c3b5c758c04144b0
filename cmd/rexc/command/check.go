package command

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/spf13/pflag"

	"rex/capability"
	"rex/cmd/console"
	"rex/compiler"
	"rex/lang"
)

var checkCommand = &console.Command{
	Words: "check", Args: "SCRIPT.rex...|-", Summary: "check scripts without building them",
	Help: `Finds what is wrong in the text, the names and the types of scripts. Exit status 4 when a script has an error; warnings don't count.

--fix applies the fixes that leave nothing to guess, until there are none left, and says what it did. A file keeps its permissions and is replaced whole or not at all; a script on standard input is written, mended, to standard output. Fixes with several readings, and those of warnings, are only shown. The exit status is about what is left.`,
	Examples: []console.Example{
		{Line: "rexc check *.rex", Does: "checks all scripts of a folder"},
		{Line: "rexc check --fix clean.rex", Does: "mends what can be mended"},
		{Line: "rexc check --format json clean.rex", Does: "one JSON document, with the fixes as edits"},
		{Line: "rexc check --format sarif *.rex", Does: "a SARIF log, for code scanning"},
	},
	Set: func(flags *pflag.FlagSet) func(*console.IO) console.Status {
		k := &checking{}
		flags.BoolVar(&k.fix, "fix", false, "apply the safe fixes")
		k.root = rootFlag(flags)
		k.format = console.FormatFlag(flags, "text", "json", "sarif")
		return k.run
	},
}

// checking is one run of check.
type checking struct {
	fix    bool
	root   *string
	format *console.Format
	status console.Status
	doc    checkDocument
}

func (k *checking) run(c *console.IO) console.Status {
	if len(c.Args) == 0 {
		c.Errorf("check: name a script, or - for standard input")
		return console.Usage
	}
	for _, name := range c.Args {
		k.file(c, name)
	}
	if k.status != console.Usage && k.doc.Diagnostics.HasErrors() {
		k.status = console.BadInput
	}
	if err := k.show(c); err != nil {
		c.Errorf("%s", err)
		return console.Internal
	}
	return k.status
}

// file checks one script, and mends it where that is wanted.
func (k *checking) file(c *console.IO, name string) {
	src, err := c.ReadInput(name, capability.MaxModule)
	if err != nil {
		k.failed(c, err)
		return
	}
	imports, err := importsOf(name, *k.root)
	if err != nil {
		c.Errorf("%s", err)
		k.status = console.Usage
		return
	}
	defer imports.close()
	if !k.fix {
		_, ds := compileWith(imports, sourceName(name), src)
		k.doc.Diagnostics = append(k.doc.Diagnostics, ds...)
		return
	}
	m := compiler.Mend(sourceName(name), src, imports)
	if err := k.keep(c, name, src, m.Src); err != nil {
		k.failed(c, err)
		_, m.Left = compileWith(imports, sourceName(name), src)
	} else {
		k.doc.mended(m.Applied)
	}
	if !m.Left.HasErrors() {
		_, m.Left = compileWith(imports, sourceName(name), m.Src)
	}
	k.doc.Diagnostics = append(k.doc.Diagnostics, m.Left...)
}

func (k *checking) failed(c *console.IO, err error) {
	c.Errorf("%s", err)
	k.status = console.BadInput
}

// keep writes a mended script to where it came from.
func (k *checking) keep(c *console.IO, name string, src, mended []byte) error {
	switch {
	case name == "-" && k.format.Is("text"):
		_, err := c.Out.Write(mended)
		return err
	case name == "-":
		text := string(mended)
		k.doc.Text = &text
	case !bytes.Equal(src, mended):
		return console.RewriteFile(name, mended)
	}
	return nil
}

// show writes what was found and done.
func (k *checking) show(c *console.IO) error {
	switch {
	case k.format.Is("json"):
		return k.doc.write(c.Out)
	case k.format.Is("sarif"):
		return k.doc.Diagnostics.WriteSARIF(c.Out, "rexc", console.Version())
	}
	for _, m := range k.doc.Mended {
		fmt.Fprintf(c.Err, "%s:%d:%d: mended %s: %s; %s\n", console.Show(m.File), m.Line, m.Column, m.Code, console.Show(m.Message), console.Show(m.Fix))
	}
	ds := k.doc.Diagnostics
	if len(ds) == 0 {
		return nil
	}
	if len(k.doc.Mended) > 0 {
		fmt.Fprintln(c.Err)
	}
	if err := ds.Write(c.Err, c.ErrColour); err != nil {
		return err
	}
	if n := safeFixes(ds, c.Args); n > 0 && !k.fix {
		fmt.Fprintf(c.Err, "\n%s; `rexc check --fix` mends %s\n", ds.Count(), share(n, len(ds)))
	}
	return nil
}

// share says how many of all.
func share(n, all int) string {
	switch {
	case n < all:
		return fmt.Sprintf("%d of them", n)
	case n == 1:
		return "it"
	}
	return "them"
}

// safeFixes counts what --fix would mend: in the scripts that are named, not in
// what they import.
func safeFixes(ds lang.Diagnostics, scripts []string) int {
	n := 0
	for i := range ds {
		named := func(script string) bool { return sourceName(script) == ds[i].Source.Name }
		if _, ok := ds[i].SafeFix(); ok && slices.ContainsFunc(scripts, named) {
			n++
		}
	}
	return n
}
