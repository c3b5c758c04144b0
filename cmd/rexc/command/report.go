package command

import (
	"github.com/spf13/pflag"

	"rex/cmd/console"
	"rex/policy"
	"rex/preflight"
)

var reportCommand = &console.Command{
	Words: "report", Args: "SCRIPT.rex|MODULE.rexb|-", Summary: "say what a script would touch, and whether a policy would allow it",
	Help: "Nothing runs. Without --policy, touches without verdicts. Exit status 3 when something is denied; with --strict 6 when something depends.",
	Examples: []console.Example{
		{Line: "rexc report clean.rex --policy app.cedar", Does: "each touch: allowed, denied, or depends and on what"},
		{Line: "rexc report clean.rex --policy app.cedar --arg dir=/srv/app --principal deploy", Does: "sharper: with an argument and for one user"},
		{Line: "rexc report clean.rexb --format json", Does: "the same as data (docs/report.schema.json)"},
	},
	Set: func(flags *pflag.FlagSet) func(*console.IO) console.Status {
		var policies []string
		flags.StringArrayVar(&policies, "policy", nil, "a policy file, or a folder of *.cedar; may be repeated")
		args := console.ArgumentFlags(flags)
		principal := flags.String("principal", "", "the `user` who would run it; unknown unless given")
		format := console.FormatFlag(flags, "text", "json")
		root := rootFlag(flags)
		strict := flags.Bool("strict", false, "status 6 when something depends")
		return func(c *console.IO) console.Status {
			return report(c, *root, policies, args, *principal, format, *strict)
		}
	},
}

func report(c *console.IO, root string, policies []string, args *console.Arguments, principal string, format *console.Format, strict bool) console.Status {
	name, ok := oneArg(c, "report", "script or module")
	if !ok {
		return console.Usage
	}
	if args.Both(c, "report") {
		return console.Usage
	}
	l, status := load(c, name, root)
	if status != console.Done {
		return status
	}
	values, err := args.Open(c, l.module.Params)
	if err != nil {
		c.Errorf("%s", err)
		return console.BadInput
	}
	set, err := console.PolicySet(policies)
	if err != nil {
		c.Errorf("%s", err)
		return console.BadInput
	}
	r := preflight.Report(l.verified, values, preflight.Options{})
	v := console.Review{
		Report: r, Judge: set != nil, Strict: strict,
		Principal: policy.Principal{Name: principal, Known: principal != ""},
		Known:     policy.Known{Module: r.Module},
	}
	if set != nil {
		v.Sets = policy.Sets{set}
	}
	return console.ShowReport(c, v, format)
}
