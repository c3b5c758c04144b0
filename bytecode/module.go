package bytecode

import "rex/capability"

// Version is the format's version: the only one this reader accepts.
//
//	1: the first.
//	2: a program may have several sources: imports, and each function's source.
const Version = 2

// Module is a compiled program, not yet proven. Function 0 is the script's
// body: its parameters are the module's, in order, and its result is any or
// none.
type Module struct {
	Source    Source             // the script's
	Imports   []Source           // of the files it imports, directly or not
	Types     []*capability.Type // each refers to earlier ones only; unique by key; all that occur but None (TypeTable collects them)
	Consts    []Const            // each once
	Templates []Template
	Params    []capability.Param
	Funcs     []Func
	Ops       []OpUse // the host operations in the code, by number
	Uses      []Use
}

// Source names a text that the module was compiled from. The name is relative
// to the program's root, so that a module doesn't depend on where it was built.
type Source struct {
	Name string
	Hash [32]byte // SHA-256 of the text
}

// SourceOf is the source that a function's number of one means; the script's
// when there is none.
func (m *Module) SourceOf(n int) *Source {
	if n < 1 || n > len(m.Imports) {
		return &m.Source
	}
	return &m.Imports[n-1]
}

// Const is one constant of a scalar or text type; nil when Type is None.
type Const struct {
	Type *capability.Type
	Bits uint64
	Text string
}

// Template is a text with holes. Type is string, regex, path or url: what the
// whole is, and so which rules its holes obey. A path template may begin with
// a hole of type path, for `dir / "a/${x}.log"`; the literal behind it starts
// with a slash. No literal is empty and no two stand in a row.
type Template struct {
	Type   *capability.Type
	Pieces []TemplatePiece
}

// TemplatePiece is a literal, or a hole when Hole is not nil: the type of the
// register that fills it.
type TemplatePiece struct {
	Literal string
	Hole    *capability.Type
}

// Func is one function. Params are captures first. Registers of each file are
// numbered from 0, parameters taking the first of their file in order; a
// number of 256 or more is reached with the wide moves only.
type Func struct {
	Name     string
	Source   int // 0 for the script, else the number of its import, from 1
	Params   []*capability.Type
	Captures int
	Result   *capability.Type   // None when it gives nothing
	S, T, R  []*capability.Type // the type of each register
	Code     []Instr
	Handlers []Handler // innermost first
	Lines    []Line    // one for a PC at most, ascending; each holds until the next
}

// Handler says where an error raised in [From, To) goes on. The first of a
// function's handlers that holds and catches the kind is taken.
type Handler struct {
	From, To uint32 // To may be the end of the code
	Target   uint32 // To or later: only LOOP and FORI go backwards
	Mask     capability.KindMask
	Err      uint8 // the R register, of type error, that receives it
	Defer    bool  // catches all kinds; also entered when a limit or a cancellation ends the run, within its grace
}

// Line is the source position of the instructions from PC on, counted from 1.
type Line struct {
	PC     uint32
	Line   uint32
	Column uint32
}

// OpUse is a host operation the code uses, as its author's table had it.
type OpUse struct {
	Number uint16
	Name   string
	Hash   [8]byte
}

// Use is one promise of a `uses` line.
type Use struct {
	Op    string
	Globs []string
}
