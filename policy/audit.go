package policy

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
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
	Kind      string     `json:"kind"` // start, foreseen, asked, decided, done, end
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
		before, err := ReadAudit(r, Checkpoint{}, nil)
		if err != nil {
			return nil, err
		}
		a.prev = before.last
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
	case errors.As(err, &fault) && fault.Code != nil:
		// The message goes on with what the program or server said.
		return fault.Why.String() + " " + strconv.FormatInt(*fault.Code, 10)
	case errors.As(err, &fault):
		return fault.Why.String() + ": " + fault.Message
	}
	return err.Error()
}

// NotStarted writes that a run was not started because of a touch that every
// run does: an attempt is kept, also one that touched nothing.
func (g *Gate) NotStarted(t *capability.Touch, v *Verdict) error {
	if g.audit == nil {
		return nil
	}
	r := &Record{
		Kind: "foreseen", Op: t.Op.Name, Position: place(t.Pos),
		Decision: "deny", Decided: sorted(v.Policies), Errors: sorted(v.Errors),
	}
	for _, a := range v.Asks {
		if a.Answer == AnswerDenied {
			r.Action, r.Resource = a.Action, a.Resource
			break
		}
	}
	return g.audit.write(r)
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
