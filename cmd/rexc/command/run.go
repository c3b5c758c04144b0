package command

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"rex/cmd/console"
)

var runCommand = &console.Command{
	Words: "run", Args: "SCRIPT.rex|- [--] [rexvm's flags]", Summary: "build a script and hand the module to rexvm",
	Help: `The module goes to the rexvm beside this program (else the one on PATH) as "rexvm run -", on its standard input, with the flags behind the script. --via puts a command in front, so that one line runs a script somewhere else; behind ssh the flags are quoted for the remote shell. The exit status is rexvm's.`,
	Examples: []console.Example{
		{Line: "rexc run clean.rex --policy app.cedar --arg dir=/srv/app", Does: "here"},
		{Line: "rexc run --via 'ssh web-1' clean.rex --timeout 30s", Does: "on web-1, with its policy; what follows the script goes to rexvm"},
		{Line: "rexc run --via sudo clean.rex", Does: "as root, under root's policy"},
		{Line: "#!/usr/bin/env -S rexc run", Does: "as the first line of an executable script"},
	},
	Set: func(flags *pflag.FlagSet) func(*console.IO) console.Status {
		flags.SetInterspersed(false)
		via := flags.String("via", "", "a command that runs rexvm elsewhere: 'ssh web-1', sudo, 'docker exec -i c'")
		root := rootFlag(flags)
		return func(c *console.IO) console.Status { return run(c, *via, *root) }
	},
}

func run(c *console.IO, via, root string) console.Status {
	if len(c.Args) == 0 {
		c.Errorf("run: name a script, or - for standard input")
		return console.Usage
	}
	script, rest := c.Args[0], c.Args[1:]
	if i := slices.Index(rest, "--"); i >= 0 { // all of it goes to rexvm, before and behind
		rest = slices.Delete(rest, i, i+1)
	}
	module, status := compileFile(c, script, root)
	if status != console.Done {
		return status
	}
	words, err := commandLine(via, rest)
	if err != nil {
		c.Errorf("run: %s", err)
		return console.Usage
	}
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(module.Encode()), c.Out, c.Err
	return exitStatus(c, words[0], cmd.Run())
}

func exitStatus(c *console.IO, program string, err error) console.Status {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return console.Done
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return console.Status(exit.ExitCode())
	case errors.As(err, &exit):
		c.Errorf("run: %s was ended: %s", program, exit)
		return console.Internal
	}
	c.Errorf("run: can't start %s: %s", program, err)
	return console.BadInput
}

// commandLine is what runs the module: rexvm beside this program, or behind
// the words of --via.
func commandLine(via string, flags []string) ([]string, error) {
	words := append([]string{"run", "-"}, flags...)
	if via == "" {
		program, err := besideMe("rexvm")
		return append([]string{program}, words...), err
	}
	front, err := splitWords(via)
	if err != nil {
		return nil, err
	}
	if filepath.Base(front[0]) == "ssh" {
		for i := range words {
			words[i] = shellQuote(words[i])
		}
	}
	return append(append(front, "rexvm"), words...), nil
}

// besideMe finds a program in the folder of this one, else on PATH.
func besideMe(name string) (string, error) {
	if me, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(me), name)
		if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return beside, nil
		}
	}
	program, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("there is no %s beside this program and none on PATH", name)
	}
	return program, nil
}

// splitWords splits at white space; single and double quotes keep it, a
// backslash takes the next character as it is.
func splitWords(s string) ([]string, error) {
	var words []string
	var word strings.Builder
	quote, open, escaped := rune(0), false, false
	for _, r := range s {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, open = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, open = r, true
		case r == ' ' || r == '\t' || r == '\n':
			if open {
				words = append(words, word.String())
				word.Reset()
			}
			open = false
		default:
			word.WriteRune(r)
			open = true
		}
	}
	if quote != 0 || escaped {
		return nil, fmt.Errorf("--via: a quote in %q is not closed", s)
	}
	if open {
		words = append(words, word.String())
	}
	if len(words) == 0 {
		return nil, errors.New("--via names no command")
	}
	return words, nil
}

// shellQuote writes s so that a POSIX shell reads it as one word.
func shellQuote(s string) string {
	safe := s != "" && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./=:,@+%", r))
	}) < 0
	if safe {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
