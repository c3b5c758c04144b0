// Command rexvm runs a module on the machine where it acts. It is the trusted
// part: it links no parser and no compiler of the language, and what it links
// is a reviewed list (conformance/testdata/rexvm-links.txt).
//
// Everything it does is in package command, which tests call in process.
package main

import (
	"os"

	"rex/cmd/rexvm/command"
)

func main() {
	os.Exit(command.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
