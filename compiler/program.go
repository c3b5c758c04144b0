package compiler

import (
	"rex/bytecode"
	"rex/capability"
	"rex/lang"
	"rex/library"
)

// Program is a script whose every name has a meaning and every expression a
// type. It is complete: Emit looks nothing up.
type Program struct {
	src    *lang.Sources
	names  []string // of the files, by their number in src, as the module has them
	Params []capability.Param
	Uses   []bytecode.Use
	Body   *Fn   // the script; its parameters are the variables of Params
	Fns    []*Fn // the script's functions, and those of imports that it can reach

	module *bytecode.Module // written by the last step of Check; see limits.go
}

// Position is the place where a part of the program was written, as a failure
// names it.
func (p *Program) Position(at lang.Span) capability.Position {
	n := p.src.Find(at.From)
	source, start := p.src.Source(n)
	place := source.Lines().Position(at.From - start)
	return capability.Position{File: p.names[n], Line: place.Line, Column: place.Column}
}

// Var is a variable: of let, a parameter, a loop, a handler, a pattern.
type Var struct {
	Name     string
	At       lang.Span // where it is declared
	Type     *Type
	Param    bool // a parameter of the script
	TopLevel bool // of the script's body, outside of all blocks: functions may see it
	Assigned bool // assigned again after its declaration
	Changed  bool // changed by a method or by assigning an element
	Used     bool
	Frozen   bool // a parameter: can't be changed
	Stream   *streamUse

	pattern string    // of a regex that is a literal
	groups  lang.Span // where its groups became fields, so that it can't be another any more

	owner    *scopeFn  // the function or closure it belongs to
	order    int       // variables in the order of their declaration
	pipeline Expr      // what a stream variable stands for: its stages over a hidden variable
	keptAt   lang.Span // of a closure that is kept and holds a copy
	kept     bool
}

// streamUse remembers how a variable that holds a stream was consumed.
type streamUse struct {
	used  bool
	at    lang.Span
	loops int // how many loops were around its declaration
}

// Fn is a function, a closure that is a value, or the body of the script.
type Fn struct {
	Name     string
	At       lang.Span
	Params   []*Var
	Defaults []Expr // of the parameters, nil without one
	Needs    []*Var // variables of the script's body it sees, or what a closure captures
	Result   *Type  // none when it gives nothing
	Body     *Block
	Closure  bool
	index    int // in the module; 0 is the body
	returns  int // how many returns it has, its last value included

	seen  map[*Var]bool // of a closure: the set of Needs
	calls []*fnDecl     // of a closure: the functions it calls, whose needs it captures too
}

// node is what every expression has.
type node struct {
	at      lang.Span
	typ     *Type
	assigns bool // a variable may be assigned while it is evaluated
	made    bool // a constant that a conversion made: regex("..") is no regex literal
}

func (n *node) base() *node { return n }

// At is where the expression was written.
func (n *node) At() lang.Span { return n.at }

// Type is the expression's type; none when it gives nothing or leaves.
func (n *node) Type() *capability.Type { return n.typ.Final() }

// Expr is an expression. The set is closed.
type Expr interface {
	At() lang.Span
	Type() *capability.Type
	base() *node
}

type (
	// Const is a scalar or text. A text's type may be path, url or a word
	// type, decided by its use.
	Const struct {
		node
		Value capability.Value
	}
	// NilLit is nil.
	NilLit struct{ node }
	// Template is a text with holes; of type string, path, url or regex.
	Template struct {
		node
		Parts []Part
		below bool // the first hole is a path, of which the rest is below
	}
	// Local reads a variable.
	Local struct {
		node
		Var *Var
	}
	// Narrowed reads a variable that a test has shown to be of a smaller type.
	Narrowed struct {
		node
		Var *Var
	}
	// Convert makes X fit where the node's type is wanted.
	Convert struct {
		node
		X Expr
	}
	// Cast is `X as T`.
	Cast struct {
		node
		X Expr
	}
	// IsType is `X is T`.
	IsType struct {
		node
		X  Expr
		To *Type
	}
	// Unwrap is X!.
	Unwrap struct {
		node
		X Expr
	}
	// Coalesce is X ?? Y.
	Coalesce struct {
		node
		X, Y Expr
	}
	// Chain is X?.f: Then, with the value in Var, unless X is nil. Gives says
	// whether Then has a value.
	Chain struct {
		node
		X    Expr
		Var  *Var
		Then Expr
	}
	// Unary is !X or -X.
	Unary struct {
		node
		Op lang.Op
		X  Expr
	}
	// Binary is arithmetic, a comparison, && or ||.
	Binary struct {
		node
		Op   lang.Op
		X, Y Expr
		OpAt lang.Span
	}
	// FieldOf is X.Name of a record.
	FieldOf struct {
		node
		X    Expr
		Name string
	}
	// PartOf is .name of an any.
	PartOf struct {
		node
		X, Key Expr
	}
	// ElemOf is [i] of an any.
	ElemOf struct {
		node
		X, I Expr
	}
	// IndexOf is [i] of a list.
	IndexOf struct {
		node
		X, I Expr
	}
	// KeyOf is [k] of a map: a T?.
	KeyOf struct {
		node
		X, Key Expr
	}
	// ListLit is [a, b].
	ListLit struct {
		node
		Items []Expr
	}
	// RecordLit is {a: 1}; a field without Value is nil.
	RecordLit struct {
		node
		Fields []FieldInit
	}
	// MapLit is {a: 1} where a map is wanted.
	MapLit struct {
		node
		Keys  []string
		Items []Expr
	}
	// Range is a..b; it is a list unless it is walked or matched.
	Range struct {
		node
		From, To  Expr
		Inclusive bool
	}
	// CallFn calls a function of the script.
	CallFn struct {
		node
		Fn   *Fn
		Args []Expr // by parameter
		Eval []int  // the order in which they were written
	}
	// CallValue calls a function value.
	CallValue struct {
		node
		Fn   Expr
		Args []Expr
	}
	// LibCall calls a function of the library.
	LibCall struct {
		node
		Row  *library.Row
		Args []Expr // by parameter, defaults filled in
		Eval []int
	}
	// Capture makes records of the groups that a call of capture or
	// capture_all gives.
	Capture struct {
		node
		Call   *LibCall
		Groups []group
		match  *Type
	}
	// HostCall asks for a host operation.
	HostCall struct {
		node
		Op   *capability.Op
		Args []Expr // by parameter; those that must be constant are *Const or *NilLit
		Eval []int
	}
	// Expand is a function of the library that takes functions, or a lazy
	// stage of a stream: it is written as a loop.
	Expand struct {
		node
		Name   string
		X      Expr
		Args   []Expr
		Fns    []Expr              // its closures: *Closure or any other function value
		Eval   []int               // the order of Args, when they have names
		Desc   []bool              // of sort_by with a list of keys: which of them go down
		Mask   capability.KindMask // the failures after which it goes on
		Option bool                // desc of sort_by
	}
	// Closure is |a| e.
	Closure struct {
		node
		Fn *Fn
	}
	// Frozen is a container that can't be changed: a constant's.
	Frozen struct {
		node
		X Expr
	}
	// FnValue is the name of a function as a value.
	FnValue struct {
		node
		Fn *Fn
	}
	// With is r.with(f: v).
	With struct {
		node
		X      Expr
		Fields []FieldInit
	}
	// If is if, else if, else.
	If struct {
		node
		Arms []IfArm
		Else *Block // or nil
	}
	// Match is match.
	Match struct {
		node
		X    Expr
		Var  *Var // holds the value
		Arms []Arm
	}
	// Try is try { } and any expression left of a catch.
	Catch struct {
		node
		X     Expr
		Mask  capability.KindMask
		Var   *Var // the error, or nil
		Body  *Block
		Loops bool // in the head of a for: opening and every read are covered
	}
	// BlockExpr is a block as an expression.
	BlockExpr struct {
		node
		Block *Block
	}
	// Leave is return, break or continue.
	Leave struct {
		node
		Kind  LeaveKind
		Value Expr // of a return, already of the function's type; or nil
	}
	// Fail is fail(..): it raises.
	Fail struct {
		node
		Error   Expr // fail(e), or nil
		Message Expr
		Values  Expr // a map[any], or nil
		Cause   Expr // or nil
	}
)

// LeaveKind says how control leaves.
type LeaveKind uint8

// The ways to leave.
const (
	LeaveReturn LeaveKind = iota
	LeaveBreak
	LeaveContinue
)

// Part is a piece of a template: text, or a hole.
type Part struct {
	Text string
	Hole Expr
	At   lang.Span
}

// FieldInit is one field of a record that is made.
type FieldInit struct {
	Name  string
	Value Expr
}

// Cond is a condition, or `let x = e`.
type Cond struct {
	X   Expr
	Let *Var // or nil; X is then a T? or an any
}

// IfArm is one condition with its block.
type IfArm struct {
	Cond Cond
	Body *Block
}

// Arm is one arm of a match.
type Arm struct {
	Pattern Pattern
	Guard   Expr // or nil
	Body    *Block
}

// Pattern is the left side of an arm. The set is closed.
type Pattern interface{ isPattern() }

type (
	// AnyPattern matches everything; Var, when not nil, is bound.
	AnyPattern struct{ Var *Var }
	// TestPattern matches when Test, which reads the match's variable, holds.
	TestPattern struct{ Test Expr }
	// TypePattern matches an any of a type.
	TypePattern struct {
		Type *Type
		Var  *Var // or nil
	}
	// RecordPattern matches a record, or an any that holds an object, whose
	// fields match.
	RecordPattern struct {
		Object bool // the matched value is an any
		Fields []FieldPattern
	}
	// OrPattern matches when one of them does.
	OrPattern struct{ Alts []Pattern }
)

func (*AnyPattern) isPattern()    {}
func (*TestPattern) isPattern()   {}
func (*TypePattern) isPattern()   {}
func (*RecordPattern) isPattern() {}
func (*OrPattern) isPattern()     {}

// FieldPattern is the pattern of one field, which Match holds.
type FieldPattern struct {
	Name    string
	Match   *Match
	Pattern Pattern
}

// Block is a sequence of statements. Value, when not nil, is its value.
type Block struct {
	At     lang.Span
	Stmts  []Stmt
	Value  Expr // of the block; nil when it has none
	Leaves bool // control never reaches its end
}

// Stmt is a statement. The set is closed.
type Stmt interface{ isStmt() }

type (
	// Let declares a variable; Var is nil when the value is discarded.
	Let struct {
		Var   *Var
		Value Expr
	}
	// Unpack is let {a, b} = e.
	Unpack struct {
		Vars  []*Var
		Value Expr
	}
	// SetVar is x = e.
	SetVar struct {
		Var   *Var
		Value Expr
	}
	// SetField is x.f = e. Of a compound assignment Old is the variable that
	// holds the part's old value while Value is evaluated.
	SetField struct {
		At    lang.Span
		X     Expr
		Name  string
		Type  *Type
		Value Expr
		Old   *Var
	}
	// SetIndex is xs[i] = e.
	SetIndex struct {
		At    lang.Span
		X, I  Expr
		Value Expr
		Old   *Var
	}
	// SetKey is m[k] = e. Zero says that Old begins at the zero of its type
	// when the key isn't there; else that fails.
	SetKey struct {
		At     lang.Span
		X, Key Expr
		Value  Expr
		Old    *Var
		Zero   bool
	}
	// Do evaluates an expression and drops its value.
	Do struct{ X Expr }
	// For walks a list, map, range or stream.
	For struct {
		At   lang.Span
		Vars []*Var // one or two; nil where it is _
		Keys bool   // the first of two is a map's key
		Over Expr
		Body *Block
	}
	// While loops.
	While struct {
		Cond   Cond
		Body   *Block
		Breaks bool
	}
	// Defer runs its body when the block around it is left.
	Defer struct{ Body *Block }
)

func (*Let) isStmt()      {}
func (*Unpack) isStmt()   {}
func (*SetVar) isStmt()   {}
func (*SetField) isStmt() {}
func (*SetIndex) isStmt() {}
func (*SetKey) isStmt()   {}
func (*Do) isStmt()       {}
func (*For) isStmt()      {}
func (*While) isStmt()    {}
func (*Defer) isStmt()    {}
