// Command rexc is for the author and the reviewer of a script: it builds,
// checks, reports and explains. It needs no rights.
//
// Everything it does is in package command, which tests call in process.
package main

import (
	"os"

	"rex/cmd/rexc/command"
)

func main() {
	os.Exit(command.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
