package command

import (
	"github.com/spf13/pflag"

	"rex/cmd/console"
	"rex/policy"
	"rex/preflight"
)

var reportCommand = &console.Command{
	Words: "report", Args: "MODULE.rexb|-", Summary: "say what a module would touch here, and whether it would be allowed",
	Help: "With this machine's policy and your name. Nothing runs. Exit status 3 when something is denied; with --strict 6 when something depends.",
	Examples: []console.Example{
		{Line: "rexvm report clean.rexb", Does: "held against the policy of this machine"},
		{Line: "rexvm report clean.rexb --policy app.cedar --arg dir=/srv/app", Does: "with a policy that narrows it, and an argument that sharpens it"},
	},
	Set: func(flags *pflag.FlagSet) func(*console.IO) console.Status {
		var policies []string
		flags.StringArrayVar(&policies, "policy", nil, "a policy file, or a folder of *.cedar; may be repeated")
		args := console.ArgumentFlags(flags)
		format := console.FormatFlag(flags, "text", "json")
		strict := flags.Bool("strict", false, "status 6 when something depends")
		return func(c *console.IO) console.Status { return report(c, policies, args, format, *strict) }
	},
}

func report(c *console.IO, policies []string, args *console.Arguments, format *console.Format, strict bool) console.Status {
	if args.Both(c, "report") {
		return console.Usage
	}
	verified, status := readModule(c, "report")
	if status != console.Done {
		return status
	}
	values, err := args.Open(c, verified.Module().Params)
	if err != nil {
		c.Errorf("%s", err)
		return console.BadInput
	}
	sets, err := console.Policies(policies)
	if err != nil {
		c.Errorf("%s", err)
		return console.BadInput
	}
	r := preflight.Report(verified, values, preflight.Options{})
	return console.ShowReport(c, console.Review{
		Report: r, Sets: sets, Judge: true, Strict: strict,
		Principal: console.Me().Principal(),
		Known:     policy.Known{Module: r.Module},
	}, format)
}
