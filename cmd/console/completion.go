package console

import (
	"fmt"
	"strings"
)

// complete prints a completion script. It is static: the words and flags come
// from the command rows, operands are completed as files.
func (p *Program) complete(c *IO, args []string) Status {
	if len(args) != 1 {
		c.Errorf("completion: name a shell: bash, zsh or fish")
		return Usage
	}
	switch args[0] {
	case "bash":
		fmt.Fprint(c.Out, p.bash())
	case "zsh":
		fmt.Fprintf(c.Out, "#compdef %s\nautoload -U +X bashcompinit && bashcompinit\n%s", p.Name, p.bash())
	case "fish":
		fmt.Fprint(c.Out, p.fish())
	default:
		c.Errorf("completion: there is no script for %q; bash, zsh and fish have one", args[0])
		return Usage
	}
	return Done
}

// firstWords gives the words that can follow the program's name, each once.
func (p *Program) firstWords() []string {
	var out []string
	seen := map[string]bool{}
	for _, cmd := range p.Commands {
		word, _, _ := strings.Cut(cmd.Words, " ")
		if !seen[word] {
			seen[word] = true
			out = append(out, word)
		}
	}
	return append(out, "help", "completion")
}

func (p *Program) bash() string {
	var b strings.Builder
	fmt.Fprintf(&b, "_%s() {\n  local cur=\"${COMP_WORDS[COMP_CWORD]}\" words=\n", p.Name)
	fmt.Fprintf(&b, "  if [ \"$COMP_CWORD\" = 1 ]; then words=%q; else\n  case \"${COMP_WORDS[1]}\" in\n", strings.Join(p.firstWords(), " "))
	done := map[string]bool{}
	for _, cmd := range p.Commands {
		first, _, two := strings.Cut(cmd.Words, " ")
		if done[first] {
			continue
		}
		done[first] = true
		words := flagNames(cmd)
		if two {
			words = p.secondWords(first)
		}
		fmt.Fprintf(&b, "    %s) words=%q ;;\n", first, strings.Join(words, " "))
	}
	b.WriteString("  esac; fi\n  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n")
	b.WriteString("  case \"$cur\" in -*) ;; *) [ \"$COMP_CWORD\" -gt 1 ] && COMPREPLY+=($(compgen -f -- \"$cur\")) ;; esac\n}\n")
	fmt.Fprintf(&b, "complete -o filenames -F _%s %s\n", p.Name, p.Name)
	return b.String()
}

// secondWords gives the second words of the commands that begin with first,
// and all their flags.
func (p *Program) secondWords(first string) []string {
	var out []string
	seen := map[string]bool{}
	add := func(w string) {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	for _, cmd := range p.Commands {
		if a, b, two := strings.Cut(cmd.Words, " "); two && a == first {
			add(b)
			for _, f := range flagNames(cmd) {
				add(f)
			}
		}
	}
	return out
}

func (p *Program) fish() string {
	var b strings.Builder
	for _, cmd := range p.Commands {
		first, second, two := strings.Cut(cmd.Words, " ")
		if two {
			fmt.Fprintf(&b, "complete -c %s -n '__fish_seen_subcommand_from %s' -a %s -d %q\n", p.Name, first, second, cmd.Summary)
		} else {
			fmt.Fprintf(&b, "complete -c %s -n __fish_use_subcommand -a %s -d %q\n", p.Name, first, cmd.Summary)
		}
		for _, f := range flagNames(cmd) {
			fmt.Fprintf(&b, "complete -c %s -n '__fish_seen_subcommand_from %s' -l %s\n", p.Name, first, strings.TrimPrefix(f, "--"))
		}
	}
	return b.String()
}
