package bytecode

import (
	"encoding/binary"
	"fmt"

	"rex/capability"
)

// Encode writes the module as a file. It gives nil for a module that has no
// encoding, such as one that uses a type not among its types; Verify says
// what is wrong with it.
func (m *Module) Encode() []byte {
	b, err := encode(m)
	if err != nil {
		return nil
	}
	return b
}

// encoder appends to buf; the first thing that can't be written is kept in err.
type encoder struct {
	buf   []byte
	types map[string]int
	err   error
}

func encode(m *Module) ([]byte, error) {
	e := &encoder{types: make(map[string]int, len(m.Types))}
	for i, t := range m.Types {
		if t == nil {
			return nil, fmt.Errorf("type %d is nil", i)
		}
		if _, twice := e.types[t.Key()]; !twice {
			e.types[t.Key()] = i
		}
	}
	e.buf = append(e.buf, magic...)
	e.number(Version)
	writers := [sectionEnd]func(*Module){
		sectionSource: e.source, sectionTypes: e.typeTable, sectionConsts: e.consts, sectionTemplates: e.templates,
		sectionParams: e.params, sectionFuncs: e.funcs, sectionLines: e.lines, sectionOps: e.ops, sectionUses: e.uses,
	}
	for id := sectionSource; id < sectionEnd; id++ {
		e.section(id, m, writers[id])
	}
	return e.buf, e.err
}

// section writes one section; its length becomes known only behind it.
func (e *encoder) section(id int, m *Module, write func(*Module)) {
	file := append(e.buf, byte(id))
	e.buf = nil
	write(m)
	body := e.buf
	e.buf = file
	e.number(len(body))
	e.buf = append(e.buf, body...)
}

func (e *encoder) fail(format string, args ...any) {
	if e.err == nil {
		e.err = fmt.Errorf(format, args...)
	}
}

func (e *encoder) number(n int)      { e.buf = binary.AppendUvarint(e.buf, uint64(n)) }
func (e *encoder) signed(n int64)    { e.buf = binary.AppendVarint(e.buf, n) }
func (e *encoder) octet(b byte)      { e.buf = append(e.buf, b) }
func (e *encoder) text(s string)     { e.number(len(s)); e.buf = append(e.buf, s...) }
func (e *encoder) fixed(bits uint64) { e.buf = binary.LittleEndian.AppendUint64(e.buf, bits) }

func (e *encoder) flag(b bool) {
	if b {
		e.octet(1)
	} else {
		e.octet(0)
	}
}

func (e *encoder) texts(list []string) {
	e.number(len(list))
	for _, s := range list {
		e.text(s)
	}
}

// typ writes a reference to a type.
func (e *encoder) typ(t *capability.Type) {
	switch {
	case t == nil:
		e.fail("a type is nil")
	case t.Kind == capability.KindNone:
		e.number(0)
	default:
		i, ok := e.types[t.Key()]
		if !ok {
			e.fail("type %s is not among the module's types", t)
		}
		e.number(i + 1)
	}
}

func (e *encoder) typeList(list []*capability.Type) {
	e.number(len(list))
	for _, t := range list {
		e.typ(t)
	}
}

func (e *encoder) source(m *Module) {
	e.oneSource(&m.Source)
	e.number(len(m.Imports))
	for i := range m.Imports {
		e.oneSource(&m.Imports[i])
	}
}

func (e *encoder) oneSource(s *Source) {
	e.text(s.Name)
	e.buf = append(e.buf, s.Hash[:]...)
}

func (e *encoder) typeTable(m *Module) {
	e.number(len(m.Types))
	for _, t := range m.Types {
		e.octet(byte(t.Kind))
		e.text(t.Name)
		switch t.Kind {
		case capability.KindList, capability.KindMap, capability.KindOptional, capability.KindStream, capability.KindIterator:
			e.typ(t.Elem)
		case capability.KindRecord:
			e.number(len(t.Fields))
			for _, f := range t.Fields {
				e.text(f.Name)
				e.typ(f.Type)
			}
		case capability.KindWord:
			e.texts(t.Words)
		case capability.KindFunc:
			e.typeList(t.Params)
			e.typ(t.Result)
		}
	}
}

func (e *encoder) consts(m *Module) {
	e.number(len(m.Consts))
	for _, c := range m.Consts {
		e.typ(c.Type)
		if c.Type == nil {
			return
		}
		switch c.Type.File() {
		case capability.FileScalar:
			e.scalar(c.Type.Kind, c.Bits)
		case capability.FileText:
			e.text(c.Text)
		}
	}
}

func (e *encoder) scalar(k capability.Kind, bits uint64) {
	switch k {
	case capability.KindBool:
		e.octet(byte(bits))
		if bits > 1 {
			e.fail("a bool is neither 0 nor 1")
		}
	case capability.KindFloat:
		e.fixed(bits)
	default:
		e.signed(int64(bits))
	}
}

func (e *encoder) templates(m *Module) {
	e.number(len(m.Templates))
	for _, t := range m.Templates {
		e.typ(t.Type)
		e.number(len(t.Pieces))
		for _, p := range t.Pieces {
			if p.Hole != nil {
				e.typ(p.Hole)
				continue
			}
			e.number(0)
			e.text(p.Literal)
		}
	}
}

func (e *encoder) params(m *Module) {
	e.number(len(m.Params))
	for i := range m.Params {
		e.param(&m.Params[i])
	}
}

func (e *encoder) param(p *capability.Param) {
	e.text(p.Name)
	e.typ(p.Type)
	if p.Type == nil {
		return
	}
	flags := 0
	if p.Required {
		flags |= flagRequired
	}
	if p.Default != nil {
		flags |= flagDefault
	}
	if p.In != nil {
		flags |= flagInterval
		if p.In.Inclusive {
			flags |= flagInclusive
		}
	}
	e.octet(byte(flags))
	e.text(p.Doc)
	if p.Default != nil {
		e.value(p.Type, p.Default, 0)
	}
	if p.In != nil {
		base := ConstraintType(p.Type)
		e.value(base, p.In.From, 0)
		e.value(base, p.In.To, 0)
	}
	e.texts(p.Words)
	e.text(p.Matching)
}

func (e *encoder) funcs(m *Module) {
	e.number(len(m.Funcs))
	for i := range m.Funcs {
		f := &m.Funcs[i]
		e.text(f.Name)
		e.number(f.Source)
		e.typeList(f.Params)
		e.number(f.Captures)
		e.typ(f.Result)
		e.typeList(f.S)
		e.typeList(f.T)
		e.typeList(f.R)
		e.number(len(f.Code))
		for _, in := range f.Code {
			e.buf = append(e.buf, byte(in.Op), in.A, in.B, in.C)
			e.buf = binary.LittleEndian.AppendUint32(e.buf, uint32(in.Imm))
		}
		e.number(len(f.Handlers))
		for _, h := range f.Handlers {
			e.number(int(h.From))
			e.number(int(h.To))
			e.number(int(h.Target))
			e.number(int(h.Mask))
			e.octet(h.Err)
			e.flag(h.Defer)
		}
	}
}

// lines writes the positions as differences: few bytes for each.
func (e *encoder) lines(m *Module) {
	for i := range m.Funcs {
		lines := m.Funcs[i].Lines
		e.number(len(lines))
		var last Line
		for n, l := range lines {
			if n > 0 && l.PC <= last.PC {
				e.fail("function %d: positions are not by ascending instruction", i)
			}
			e.number(int(l.PC - last.PC))
			e.signed(int64(l.Line) - int64(last.Line))
			e.number(int(l.Column))
			last = l
		}
	}
}

func (e *encoder) ops(m *Module) {
	e.number(len(m.Ops))
	for _, op := range m.Ops {
		e.number(int(op.Number))
		e.text(op.Name)
		e.buf = append(e.buf, op.Hash[:]...)
	}
}

func (e *encoder) uses(m *Module) {
	e.number(len(m.Uses))
	for _, u := range m.Uses {
		e.text(u.Op)
		e.texts(u.Globs)
	}
}
