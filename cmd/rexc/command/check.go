package command

import (
	"github.com/spf13/pflag"

	"rex/capability"
	"rex/cmd/console"
	"rex/compiler"
	"rex/lang"
)

var checkCommand = &console.Command{
	Words: "check", Args: "SCRIPT.rex...|-", Summary: "check scripts without building them",
	Help: "Finds what is wrong in the text, the names and the types of scripts. Exit status 4 when a script has an error; warnings don't count.",
	Examples: []console.Example{
		{Line: "rexc check *.rex", Does: "checks all scripts of a folder"},
		{Line: "rexc check --format json clean.rex", Does: "one JSON document, with the fixes as edits"},
	},
	Set: func(flags *pflag.FlagSet) func(*console.IO) console.Status {
		format := console.FormatFlag(flags, "text", "json")
		return func(c *console.IO) console.Status { return check(c, format) }
	},
}

func check(c *console.IO, format *console.Format) console.Status {
	if len(c.Args) == 0 {
		c.Errorf("check: name a script, or - for standard input")
		return console.Usage
	}
	var all lang.Diagnostics
	status := console.Done
	for _, name := range c.Args {
		src, err := c.ReadInput(name, capability.MaxModule)
		if err != nil {
			c.Errorf("%s", err)
			status = console.BadInput
			continue
		}
		_, diagnostics := compiler.Compile(sourceName(name), src)
		all = append(all, diagnostics...)
	}
	if all.HasErrors() {
		status = console.BadInput
	}
	if format.Is("json") {
		if err := all.WriteJSON(c.Out); err != nil {
			c.Errorf("%s", err)
			return console.Internal
		}
		return status
	}
	if len(all) > 0 {
		all.Write(c.Err, c.ErrColour)
	}
	return status
}
