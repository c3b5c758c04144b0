package command

import (
	"errors"

	"rex/bytecode"
	"rex/capability"
	"rex/cmd/console"
	"rex/lang"
)

// loaded is a module with what its reader may want to say about its source.
type loaded struct {
	module   *bytecode.Module
	verified *bytecode.Verified
}

// compileFile compiles a script and shows what is wrong with it. Warnings are
// shown and do not stop it.
func compileFile(c *console.IO, name, root string) (*bytecode.Module, console.Status) {
	src, err := c.ReadInput(name, capability.MaxModule)
	if err != nil {
		c.Errorf("%s", err)
		return nil, console.BadInput
	}
	return compileText(c, name, root, src)
}

func compileText(c *console.IO, name, root string, src []byte) (*bytecode.Module, console.Status) {
	module, diagnostics, err := compile(name, root, src)
	if err != nil {
		c.Errorf("%s", err)
		return nil, console.Usage
	}
	if len(diagnostics) > 0 {
		diagnostics.Write(c.Err, c.ErrColour)
	}
	if diagnostics.HasErrors() {
		return nil, console.BadInput
	}
	return module, console.Done
}

// compile compiles a script with what it imports; the error is one of --root.
func compile(name, root string, src []byte) (*bytecode.Module, lang.Diagnostics, error) {
	imports, err := importsOf(name, root)
	if err != nil {
		return nil, nil, err
	}
	defer imports.close()
	module, diagnostics := compileWith(imports, sourceName(name), src)
	return module, diagnostics, nil
}

func sourceName(file string) string {
	if file == "-" {
		return "standard input"
	}
	return file
}

// load takes a script or a module, told apart by the module's first bytes,
// and proves the module.
func load(c *console.IO, name, root string) (*loaded, console.Status) {
	data, err := c.ReadInput(name, capability.MaxModule)
	if err != nil {
		c.Errorf("%s", err)
		return nil, console.BadInput
	}
	if bytecode.IsModule(data) {
		module, err := bytecode.Decode(data)
		if err != nil {
			c.Errorf("%s: %s", sourceName(name), err)
			return nil, console.BadInput
		}
		return prove(c, name, module)
	}
	module, status := compileText(c, name, root, data)
	if status != console.Done {
		return nil, status
	}
	return prove(c, name, module)
}

func prove(c *console.IO, name string, module *bytecode.Module) (*loaded, console.Status) {
	verified, err := bytecode.Verify(module)
	if err != nil {
		c.Errorf("%s: %s", sourceName(name), err)
		return nil, console.BadInput
	}
	return &loaded{module, verified}, console.Done
}

// oneArg gives the only operand, or says what is wanted.
func oneArg(c *console.IO, command, what string) (string, bool) {
	if len(c.Args) != 1 {
		c.Errorf("%s: name one %s", command, what)
		return "", false
	}
	return c.Args[0], true
}

// write puts data into a file, or on standard output for "-"; a terminal gets
// no binary data.
func write(c *console.IO, name string, data []byte) error {
	if name != "-" {
		return console.WriteFile(name, data)
	}
	if c.OutIsTerminal() {
		return errors.New("standard output is a terminal; give -o FILE or redirect it")
	}
	_, err := c.Out.Write(data)
	return err
}
