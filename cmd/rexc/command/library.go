package command

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"rex/cmd/console"
	"rex/lang"
	"rex/library"
)

var libraryCommand = &console.Command{
	Words: "library", Args: "[NAME|FAMILY]", Summary: "the functions and methods that ask no one",
	Help: "Without a name, every function with its sentence; with one, its signatures, how it can fail, what the analysis knows of its result, an example.",
	Examples: []console.Example{
		{Line: "rexc library", Does: "the whole library, by family"},
		{Line: "rexc library split", Does: "everything about one function"},
		{Line: "rexc library --format json paths", Does: "all that paths have, as data"},
	},
	Set: func(flags *pflag.FlagSet) func(*console.IO) console.Status {
		format := console.FormatFlag(flags, "text", "json", "md")
		return func(c *console.IO) console.Status { return showLibrary(c, format) }
	},
}

func showLibrary(c *console.IO, format *console.Format) console.Status {
	if len(c.Args) > 1 {
		c.Errorf("library: name one function or one family")
		return console.Usage
	}
	families, isFunction := library.Families(), false
	if len(c.Args) == 1 {
		if families, isFunction = familiesOf(c.Args[0]); families == nil {
			c.Errorf("library: there is no function %q%s", c.Args[0], nearestFunction(c.Args[0]))
			return console.Usage
		}
	}
	switch {
	case format.Is("json"):
		return libraryJSON(c, families)
	case format.Is("md"):
		libraryMarkdown(c.Out, families)
	case isFunction:
		for _, f := range families {
			for _, r := range f.Rows {
				rowText(c.Out, r)
			}
		}
	default:
		libraryText(c.Out, families)
	}
	return console.Done
}

// familiesOf finds a family by its name, or the rows of a function's name.
func familiesOf(name string) (families []library.Family, isFunction bool) {
	for _, f := range library.Families() {
		if strings.EqualFold(f.Name, name) {
			return []library.Family{f}, false
		}
		found := f
		found.Rows = nil
		for _, r := range f.Rows {
			if r.Name == name || r.FullName() == name || r.Module == name {
				found.Rows = append(found.Rows, r)
			}
		}
		if found.Rows != nil {
			families = append(families, found)
		}
	}
	return families, true
}

func nearestFunction(name string) string {
	var names []string
	for _, f := range library.Families() {
		for _, r := range f.Rows {
			names = append(names, r.FullName())
		}
	}
	if near := lang.DidYouMean(name, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; `rexc library` lists all"
}

func libraryText(w io.Writer, families []library.Family) {
	for i, f := range families {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s\n", f.Name)
		for _, r := range f.Rows {
			fmt.Fprintf(w, "  %s\n      %s\n", r.Signature(), r.Doc)
		}
	}
}

func rowText(w io.Writer, r *library.Row) {
	script, result := r.Example()
	fmt.Fprintf(w, "%s\n\n  %s\n\n  fails    %s\n", r.Signature(), r.Doc, failures(r.Kinds))
	if r.Transfer != library.Unknown {
		fmt.Fprintf(w, "  known    %s\n", r.Transfer)
	}
	fmt.Fprintf(w, "  example  %s // %s\n\n", script, result)
}

// libraryMarkdown writes the reference page, or a part of it.
func libraryMarkdown(w io.Writer, families []library.Family) {
	for _, f := range families {
		fmt.Fprintf(w, "## %s\n\n", f.Name)
		if f.Doc != "" {
			fmt.Fprintf(w, "%s\n\n", f.Doc)
		}
		for _, r := range f.Rows {
			rowMarkdown(w, r)
		}
	}
}

func rowMarkdown(w io.Writer, r *library.Row) {
	script, result := r.Example()
	fmt.Fprintf(w, "**`%s`**  \n%s", r.Signature(), r.Doc)
	if r.Kinds != 0 {
		fmt.Fprintf(w, " Fails with `%s`.", strings.Join(r.Kinds.Words(), "`, `"))
	}
	if r.Transfer != library.Unknown {
		fmt.Fprintf(w, " The analysis knows: %s.", r.Transfer)
	}
	fmt.Fprintf(w, "\n```rex\n%s // %s\n```\n\n", script, result)
}

// functionDocument is one function in `rexc library --format json`.
type functionDocument struct {
	Family    string   `json:"family"`
	Name      string   `json:"name"`
	Signature string   `json:"signature"`
	Doc       string   `json:"doc"`
	Property  bool     `json:"property"`
	Changes   bool     `json:"changes"`
	Kinds     []string `json:"kinds"`
	Known     string   `json:"known"`
	Example   string   `json:"example"`
	Gives     string   `json:"gives"`
}

func libraryJSON(c *console.IO, families []library.Family) console.Status {
	docs := []functionDocument{}
	for _, f := range families {
		for _, r := range f.Rows {
			d := functionDocument{
				Family: f.Name, Name: r.FullName(), Signature: r.Signature(), Doc: r.Doc, Property: r.Property, Changes: r.Mutates,
				Kinds: r.Kinds.Words(), Known: r.Transfer.String(),
			}
			d.Example, d.Gives = r.Example()
			docs = append(docs, d)
		}
	}
	if err := console.WriteJSON(c.Out, docs); err != nil {
		c.Errorf("%s", err)
		return console.Internal
	}
	return console.Done
}
