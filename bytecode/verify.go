package bytecode

import (
	"crypto/sha256"
	"fmt"

	"rex/capability"
)

// VerifyError says why a module is not well formed. Func and PC are -1 when
// the fault lies outside of functions, or outside of the code.
type VerifyError struct {
	Func    int
	PC      int
	Name    string // the function's, in brackets, "" without one
	Instr   string // the instruction's, in brackets
	Message string
}

func (e *VerifyError) Error() string {
	text := e.Message
	switch {
	case e.Func >= 0 && e.PC >= 0:
		text = fmt.Sprintf("function %d%s, instruction %d%s: %s", e.Func, e.Name, e.PC, e.Instr, text)
	case e.Func >= 0:
		text = fmt.Sprintf("function %d%s: %s", e.Func, e.Name, text)
	}
	return capability.Printable(text)
}

// Verify proves that a module is well formed: after that no instruction can
// read a register of another type than it expects, jump to where no
// instruction is, or go around in circles without paying fuel. It makes one
// pass over the code, and its work is bounded by the size of the module.
//
// What is proven is a copy: the module as its encoding says it. So the hash
// of a Verified, its file and what is run are the same thing, and types are
// the same exactly when their pointers are.
func Verify(m *Module) (*Verified, error) {
	file, err := encode(m)
	if err != nil {
		return nil, &VerifyError{Func: -1, PC: -1, Message: err.Error()}
	}
	if m, err = Decode(file); err != nil {
		return nil, &VerifyError{Func: -1, PC: -1, Message: err.(*FormatError).Message}
	}
	v := newVerifier(m)
	if err := v.verify(); err != nil {
		return nil, err
	}
	return &Verified{module: m, hash: sha256.Sum256(file), starts: v.starts, results: v.results}, nil
}

// verifier is one proof in progress.
type verifier struct {
	m       *Module
	starts  []int // of each function in the flat code, and the end
	results map[int32]*capability.Type
	slots   map[*capability.Type]*slotTable
	used    map[uint16]bool // operations met in the code
	work    work
}

func newVerifier(m *Module) *verifier {
	v := &verifier{
		m: m, results: map[int32]*capability.Type{}, used: map[uint16]bool{},
		slots: map[*capability.Type]*slotTable{}, starts: make([]int, 0, len(m.Funcs)+1),
	}
	total := 0
	for i := range m.Funcs {
		v.starts = append(v.starts, total)
		total += len(m.Funcs[i].Code)
	}
	v.starts = append(v.starts, total)
	v.work = work(workBase + workPerInstr*total)
	return v
}

func (v *verifier) verify() error {
	if why := v.module(); why != "" {
		return &VerifyError{Func: -1, PC: -1, Message: why}
	}
	for i := range v.m.Funcs {
		if err := v.function(i); err != nil {
			return err
		}
	}
	if why := v.operations(); why != "" {
		return &VerifyError{Func: -1, PC: -1, Message: why}
	}
	return nil
}

// fits reports whether a value in a register of type t can be put, as it is,
// where want is wanted: the same file, and a type that fits.
func (v *verifier) fits(t, want *capability.Type) bool {
	if t == want {
		return true
	}
	if t == nil || want == nil || t.File() != want.File() {
		return false
	}
	v.work.spend(len(t.Key()))
	return t.Fits(want)
}

// same reports whether two types are one. Types of the module are when their
// pointers are; those of the tables are compared by key.
func (v *verifier) same(t, u *capability.Type) bool {
	if t == u {
		return true
	}
	if t == nil || u == nil || len(t.Key()) != len(u.Key()) {
		return false
	}
	v.work.spend(len(t.Key()))
	return t.Equal(u)
}

// slotTable is the type of each slot of a record, by register file.
type slotTable [4][]*capability.Type

// slot is the type of a record's slot, nil when it has none there.
func (v *verifier) slot(record *capability.Type, file capability.File, n uint8) *capability.Type {
	if record.Kind != capability.KindRecord {
		return nil
	}
	table := v.slots[record]
	if table == nil {
		table = new(slotTable)
		for f := range table {
			table[f] = make([]*capability.Type, record.SlotCount(capability.File(f)))
		}
		for i := range record.Fields {
			s := record.Slot(i)
			table[s.File][s.Index] = record.Fields[i].Type
		}
		v.slots[record] = table
	}
	if int(n) >= len(table[file]) {
		return nil
	}
	return table[file][n]
}
