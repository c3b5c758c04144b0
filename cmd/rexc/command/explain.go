package command

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"rex/cmd/console"
	"rex/compiler"
	"rex/lang"
)

var explainCommand = &console.Command{
	Words: "explain", Args: "[CODE]", Summary: "say what a diagnostic means, with a program that gives it, and that program mended",
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
		explainCode(c, code)
		return console.Done
	}
	c.Errorf("explain: there is no code %q; `rexc explain` lists all", name)
	return console.Usage
}

// explainCode shows a code with a program that gives it, and that program
// mended: as `check --fix` does it, or else as a person would.
func explainCode(c *console.IO, code lang.Code) {
	fmt.Fprintf(c.Out, "%s: %s\n\n%s\n", code.Code, code.Title, strings.TrimSpace(code.Explain))
	if code.Example == "" {
		return
	}
	fmt.Fprintf(c.Out, "\nexample:\n\n%s\n", indent(code.Example))
	mended, how := code.Mended, "mended"
	if mended == "" {
		m := compiler.Mend("main.rex", []byte(code.Example), nil)
		if m.Left.HasErrors() {
			return
		}
		mended, how = string(m.Src), "mended, as `rexc check --fix` does it"
	}
	fmt.Fprintf(c.Out, "\n%s:\n\n%s\n", how, indent(mended))
}

func indent(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, "    "+console.Show(strings.TrimRight(line, "\n")))
	}
	return strings.Join(lines, "\n")
}
