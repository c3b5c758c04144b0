package command

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"rex/cmd/console"
	"rex/policy"
)

var auditShowCommand = &console.Command{
	Words: "audit show", Args: "FILE|-", Summary: "show the steps of a record, one a line",
	Help: `Each line has its time, the first half of its run's id, what happened, and where in the source. The record is checked on the way: at a line that is not as it was written it ends with status 4. With --format json the lines are given as they are, as one list.`,
	Examples: []console.Example{
		{Line: "rexvm audit show /var/log/rex/audit.jsonl", Does: "every step: what was asked, decided and done"},
		{Line: "rexvm audit show audit.jsonl --run 3f0a1b2c", Does: "the steps of one run"},
	},
	Set: func(flags *pflag.FlagSet) func(*console.IO) console.Status {
		run := flags.String("run", "", "only the run whose id begins so")
		format := console.FormatFlag(flags, "text", "json")
		return func(c *console.IO) console.Status { return auditShow(c, *run, format) }
	},
}

func auditShow(c *console.IO, run string, format *console.Format) console.Status {
	w := &errorWriter{w: c.Out}
	var show shower = &textShower{w: w}
	if format.Is("json") {
		show = &jsonShower{w: w}
	}
	found := run == ""
	_, err := readRecord(c, "audit show", policy.Checkpoint{}, func(line []byte, rec *policy.Record) error {
		if strings.HasPrefix(rec.Run, run) {
			found = true
			show.line(line, rec)
		}
		return w.err
	})
	if errors.Is(err, errUsage) {
		return console.Usage
	}
	show.end()
	switch {
	case w.err != nil && !errors.Is(w.err, io.ErrClosedPipe):
		c.Errorf("%s", w.err)
		return console.Internal
	case err != nil:
		c.Errorf("%s", console.Show(err.Error()))
		return console.BadInput
	case !found:
		c.Errorf("audit show: the record has no run %s", console.Show(run))
		return console.BadInput
	}
	return console.Done
}

// shower shows lines of a record as they are read: a record may be long.
type shower interface {
	line(raw []byte, rec *policy.Record)
	end()
}

// jsonShower gives the lines as they are: they are JSON, safe for a terminal,
// and each keeps its hash.
type jsonShower struct {
	w   io.Writer
	any bool
}

func (s *jsonShower) line(raw []byte, _ *policy.Record) {
	before := "[\n"
	if s.any {
		before = ",\n"
	}
	s.any = true
	fmt.Fprintf(s.w, "%s%s", before, raw)
}

func (s *jsonShower) end() {
	if !s.any {
		fmt.Fprintln(s.w, "[]")
		return
	}
	fmt.Fprintln(s.w, "\n]")
}

type textShower struct{ w io.Writer }

func (s *textShower) end() {}

func (s *textShower) line(_ []byte, rec *policy.Record) {
	run := rec.Run
	if len(run) > 8 {
		run = run[:8]
	}
	fmt.Fprintf(s.w, "%s %s %-8s %s\n", rec.Time.UTC().Format("2006-01-02T15:04:05.000Z"), console.Show(run), console.Show(word(rec)), console.Show(told(rec)))
}

// word says what a line is in one word.
func word(rec *policy.Record) string {
	if rec.Kind != "decided" {
		return rec.Kind
	}
	if rec.Decision == "allow" {
		return "allowed"
	}
	return "denied"
}

// told says what a line tells, on one line. What it holds of names comes from
// outside and is made printable by the caller as a whole.
func told(rec *policy.Record) string {
	switch rec.Kind {
	case "start":
		return fmt.Sprintf("module %s by %s, policies %s", rec.Module, text(rec.Principal), orNone(rec.Policies))
	case "end":
		return text(rec.Outcome) + left(rec)
	}
	out := rec.Op
	if rec.Position != "" {
		out += " at " + text(rec.Position)
	}
	if rec.Entry != "" {
		out += ", entry " + text(rec.Entry)
	}
	switch rec.Kind {
	case "done":
		return out + ": " + text(rec.Outcome) + left(rec)
	case "asked":
		return out + questions(rec)
	}
	return out + questions(rec) + refused(rec) + by(rec)
}

func questions(rec *policy.Record) string {
	var all []string
	for _, q := range rec.Questions {
		all = append(all, text(q.Action)+" on "+text(q.Resource))
	}
	if all == nil {
		return ""
	}
	return ": " + strings.Join(all, "; ")
}

// refused says what exactly was refused.
func refused(rec *policy.Record) string {
	if rec.Action == "" {
		return ""
	}
	return ": " + text(rec.Action) + " on " + text(rec.Resource)
}

// by names the policies that decided.
func by(rec *policy.Record) string {
	var out string
	switch {
	case len(rec.Decided) > 0:
		out = ", by " + texts(rec.Decided)
	case rec.Decision == "deny":
		out = ", no policy permits it"
	}
	if len(rec.Errors) > 0 {
		out += ", could not be evaluated: " + texts(rec.Errors)
	}
	return out
}

func left(rec *policy.Record) string {
	if rec.Refused == 0 {
		return ""
	}
	return fmt.Sprintf(", %d left out", rec.Refused)
}

func text(s string) string { return policy.DecodeText(s) }

func texts(all []string) string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = text(s)
	}
	return strings.Join(out, ", ")
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// errorWriter keeps the first error and writes nothing after it.
type errorWriter struct {
	w   io.Writer
	err error
}

func (w *errorWriter) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.w.Write(p)
	w.err = err
	return n, err
}
