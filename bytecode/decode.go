package bytecode

import (
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"

	"rex/capability"
)

// Decode reads a module from a file. Its errors are *FormatError. What it
// accepts, Encode turns into the same bytes again; whether the code makes
// sense is Verify's business.
func Decode(file []byte) (*Module, error) {
	if len(file) > capability.MaxModule {
		return nil, &FormatError{capability.MaxModule, "a module has at most 16 MiB"}
	}
	d := &decoder{file: file, end: len(file), work: workBase}
	d.header()
	m := new(Module)
	readers := [sectionEnd]func(*Module){
		sectionSource: d.source, sectionTypes: d.typeTable, sectionConsts: d.consts, sectionTemplates: d.templates,
		sectionParams: d.params, sectionFuncs: d.funcs, sectionLines: d.lines, sectionOps: d.ops, sectionUses: d.uses,
	}
	for id := sectionSource; id < sectionEnd && d.err == nil; id++ {
		d.section(id, m, readers[id])
	}
	if d.pos < len(file) {
		d.fail("bytes follow the end of the module")
	}
	if d.err != nil {
		return nil, d.err
	}
	return m, nil
}

// decoder reads from file[pos:end]. After the first error it reads zeros, so
// that its callers need not look after every step; loops do look.
type decoder struct {
	file     []byte
	pos, end int
	err      error
	types    []*capability.Type
	work     work // for the values of parameters
	values   int
	listed   int
	regs     int
	handlers int
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = &FormatError{d.pos, fmt.Sprintf(format, args...)}
	}
	d.pos = d.end
}

func (d *decoder) header() {
	for i := 0; i < len(magic); i++ {
		if d.pos >= d.end || d.file[d.pos] != magic[i] {
			d.fail("this is not a Rex module")
			return
		}
		d.pos++
	}
	at := d.pos
	switch v := d.uvarint(); {
	case d.err != nil || v == Version:
	case v > Version:
		d.pos = at
		d.fail("the module has format version %d, this program reads version %d: it needs a newer rexvm", v, Version)
	default:
		d.pos = at
		d.fail("the module has format version %d, this program reads version %d: build it anew", v, Version)
	}
}

// section reads one section, which must use up its length.
func (d *decoder) section(id int, m *Module, read func(*Module)) {
	if got := d.octet(); int(got) != id {
		d.pos = max(d.pos-1, 0)
		d.fail("here the section of the %s must begin", sectionNames[id])
		return
	}
	n := d.uvarint()
	if n > uint64(d.end-d.pos) {
		d.fail("the section of the %s is longer than the file", sectionNames[id])
		return
	}
	d.end = d.pos + int(n)
	read(m)
	if d.err == nil && d.pos != d.end {
		d.fail("bytes follow the end of the section of the %s", sectionNames[id])
	}
	d.end = len(d.file)
}

func (d *decoder) octet() byte {
	if d.pos >= d.end {
		d.fail("the module is cut off")
		return 0
	}
	d.pos++
	return d.file[d.pos-1]
}

func (d *decoder) flag() bool {
	b := d.octet()
	if b > 1 {
		d.pos--
		d.fail("a flag is neither 0 nor 1")
	}
	return b == 1
}

// uvarint reads a number of the fewest possible bytes.
func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.file[d.pos:d.end])
	switch {
	case n == 0:
		d.fail("the module is cut off")
		return 0
	case n < 0:
		d.fail("a number has more than 64 bits")
		return 0
	case n > 1 && d.file[d.pos+n-1] == 0:
		d.fail("a number is written with more bytes than it needs")
		return 0
	}
	d.pos += n
	return v
}

func (d *decoder) signed() int64 {
	u := d.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// upto reads a number that must not be larger than most.
func (d *decoder) upto(most uint64, what string) uint64 {
	at := d.pos
	v := d.uvarint()
	if v > most {
		d.pos = at
		d.fail("%s is %d, beyond %d", what, v, most)
		return 0
	}
	return v
}

// count reads how many things follow, of which each takes at least size
// bytes: what the rest of the file can't hold is refused before any of it is made.
func (d *decoder) count(size, most int, what string) int {
	at := d.pos
	v := d.uvarint()
	switch {
	case v > uint64(d.end-d.pos)/uint64(size):
		d.pos = at
		d.fail("there are %d %s, more than there are bytes for", v, what)
		return 0
	case v > uint64(most):
		d.pos = at
		d.fail("there are %d %s, the most is %d", v, what, most)
		return 0
	}
	return int(v)
}

func (d *decoder) bytes(n int) []byte {
	if n > d.end-d.pos {
		d.fail("the module is cut off")
		return nil
	}
	d.pos += n
	return d.file[d.pos-n : d.pos]
}

func (d *decoder) text() string {
	return string(d.bytes(d.count(1, math.MaxInt32, "bytes of text")))
}

// utf8 reads a text that people or Cedar see as text.
func (d *decoder) utf8(what string) string {
	at := d.pos
	s := d.text()
	if !utf8.ValidString(s) {
		d.pos = at
		d.fail("%s is not UTF-8", what)
		return ""
	}
	return s
}

func (d *decoder) texts(what string) []string {
	n := d.count(1, MaxTexts, what)
	if d.listed += n; d.listed > MaxTexts {
		d.fail("there are more than %d words and globs", MaxTexts)
	}
	if n == 0 || d.err != nil {
		return nil
	}
	out := make([]string, 0, n)
	for ; n > 0 && d.err == nil; n-- {
		out = append(out, d.utf8(what))
	}
	return out
}

func (d *decoder) scalar(k capability.Kind) uint64 {
	switch k {
	case capability.KindBool:
		if d.flag() {
			return 1
		}
		return 0
	case capability.KindFloat:
		if b := d.bytes(8); b != nil {
			return binary.LittleEndian.Uint64(b)
		}
		return 0
	}
	return uint64(d.signed())
}

func (d *decoder) source(m *Module) {
	m.Source = d.oneSource()
	n := d.count(33, MaxImports, "imports")
	for i := 0; i < n && d.err == nil; i++ {
		m.Imports = append(m.Imports, d.oneSource())
	}
}

func (d *decoder) oneSource() Source {
	s := Source{Name: d.utf8("a source's name")}
	copy(s.Hash[:], d.bytes(len(s.Hash)))
	return s
}

func (d *decoder) consts(m *Module) {
	n := d.count(1, MaxConsts, "constants")
	seen := make(map[Const]bool)
	for i := 0; i < n && d.err == nil; i++ {
		at := d.pos
		c := Const{Type: d.typ()}
		switch c.Type.File() {
		case capability.FileScalar:
			c.Bits = d.scalar(c.Type.Kind)
		case capability.FileText:
			c.Text = d.text()
		case capability.FileRef:
			d.fail("constant %d is of type %s: only scalars and texts can be", i, c.Type)
		}
		if seen[c] {
			d.pos = at
			d.fail("constant %d occurs twice", i)
		}
		seen[c] = true
		m.Consts = append(m.Consts, c)
	}
}

func (d *decoder) templates(m *Module) {
	n := d.count(2, MaxTemplates, "templates")
	for i := 0; i < n && d.err == nil; i++ {
		t := Template{Type: d.typ()}
		for k := d.count(1, MaxPieces, "pieces of a template"); k > 0 && d.err == nil; k-- {
			var p TemplatePiece
			if hole := d.typ(); hole.Kind != capability.KindNone {
				p.Hole = hole
			} else {
				p.Literal = d.text()
			}
			t.Pieces = append(t.Pieces, p)
		}
		m.Templates = append(m.Templates, t)
	}
}

func (d *decoder) params(m *Module) {
	n := d.count(6, MaxParams, "parameters")
	for i := 0; i < n && d.err == nil; i++ {
		m.Params = append(m.Params, d.param())
	}
}

func (d *decoder) param() capability.Param {
	p := capability.Param{Name: d.utf8("a parameter's name"), Type: d.typ()}
	at := d.pos
	flags := d.octet()
	if flags&^flagsKnown != 0 || flags&flagInclusive != 0 && flags&flagInterval == 0 {
		d.pos = at
		d.fail("the flags of parameter %s are not known", p.Name)
	}
	p.Required = flags&flagRequired != 0
	p.Doc = d.utf8("a parameter's documentation")
	if flags&flagDefault != 0 {
		if p.Default = d.value(p.Type, 0); p.Default == nil {
			d.fail("the default of parameter %s is nil, which is not written", p.Name)
		}
	}
	if flags&flagInterval != 0 {
		base := ConstraintType(p.Type)
		p.In = &capability.Interval{Inclusive: flags&flagInclusive != 0}
		p.In.From = d.value(base, 0)
		p.In.To = d.value(base, 0)
	}
	p.Words = d.texts("a parameter's globs")
	p.Matching = d.utf8("a parameter's pattern")
	return p
}

func (d *decoder) funcs(m *Module) {
	n := d.count(10, MaxFuncs, "functions")
	for i := 0; i < n && d.err == nil; i++ {
		f := Func{Name: d.utf8("a function's name")}
		f.Source = int(d.upto(uint64(len(m.Imports)), "the source of a function"))
		f.Params = d.typeList(MaxParams, "parameters")
		f.Captures = int(d.upto(uint64(len(f.Params)), "the number of captures"))
		f.Result = d.typ()
		f.S, f.T, f.R = d.registers(), d.registers(), d.registers()
		f.Code = d.code()
		f.Handlers = d.handlerTable()
		m.Funcs = append(m.Funcs, f)
	}
}

func (d *decoder) registers() []*capability.Type {
	list := d.typeList(MaxRegisters, "registers")
	if d.regs += len(list); d.regs > MaxTotalRegs {
		d.fail("there are more than %d registers", MaxTotalRegs)
	}
	return list
}

func (d *decoder) code() []Instr {
	n := d.count(8, math.MaxInt32, "instructions")
	b := d.bytes(8 * n)
	if d.err != nil {
		return nil
	}
	code := make([]Instr, n)
	for i := range code {
		w := b[8*i : 8*i+8]
		code[i] = Instr{Opcode(w[0]), w[1], w[2], w[3], int32(binary.LittleEndian.Uint32(w[4:]))}
	}
	return code
}

func (d *decoder) handlerTable() []Handler {
	n := d.count(6, MaxHandlers, "handlers")
	if d.handlers += n; d.handlers > MaxHandlers {
		d.fail("there are more than %d handlers", MaxHandlers)
	}
	var out []Handler
	for ; n > 0 && d.err == nil; n-- {
		out = append(out, Handler{
			From:   uint32(d.upto(math.MaxUint32, "the start of a handler")),
			To:     uint32(d.upto(math.MaxUint32, "the end of a handler")),
			Target: uint32(d.upto(math.MaxUint32, "the target of a handler")),
			Mask:   capability.KindMask(d.upto(math.MaxUint32, "the mask of a handler")),
			Err:    d.octet(),
			Defer:  d.flag(),
		})
	}
	return out
}

func (d *decoder) lines(m *Module) {
	for i := range m.Funcs {
		n := d.count(3, math.MaxInt32, "positions")
		var l Line
		for k := 0; k < n && d.err == nil; k++ {
			step := d.upto(math.MaxUint32-uint64(l.PC), "the instruction of a position")
			if k > 0 && step == 0 {
				d.fail("two positions are for one instruction")
			}
			l.PC += uint32(step)
			line := int64(l.Line) + clamp(d.signed())
			l.Column = uint32(d.upto(math.MaxUint32, "a column"))
			if line < 0 || line > math.MaxUint32 {
				d.fail("a line number is out of range")
			}
			l.Line = uint32(line)
			m.Funcs[i].Lines = append(m.Funcs[i].Lines, l)
		}
	}
}

// clamp keeps a difference of lines from overflowing; what it changes is out
// of range either way.
func clamp(n int64) int64 { return min(max(n, -1<<40), 1<<40) }

func (d *decoder) ops(m *Module) {
	n := d.count(10, math.MaxUint16, "operations")
	for i := 0; i < n && d.err == nil; i++ {
		op := OpUse{Number: uint16(d.upto(math.MaxUint16, "an operation's number")), Name: d.utf8("an operation's name")}
		copy(op.Hash[:], d.bytes(len(op.Hash)))
		m.Ops = append(m.Ops, op)
	}
}

func (d *decoder) uses(m *Module) {
	n := d.count(2, math.MaxUint16, "uses lines")
	for i := 0; i < n && d.err == nil; i++ {
		m.Uses = append(m.Uses, Use{Op: d.utf8("an operation's name"), Globs: d.texts("globs")})
	}
}
