package policy

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"
	"time"

	"rex/capability"
)

// AuditSummary is what an unbroken record says of itself.
type AuditSummary struct {
	Lines       int
	Runs        int
	First, Last time.Time // of its first and last line
	Unfinished  []Unfinished
	Checkpoint  Checkpoint // of the whole record

	last string // hash of the last line
}

// Unfinished is a run without an end: it is going on, it was killed, or its
// last lines were cut off.
type Unfinished struct {
	Run  string
	Last time.Time // of its last line
	Call *Record   // the decision of the last call when that was permitted and its outcome is not known
}

// Checkpoint is the state of a record at one moment. Kept where the record's
// writer can't reach it, it finds lines that were cut off the end, and a record
// that was begun anew: the chains alone can't. It is made of all lines and not
// of the last one's hash, because runs at the same time have chains of their
// own. `head -n LINES record | sha256sum` gives the same.
type Checkpoint struct {
	Lines int
	Hash  string // of the bytes of these lines, hex; "" for no checkpoint
}

func (c Checkpoint) String() string { return strconv.Itoa(c.Lines) + ":" + c.Hash }

// ParseCheckpoint reads what String writes.
func ParseCheckpoint(s string) (Checkpoint, error) {
	lines, sum, _ := strings.Cut(s, ":")
	n, err := strconv.Atoi(lines)
	if raw, bad := hex.DecodeString(sum); err != nil || n < 0 || bad != nil || len(raw) != sha256.Size {
		return Checkpoint{}, fmt.Errorf("%q is no checkpoint: a number of lines, a colon, and 64 hexadecimal digits", s)
	}
	return Checkpoint{n, strings.ToLower(sum)}, nil
}

// AuditError says where a record is broken.
type AuditError struct {
	Line   int // of the file, from 1
	Seq    int // of its run; 0 when the line can't be read
	Run    string
	Reason string
}

func (e *AuditError) Error() string {
	if e.Run == "" {
		return fmt.Sprintf("the record is broken at line %d: %s", e.Line, e.Reason)
	}
	return fmt.Sprintf("the record is broken at line %d, seq %d of run %s: %s", e.Line, e.Seq, capability.Printable(e.Run), e.Reason)
}

// maxLine bounds a line of the record that is read.
const maxLine = 4 << 20

// ReadAudit reads a record, checks its chains, and calls each with every line
// as soon as it is proven. A break, and a record that is not a continuation of
// the checkpoint expected, are an *AuditError that names the first bad line.
func ReadAudit(r io.Reader, expected Checkpoint, each func(line []byte, rec *Record) error) (*AuditSummary, error) {
	s := &auditReader{
		in: bufio.NewReaderSize(r, 64<<10), runs: map[string]*auditRun{}, lines: map[lineKey]bool{},
		sum: sha256.New(), expected: expected,
	}
	for {
		err := s.next(each)
		if err == io.EOF {
			return s.end()
		}
		if err != nil {
			return nil, err
		}
	}
}

// auditReader is what has been read of a record.
type auditReader struct {
	in       *bufio.Reader
	summary  AuditSummary
	runs     map[string]*auditRun
	order    []string         // of runs, by their first lines
	lines    map[lineKey]bool // all lines so far
	sum      hash.Hash        // of all bytes so far
	expected Checkpoint
}

// auditRun is what has been read of one run.
type auditRun struct {
	seq  int
	prev string
	last time.Time
	call *Record // permitted, and not yet done
	over bool
}

// lineKey is enough of a line's hash to find it by: a record may be long.
type lineKey [16]byte

func keyOf(hash string) (k lineKey) {
	hex.Decode(k[:], []byte(hash[:min(len(hash), 2*len(k))]))
	return k
}

// next reads one line.
func (s *auditReader) next(each func([]byte, *Record) error) error {
	rec := &Record{}
	bad := func(why string) error {
		return &AuditError{Line: s.summary.Lines + 1, Seq: rec.Seq, Run: rec.Run, Reason: why}
	}
	if why := s.atCheckpoint(); why != "" {
		return bad(why)
	}
	line, err := readLine(s.in)
	if err == io.EOF {
		return err
	}
	if err != nil {
		return bad(err.Error())
	}
	if why := parseRecord(line, rec); why != "" {
		return bad(why)
	}
	run := s.runs[rec.Run]
	if run == nil {
		run = &auditRun{}
		s.runs[rec.Run] = run
		s.order = append(s.order, rec.Run)
	}
	if why := run.follow(rec, s.lines); why != "" {
		return bad(why)
	}
	s.keep(line, rec)
	if each == nil {
		return nil
	}
	return each(line, rec)
}

func (s *auditReader) keep(line []byte, rec *Record) {
	if s.summary.Lines == 0 {
		s.summary.First = rec.Time
	}
	s.summary.Lines++
	s.summary.Last, s.summary.last = rec.Time, rec.Hash
	s.lines[keyOf(rec.Hash)] = true
	s.sum.Write(line)
	s.sum.Write([]byte{'\n'})
}

// atCheckpoint holds what was read to the checkpoint when it has its length.
func (s *auditReader) atCheckpoint() string {
	if s.expected.Hash == "" || s.summary.Lines != s.expected.Lines || s.checkpoint() == s.expected {
		return ""
	}
	return fmt.Sprintf("the %d lines before it are not those of the checkpoint", s.expected.Lines)
}

func (s *auditReader) checkpoint() Checkpoint {
	return Checkpoint{s.summary.Lines, hex.EncodeToString(s.sum.Sum(nil))}
}

// end sums up.
func (s *auditReader) end() (*AuditSummary, error) {
	if s.expected.Hash != "" && s.summary.Lines < s.expected.Lines {
		return nil, &AuditError{
			Line:   s.summary.Lines + 1,
			Reason: fmt.Sprintf("it ends here, and the checkpoint has %d lines: it was cut off, or begun anew", s.expected.Lines),
		}
	}
	s.summary.Runs = len(s.order)
	s.summary.Checkpoint = s.checkpoint()
	for _, id := range s.order {
		if run := s.runs[id]; !run.over {
			s.summary.Unfinished = append(s.summary.Unfinished, Unfinished{Run: id, Last: run.last, Call: run.call})
		}
	}
	return &s.summary, nil
}

func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return nil, errors.New("the line is too long")
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF && len(line) > 0:
			return nil, errors.New("the line is cut off")
		case err != nil:
			return nil, err
		}
		return line[:len(line)-1], nil
	}
}

// parseRecord reads a line and checks its hash. A quote inside a text is
// escaped, so the field of the hash can't be imitated.
func parseRecord(line []byte, rec *Record) string {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(rec); err != nil {
		*rec = Record{} // half read, it would be named as what it is not
		return "the line is no record"
	}
	body, rest, ok := bytes.Cut(line, []byte(hashField))
	if !ok || lineHash(body) != rec.Hash || string(rest) != rec.Hash+`"}` {
		return "the line was changed"
	}
	return ""
}

// follow checks that a record comes next in its run.
func (a *auditRun) follow(rec *Record, lines map[lineKey]bool) string {
	switch {
	case a.over:
		return "the run had ended"
	case rec.Seq != a.seq+1:
		return fmt.Sprintf("seq %d is missing", a.seq+1)
	case a.seq == 0 && rec.Kind != "start":
		return "the run does not begin with its start"
	case a.seq > 0 && rec.Kind == "start":
		return "the run starts twice"
	case a.seq == 0 && rec.Prev != "" && !lines[keyOf(rec.Prev)]:
		return "the line it was written after is missing or changed"
	case a.seq == 0 && rec.Prev == "" && len(lines) > 0:
		return "it claims to be the first line, and is not"
	case a.seq > 0 && rec.Prev != a.prev:
		return "the line before it in its run is missing or changed"
	}
	a.seq, a.prev, a.last, a.over = rec.Seq, rec.Hash, rec.Time, rec.Kind == "end"
	switch {
	case rec.Kind == "decided" && rec.Decision == "allow" && rec.Entry == "":
		a.call = rec
	case rec.Kind == "done":
		a.call = nil
	}
	return ""
}
