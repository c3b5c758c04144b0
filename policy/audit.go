package policy

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"rex/capability"
)

// The record: one line of JSON for each step of each call. Every line holds
// its own hash and that of the line before it in the same run, so that none
// can be changed, dropped or moved unseen. A run's first line holds the hash of the last line
// the file had; runs that write at the same time so stay apart, and a run
// can't be cut out from before another. A run ends with a line that says so.
//
// Lines are not meant to be trusted for what they show on a terminal either:
// whatever a name holds, it can't end a line or reach the terminal.

// Record is one line of the record.
type Record struct {
	Seq       int        `json:"seq"` // 1 for a run's first
	Time      time.Time  `json:"time"`
	Run       string     `json:"run"`
	Kind      string     `json:"kind"` // start, asked, decided, done, end
	Module    string     `json:"module,omitempty"`
	Policies  string     `json:"policy_hash,omitempty"` // of a start
	Principal string     `json:"principal,omitempty"`   // of a start
	Call      int        `json:"call,omitempty"`        // counts the calls of the run
	Position  string     `json:"position,omitempty"`    // file:line:column
	Op        string     `json:"op,omitempty"`
	Entry     string     `json:"entry,omitempty"` // of a walk, as the script would write it
	Questions []Question `json:"questions,omitempty"`
	Action    string     `json:"action,omitempty"` // what was refused
	Resource  string     `json:"resource,omitempty"`
	Decision  string     `json:"decision,omitempty"` // allow, deny
	Decided   []string   `json:"policies,omitempty"`
	Errors    []string   `json:"errors,omitempty"`
	Outcome   string     `json:"outcome,omitempty"` // ok, or why it failed
	Refused   int        `json:"refused,omitempty"` // entries left out
	Prev      string     `json:"prev"`              // hash of the line before
	Hash      string     `json:"hash"`              // of this line, up to here
}

// Question is one question put to Cedar.
type Question struct {
	Action   string `json:"action"`
	Resource string `json:"resource"`
}

// Audit writes the record of one run.
type Audit struct {
	w      io.Writer
	run    string
	module string
	now    func() time.Time
	mu     sync.Mutex
	seq    int
	calls  int
	prev   string
	failed error
	buf    []byte
}

// OpenAudit makes the record of a run that continues what read gives; a read
// that is nil or gives nothing begins a new one. A record that is broken is
// not continued. w gets each line in one write.
func OpenAudit(w io.Writer, read func() (io.Reader, error)) (*Audit, error) {
	a := &Audit{w: w, now: time.Now}
	if read != nil {
		r, err := read()
		if err != nil {
			return nil, err
		}
		if c, ok := r.(io.Closer); ok {
			defer c.Close()
		}
		if a.prev, _, err = scanAudit(r); err != nil {
			return nil, err
		}
	}
	var id [8]byte
	rand.Read(id[:])
	a.run = hex.EncodeToString(id[:])
	return a, nil
}

// Run is the run's id in the record.
func (a *Audit) Run() string { return a.run }

// start writes the run's first line. A failure stops the run at its first call.
func (a *Audit) start(cfg *Config) {
	a.module, a.now = cfg.Module, cfg.Now
	a.write(&Record{Kind: "start", Policies: cfg.Sets.Hash(), Principal: cfg.Identity.User})
}

func (a *Audit) write(r *Record) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.failed != nil {
		return a.failed
	}
	a.seq++
	r.Seq, r.Run, r.Module, r.Time, r.Prev = a.seq, a.run, a.module, a.now(), a.prev
	a.buf = r.append(a.buf[:0])
	a.prev = lineHash(a.buf)
	a.buf = append(append(append(a.buf, hashField...), a.prev...), "\"}\n"...)
	n, err := a.w.Write(a.buf)
	if err == nil && n < len(a.buf) {
		err = io.ErrShortWrite
	}
	if err != nil {
		a.failed = &Stop{Reason: "the audit record can't be written", Err: err}
	}
	return a.failed
}

// record writes that a call was asked about and permitted.
func (g *Gate) record(in *inquiry) error {
	if g.audit == nil {
		return nil
	}
	if err := g.recordAsked(in); err != nil {
		return err
	}
	var ids, failed []string
	for _, a := range in.answers {
		if a.allowed {
			ids = append(ids, a.policies...)
		}
		failed = append(failed, a.errors...)
	}
	return g.audit.write(&Record{
		Kind: "decided", Call: g.audit.calls, Op: in.op.Name, Position: place(in.position()),
		Decision: "allow", Decided: sorted(ids), Errors: sorted(failed),
	})
}

func (g *Gate) recordAsked(in *inquiry) error {
	g.audit.calls++
	r := &Record{Kind: "asked", Call: g.audit.calls, Op: in.op.Name, Position: place(in.position())}
	for _, a := range in.answers {
		r.Questions = append(r.Questions, Question{uidText(a.action), uidText(a.resource)})
	}
	return g.audit.write(r)
}

// recordDenial writes that a call was asked about and denied. The resource is
// the one it was denied for: where a link leads, if one does.
func (g *Gate) recordDenial(in *inquiry, d *Denied, r *refusal) error {
	if g.audit == nil {
		return nil
	}
	if err := g.recordAsked(in); err != nil {
		return err
	}
	return g.audit.write(&Record{
		Kind: "decided", Call: g.audit.calls, Op: d.Op, Position: place(d.Position), Decision: "deny",
		Action: d.Action, Resource: uidText(r.resource), Decided: d.Policies, Errors: d.Errors,
	})
}

// maxEntries is how many refused entries of one walk are recorded one by one;
// the outcome counts them all.
const maxEntries = 1000

// recordEntry writes the decision about an entry: a refusal always, up to a
// number; a permit where something is changed or sent.
func (g *Gate) recordEntry(in *inquiry, ask *capability.Ask, name string, r *refusal) error {
	if g.audit == nil || r == nil && in.op.Effect == capability.Read {
		return nil
	}
	rec := &Record{Kind: "decided", Call: g.audit.calls, Op: in.op.Name, Position: place(in.position()), Entry: name, Decision: "allow"}
	if r != nil {
		if in.kept++; in.kept > maxEntries {
			return nil
		}
		rec.Decision, rec.Decided, rec.Errors = "deny", sorted(r.policies), sorted(r.errors)
		rec.Action, rec.Resource = uidText(r.action), uidText(r.resource)
		return g.audit.write(rec)
	}
	for _, a := range in.answers {
		rec.Questions = append(rec.Questions, Question{uidText(a.action), uidText(a.resource)})
		rec.Decided = append(rec.Decided, a.policies...)
	}
	return g.audit.write(rec)
}

// recordOutcome writes what became of a call and gives its result on.
func (g *Gate) recordOutcome(in *inquiry, v capability.Value, err error) (capability.Value, error) {
	err = g.outcome(in, err)
	if g.audit != nil {
		failed := g.audit.write(&Record{
			Kind: "done", Call: g.audit.calls, Op: in.op.Name, Position: place(in.position()), Outcome: outcomeText(err), Refused: in.left,
		})
		if failed != nil {
			return nil, failed
		}
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// outcome makes an error of the host one of those that Do gives.
func (g *Gate) outcome(in *inquiry, err error) error {
	var denied *Denied
	var fault *capability.Error
	var limit *capability.LimitError
	var stop *Stop
	switch {
	case err == nil:
		return nil
	case errors.As(err, &denied):
		return denied
	case errors.As(err, &limit):
		return limit
	case errors.As(err, &stop):
		return stop
	case errors.As(err, &fault):
		return named(in.op, fault)
	case errors.Is(err, ErrNoGrant):
		return &Stop{Reason: "the host acted without a grant", Err: err}
	}
	if isContext(err) {
		return err
	}
	return named(in.op, capability.Fault(capability.IO, err.Error()))
}

// named gives a failure its operation and a kind of the operation's row. The
// analysis and the handlers of a script go by the row, so what the row does not
// name is io; where that is not in it either, the host broke its promise.
func named(op *capability.Op, fault *capability.Error) error {
	f := *fault
	if f.Op == "" {
		f.Op = op.Name
	}
	if !op.Kinds.Has(f.Why) {
		f.Why = capability.IO
	}
	if !op.Kinds.Has(f.Why) {
		return &Stop{Reason: op.Name + " failed, which its row says it can't: " + f.Message}
	}
	return &f
}

func outcomeText(err error) string {
	var fault *capability.Error
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &fault):
		return fault.Why.String() + ": " + fault.Message
	}
	return err.Error()
}

// End writes the last line of the run's record: outcome is how it ended. A
// record without it was cut off, or its run was killed.
func (g *Gate) End(outcome string) error {
	if g.audit == nil {
		return nil
	}
	return g.audit.write(&Record{Kind: "end", Outcome: outcome, Refused: g.left})
}

func place(p capability.Position) string {
	if p.Line == 0 {
		return p.File
	}
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// append writes the record as one line of JSON, up to its hash.
func (r *Record) append(b []byte) []byte {
	b = append(b, `{"seq":`...)
	b = strconv.AppendInt(b, int64(r.Seq), 10)
	b = append(b, `,"time":"`...)
	b = r.Time.UTC().AppendFormat(b, time.RFC3339Nano)
	b = append(b, '"')
	field := func(name, s string) {
		if s != "" {
			b = append(append(append(b, `,"`...), name...), `":`...)
			b = appendText(b, s)
		}
	}
	list := func(name string, items []string) {
		if len(items) > 0 {
			b = append(append(append(b, `,"`...), name...), `":[`...)
			for i, s := range items {
				if i > 0 {
					b = append(b, ',')
				}
				b = appendText(b, s)
			}
			b = append(b, ']')
		}
	}
	number := func(name string, n int) {
		if n != 0 {
			b = append(append(append(b, `,"`...), name...), `":`...)
			b = strconv.AppendInt(b, int64(n), 10)
		}
	}
	field("run", r.Run)
	field("kind", r.Kind)
	field("module", r.Module)
	field("policy_hash", r.Policies)
	field("principal", r.Principal)
	number("call", r.Call)
	field("position", r.Position)
	field("op", r.Op)
	field("entry", r.Entry)
	if len(r.Questions) > 0 {
		b = append(b, `,"questions":[`...)
		for i, q := range r.Questions {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendText(append(b, `{"action":`...), q.Action)
			b = append(appendText(append(b, `,"resource":`...), q.Resource), '}')
		}
		b = append(b, ']')
	}
	field("action", r.Action)
	field("resource", r.Resource)
	field("decision", r.Decision)
	list("policies", r.Decided)
	list("errors", r.Errors)
	field("outcome", r.Outcome)
	number("refused", r.Refused)
	b = append(b, `,"prev":"`...)
	return append(append(b, r.Prev...), '"')
}

// hashField ends what a line's hash is made of.
const hashField = `,"hash":"`

func lineHash(line []byte) string {
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:])
}

const hexDigits = "0123456789abcdef"

// appendText writes s as a JSON string from which every s can be had back. A
// byte that is no UTF-8 becomes NUL and two digits, NUL itself NUL and "00";
// what must not reach a terminal is escaped.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1, r == 0:
			b = append(b, `\u0000`...)
			b = append(b, hexDigits[s[i]>>4], hexDigits[s[i]&15])
		case r == '"' || r == '\\':
			b = append(b, '\\', s[i])
		case capability.Unprintable(r): // none lies beyond U+FFFF
			b = append(b, `\u`...)
			for shift := 12; shift >= 0; shift -= 4 {
				b = append(b, hexDigits[r>>shift&15])
			}
		default:
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return append(b, '"')
}

// DecodeText gives back what appendText was given, from the string JSON made of it.
func DecodeText(s string) string {
	if !strings.Contains(s, "\x00") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == 0 && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// AuditError says where a record is broken.
type AuditError struct {
	Line   int // of the file, from 1
	Seq    int // of its run; 0 when the line can't be read
	Run    string
	Reason string
}

func (e *AuditError) Error() string {
	return fmt.Sprintf("audit record is broken at line %d, seq %d of run %q: %s", e.Line, e.Seq, capability.Printable(e.Run), e.Reason)
}

// Unfinished says that a record is unbroken, but that runs have no end: they
// are going on, were killed, or their last lines were cut off.
type Unfinished struct{ Runs []string }

func (e *Unfinished) Error() string {
	return "audit record is unbroken, but has no end of run " + strings.Join(e.Runs, ", ")
}

// maxLine bounds a line of the record that is read.
const maxLine = 4 << 20

// auditRun is what has been read of one run.
type auditRun struct {
	seq  int
	prev string
	over bool
}

// VerifyAudit reads a record and checks its chains. A break is an *AuditError
// that names the first bad line; a record that merely lacks a run's end is
// *Unfinished.
func VerifyAudit(r io.Reader) error {
	_, open, err := scanAudit(r)
	if err == nil && open != nil {
		return &Unfinished{Runs: open}
	}
	return err
}

// scanAudit checks a record and gives the hash of its last line and the runs
// that have no end.
func scanAudit(r io.Reader) (last string, open []string, err error) {
	runs := map[string]*auditRun{}
	var order []string
	lines := map[lineKey]bool{} // all lines so far
	in := bufio.NewReaderSize(r, 64<<10)
	for n := 1; ; n++ {
		line, err := readLine(in)
		if err == io.EOF {
			break
		}
		var rec Record
		bad := func(why string) error { return &AuditError{Line: n, Seq: rec.Seq, Run: rec.Run, Reason: why} }
		if err != nil {
			return "", nil, bad(err.Error())
		}
		if why := parseRecord(line, &rec); why != "" {
			return "", nil, bad(why)
		}
		run := runs[rec.Run]
		if run == nil {
			run = &auditRun{}
			runs[rec.Run] = run
			order = append(order, rec.Run)
		}
		if why := run.follow(&rec, lines); why != "" {
			return "", nil, bad(why)
		}
		run.prev, last = rec.Hash, rec.Hash
		lines[keyOf(last)] = true
	}
	for _, id := range order {
		if !runs[id].over {
			open = append(open, id)
		}
	}
	return last, open, nil
}

// lineKey is enough of a line's hash to find it by: a record may be long.
type lineKey [16]byte

func keyOf(hash string) (k lineKey) {
	hex.Decode(k[:], []byte(hash[:min(len(hash), 2*len(k))]))
	return k
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
	a.seq, a.over = rec.Seq, rec.Kind == "end"
	return ""
}
