package command

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"rex/cmd/console"
	"rex/lang"
)

var explainCommand = &console.Command{
	Words: "explain", Args: "[CODE]", Summary: "say what a diagnostic means, with an example",
	Examples: []console.Example{
		{Line: "rexc explain E0204", Does: "explains one code"},
		{Line: "rexc explain", Does: "lists all codes"},
	},
	Set: func(*pflag.FlagSet) func(*console.IO) console.Status { return explain },
}

func explain(c *console.IO) console.Status {
	if len(c.Args) == 0 {
		for _, code := range lang.Codes() {
			fmt.Fprintf(c.Out, "%s  %s\n", code.Code, code.Title)
		}
		return console.Done
	}
	name, ok := oneArg(c, "explain", "code")
	if !ok {
		return console.Usage
	}
	if code, ok := lang.LookupCode(name); ok {
		fmt.Fprintf(c.Out, "%s: %s\n\n%s\n\nexample:\n\n%s\n", code.Code, code.Title, strings.TrimSpace(code.Explain), indent(code.Example))
		return console.Done
	}
	c.Errorf("explain: there is no code %q; `rexc explain` lists all", name)
	return console.Usage
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ")
}
