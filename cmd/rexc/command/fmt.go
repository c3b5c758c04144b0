package command

import (
	"errors"
	"fmt"

	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/pflag"

	"rex/cmd/console"
	"rex/lang"
)

var fmtCommand = &console.Command{
	Words: "fmt", Args: "[SCRIPT.rex...|-]", Summary: "lay scripts out in Rex's one layout",
	Help: `Without flags the result goes to standard output; without a script, or for -, standard input is read.
There is nothing to set. A newline behind the opening bracket of a block, record, list or match stays, and an
empty line between statements; every other line breaks where it must to fit in 100 columns. Comments stay.

A script that has an error is shown with it and left as it is: exit status 4. With -l or -d, and without -w, a
script in another layout is exit status 6, so that either serves as a check.`,
	Examples: []console.Example{
		{Line: "rexc fmt -w *.rex", Does: "rewrites the scripts of a folder that need it"},
		{Line: "rexc fmt -l *.rex", Does: "names those that need it, and fails if there are any"},
		{Line: "rexc fmt -d clean.rex", Does: "shows what would change"},
	},
	Set: func(flags *pflag.FlagSet) func(*console.IO) console.Status {
		f := &formatting{}
		flags.BoolVarP(&f.write, "write", "w", false, "rewrite the files instead of printing them")
		flags.BoolVarP(&f.diff, "diff", "d", false, "print a unified diff of what changes")
		flags.BoolVarP(&f.list, "list", "l", false, "print the names of files in another layout")
		return f.run
	},
}

// formatting is what the flags of fmt ask for.
type formatting struct{ write, diff, list bool }

func (f *formatting) run(c *console.IO) console.Status {
	names := c.Args
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		if name == "-" && f.write {
			c.Errorf("fmt: -w rewrites files; standard input is none")
			return console.Usage
		}
	}
	status := console.Done
	for _, name := range names {
		status = console.First(status, f.file(c, name))
	}
	return status
}

// file formats one file. What it can't format it leaves as it is.
func (f *formatting) file(c *console.IO, name string) console.Status {
	src, err := c.ReadInput(name, lang.MaxSource+1)
	if err != nil {
		c.Errorf("%s", err)
		return console.BadInput
	}
	file, diagnostics := lang.Parse(sourceName(name), src)
	if diagnostics.HasErrors() {
		diagnostics.Write(c.Err, c.ErrColour)
		return console.BadInput
	}
	out, err := lang.Format(file)
	switch {
	case errors.Is(err, lang.ErrBounds):
		c.Errorf("%s: %s", console.Show(sourceName(name)), err)
		return console.BadInput
	case err != nil:
		c.Errorf("internal error: %s: %s; the file is left as it is", console.Show(sourceName(name)), err)
		return console.Internal
	}
	return f.show(c, name, string(src), string(out))
}

// show does with a formatted file what the flags say.
func (f *formatting) show(c *console.IO, name, src, out string) console.Status {
	if !f.write && !f.diff && !f.list {
		fmt.Fprint(c.Out, out)
		return console.Done
	}
	if src == out {
		return console.Done
	}
	if f.list {
		fmt.Fprintln(c.Out, console.Show(sourceName(name)))
	}
	if f.diff {
		fmt.Fprint(c.Out, udiff.Unified(console.Show(sourceName(name)), console.Show(sourceName(name)), src, out))
	}
	if !f.write {
		return console.Reserved
	}
	if err := console.RewriteFile(name, []byte(out)); err != nil {
		c.Errorf("%s", err)
		return console.BadInput
	}
	return console.Done
}
