package console

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"rex/capability"
)

// Format is the value of --format: one of a few words.
type Format struct {
	value   string
	choices []string
}

// FormatFlag declares --format; the first choice is the default.
func FormatFlag(flags *pflag.FlagSet, choices ...string) *Format {
	f := &Format{value: choices[0], choices: choices}
	flags.Var(f, "format", "how to show it: "+strings.Join(choices, ", "))
	return f
}

// Is reports which choice was taken.
func (f *Format) Is(choice string) bool { return f.value == choice }

func (f *Format) String() string { return f.value }
func (f *Format) Type() string   { return "word" }

// Set takes a choice.
func (f *Format) Set(s string) error {
	for _, c := range f.choices {
		if s == c {
			f.value = s
			return nil
		}
	}
	return fmt.Errorf("there is no format %q; there are %s", s, strings.Join(f.choices, ", "))
}

// Show makes text from outside safe for a terminal.
func Show(s string) string { return capability.Printable(s) }
