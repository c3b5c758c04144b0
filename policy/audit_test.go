package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"rex/capability"
)

// recordRun runs a few calls, one of them denied, and gives the record so far.
func recordRun(t testing.TB, file *bytes.Buffer, end bool) {
	t.Helper()
	audit, err := OpenAudit(file, func() (io.Reader, error) { return bytes.NewReader(file.Bytes()), nil })
	if err != nil {
		t.Fatal(err)
	}
	op, a := args(t, "fs.read", capability.PathValue("/srv/app/error.log"))
	g := testGate(t, &recorder{}, op, readBelowApp)
	g.cfg.Audit, g.cfg.Module = audit, "0123"
	g.cfg.Now = func() time.Time { return time.Unix(1700000000, 5).UTC() }
	g = NewGate(g.cfg)
	if _, err := do(t, g, op, a); err != nil {
		t.Fatal(err)
	}
	a[0] = capability.PathValue("/etc/\x1b[2J\"\n{\"seq\":1}\xff")
	if _, err := do(t, g, op, a); err == nil {
		t.Fatal("permitted")
	}
	if end {
		if err := g.End("done"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheRecordTellsEveryStep(t *testing.T) {
	var file bytes.Buffer
	recordRun(t, &file, true)
	var kinds []string
	for _, line := range bytes.Split(bytes.TrimSpace(file.Bytes()), []byte("\n")) {
		var r Record
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		kinds = append(kinds, r.Kind+r.Decision)
		if r.Module != "0123" {
			t.Errorf("line without module: %s", line)
		}
		if r.Kind == "decided" && r.Decision == "deny" {
			if got := DecodeText(r.Resource); got != `file_system::Dir::"/etc/\u{1b}[2J\"\n{\"seq\":1}"` && !strings.Contains(got, "/etc") {
				t.Errorf("resource %q", got)
			}
		}
		if bytes.ContainsAny(line, "\x1b\x00\r") {
			t.Errorf("a control character in %q", line)
		}
	}
	if got := strings.Join(kinds, " "); got != "start asked decidedallow done asked decideddeny end" {
		t.Errorf("steps %s", got)
	}
	wholeRecord(t, file.String())
}

// wholeRecord wants a record that is unbroken and whose runs have ended.
func wholeRecord(t *testing.T, text string) *AuditSummary {
	t.Helper()
	s, err := ReadAudit(strings.NewReader(text), Checkpoint{}, nil)
	if err != nil || len(s.Unfinished) > 0 {
		t.Fatalf("got %+v, %v", s, err)
	}
	return s
}

// H01, H02: a record of two runs, and every way of tampering with it.
func TestTamperingIsFound(t *testing.T) {
	var file bytes.Buffer
	recordRun(t, &file, true)
	recordRun(t, &file, true)
	whole := file.String()
	wholeRecord(t, whole)
	broken := func(what, text string) {
		t.Helper()
		var e *AuditError
		if _, err := ReadAudit(strings.NewReader(text), Checkpoint{}, nil); !errors.As(err, &e) || e.Line == 0 {
			t.Errorf("%s: got %v", what, err)
		}
	}
	for i := range len(whole) {
		flipped := []byte(whole)
		flipped[i] ^= 1
		var e *AuditError
		if _, err := ReadAudit(bytes.NewReader(flipped), Checkpoint{}, nil); !errors.As(err, &e) {
			t.Fatalf("flip at %d (%q): got %v", i, whole[i], err)
		}
	}
	lines := strings.SplitAfter(strings.TrimSuffix(whole, "\n"), "\n")
	lines[len(lines)-1] += "\n"
	for i := range lines {
		if i < len(lines)-1 {
			broken(fmt.Sprintf("line %d deleted", i+1), strings.Join(append(append([]string{}, lines[:i]...), lines[i+1:]...), ""))
			swapped := append([]string{}, lines...)
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			broken(fmt.Sprintf("lines %d and %d swapped", i+1, i+2), strings.Join(swapped, ""))
		}
		broken(fmt.Sprintf("line %d twice", i+1), strings.Join(append(append(append([]string{}, lines[:i+1]...), lines[i]), lines[i+1:]...), ""))
	}
	broken("the first run cut out", strings.Join(lines[len(lines)/2:], ""))
	broken("cut off in a line", whole[:len(whole)-3])
	var e *AuditError
	if _, err := ReadAudit(strings.NewReader(strings.Join(append(append([]string{}, lines[:2]...), lines[3:]...), "")), Checkpoint{}, nil); !errors.As(err, &e) || e.Seq != 4 || e.Line != 3 {
		t.Errorf("names %+v, want seq 4 at line 3", e)
	}
}

// H05: what a killed run leaves is unbroken, and tells what it was about to do.
func TestAKilledRunLeavesItsLastCall(t *testing.T) {
	var file bytes.Buffer
	recordRun(t, &file, true)
	lines := strings.SplitAfter(file.String(), "\n")
	for n, unknown := range []string{1: "", 2: "", 3: "fs.read", 4: "", 6: ""} {
		if n == 0 {
			continue
		}
		s, err := ReadAudit(strings.NewReader(strings.Join(lines[:n], "")), Checkpoint{}, nil)
		if err != nil || len(s.Unfinished) != 1 {
			t.Fatalf("after %d lines: %+v, %v", n, s, err)
		}
		op := ""
		if c := s.Unfinished[0].Call; c != nil {
			op = c.Op
		}
		if op != unknown {
			t.Errorf("after %d lines the outcome of %q is not known, want %q", n, op, unknown)
		}
	}
}

// H02: what the chains can't tell a checkpoint does: a record that was cut off
// between runs, begun anew, or whose runs at the same time lost one of them.
func TestCheckpoints(t *testing.T) {
	var one, two, other bytes.Buffer
	recordRun(t, &one, true)
	two.Write(one.Bytes())
	recordRun(t, &two, true)
	recordRun(t, &other, true)
	early, late := wholeRecord(t, one.String()).Checkpoint, wholeRecord(t, two.String()).Checkpoint
	for what, c := range map[string]struct {
		text     string
		expected Checkpoint
		reason   string
	}{
		"gone on":       {two.String(), early, ""},
		"as it was":     {two.String(), late, ""},
		"nothing yet":   {one.String(), wholeRecord(t, "").Checkpoint, ""},
		"cut off":       {one.String(), late, "cut off, or begun anew"},
		"emptied":       {"", early, "cut off, or begun anew"},
		"begun anew":    {other.String(), early, "not those of the checkpoint"},
		"anew, then on": {other.String() + one.String(), early, "not those of the checkpoint"},
	} {
		_, err := ReadAudit(strings.NewReader(c.text), c.expected, nil)
		var e *AuditError
		switch {
		case c.reason == "" && err != nil:
			t.Errorf("%s: %v", what, err)
		case c.reason != "" && (!errors.As(err, &e) || !strings.Contains(e.Reason, c.reason)):
			t.Errorf("%s: got %v, want %q", what, err, c.reason)
		}
	}
	if back, err := ParseCheckpoint(late.String()); err != nil || back != late {
		t.Errorf("%s came back as %v, %v", late, back, err)
	}
	for _, bad := range []string{"", "3", "3:", "3:zz", ":" + late.Hash, "-1:" + late.Hash, "3:" + late.Hash[1:], late.Hash} {
		if c, err := ParseCheckpoint(bad); err == nil {
			t.Errorf("%q passes as %v", bad, c)
		}
	}
}

func TestRunsAtTheSameTimeStayApart(t *testing.T) {
	var file bytes.Buffer
	recordRun(t, &file, true)
	read := func() (io.Reader, error) { return bytes.NewReader(file.Bytes()), nil }
	a, _ := OpenAudit(&file, read)
	b, _ := OpenAudit(&file, read)
	cfg := Config{Now: time.Now}
	a.start(&cfg)
	b.start(&cfg)
	a.write(&Record{Kind: "end"})
	b.write(&Record{Kind: "end"})
	wholeRecord(t, file.String())
}

func TestABrokenRecordIsNotContinued(t *testing.T) {
	var e *AuditError
	if _, err := OpenAudit(io.Discard, func() (io.Reader, error) { return strings.NewReader("x\n"), nil }); !errors.As(err, &e) {
		t.Errorf("got %v", err)
	}
}

type failingWriter struct{ left int }

func (w *failingWriter) Write(p []byte) (int, error) {
	if w.left--; w.left < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

// H04: whichever line can't be written, the run stops there, and nothing is done
// whose decision is not in the record.
func TestARecordThatCannotBeWrittenStopsTheRun(t *testing.T) {
	for n, wantActs := range []int{0, 0, 0, 1} {
		audit, err := OpenAudit(&failingWriter{left: n}, nil)
		if err != nil {
			t.Fatal(err)
		}
		op, a := args(t, "fs.read", capability.PathValue("/srv/app/error.log"))
		h := &recorder{}
		g := testGate(t, h, op, readBelowApp)
		g.cfg.Audit = audit
		g = NewGate(g.cfg)
		_, err = do(t, g, op, a)
		var stop *Stop
		if !errors.As(err, &stop) {
			t.Errorf("after %d lines: got %v", n, err)
		}
		acts := 0
		for _, s := range h.steps {
			if strings.HasPrefix(s, "act ") {
				acts++
			}
		}
		if acts != wantActs {
			t.Errorf("after %d lines: %d acts", n, acts)
		}
		// And it stays stopped.
		if _, err := do(t, g, op, a); !errors.As(err, &stop) {
			t.Errorf("after %d lines, next call: %v", n, err)
		}
	}
}

// H06: what a name holds comes back as it was, and none of it reaches a terminal.
func FuzzAuditText(f *testing.F) {
	for _, s := range []string{"", "plain", "a\nb", "\x00", "\x00ff", "\xff\xfe", `"\`, "\u202e", "\x00\x000", "é", "\u2028", "\ufeff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		raw := appendText(nil, s)
		for _, r := range string(raw) {
			if capability.Unprintable(r) {
				t.Fatalf("%q shows %q", s, raw)
			}
		}
		var back string
		if err := json.Unmarshal(raw, &back); err != nil {
			t.Fatalf("%q: %v in %s", s, err, raw)
		}
		if got := DecodeText(back); got != s {
			t.Fatalf("%q came back as %q", s, got)
		}
	})
}

func FuzzReadAudit(f *testing.F) {
	var file bytes.Buffer
	recordRun(f, &file, true)
	f.Add(file.Bytes())
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, text []byte) { ReadAudit(bytes.NewReader(text), Checkpoint{}, nil) })
}
