package console

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"

	"github.com/spf13/pflag"
)

// Program is one of the two commands.
type Program struct {
	Name     string
	Summary  string
	Commands []*Command
}

// Command is one subcommand.
type Command struct {
	Words    string // its name; two words for `policy check`
	Args     string // its operands, as the usage line shows them
	Summary  string // one line, no period
	Help     string // what else is to say, may be empty
	Examples []Example
	// Set declares the flags and gives the function that runs the command
	// once they are parsed.
	Set func(*pflag.FlagSet) func(*IO) Status
}

// Example is one example of a help text.
type Example struct{ Line, Does string }

// IO is what a running command reads and writes. Colour says whether Out, and
// ErrColour whether Err, is a terminal that wants colours.
type IO struct {
	Program   string
	Args      []string // operands
	In        io.Reader
	Out, Err  io.Writer
	Colour    bool
	ErrColour bool
}

// Errorf writes an error to standard error, the program's name before it.
func (c *IO) Errorf(format string, args ...any) {
	fmt.Fprintf(c.Err, "%s: %s\n", c.Program, fmt.Sprintf(format, args...))
}

// Main runs the program and gives its exit status.
func (p *Program) Main(args []string, in io.Reader, out, err io.Writer) Status {
	c := &IO{Program: p.Name, In: in, Out: out, Err: err, Colour: colour(out), ErrColour: colour(err)}
	if len(args) == 0 {
		p.usage(err)
		return Usage
	}
	switch args[0] {
	case "help", "-h", "--help":
		return p.help(c, args[1:])
	case "--version", "version":
		fmt.Fprintf(out, "%s %s\n", p.Name, Version())
		return Done
	case "completion":
		return p.complete(c, args[1:])
	}
	cmd, rest := p.find(args)
	if cmd == nil {
		c.Errorf("there is no command %q%s; `%s help` lists them", args[0], p.nearest(args), p.Name)
		return Usage
	}
	return p.run(cmd, c, rest)
}

func (p *Program) run(cmd *Command, c *IO, args []string) Status {
	flags := pflag.NewFlagSet(cmd.Words, pflag.ContinueOnError)
	flags.SortFlags = false
	flags.SetOutput(io.Discard)
	run := cmd.Set(flags)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			p.commandHelp(c.Out, cmd, flags)
			return Done
		}
		c.Errorf("%s: %s; `%s %s --help` shows its flags", cmd.Words, err, p.Name, cmd.Words)
		return Usage
	}
	c.Args = flags.Args()
	return run(c)
}

func (p *Program) find(args []string) (*Command, []string) {
	for n := min(2, len(args)); n > 0; n-- {
		words := strings.Join(args[:n], " ")
		for _, cmd := range p.Commands {
			if cmd.Words == words {
				return cmd, args[n:]
			}
		}
	}
	return nil, nil
}

// nearest says which commands begin with the word that was given, for a word
// that has subcommands and none was named.
func (p *Program) nearest(args []string) string {
	var found []string
	for _, cmd := range p.Commands {
		if strings.HasPrefix(cmd.Words, args[0]+" ") {
			found = append(found, cmd.Words)
		}
	}
	if found == nil {
		return ""
	}
	return " alone (" + strings.Join(found, ", ") + ")"
}

func (p *Program) usage(w io.Writer) {
	fmt.Fprintf(w, "%s: %s\n\nusage: %s COMMAND [FLAGS] [ARGUMENTS]\n\n", p.Name, p.Summary, p.Name)
	width := 0
	for _, cmd := range p.Commands {
		width = max(width, len(cmd.Words))
	}
	for _, cmd := range p.Commands {
		fmt.Fprintf(w, "  %-*s  %s\n", width, cmd.Words, cmd.Summary)
	}
	fmt.Fprintf(w, "  %-*s  %s\n", width, "completion", "print a completion script for bash, zsh or fish")
	fmt.Fprintf(w, "\n`%s help COMMAND` explains one, with examples; `%s help status` the exit statuses.\n", p.Name, p.Name)
}

func (p *Program) help(c *IO, args []string) Status {
	if len(args) == 0 {
		p.usage(c.Out)
		return Done
	}
	if args[0] == "status" {
		for _, s := range Statuses {
			fmt.Fprintf(c.Out, "%4d  %s\n", s.Status, s.Meaning)
		}
		return Done
	}
	cmd, _ := p.find(args)
	if cmd == nil {
		c.Errorf("there is no command %q", strings.Join(args, " "))
		return Usage
	}
	flags := pflag.NewFlagSet(cmd.Words, pflag.ContinueOnError)
	flags.SortFlags = false
	cmd.Set(flags)
	p.commandHelp(c.Out, cmd, flags)
	return Done
}

func (p *Program) commandHelp(w io.Writer, cmd *Command, flags *pflag.FlagSet) {
	fmt.Fprintf(w, "%s %s: %s\n\nusage: %s %s", p.Name, cmd.Words, cmd.Summary, p.Name, cmd.Words)
	if flags.HasFlags() {
		fmt.Fprint(w, " [FLAGS]")
	}
	fmt.Fprintf(w, " %s\n", cmd.Args)
	if cmd.Help != "" {
		fmt.Fprintf(w, "\n%s\n", strings.TrimSpace(cmd.Help))
	}
	if flags.HasFlags() {
		fmt.Fprintf(w, "\nflags:\n%s", flags.FlagUsagesWrapped(100))
	}
	if len(cmd.Examples) > 0 {
		fmt.Fprint(w, "\nexamples:\n")
	}
	for _, e := range cmd.Examples {
		fmt.Fprintf(w, "  %s\n      %s\n", e.Line, e.Does)
	}
}

// flagNames lists the long flags of a command, for completion.
func flagNames(cmd *Command) []string {
	flags := pflag.NewFlagSet(cmd.Words, pflag.ContinueOnError)
	cmd.Set(flags)
	var names []string
	flags.VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	names = append(names, "--help")
	sort.Strings(names)
	return names
}

// colour reports whether w is a terminal that wants colours: NO_COLOR set to
// anything, and TERM=dumb, say no.
func colour(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	return IsTerminal(f)
}

// IsTerminal reports whether f is a character device other than the null
// device, which is what a terminal is.
func IsTerminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}
