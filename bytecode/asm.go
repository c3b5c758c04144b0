package bytecode

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"rex/capability"
)

// Assemble makes a module from the text that Disassemble writes, good or bad:
// it is how tests write modules that no compiler makes. Beyond what
// Disassemble writes it takes `op fs.stat`, with number and hash from the
// table, instructions without their number, and types that are not declared:
// simple ones, those made of them in one word, and those of the table, such
// as fs.Stat.
func Assemble(text string) (*Module, error) {
	a := &assembler{m: new(Module), labels: map[string]*capability.Type{}}
	for i, line := range strings.Split(text, "\n") {
		tokens, err := tokenize(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %v", i+1, err)
		}
		if len(tokens) == 0 {
			continue
		}
		a.tokens, a.err = tokens, nil
		a.line()
		if a.err == nil && len(a.tokens) > 0 {
			a.fail("%q is too much", a.tokens[0].text)
		}
		if a.err != nil {
			return nil, fmt.Errorf("line %d: %v", i+1, a.err)
		}
	}
	a.m.Types = a.types.List
	return a.m, nil
}

// assembler takes the words of one line after the other. After the first
// error of a line it takes empty ones.
type assembler struct {
	m      *Module
	types  TypeTable
	labels map[string]*capability.Type
	tokens []token
	err    error
}

// token is a word, or a text in quotes.
type token struct {
	text   string
	quoted bool
}

// tokenize splits a line at spaces and commas and drops its comment.
func tokenize(line string) ([]token, error) {
	var out []token
	for {
		line = strings.TrimLeft(line, " \t,\r")
		if line == "" || line[0] == ';' {
			return out, nil
		}
		if line[0] == '"' {
			quoted, err := strconv.QuotedPrefix(line)
			if err != nil {
				return nil, fmt.Errorf("a text does not end: %s", line)
			}
			text, err := strconv.Unquote(quoted)
			if err != nil {
				return nil, err
			}
			out = append(out, token{text, true})
			line = line[len(quoted):]
			continue
		}
		end := strings.IndexAny(line, " \t,;\r")
		if end < 0 {
			end = len(line)
		}
		out = append(out, token{text: line[:end]})
		line = line[end:]
	}
}

func (a *assembler) fail(format string, args ...any) {
	if a.err == nil {
		a.err = fmt.Errorf(format, args...)
	}
	a.tokens = nil
}

func (a *assembler) more() bool { return len(a.tokens) > 0 }

// next takes one word or text.
func (a *assembler) next() string {
	if !a.more() {
		a.fail("the line is cut off")
		return ""
	}
	t := a.tokens[0]
	a.tokens = a.tokens[1:]
	return t.text
}

// accept takes a word if it comes next.
func (a *assembler) accept(word string) bool {
	if a.more() && !a.tokens[0].quoted && a.tokens[0].text == word {
		a.tokens = a.tokens[1:]
		return true
	}
	return false
}

func (a *assembler) expect(word string) {
	if !a.accept(word) {
		a.fail("here must be %q", word)
	}
}

// number takes a number behind a prefix.
func (a *assembler) number(prefix string) int {
	word := a.next()
	digits, ok := strings.CutPrefix(word, prefix)
	n, err := strconv.ParseInt(digits, 0, 64)
	if (!ok || err != nil) && a.err == nil {
		a.fail("%q is not %s and a number", word, prefix)
	}
	return int(n)
}

// inOrder takes the number of a numbered line, which must be the next one.
func (a *assembler) inOrder(next int) {
	if n := a.number(""); n != next {
		a.fail("the number is %d, the next one is %d", n, next)
	}
}

func (a *assembler) line() {
	switch word := a.next(); word {
	case "source":
		a.m.Source.Name = a.next()
		a.hex(a.m.Source.Hash[:])
	case "import":
		s := Source{Name: a.next()}
		a.hex(s.Hash[:])
		a.m.Imports = append(a.m.Imports, s)
	case "type":
		a.typeLine()
	case "const":
		a.constLine()
	case "template":
		a.templateLine()
	case "param":
		a.paramLine()
	case "op":
		a.opLine()
	case "uses":
		u := Use{Op: a.next()}
		for a.more() {
			u.Globs = append(u.Globs, a.next())
		}
		a.m.Uses = append(a.m.Uses, u)
	case "func":
		a.funcLine()
	default:
		a.inFunc(word)
	}
}

// hex takes bytes; without them they stay zero.
func (a *assembler) hex(into []byte) {
	if !a.more() {
		return
	}
	b, err := hex.DecodeString(a.next())
	if err != nil || len(b) != len(into) {
		a.fail("here must be %d bytes in hex", len(into))
		return
	}
	copy(into, b)
}

func (a *assembler) constLine() {
	a.inOrder(len(a.m.Consts))
	c := Const{Type: a.typ()}
	switch c.Type.File() {
	case capability.FileScalar:
		c.Bits = a.scalar(c.Type.Kind)
	case capability.FileText:
		c.Text = a.next()
	}
	a.m.Consts = append(a.m.Consts, c)
}

func (a *assembler) scalar(k capability.Kind) uint64 {
	word := a.next()
	if k == capability.KindFloat && !strings.HasPrefix(word, "0x") {
		f, err := strconv.ParseFloat(word, 64)
		if err != nil {
			a.fail("%q is no float", word)
		}
		return capability.ScalarBits(capability.FloatValue(f))
	}
	if word == "true" || word == "false" {
		return capability.ScalarBits(capability.BoolValue(word == "true"))
	}
	if n, err := strconv.ParseUint(word, 0, 64); err == nil {
		return n
	}
	n, err := strconv.ParseInt(word, 0, 64)
	if err != nil {
		a.fail("%q is no number", word)
	}
	return uint64(n)
}

func (a *assembler) templateLine() {
	a.inOrder(len(a.m.Templates))
	t := Template{Type: a.typ()}
	for a.more() {
		if a.tokens[0].quoted {
			t.Pieces = append(t.Pieces, TemplatePiece{Literal: a.next()})
			continue
		}
		word := a.next()
		label, ok := strings.CutPrefix(word, "{")
		label, ok2 := strings.CutSuffix(label, "}")
		if !ok || !ok2 {
			a.fail("%q is no hole", word)
			return
		}
		t.Pieces = append(t.Pieces, TemplatePiece{Hole: a.named(label)})
	}
	a.m.Templates = append(a.m.Templates, t)
}

func (a *assembler) paramLine() {
	p := capability.Param{Name: a.next(), Type: a.typ()}
	p.Required = a.accept("required")
	if a.accept("default") {
		p.Default = a.value(p.Type)
	}
	if a.accept("in") {
		base := ConstraintType(p.Type)
		p.In = &capability.Interval{From: a.value(base)}
		p.In.Inclusive = a.accept("..=")
		if !p.In.Inclusive {
			a.expect("..")
		}
		p.In.To = a.value(base)
	}
	if a.accept("globs") {
		for a.more() && a.tokens[0].quoted {
			p.Words = append(p.Words, a.next())
		}
	}
	if a.accept("matching") {
		p.Matching = a.next()
	}
	if a.accept("doc") {
		p.Doc = a.next()
	}
	a.m.Params = append(a.m.Params, p)
}

func (a *assembler) value(t *capability.Type) capability.Value {
	if a.accept("nil") || a.err != nil {
		return nil
	}
	switch t.Kind {
	case capability.KindOptional:
		return a.value(t.Elem)
	case capability.KindAny:
		a.expect("any")
		return a.value(a.typ())
	case capability.KindList:
		l := capability.NewList(t.Elem)
		for a.expect("["); a.more() && !a.accept("]"); {
			l.Append(t.Elem, a.value(t.Elem))
		}
		return l
	case capability.KindMap:
		m := capability.NewMap(t.Elem)
		for a.expect("["); a.more() && !a.accept("]"); {
			key := a.next()
			m.Put(key, a.value(t.Elem))
		}
		m.Version = 0
		return m
	case capability.KindRecord:
		r := capability.NewRecord(t)
		a.expect("[")
		for i := range t.Fields {
			r.SetField(i, a.value(t.Fields[i].Type))
		}
		a.expect("]")
		return r
	}
	if t.File() == capability.FileScalar {
		return capability.BoxScalar(t.Kind, a.scalar(t.Kind))
	}
	return capability.BoxText(t.Kind, a.next())
}

func (a *assembler) opLine() {
	if a.more() && a.tokens[0].text != "" && a.tokens[0].text[0] > '9' {
		name := a.next()
		op := capability.Lookup(name)
		if op == nil {
			a.fail("there is no operation %s", name)
			return
		}
		a.m.Ops = append(a.m.Ops, OpUse{op.Number, op.Name, op.Hash()})
		return
	}
	use := OpUse{Number: uint16(a.number("")), Name: a.next()}
	a.hex(use.Hash[:])
	a.m.Ops = append(a.m.Ops, use)
}
