package library

import (
	"io"
	"strings"
	"unicode/utf8"

	"rex/capability"
)

// What the readers and writers of YAML, TOML and CSV share. Their grammars are
// those of well-kept libraries; what stands here keeps those within bounds.

// metered hands a text to a parser of somebody else's in small pieces, each
// charged before it is given: fuel for its bytes, and memory for the nodes that
// the parser could make of it. So a limit and a cancellation stop the parser.
type metered struct {
	c       *Call
	text    string
	at      int
	marks   string // the bytes without which no new node begins
	perMark int64
	err     error
}

const meteredPiece = 4096

func (r *metered) Read(b []byte) (int, error) {
	if r.at == len(r.text) {
		return 0, io.EOF
	}
	piece := r.text[r.at:min(len(r.text), r.at+meteredPiece)]
	n := copy(b, piece)
	if r.err = r.c.parses(piece[:n], r.marks, r.perMark); r.err != nil {
		return 0, r.err
	}
	r.at += n
	return n, nil
}

// parses charges a parser's work on a text: fuel by its length, memory by the
// marks in it.
func (c *Call) parses(text, marks string, perMark int64) error {
	n := int64(0)
	for i := range marks {
		n += int64(strings.Count(text, marks[i:i+1]))
	}
	if err := c.memory(int64(len(text)) + mul(n, perMark)); err != nil {
		return err
	}
	return c.fuel(1 + int64(len(text))/4)
}

// checkText refuses input that is too long or holds what is no text: bytes
// that are not UTF-8, and control characters but tab and the ends of lines.
func checkText(format, text string) error {
	if err := checkLength(text); err != nil {
		return err
	}
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd"):
			line, column := lineOf(text, i)
			return badInput(format, line, column, "the text is not UTF-8")
		case r < ' ' && r != '\t' && r != '\n' && r != '\r', r == 0x7f:
			line, column := lineOf(text, i)
			return badInput(format, line, column, "a control character stands in the text")
		}
	}
	return nil
}

// shielded runs a parser of somebody else's. A panic in it is a mistake there;
// here it is input that can't be read.
func shielded(format string, parse func() (capability.Value, error)) (v capability.Value, err error) {
	defer func() {
		if r := recover(); r != nil {
			v, err = nil, fault(capability.Invalid, format+": the parser gave up")
		}
	}()
	return parse()
}

// plain gives a value as what its JSON encoding says: maps and lists of any,
// texts, numbers, booleans and nil. The writers of other formats write that, so
// a value means the same in all of them.
func (c *Call) plain(v capability.Value) (capability.Value, error) {
	b, err := JSONWith(c.Meter, v, 0)
	if err != nil {
		return nil, err
	}
	return ParseJSON(string(b), c.Meter)
}

// budget charges memory in pieces that are worth a call.
type budget struct {
	c     *Call
	bytes int64
}

func (b *budget) pay(bytes int64) error {
	if b.bytes += bytes; b.bytes < 4096 {
		return nil
	}
	n := b.bytes
	b.bytes = 0
	return b.c.memory(n)
}
