package command

import (
	"bytes"
	"encoding/json"
	"fmt"

	"rex/capability"
	"rex/cmd/console"
)

// writeText shows what is left to show when prints and logs went out live:
// the value on standard output, everything else on standard error.
func (r *run) writeText() error {
	if err := r.writeValue(); err != nil {
		return err
	}
	w := r.c.Err
	if e := r.result.Error; e != nil && r.result.Started {
		fmt.Fprintf(w, "%s: %s%s\n", r.c.Program, where(e.Position), printable(e.Message))
		for _, t := range e.Trace {
			fmt.Fprintf(w, "    from %s\n", printable(t))
		}
		if e.Stderr != nil && *e.Stderr != "" {
			fmt.Fprintf(w, "%s\n", printable(*e.Stderr))
		}
	} else if e != nil && r.result.Status != "denied" {
		fmt.Fprintf(w, "%s: %s\n", r.c.Program, printable(e.Message))
	}
	for _, d := range r.result.Denials {
		fmt.Fprintf(w, "denied: %s%s\n", where(d.Position), printable(d.Why))
		if d.Suggestion != "" {
			fmt.Fprintf(w, "    this would allow it: %s\n", printable(oneLine(d.Suggestion)))
		}
	}
	if n := r.result.Left; n > 0 {
		fmt.Fprintf(w, "partial: %d entries were left out because they are denied; --format json names them\n", n)
	}
	if s := r.result.Exit.Status; s != 0 && r.result.Started {
		fmt.Fprintf(w, "status %d: %s\n", s, r.result.Exit.Meaning)
	}
	return nil
}

func where(position string) string {
	if position == "" {
		return ""
	}
	return console.Show(position) + ": "
}

func oneLine(cedar string) string {
	return string(bytes.Join(bytes.Fields([]byte(cedar)), []byte(" ")))
}

// writeValue shows the script's value: text as it is, anything else as JSON.
func (r *run) writeValue() error {
	if r.value == nil || r.result.Error != nil {
		return nil
	}
	if s, ok := r.value.(capability.StringValue); ok {
		_, err := fmt.Fprintln(r.c.Out, printable(string(s)))
		return err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, r.result.Value, "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintln(r.c.Out, printable(string(console.SafeJSON(b.Bytes()))))
	return err
}
