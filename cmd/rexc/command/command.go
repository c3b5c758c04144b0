// Package command is rexc: one file for each subcommand, joined in the table
// below. A subcommand reads its input, calls the package that does the work
// and shows the outcome; nothing is decided here but the exit status.
package command

import (
	"io"

	"rex/cmd/console"
)

// Main runs rexc and gives its exit status.
func Main(args []string, in io.Reader, out, err io.Writer) int {
	return int(program.Main(args, in, out, err))
}

var program = &console.Program{
	Name:    "rexc",
	Summary: "build, check and review Rex scripts",
	Commands: []*console.Command{
		buildCommand, runCommand, checkCommand, fmtCommand, reportCommand, disasmCommand, opsCommand, libraryCommand, cardCommand, explainCommand,
		policyCheckCommand, policySchemaCommand, policyHouseCommand,
	},
}
