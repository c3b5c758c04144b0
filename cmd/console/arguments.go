package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"rex/capability"
	"rex/library"
)

// Arguments are the flags that give a module's parameters their values.
type Arguments struct {
	args []string
	file string
}

// ArgumentFlags declares them.
func ArgumentFlags(flags *pflag.FlagSet) *Arguments {
	a := &Arguments{}
	flags.StringArrayVar(&a.args, "arg", nil, "`name=value` of a parameter, as a literal without quotes; lists and records as JSON (anyone can see it in ps)")
	flags.StringVar(&a.file, "args-file", "", "a JSON object of parameters, - for standard input")
	return a
}

// Bind gives the values of a module's parameters, with every mistake at once.
func (a *Arguments) Bind(c *IO, params []capability.Param) ([]capability.Value, error) {
	given := map[string]string{}
	for _, arg := range a.args {
		name, value, ok := strings.Cut(arg, "=")
		if !ok {
			return nil, fmt.Errorf("--arg %s: write name=value", arg)
		}
		if _, twice := given[name]; twice {
			return nil, fmt.Errorf("--arg %s: given twice", name)
		}
		given[name] = value
	}
	file, err := a.read(c)
	if err != nil {
		return nil, err
	}
	values, errs := library.Bind(params, given, file)
	return values, errors.Join(errs...)
}

func (a *Arguments) read(c *IO) (map[string]json.RawMessage, error) {
	if a.file == "" {
		return nil, nil
	}
	data, err := c.ReadInput(a.file, capability.MaxArguments)
	if err != nil {
		return nil, err
	}
	var file map[string]json.RawMessage
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("%s is not a JSON object of parameters: %w", a.file, err)
	}
	return file, nil
}

// Both reports that the module and the arguments would both come from standard
// input, which is a mistake of usage.
func (a *Arguments) Both(c *IO, command string) bool {
	if a.file != "-" || len(c.Args) != 1 || c.Args[0] != "-" {
		return false
	}
	c.Errorf("%s: the module and the arguments can't both come from standard input", command)
	return true
}

// Open gives the values of the parameters that are named and nil for the
// others, for a report that stays open where nothing is said.
func (a *Arguments) Open(c *IO, params []capability.Param) ([]capability.Value, error) {
	if len(a.args) == 0 && a.file == "" {
		return nil, nil
	}
	given := map[string]bool{}
	for _, arg := range a.args {
		name, _, _ := strings.Cut(arg, "=")
		given[name] = true
	}
	file, err := a.read(c)
	if err != nil {
		return nil, err
	}
	for name := range file {
		given[name] = true
	}
	// What isn't given is bound as if it were optional and then left open.
	loose := append([]capability.Param(nil), params...)
	for i := range loose {
		if !given[loose[i].Name] {
			loose[i].Required = false
		}
	}
	values, err := a.Bind(c, loose)
	for i := range values {
		if !given[loose[i].Name] {
			values[i] = nil
		}
	}
	return values, err
}
