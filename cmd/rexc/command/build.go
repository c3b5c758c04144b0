package command

import (
	"strings"

	"github.com/spf13/pflag"

	"rex/cmd/console"
)

var buildCommand = &console.Command{
	Words: "build", Args: "SCRIPT.rex|-", Summary: "compile a script to a module",
	Help: "The module goes to the script's name with .rexb, or where -o says. The same source and the same compiler give the same bytes, wherever they are: names in the module are relative to the script's folder, or to --root.",
	Examples: []console.Example{
		{Line: "rexc build clean.rex", Does: "writes clean.rexb"},
		{Line: "rexc build -o - clean.rex | ssh web-1 rexvm run -", Does: "runs it on another machine"},
	},
	Set: func(flags *pflag.FlagSet) func(*console.IO) console.Status {
		out := flags.StringP("output", "o", "", "the module's file, - for standard output")
		root := rootFlag(flags)
		return func(c *console.IO) console.Status { return build(c, *out, *root) }
	},
}

func build(c *console.IO, out, root string) console.Status {
	name, ok := oneArg(c, "build", "script")
	if !ok {
		return console.Usage
	}
	if out == "" {
		out = moduleName(name)
	}
	module, status := compileFile(c, name, root)
	if status != console.Done {
		return status
	}
	if _, status := prove(c, name, module); status != console.Done {
		return status
	}
	if err := write(c, out, module.Encode()); err != nil {
		c.Errorf("%s", err)
		return console.BadInput
	}
	return console.Done
}

// moduleName is where the module of a script goes by default.
func moduleName(script string) string {
	if script == "-" {
		return "-"
	}
	return strings.TrimSuffix(script, ".rex") + ".rexb"
}
