package command

import (
	"fmt"

	"github.com/spf13/pflag"

	"rex/cmd/console"
	"rex/policy"
)

var policyCheckCommand = &console.Command{
	Words: "policy check", Args: "POLICY...", Summary: "parse and validate policy files and folders",
	Help: "Together they are one set, as --policy takes it. A misspelt action or attribute is an error, with file, line and policy.",
	Examples: []console.Example{
		{Line: "rexc policy check app.cedar", Does: "checks one file"},
		{Line: "rexc policy check /etc/rex/policy.d", Does: "checks the machine owner's folder"},
	},
	Set: func(*pflag.FlagSet) func(*console.IO) console.Status { return policyCheck },
}

func policyCheck(c *console.IO) console.Status {
	if len(c.Args) == 0 {
		c.Errorf("policy check: name a policy file or folder")
		return console.Usage
	}
	set, err := console.PolicySet(c.Args)
	if err != nil {
		c.Errorf("%s", err)
		return console.BadInput
	}
	for _, p := range set.Policies() {
		effect := "permit"
		if p.Forbid {
			effect = "forbid"
		}
		fmt.Fprintf(c.Out, "%s  %s  %s:%d\n", effect, console.Show(p.ID), console.Show(p.File), p.Line)
	}
	return console.Done
}

var policySchemaCommand = &console.Command{
	Words: "policy schema", Summary: "print the Cedar schema that policies are validated against",
	Help: "It is made from the table of operations. It contains the schema of Trusted Remote Execution, with optional additions only.",
	Examples: []console.Example{
		{Line: "rexc policy schema > rex.cedarschema", Does: "for an editor or another Cedar tool"},
	},
	Set: func(*pflag.FlagSet) func(*console.IO) console.Status {
		return func(c *console.IO) console.Status { return print(c, policy.Schema()) }
	},
}

var policyHouseCommand = &console.Command{
	Words: "policy house", Summary: "print the policy that is always loaded",
	Help: "What Rex itself forbids: link-local and metadata addresses, devices, magic links of /proc, its own files. house.cedar in the policy folder replaces it.",
	Examples: []console.Example{
		{Line: "rexc policy house > house.cedar", Does: "a start for a house policy of one's own"},
	},
	Set: func(*pflag.FlagSet) func(*console.IO) console.Status {
		return func(c *console.IO) console.Status { return print(c, policy.House()) }
	},
}

func print(c *console.IO, text string) console.Status {
	if len(c.Args) > 0 {
		c.Errorf("this command takes no arguments")
		return console.Usage
	}
	fmt.Fprint(c.Out, text)
	return console.Done
}
