package command

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"rex/cmd/console"
	"rex/policy"
)

var auditVerifyCommand = &console.Command{
	Words: "audit verify", Args: "FILE|-", Summary: "check that a record is unbroken, and give its checkpoint",
	Help: `A line that was changed, dropped, moved or added is named: status 4. A run without an end is going on, was killed, or its last lines were cut off: status 6.

What the lines alone can't tell is that the end of the record was cut off between two runs, or that it was begun anew. Keep the checkpoint where the machine can't change it, and give it back with --expect: the record must still begin with those lines. It is what ` + "`head -n LINES FILE | sha256sum`" + ` gives.`,
	Examples: []console.Example{
		{Line: "rexvm audit verify /var/log/rex/audit.jsonl", Does: "is it unbroken? its runs, times, and checkpoint"},
		{Line: "rexvm audit verify audit.jsonl --expect 12:9f86d081..", Does: "and it still begins with the 12 lines of this checkpoint"},
	},
	Set: func(flags *pflag.FlagSet) func(*console.IO) console.Status {
		var expected checkpointFlag
		flags.Var(&expected, "expect", "what an earlier verify gave: the record must go on from it")
		format := console.FormatFlag(flags, "text", "json")
		return func(c *console.IO) console.Status { return auditVerify(c, policy.Checkpoint(expected), format) }
	},
}

// checkpointFlag is a checkpoint as verify shows it.
type checkpointFlag policy.Checkpoint

func (f *checkpointFlag) Type() string { return "checkpoint" }

func (f *checkpointFlag) String() string {
	if f.Hash == "" {
		return ""
	}
	return policy.Checkpoint(*f).String()
}

// Set reads a checkpoint.
func (f *checkpointFlag) Set(s string) error {
	c, err := policy.ParseCheckpoint(s)
	*f = checkpointFlag(c)
	return err
}

func auditVerify(c *console.IO, expected policy.Checkpoint, format *console.Format) console.Status {
	summary, err := readRecord(c, "audit verify", expected, nil)
	var broken *policy.AuditError
	switch {
	case errors.Is(err, errUsage):
		return console.Usage
	case errors.As(err, &broken) && format.Is("json"):
		if err := console.WriteJSON(c.Out, verdict{Break: &breakOf{broken.Line, broken.Run, broken.Reason}}); err != nil {
			return console.Internal
		}
		return console.BadInput
	case err != nil:
		c.Errorf("%s", console.Show(err.Error()))
		return console.BadInput
	case format.Is("json"):
		err = console.WriteJSON(c.Out, verdictOf(summary))
	default:
		err = writeVerdict(c, summary)
	}
	switch {
	case err != nil:
		c.Errorf("%s", err)
		return console.Internal
	case len(summary.Unfinished) > 0:
		return console.Reserved
	}
	return console.Done
}

// errUsage says that the usage was wrong, and that this has been said.
var errUsage = errors.New("usage")

// readRecord reads the record that is the command's operand.
func readRecord(c *console.IO, command string, expected policy.Checkpoint, each func([]byte, *policy.Record) error) (*policy.AuditSummary, error) {
	if len(c.Args) != 1 {
		c.Errorf("%s: name one record, or - for standard input", command)
		return nil, errUsage
	}
	in, err := c.OpenInput(c.Args[0])
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return policy.ReadAudit(in, expected, each)
}

// verdict is the document of --format json.
type verdict struct {
	Unbroken   bool            `json:"unbroken"`
	Break      *breakOf        `json:"break,omitempty"`
	Lines      int             `json:"lines"`
	Runs       int             `json:"runs"`
	First      *time.Time      `json:"first,omitempty"`
	Last       *time.Time      `json:"last,omitempty"`
	Unfinished []unfinishedRun `json:"unfinished"`
	Checkpoint string          `json:"checkpoint,omitempty"`
}

type breakOf struct {
	Line   int    `json:"line"`
	Run    string `json:"run,omitempty"`
	Reason string `json:"reason"`
}

type unfinishedRun struct {
	Run  string    `json:"run"`
	Last time.Time `json:"last"`
	// Unknown is the operation that was permitted and whose outcome is not known.
	Unknown  string `json:"unknown,omitempty"`
	Position string `json:"position,omitempty"`
}

func verdictOf(s *policy.AuditSummary) verdict {
	v := verdict{Unbroken: true, Lines: s.Lines, Runs: s.Runs, Unfinished: []unfinishedRun{}, Checkpoint: s.Checkpoint.String()}
	if s.Lines > 0 {
		v.First, v.Last = &s.First, &s.Last
	}
	for _, u := range s.Unfinished {
		run := unfinishedRun{Run: u.Run, Last: u.Last}
		if u.Call != nil {
			run.Unknown, run.Position = u.Call.Op, policy.DecodeText(u.Call.Position)
		}
		v.Unfinished = append(v.Unfinished, run)
	}
	return v
}

func writeVerdict(c *console.IO, s *policy.AuditSummary) error {
	w := &errorWriter{w: c.Out}
	fmt.Fprintf(w, "unbroken    %s\n", count(s.Lines, "line"))
	fmt.Fprintf(w, "runs        %d, %d without an end\n", s.Runs, len(s.Unfinished))
	if s.Lines > 0 {
		fmt.Fprintf(w, "first       %s\n", s.First.Format(time.RFC3339Nano))
		fmt.Fprintf(w, "last        %s\n", s.Last.Format(time.RFC3339Nano))
	}
	for _, u := range s.Unfinished {
		fmt.Fprintf(w, "unfinished  %s, last line at %s%s\n", console.Show(u.Run), u.Last.Format(time.RFC3339Nano), unknownOutcome(u.Call))
	}
	fmt.Fprintf(w, "checkpoint  %s\n", s.Checkpoint)
	return w.err
}

// unknownOutcome tells of a call that was permitted and has no outcome.
func unknownOutcome(call *policy.Record) string {
	if call == nil {
		return ""
	}
	return fmt.Sprintf("; the outcome of %s at %s is not known", console.Show(call.Op), shown(call.Position))
}

// shown makes a text of the record safe for a terminal, and says what it was
// made of: a byte that is not UTF-8 as \xHH.
func shown(s string) string { return console.Show(policy.DecodeText(s)) }

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
