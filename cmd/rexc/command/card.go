package command

import (
	"io"

	"github.com/spf13/pflag"

	"rex/cmd/console"
	"rex/docs"
)

var cardCommand = &console.Command{
	Words: "card", Summary: "print the language on one page",
	Examples: []console.Example{
		{Line: "rexc card", Does: "all that is needed to write a script, beside the catalogue"},
		{Line: "{ rexc card; rexc ops --format md; } > prompt.md", Does: "what a model needs to know"},
	},
	Set: func(*pflag.FlagSet) func(*console.IO) console.Status { return card },
}

func card(c *console.IO) console.Status {
	if len(c.Args) > 0 {
		c.Errorf("card: takes no arguments")
		return console.Usage
	}
	if _, err := io.WriteString(c.Out, docs.Card); err != nil {
		c.Errorf("card: %s", err)
		return console.Internal
	}
	return console.Done
}
