package command

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"rex/capability"
	"rex/cmd/console"
	"rex/lang"
)

var opsCommand = &console.Command{
	Words: "ops", Args: "[NAME|MODULE]", Summary: "the catalogue of host operations",
	Help: "Without a name, every operation with its first sentence; with one, its signature, what it asks Cedar, how it can fail, an example.",
	Examples: []console.Example{
		{Line: "rexc ops", Does: "the whole catalogue"},
		{Line: "rexc ops fs.read", Does: "everything about one operation"},
		{Line: "rexc ops --format json fs", Does: "all file operations, as data"},
	},
	Set: func(flags *pflag.FlagSet) func(*console.IO) console.Status {
		format := console.FormatFlag(flags, "text", "json", "md")
		return func(c *console.IO) console.Status { return ops(c, format) }
	},
}

func ops(c *console.IO, format *console.Format) console.Status {
	if len(c.Args) > 1 {
		c.Errorf("ops: name one operation or one module")
		return console.Usage
	}
	rows := capability.Table()
	if len(c.Args) == 1 {
		if rows = matching(c.Args[0]); rows == nil {
			c.Errorf("ops: there is no operation %q%s", c.Args[0], nearestOp(c.Args[0]))
			return console.Usage
		}
	}
	switch {
	case format.Is("json"):
		return opsJSON(c, rows)
	case format.Is("md"):
		for _, op := range rows {
			opMarkdown(c.Out, op)
		}
	case len(rows) == 1:
		opText(c.Out, rows[0])
	default:
		for _, op := range rows {
			fmt.Fprintf(c.Out, "%-16s %-8s %s\n", op.Name, op.Effect, op.Doc)
		}
	}
	return console.Done
}

func matching(name string) []*capability.Op {
	if op := capability.Lookup(name); op != nil {
		return []*capability.Op{op}
	}
	var rows []*capability.Op
	for _, op := range capability.Table() {
		if op.Module() == name {
			rows = append(rows, op)
		}
	}
	return rows
}

func nearestOp(name string) string {
	if families, _ := familiesOf(name); families != nil {
		return "; it is of the library: `rexc library " + name + "`"
	}
	var names []string
	for _, op := range capability.Table() {
		names = append(names, op.Name)
	}
	if near := lang.DidYouMean(name, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; `rexc ops` lists all"
}

func opText(w io.Writer, op *capability.Op) {
	fmt.Fprintf(w, "%s\n\n%s\n\n", console.Signature(op), op.Doc)
	for _, p := range op.Params {
		fmt.Fprintf(w, "  %-16s %s%s\n", p.Name, p.Doc, constantNote(p))
	}
	if op.Result.Kind != capability.KindNone {
		fmt.Fprintf(w, "\ngives    %s\n", shape(op.Result))
	}
	fmt.Fprintf(w, "effect   %s\n", op.Effect)
	for _, a := range op.Asks {
		fmt.Fprintf(w, "asks     %s\n", console.AskText(a))
	}
	if len(op.Asks) == 0 {
		fmt.Fprintf(w, "asks     nothing\n")
	}
	fmt.Fprintf(w, "fails    %s\n", failures(opKinds(op)))
	fmt.Fprintf(w, "example  %s\n", op.Example)
}

func constantNote(p capability.OpParam) string {
	if p.Const {
		return " Constant."
	}
	return ""
}

// opKinds are the kinds with which an operation can fail.
func opKinds(op *capability.Op) capability.KindMask {
	if len(op.Asks) > 0 {
		return op.Kinds | capability.Kinds(capability.Denied)
	}
	return op.Kinds
}

func failures(kinds capability.KindMask) string {
	if kinds == 0 {
		return "never"
	}
	return kinds.String()
}

// shape writes a result type with its fields spelt out.
func shape(t *capability.Type) string {
	switch t.Kind {
	case capability.KindList, capability.KindStream:
		return t.Kind.String() + " of " + shape(t.Elem)
	case capability.KindRecord:
		var fields []string
		for _, f := range t.Fields {
			fields = append(fields, f.Name+": "+f.Type.String())
		}
		return t.String() + " {" + strings.Join(fields, ", ") + "}"
	}
	return t.String()
}

func opMarkdown(w io.Writer, op *capability.Op) {
	fmt.Fprintf(w, "### `%s`\n\n%s Effect: %s.\n\n```rex\n%s\n```\n\n", op.Name, op.Doc, op.Effect, op.Example)
	fmt.Fprintf(w, "`%s`\n\n", console.Signature(op))
	for _, p := range op.Params {
		fmt.Fprintf(w, "- `%s`: %s%s\n", p.Name, p.Doc, constantNote(p))
	}
	for _, a := range op.Asks {
		fmt.Fprintf(w, "- asks `%s`\n", console.AskText(a))
	}
	fmt.Fprintf(w, "- fails with: %s\n\n", failures(opKinds(op)))
}

// opDocument is one operation in `rexc ops --format json`.
type opDocument struct {
	Number    uint16          `json:"number"`
	Name      string          `json:"name"`
	Signature string          `json:"signature"`
	Doc       string          `json:"doc"`
	Effect    string          `json:"effect"`
	Params    []paramDocument `json:"params"`
	Result    string          `json:"result,omitempty"`
	Asks      []askDocument   `json:"asks"`
	Kinds     []string        `json:"kinds"`
	Example   string          `json:"example"`
}

type paramDocument struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Optional bool   `json:"optional"`
	Constant bool   `json:"constant"`
	Doc      string `json:"doc"`
}

type askDocument struct {
	Action string `json:"action"`
	Text   string `json:"text"`
}

func opsJSON(c *console.IO, rows []*capability.Op) console.Status {
	docs := []opDocument{}
	for _, op := range rows {
		d := opDocument{
			Number: op.Number, Name: op.Name, Signature: console.Signature(op), Doc: op.Doc, Effect: op.Effect.String(),
			Params: []paramDocument{}, Asks: []askDocument{}, Kinds: opKinds(op).Words(), Example: op.Example,
		}
		if op.Result.Kind != capability.KindNone {
			d.Result = op.Result.String()
		}
		for _, p := range op.Params {
			d.Params = append(d.Params, paramDocument{p.Name, p.Type.String(), p.Optional, p.Const, p.Doc})
		}
		for _, a := range op.Asks {
			d.Asks = append(d.Asks, askDocument{console.ActionText(a), console.AskText(a)})
		}
		docs = append(docs, d)
	}
	if err := console.WriteJSON(c.Out, docs); err != nil {
		c.Errorf("%s", err)
		return console.Internal
	}
	return console.Done
}
