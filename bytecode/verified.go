package bytecode

import (
	"sort"

	"rex/capability"
)

// Verified is a module that has been proven well formed. Verify alone makes
// one; the zero value is not valid and whoever is handed a Verified asks
// Valid first. It holds its own copy of the module, which nobody changes: the
// accessors give pointers into it to spare copies, not to invite writes.
type Verified struct {
	module  *Module
	hash    [32]byte
	starts  []int // of each function in the flat code, and its end
	results map[int32]*capability.Type
}

// Valid reports whether v came out of Verify.
func (v *Verified) Valid() bool { return v != nil && v.module != nil }

// Module is the proven module, to be read only.
func (v *Verified) Module() *Module { return v.module }

// Hash is the SHA-256 of the module's encoding.
func (v *Verified) Hash() [32]byte { return v.hash }

// Func is the function with this number.
func (v *Verified) Func(i int) *Func { return &v.module.Funcs[i] }

// Flat gives all functions' code one after the other, with a TRAP word at the
// end, and where each function starts in it. The code is a fresh copy: a VM
// may put start addresses into its calls.
func (v *Verified) Flat() (code []Instr, starts []int) {
	n := len(v.module.Funcs)
	code = make([]Instr, 0, v.starts[n]+1)
	for i := range v.module.Funcs {
		code = append(code, v.module.Funcs[i].Code...)
	}
	return append(code, Instr{}), append([]int(nil), v.starts[:n]...)
}

// Site is the function and the instruction at a place in the flat code.
func (v *Verified) Site(flat int) capability.Site {
	f := sort.SearchInts(v.starts, flat+1) - 1
	return capability.Site{Func: f, PC: flat - v.starts[f]}
}

// Position is where in the source an instruction comes from; without a line
// table it has only the file.
func (v *Verified) Position(s capability.Site) capability.Position {
	if s.Func < 0 || s.Func >= len(v.module.Funcs) {
		return capability.Position{File: v.module.Source.Name}
	}
	f := &v.module.Funcs[s.Func]
	p := capability.Position{File: v.module.SourceOf(f.Source).Name}
	if l := f.LineAt(s.PC); l != nil {
		p.Line, p.Column = int(l.Line), int(l.Column)
	}
	return p
}

// Kinds is the exact set of kinds of error that the instruction at pc can
// raise by itself: what its opcode's row says, for a library or host call
// what that row says. A host call is also denied by policy, and fails with
// absent, before anyone is asked, when an argument was never set.
func (v *Verified) Kinds(f *Func, pc int) capability.KindMask {
	in := f.Code[pc]
	switch in.Op {
	case LIB:
		return libraryRow(uint16(in.Imm)).Kinds
	case HOST:
		return capability.Numbered(uint16(in.Imm)).Kinds | capability.Kinds(capability.Denied, capability.Absent)
	case TEXT:
		if v.module.Templates[in.Imm].total() {
			return capability.NoKinds
		}
	}
	return Rows[in.Op].Kinds
}

// LibResult is the result type of the library call at pc, with the variables
// of its row known; None when it gives nothing.
func (v *Verified) LibResult(fn, pc int) *capability.Type {
	if t := v.results[int32(v.starts[fn]+pc)]; t != nil {
		return t
	}
	return capability.None
}

// total reports whether filling the template can't fail: a plain text made
// of scalars and texts.
func (t *Template) total() bool {
	if t.Type.Kind != capability.KindString {
		return false
	}
	for _, p := range t.Pieces {
		if p.Hole != nil && p.Hole.File() == capability.FileRef {
			return false
		}
	}
	return true
}
