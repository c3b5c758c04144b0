package command

import (
	"encoding/hex"
	"fmt"

	"github.com/spf13/pflag"

	"rex/cmd/console"
)

var verifyCommand = &console.Command{
	Words: "verify", Args: "MODULE.rexb|-", Summary: "decode and prove a module, say what it is",
	Examples: []console.Example{
		{Line: "rexvm verify clean.rexb", Does: "its hash, source, parameters and the operations it uses"},
	},
	Set: func(*pflag.FlagSet) func(*console.IO) console.Status { return verify },
}

func verify(c *console.IO) console.Status {
	v, status := readModule(c, "verify")
	if status != console.Done {
		return status
	}
	m := v.Module()
	hash := v.Hash()
	fmt.Fprintf(c.Out, "module      %s\n", hex.EncodeToString(hash[:]))
	fmt.Fprintf(c.Out, "source      %s %s\n", console.Show(m.Source.Name), hex.EncodeToString(m.Source.Hash[:]))
	for _, s := range m.Imports {
		fmt.Fprintf(c.Out, "import      %s %s\n", console.Show(s.Name), hex.EncodeToString(s.Hash[:]))
	}
	instructions := 0
	for i := range m.Funcs {
		instructions += len(m.Funcs[i].Code)
	}
	fmt.Fprintf(c.Out, "code        %d functions, %d instructions\n", len(m.Funcs), instructions)
	for _, p := range m.Params {
		fmt.Fprintf(c.Out, "parameter   %s: %s%s\n", p.Name, p.Type, required(p.Required))
	}
	for _, op := range m.Ops {
		fmt.Fprintf(c.Out, "operation   %s\n", op.Name)
	}
	for _, u := range m.Uses {
		fmt.Fprintf(c.Out, "promise     uses %s %q\n", u.Op, u.Globs)
	}
	fmt.Fprintln(c.Out, "proven      yes")
	return console.Done
}

func required(r bool) string {
	if r {
		return ", required"
	}
	return ""
}
