// Package command is rexvm: one file for each subcommand, joined in the table
// below. The way of a run is in run.go: read, verify, bind, foresee, run,
// show. It decides nothing about what a script may do; that is package
// policy's alone.
package command

import (
	"io"

	"rex/cmd/console"
)

// Main runs rexvm and gives its exit status.
func Main(args []string, in io.Reader, out, err io.Writer) int {
	return int(program.Main(args, in, out, err))
}

var program = &console.Program{
	Name:     "rexvm",
	Summary:  "run Rex modules under the policy of this machine",
	Commands: []*console.Command{runCommand, reportCommand, verifyCommand, auditVerifyCommand, auditShowCommand},
}
