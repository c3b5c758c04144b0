package lang

// Span is a half-open range of byte offsets in a source.
type Span struct{ From, To uint32 }

// Join gives the smallest span that holds both.
func (s Span) Join(t Span) Span {
	return Span{min(s.From, t.From), max(s.To, t.To)}
}

// Len is the number of bytes in the span.
func (s Span) Len() int { return int(s.To) - int(s.From) }

// Node is any part of the tree.
type Node interface{ Span() Span }

// Base is embedded in every node and holds its span.
type Base struct{ At Span }

// Span gives the bytes of the source that the node was written as.
func (b Base) Span() Span { return b.At }

// Expr is an expression. The set is closed. Return, Break and Continue are
// expressions too, but stand only where the grammar allows leaving: right of
// `??`, and as the body of a handler or an arm.
type Expr interface {
	Node
	expr()
}

// Stmt is a statement. The set is closed.
type Stmt interface {
	Node
	stmt()
}

// Type is a type as it was written. The set is closed.
type Type interface {
	Node
	typ()
}

// Pattern is the left side of a match arm. The set is closed.
type Pattern interface {
	Node
	pattern()
}

// File is one parsed source.
type File struct {
	*Source // Name and Src

	Doc     string      // the script's documentation: its first `///` block
	Imports []*Import   // in source order
	Uses    []*Uses     // in source order
	Params  []*Param    // in source order
	Types   []*TypeDecl // in source order
	Fns     []*Fn       // in source order
	Consts  []*Const    // those at the top level, which are not in Stmts
	Stmts   []Stmt      // the script's body, in source order

	Items    []Node    // all of the above in source order, for the formatter
	Comments []Comment // every comment in source order, for the formatter
	Skipped  []Span    // what could not be understood
}

// Comment is `// text`, `/// text` or the first line's `#! text`.
type Comment struct {
	Base
	Doc     bool // it begins with `///`
	OwnLine bool // nothing but blanks stands before it on its line
}

// Name is a name where it is declared or selected: `x` in `let x`, `f` in `r.f`.
type Name struct {
	Base
	Text string
}

// ---- declarations ----

// Import is `import "lib/logs.rex" as logs`.
type Import struct {
	Base
	Path *Text // nil when it is missing
	As   Name
}

// Uses is `uses fs.read "/var/log/**", "/etc/hosts"`.
type Uses struct {
	Base
	Module, Op Name
	Globs      []*Text
}

// Param is `param name: T = default in SET matching re".."`, after doc comments.
type Param struct {
	Base
	Doc      string
	Name     Name
	Type     Type
	Default  Expr   // or nil
	In       Expr   // or nil
	Matching *Regex // or nil
}

// TypeDecl is `type Name = T`.
type TypeDecl struct {
	Base
	Doc  string
	Name Name
	Type Type
}

// Fn is `fn name(a: int, b: string = "x") -> T { .. }`.
type Fn struct {
	Base
	Doc    string
	Name   Name
	Params []FnParam
	Result Type // or nil
	Body   *Block
}

// FnParam is `name: T = default`.
type FnParam struct {
	Base
	Name    Name
	Type    Type
	Default Expr // or nil
}

// ---- statements ----

// Block is `{ statements }`. The bodies of closures, handlers and arms are
// blocks as well: `|x| x + 1` has a block without braces that holds the one
// expression statement (or leaving, or assignment).
type Block struct {
	Base
	Braces bool
	Stmts  []Stmt
}

// Let is `let x: T = e`; `let _ = e` has the name `_`.
type Let struct {
	Base
	Name  Name
	Type  Type // or nil
	Value Expr
}

// LetRecord is `let {a, b} = e`.
type LetRecord struct {
	Base
	Names []Name
	Value Expr
}

// Const is `const N: T = e`, at the top level or in a block.
type Const struct {
	Base
	Doc   string
	Name  Name
	Type  Type // or nil
	Value Expr
}

// For is `for x in xs { .. }` or `for k, v in m { .. }`.
type For struct {
	Base
	Names []Name // one or two
	Over  Expr
	Body  *Block
}

// While is `while cond { .. }`.
type While struct {
	Base
	Cond Cond
	Body *Block
}

// Cond is `e` or `let x = e`, as the head of an if or while.
type Cond struct {
	Base
	Let   *Name // or nil
	Value Expr
}

// Defer is `defer e` (a block without braces) or `defer { .. }`.
type Defer struct {
	Base
	Body *Block
}

// Return is `return e` or `return`.
type Return struct {
	Base
	Value Expr // or nil
}

// Break is `break`.
type Break struct{ Base }

// Continue is `continue`.
type Continue struct{ Base }

// Assign is `x = e` or `x += e`; Target is an Ident, Member, Index, or Bad.
type Assign struct {
	Base
	Target Expr
	Op     Op // OpNone for `=`, else the operator before it
	Value  Expr
}

// ExprStmt is an expression as a statement, or as the value of its block.
type ExprStmt struct {
	Base
	X Expr
}

// BadStmt is text that could not be understood as a statement.
type BadStmt struct{ Base }

// ---- expressions: operands ----

// Int is `42`, `0o640`, `0xff`, `0b1`.
type Int struct {
	Base
	Value int64
}

// Float is `0.5`, `1e9`.
type Float struct {
	Base
	Value float64
}

// Duration is `1h30m`, in nanoseconds.
type Duration struct {
	Base
	Value int64
}

// Size is `10MiB`, in bytes.
type Size struct {
	Base
	Value int64
}

// Bool is `true` or `false`.
type Bool struct {
	Base
	Value bool
}

// Nil is `nil`.
type Nil struct{ Base }

// StringForm says how a string was written.
type StringForm uint8

const (
	Quoted    StringForm = iota // "..."
	TextBlock                   // """ ... """
	Raw                         // r"...", r#"..."#
	RawBlock                    // r"""..."""
)

// Text is a string without holes, escapes decoded.
type Text struct {
	Base
	Form  StringForm
	Value string
}

// String is a string with holes: `"a ${x} b"`.
type String struct {
	Base
	Form  StringForm
	Parts []Part
}

// Part is a piece of a string: decoded text, or a hole `${e}`.
type Part struct {
	Base
	Text string
	Hole Expr // nil for text
}

// Regex is `re".."`; its text parts are RE2 syntax, undecoded.
type Regex struct {
	Base
	Parts []Part
}

// Ident is a name used as a value: a variable, function, module or alias.
type Ident struct {
	Base
	Name string
}

// Paren is `(e)`; see [Unparen].
type Paren struct {
	Base
	X Expr
}

// List is `[a, b]`.
type List struct {
	Base
	Items []Expr
}

// Data is `{a: 1, "odd key": 2, b}`: a record or a map.
type Data struct {
	Base
	Fields []Field
}

// Field is `key: e`, `"key": e`, or `key` alone, short for `key: key`.
type Field struct {
	Base
	Key    Name // its text decoded when it was quoted
	Quoted bool
	Short  bool // Value is then the Ident of the same name
	Value  Expr
}

// Closure is `|a, b: T| e` or `|a| { .. }`.
type Closure struct {
	Base
	Params []ClosureParam
	Body   *Block
}

// ClosureParam is `a` or `a: T`.
type ClosureParam struct {
	Base
	Name Name
	Type Type // or nil
}

// If is `if c { .. } else if d { .. } else { .. }`.
type If struct {
	Base
	Arms []IfArm
	Else *Block // or nil
}

// IfArm is one condition with its block.
type IfArm struct {
	Base
	Cond Cond
	Body *Block
}

// Match is `match e { arms }`.
type Match struct {
	Base
	X    Expr
	Arms []Arm
}

// Arm is `pattern if guard => body`.
type Arm struct {
	Base
	Pattern Pattern
	Guard   Expr // or nil
	Body    *Block
}

// Try is `try { .. }`, only left of a catch.
type Try struct {
	Base
	Body *Block
}

// ---- expressions: operations ----

// Op is an operator of a [Binary], [Unary] or [Assign].
type Op uint8

const (
	OpNone Op = iota
	OpAdd     // +
	OpSub     // -
	OpMul     // *
	OpDiv     // /
	OpRem     // %
	OpEq      // ==
	OpNe      // !=
	OpLt      // <
	OpLe      // <=
	OpGt      // >
	OpGe      // >=
	OpAnd     // &&
	OpOr      // ||
	OpNot     // !
)

var opText = [...]string{"", "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "!"}

// String gives the operator as it is written.
func (o Op) String() string {
	if int(o) < len(opText) {
		return opText[o]
	}
	return "?"
}

// Unary is `!x` (OpNot) or `-x` (OpSub).
type Unary struct {
	Base
	Op Op
	X  Expr
}

// Binary is `x + y` and so on, up to `||`; OpAt is where the operator stands.
type Binary struct {
	Base
	Op   Op
	OpAt Span
	X, Y Expr
}

// Range is `a..b` or `a..=b`.
type Range struct {
	Base
	From, To  Expr
	Inclusive bool
}

// Coalesce is `x ?? y`; y may be a Return, Break or Continue.
type Coalesce struct {
	Base
	X, Y Expr
}

// As is `x as T`.
type As struct {
	Base
	X    Expr
	Type Type
}

// Is is `x is T`.
type Is struct {
	Base
	X    Expr
	Type Type
}

// Unwrap is `x!`.
type Unwrap struct {
	Base
	X Expr
}

// Member is `x.name` or `x?.name`; a method call is a Call of a Member.
type Member struct {
	Base
	X        Expr
	Name     Name
	Optional bool
}

// Call is `f(a, name: b)`.
type Call struct {
	Base
	Fn   Expr
	Args []Arg
}

// Arg is `e` or `name: e`.
type Arg struct {
	Base
	Name  *Name // or nil
	Value Expr
}

// Index is `x[i]`.
type Index struct {
	Base
	X, I Expr
}

// Slice is `x[a..b]`, `x[a..=b]`, `x[a..]`, `x[..b]`.
type Slice struct {
	Base
	X         Expr
	From, To  Expr // or nil
	Inclusive bool
}

// Pipe is `x |> f(a)`; Call.Fn is an Ident or the Member of one, and x its
// first argument, which is not in Call.Args.
type Pipe struct {
	Base
	X    Expr
	Call *Call
}

// Catch is `x catch k1, k2 |e| body`. Without kinds it catches everything,
// or, when it has no name either, everything but `denied`.
type Catch struct {
	Base
	X     Expr
	Kinds []Name
	Name  *Name // or nil
	Body  *Block
}

// BadExpr is text that could not be understood as an expression.
type BadExpr struct{ Base }

// Unparen takes the parentheses off an expression.
func Unparen(e Expr) Expr {
	for {
		p, ok := e.(*Paren)
		if !ok {
			return e
		}
		e = p.X
	}
}

// ---- patterns ----

// LiteralPattern is `1`, `-3`, `"a"`, `5m`, `10MB`, `true`, `nil`.
type LiteralPattern struct {
	Base
	X Expr // Int, Float, Duration, Size (their sign folded in), Bool, Nil, Text
}

// RangePattern is `1..=9`, `1h..1d`.
type RangePattern struct {
	Base
	From, To  Expr // numbers, their sign folded in
	Inclusive bool
}

// RegexPattern is `re".."`.
type RegexPattern struct {
	Base
	X *Regex
}

// NamePattern is `_`, a name that binds, or the name of a const.
type NamePattern struct {
	Base
	Name Name
}

// IsPattern is `n is int`, `_ is list[any]`.
type IsPattern struct {
	Base
	Name Name
	Type Type
}

// RecordPattern is `{ kind: "file", size }`.
type RecordPattern struct {
	Base
	Fields []PatternField
}

// PatternField is `name` or `name: pattern`.
type PatternField struct {
	Base
	Name    Name
	Pattern Pattern // nil: binds the name
}

// OrPattern is `"a" | "b"`.
type OrPattern struct {
	Base
	Alts []Pattern // two or more
}

// BadPattern is text that could not be understood as a pattern.
type BadPattern struct{ Base }

// ---- types ----

// NamedType is `int`, `fs.Entry`, `list[T]`, `alias.Name`.
type NamedType struct {
	Base
	Module *Name // or nil
	Name   Name
	Arg    Type // or nil
}

// OptionalType is `T?`.
type OptionalType struct {
	Base
	X Type
}

// WordsType is `"a" | "b"`.
type WordsType struct {
	Base
	Words []*Text
}

// RecordType is `{ name: T, other: U }`.
type RecordType struct {
	Base
	Fields []TypeField
}

// TypeField is `name: T`.
type TypeField struct {
	Base
	Name Name
	Type Type
}

// FnType is `fn(A, B) -> R`.
type FnType struct {
	Base
	Params []Type
	Result Type // or nil
}

// BadType is text that could not be understood as a type.
type BadType struct{ Base }

func (*Let) stmt()       {}
func (*LetRecord) stmt() {}
func (*Const) stmt()     {}
func (*For) stmt()       {}
func (*While) stmt()     {}
func (*Defer) stmt()     {}
func (*Return) stmt()    {}
func (*Break) stmt()     {}
func (*Continue) stmt()  {}
func (*Assign) stmt()    {}
func (*ExprStmt) stmt()  {}
func (*BadStmt) stmt()   {}

func (*Int) expr()      {}
func (*Float) expr()    {}
func (*Duration) expr() {}
func (*Size) expr()     {}
func (*Bool) expr()     {}
func (*Nil) expr()      {}
func (*Text) expr()     {}
func (*String) expr()   {}
func (*Regex) expr()    {}
func (*Ident) expr()    {}
func (*Paren) expr()    {}
func (*List) expr()     {}
func (*Data) expr()     {}
func (*Closure) expr()  {}
func (*If) expr()       {}
func (*Match) expr()    {}
func (*Try) expr()      {}
func (*Unary) expr()    {}
func (*Binary) expr()   {}
func (*Range) expr()    {}
func (*Coalesce) expr() {}
func (*As) expr()       {}
func (*Is) expr()       {}
func (*Unwrap) expr()   {}
func (*Member) expr()   {}
func (*Call) expr()     {}
func (*Index) expr()    {}
func (*Slice) expr()    {}
func (*Pipe) expr()     {}
func (*Catch) expr()    {}
func (*BadExpr) expr()  {}
func (*Return) expr()   {}
func (*Break) expr()    {}
func (*Continue) expr() {}

func (*LiteralPattern) pattern() {}
func (*RangePattern) pattern()   {}
func (*RegexPattern) pattern()   {}
func (*NamePattern) pattern()    {}
func (*IsPattern) pattern()      {}
func (*RecordPattern) pattern()  {}
func (*OrPattern) pattern()      {}
func (*BadPattern) pattern()     {}

func (*NamedType) typ()    {}
func (*OptionalType) typ() {}
func (*WordsType) typ()    {}
func (*RecordType) typ()   {}
func (*FnType) typ()       {}
func (*BadType) typ()      {}
