package library

import "rex/capability"

// Row is one function of the library: everything that is true of it. A name
// may stand in several rows with different first parameters.
type Row struct {
	Number   uint16 // stable, never reused; 0 for a row the compiler expands
	Module   string // the word before the dot for json.parse; "" for methods and plain functions
	Name     string
	Params   []Param // the receiver first
	Result   *Shape  // nil when it gives nothing
	Property bool    // written without parentheses: p.name
	Mutates  bool    // changes its receiver
	Expand   bool    // takes functions, or depends on a record's fields: the compiler expands it, it is never in bytecode
	Internal bool    // exists for the compiler's use only: no script can name it
	Kinds    capability.KindMask
	Transfer Transfer // what the analysis knows of the result
	Run      Native   // nil when Expand
	Doc      string

	signature string
}

// Signature is the row as the language spells it; a ! marks what changes its
// receiver.
func (r *Row) Signature() string { return r.signature }

// Param is one parameter; optional ones are given by name only.
type Param struct {
	Name     string
	Shape    *Shape
	Optional bool
	Default  capability.Value
}

// Shape is a type with variables in it: Var is one of those of match.go, or 0.
// The same variable is the same type throughout a row. A function that takes
// text or a regex has two rows.
type Shape struct {
	Kind   capability.Kind
	Var    byte
	Words  []string
	Elem   *Shape
	Fields []ShapeField // record
	Params []*Shape     // fn
	Result *Shape       // fn
	fixed  *capability.Type
}

// ShapeField is one field of a record shape.
type ShapeField struct {
	Name  string
	Shape *Shape
}

// Native is the Go function behind a row. It takes its arguments from c and
// leaves its result there. It returns a *capability.Error, which a script can
// catch, or a *capability.LimitError, which it can't.
type Native func(c *Call) error

// MaxArgs is the largest number of parameters of a row.
const MaxArgs = 8

// Call is one call of a native. Argument i stands in the array of its type's
// register file at index i; the result goes into the Out of its file. Type is
// the result's type with all variables known.
type Call struct {
	S    [MaxArgs]uint64
	T    [MaxArgs]string
	R    [MaxArgs]capability.Value
	OutS uint64
	OutT string
	OutR capability.Value
	Type *capability.Type
	Meter
}

// Meter is charged before work is done and memory is taken. Its errors are
// *capability.LimitError.
type Meter interface {
	Fuel(units int64) error
	Memory(bytes int64) error
}

// Transfer says what the analysis knows of a function's result, from a closed
// set: package preflight has one case for each.
type Transfer uint8

// The transfers. "Elements" means: every element of the result is one of the
// first argument's. A row that hands a reference on never has Unknown: whoever
// changes it through the result changes it in the argument as well.
const (
	Unknown      Transfer = iota // nothing beyond its type
	SameValue                    // the first argument itself
	Elements                     // a fresh list whose elements are elements of the first argument
	ElementsBoth                 // .. of the first or the second
	Element                      // one of the first argument's elements
	ElementOrNil                 // the same, or nil
	CopyOf                       // a fresh container with the first argument's contents
	KeysOf                       // a list of a map's keys
	ValuesOf                     // a list of a map's values
	EntriesOf                    // a list of {key, value} of a map
	TrimSuffix                   // text without the second argument at its end
	TrimPrefix                   // .. at its start
	PieceOf                      // a text that is a part of the first argument, without new bytes
	PiecesOf                     // a list of such
	PathName                     // last component of a path
	PathStem
	PathExt
	PathParent
	PathParts
	PathJoin     // path and one component: first / second
	PathJoinText // path and relative text: always below the first
	PathAppend   // text appended to the last component
	PathWithName // last component replaced
	PathWithExt
	PathOf       // path(text)
	PathBeneath  // bool: the first lies below the second; a guard
	PathRelative // string? : the first relative to the second
	TextOf       // the text of a scalar or text value
	ErrorKindOf  // the kind's word of an error
	Pushes       // adds the second argument to the list that is the first
	Inserts      // adds the third argument to it anywhere: positions shift
	Removes      // takes elements out of the first, and gives one of them, or nil, if it gives anything
	Adds         // stores the third argument in the map that is the first, or not, and gives one of the map's elements
	Flattens     // a fresh list of the elements of the first argument's elements
	Enumerates   // a fresh list of {index, value}, the values being elements of the first argument
	Zips         // a fresh list of {left, right}: elements of the first, of the second
	Chunks       // a fresh list of fresh lists of the first argument's elements
)
