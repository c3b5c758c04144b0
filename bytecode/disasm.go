package bytecode

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"

	"rex/capability"
)

// Disassemble writes a module as text, verified or not, in the notation of
// notation.go. What the text shows of a module can't harm a terminal.
func Disassemble(w io.Writer, m *Module) error {
	out := bufio.NewWriter(w)
	d := &disassembler{Writer: out, m: m, labels: map[string]string{}}
	labels := typeLabels(m.Types)
	for i, t := range m.Types {
		if _, twice := d.labels[t.Key()]; !twice {
			d.labels[t.Key()] = labels[i]
		}
	}
	d.source("source", &m.Source)
	for i := range m.Imports {
		d.source("import", &m.Imports[i])
	}
	for i, t := range m.Types {
		d.typeLine(i, labels[i], t)
	}
	d.constants()
	d.templateLines()
	for i := range m.Params {
		d.param(&m.Params[i])
	}
	for _, op := range m.Ops {
		d.printf("op %d %s %s\n", op.Number, quoteName(op.Name), hex.EncodeToString(op.Hash[:]))
	}
	for _, u := range m.Uses {
		d.printf("uses %s%s\n", quoteName(u.Op), quoteAll(u.Globs))
	}
	for i := range m.Funcs {
		d.function(i)
	}
	return out.Flush()
}

type disassembler struct {
	*bufio.Writer
	m      *Module
	labels map[string]string // of types, by key
}

func (d *disassembler) printf(format string, args ...any) { fmt.Fprintf(d, format, args...) }

func (d *disassembler) source(word string, s *Source) {
	d.printf("%s %s %s\n", word, strconv.Quote(s.Name), hex.EncodeToString(s.Hash[:]))
}

// label is how the text refers to a type.
func (d *disassembler) label(t *capability.Type) string {
	if t == nil || t.Kind == capability.KindNone {
		return "none"
	}
	return d.labels[t.Key()]
}

func (d *disassembler) labelList(types []*capability.Type) string {
	out := make([]string, len(types))
	for i, t := range types {
		out[i] = d.label(t)
	}
	return strings.Join(out, ", ")
}

func quoteAll(list []string) string {
	var b strings.Builder
	for _, s := range list {
		b.WriteString(" " + strconv.Quote(s))
	}
	return b.String()
}

func (d *disassembler) typeLine(i int, label string, t *capability.Type) {
	d.printf("type %s = %s", label, t.Kind)
	if t.Name != "" {
		d.printf(" named %s", strconv.Quote(t.Name))
	}
	switch t.Kind {
	case capability.KindRecord:
		for n, f := range t.Fields {
			d.printf("%s %s: %s", strings.Repeat(",", min(n, 1)), quoteName(f.Name), d.label(f.Type))
		}
	case capability.KindWord:
		d.WriteString(quoteAll(t.Words))
	case capability.KindFunc:
		d.printf(" %s -> %s", d.labelList(t.Params), d.label(t.Result))
	default:
		if t.Elem != nil {
			d.printf(" %s", d.label(t.Elem))
		}
	}
	d.printf(" ; #%d", i)
	if label[0] == '#' && t.Kind != capability.KindWord {
		d.printf(" %s", capability.Printable(t.Key()))
	}
	d.printf("\n")
}

func (d *disassembler) constants() {
	for i, c := range d.m.Consts {
		d.printf("const %d %s", i, d.label(c.Type))
		if text := constText(c); c.Type.Kind != capability.KindNone {
			d.printf(" %s", text)
		}
		d.printf("\n")
	}
}

func constText(c Const) string {
	switch c.Type.File() {
	case capability.FileScalar:
		return scalarText(c.Type.Kind, c.Bits)
	case capability.FileText:
		return strconv.Quote(c.Text)
	}
	return "nil"
}

func (d *disassembler) templateLines() {
	for i := range d.m.Templates {
		d.printf("template %d %s %s\n", i, d.label(d.m.Templates[i].Type), d.pieces(&d.m.Templates[i]))
	}
}

func (d *disassembler) pieces(t *Template) string {
	parts := make([]string, len(t.Pieces))
	for i, p := range t.Pieces {
		if p.Hole != nil {
			parts[i] = "{" + d.label(p.Hole) + "}"
		} else {
			parts[i] = strconv.Quote(p.Literal)
		}
	}
	return strings.Join(parts, " ")
}

func (d *disassembler) param(p *capability.Param) {
	d.printf("param %s %s", quoteName(p.Name), d.label(p.Type))
	if p.Required {
		d.printf(" required")
	}
	if p.Default != nil {
		d.printf(" default %s", d.value(p.Type, p.Default))
	}
	if p.In != nil {
		dots := ".."
		if p.In.Inclusive {
			dots = "..="
		}
		base := ConstraintType(p.Type)
		d.printf(" in %s %s %s", d.value(base, p.In.From), dots, d.value(base, p.In.To))
	}
	if len(p.Words) > 0 {
		d.printf(" globs%s", quoteAll(p.Words))
	}
	if p.Matching != "" {
		d.printf(" matching %s", strconv.Quote(p.Matching))
	}
	if p.Doc != "" {
		d.printf(" doc %s", strconv.Quote(p.Doc))
	}
	d.printf("\n")
}

// value writes a value of type t: containers in brackets, one in an any with
// its type before it.
func (d *disassembler) value(t *capability.Type, v capability.Value) string {
	if v == nil {
		return "nil"
	}
	switch t.Kind {
	case capability.KindOptional:
		return d.value(t.Elem, v)
	case capability.KindAny:
		dynamic := capability.TypeOf(v)
		return "any " + d.label(dynamic) + " " + d.value(dynamic, v)
	}
	var b strings.Builder
	switch v := v.(type) {
	case *capability.List:
		for i := range v.Len() {
			b.WriteString(" " + d.value(v.Elem, v.At(i)))
		}
		return "[" + b.String() + " ]"
	case *capability.Map:
		for i, key := range v.Keys {
			b.WriteString(" " + strconv.Quote(key) + " " + d.value(v.Elem, v.At(i)))
		}
		return "[" + b.String() + " ]"
	case *capability.Record:
		for i, f := range v.Type.Fields {
			b.WriteString(" " + d.value(f.Type, v.Field(i)))
		}
		return "[" + b.String() + " ]"
	}
	if t.File() == capability.FileScalar {
		return scalarText(t.Kind, capability.ScalarBits(v))
	}
	return strconv.Quote(capability.TextOf(v))
}

func (d *disassembler) function(i int) {
	f := &d.m.Funcs[i]
	d.printf("\nfunc %d %s params %s", i, strconv.Quote(f.Name), d.labelList(f.Params))
	if f.Captures > 0 {
		d.printf(" captures %d", f.Captures)
	}
	d.printf(" result %s", d.label(f.Result))
	if f.Source > 0 {
		d.printf(" of %d ; %s", f.Source, capability.Printable(d.m.SourceOf(f.Source).Name))
	}
	d.printf("\n")
	for file := capability.FileScalar; file <= capability.FileRef; file++ {
		if regs := f.Regs(file); len(regs) > 0 {
			d.printf("  %c %s\n", "?STR"[file], d.labelList(regs))
		}
	}
	lines := f.Lines
	for pc, in := range f.Code {
		at := ""
		if len(lines) > 0 && int(lines[0].PC) == pc {
			at = fmt.Sprintf(" @%d:%d", lines[0].Line, lines[0].Column)
			lines = lines[1:]
		}
		d.instruction(f, pc, in, at)
	}
	for _, l := range lines {
		d.printf("  line %d @%d:%d\n", l.PC, l.Line, l.Column)
	}
	for _, h := range f.Handlers {
		d.handler(h)
	}
}

// instruction writes one word: what its row says, then what it means.
func (d *disassembler) instruction(f *Func, pc int, in Instr, at string) {
	text := ""
	if in.Op >= OpcodeCount {
		text = fmt.Sprintf("0x%02x A:%d B:%d C:%d imm:%d", uint8(in.Op), in.A, in.B, in.C, in.Imm)
	} else {
		parts := []string{}
		numbers := []int{}
		for _, o := range operands(in, pc) {
			parts = append(parts, o.String())
			numbers = append(numbers, o.n)
		}
		text = fmt.Sprintf("%-7s %s", in.Op, strings.Join(parts, ", "))
		text += leftOver(in, pc, numbers)
	}
	text += at
	if note := d.note(f, pc, in); note != "" {
		text = fmt.Sprintf("%-30s ; %s", text, capability.Printable(note))
	}
	d.printf("%4d %s\n", pc, strings.TrimRight(text, " "))
}

// leftOver writes the bytes of a word that its row does not use and that are
// not zero, which only a bad module has.
func leftOver(in Instr, pc int, numbers []int) string {
	shown := Instr{Op: in.Op}
	setOperands(&shown, pc, numbers)
	text := ""
	for _, x := range []struct {
		name     string
		got, has int
	}{{"A", int(shown.A), int(in.A)}, {"B", int(shown.B), int(in.B)}, {"C", int(shown.C), int(in.C)}, {"imm", int(shown.Imm), int(in.Imm)}} {
		if x.got != x.has {
			text += fmt.Sprintf(" %s:%d", x.name, x.has)
		}
	}
	return text
}

func (d *disassembler) handler(h Handler) {
	d.printf("  handler %d..%d -> %d R%d", h.From, h.To, h.Target, h.Err)
	if h.Defer {
		d.printf(" defer")
	}
	switch {
	case h.Mask == capability.AllKinds:
		d.printf(" all\n")
	case h.Mask&^capability.AllKinds != 0:
		d.printf(" 0x%x\n", uint32(h.Mask))
	default:
		d.printf(" %s\n", h.Mask)
	}
}
