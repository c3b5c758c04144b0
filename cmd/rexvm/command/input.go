package command

import (
	"rex/bytecode"
	"rex/capability"
	"rex/cmd/console"
)

// readModule decodes and proves a module.
func readModule(c *console.IO, command string) (*bytecode.Verified, console.Status) {
	if len(c.Args) != 1 {
		c.Errorf("%s: name one module, or - for standard input", command)
		return nil, console.Usage
	}
	name := c.Args[0]
	data, err := c.ReadInput(name, capability.MaxModule)
	if err != nil {
		c.Errorf("%s", err)
		return nil, console.BadInput
	}
	shown := name
	if name == "-" {
		shown = "standard input"
	}
	if !bytecode.IsModule(data) {
		c.Errorf("%s is not a module; `rexc build` makes one of a script", shown)
		return nil, console.BadInput
	}
	module, err := bytecode.Decode(data)
	if err != nil {
		c.Errorf("%s: %s", shown, err)
		return nil, console.BadInput
	}
	verified, err := bytecode.Verify(module)
	if err != nil {
		c.Errorf("%s: %s", shown, err)
		return nil, console.BadInput
	}
	return verified, console.Done
}
