package command

import (
	"github.com/spf13/pflag"

	"rex/bytecode"
	"rex/cmd/console"
)

var disasmCommand = &console.Command{
	Words: "disasm", Args: "MODULE.rexb|SCRIPT.rex|-", Summary: "show a module as readable bytecode",
	Examples: []console.Example{
		{Line: "rexc disasm clean.rexb", Does: "functions, registers with their types, instructions with their lines"},
	},
	Set: func(*pflag.FlagSet) func(*console.IO) console.Status { return disasm },
}

func disasm(c *console.IO) console.Status {
	name, ok := oneArg(c, "disasm", "module or script")
	if !ok {
		return console.Usage
	}
	l, status := load(c, name, "")
	if status != console.Done {
		return status
	}
	bytecode.Disassemble(c.Out, l.module)
	return console.Done
}
