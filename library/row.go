package library

import (
	"strings"

	"rex/capability"
)

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
	example   string
}

// Signature is the row as the language spells it; a ! marks what changes its
// receiver.
func (r *Row) Signature() string { return r.signature }

// FullName is the name with its module: json.parse.
func (r *Row) FullName() string {
	if r.Module == "" {
		return r.Name
	}
	return r.Module + "." + r.Name
}

// Example is a script that calls the row, on one line, and the text of its
// value: a literal for a string, for anything else what a hole writes.
func (r *Row) Example() (script, result string) {
	i := strings.LastIndex(r.example, exampleMark)
	if i < 0 {
		return r.example, ""
	}
	return r.example[:i], r.example[i+len(exampleMark):]
}

// exampleMark stands between the two, so that an example is a line of Rex.
const exampleMark = " // "

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
// changes it through the result changes it in the argument as well. What each
// says stands in transferTexts.
const (
	Unknown Transfer = iota
	SameValue
	Elements
	ElementsBoth
	Element
	ElementOrNil
	CopyOf
	KeysOf
	ValuesOf
	EntriesOf
	TrimSuffix
	TrimPrefix
	PieceOf
	PiecesOf
	PathName
	PathStem
	PathExt
	PathParent
	PathParts
	PathJoin
	PathJoinText
	PathAppend
	PathWithName
	PathWithExt
	PathOf
	PathBeneath
	PathMatches
	PathRelative
	TextOf
	ErrorKindOf
	Pushes
	Inserts
	Removes
	Adds
	Flattens
	Enumerates
	Zips
	Chunks
	MapOf
	TrimOf
	TrimStartOf
	TrimEndOf
	UpperOf
	LowerOf
	TakeOf
	DropOf
	DropLastOf
	CutOf
	GroupsOf
	AllGroupsOf
	MixOf
	Replaces
	NoSeparator
	TimeOf
	URLJoin
	URLQuery
)

// transferTexts says what a transfer means, for people.
var transferTexts = map[Transfer]string{
	Unknown:      "nothing beyond its type",
	SameValue:    "the first argument itself",
	Elements:     "a new list of elements of the first argument",
	ElementsBoth: "a new container of elements of the first argument or the second",
	Element:      "one of the first argument's elements",
	ElementOrNil: "one of the first argument's elements, or nil",
	CopyOf:       "a new container with the first argument's contents",
	KeysOf:       "a new list of the map's keys",
	ValuesOf:     "a new list of the map's values",
	EntriesOf:    "a new list of the map's keys and values",
	TrimSuffix:   "the first argument, or that without the second at its end",
	TrimPrefix:   "the first argument, or that without the second at its start",
	PieceOf:      "a part of the first argument",
	PiecesOf:     "a new list of parts of the first argument",
	PathName:     "the last component of the path",
	PathStem:     "the last component of the path without its extension",
	PathExt:      "the extension of the last component of the path",
	PathParent:   "the folder of the path",
	PathParts:    "a new list of components of the path",
	PathJoin:     "a direct child of the path",
	PathJoinText: "a path below the first argument",
	PathAppend:   "the path with the text at its end",
	PathWithName: "a sibling of the path, with that name",
	PathWithExt:  "a sibling of the path, with that extension",
	PathOf:       "the path that the text says, if the text is known",
	PathBeneath:  "a guard: behind it the path is known to lie below the folder",
	PathMatches:  "a guard: behind it the path is known to match the glob",
	PathRelative: "the components of the path behind those of the folder",
	TextOf:       "the text of the value",
	ErrorKindOf:  "a guard on the kind",
	Pushes:       "the list then holds the second argument at its end",
	Inserts:      "the list then holds the third argument",
	Removes:      "one of the first argument's elements; positions shift",
	Adds:         "one of the map's values; the map may then hold the third argument",
	Flattens:     "a new list of the elements of the first argument's elements",
	Enumerates:   "a new list of the first argument's elements, each with its position",
	Zips:         "a new list of pairs of elements",
	Chunks:       "a new list of new lists of the first argument's elements",
	MapOf:        "a new map of the keys and values of the first argument's elements",
	TrimOf:       "the first argument without white space at its ends, as far as they are known; else a part of it",
	TrimStartOf:  "the first argument without white space at its start, as far as that is known; else a part of it",
	TrimEndOf:    "the first argument without white space at its end, as far as that is known; else a part of it",
	UpperOf:      "what is known of the first argument, in upper case",
	LowerOf:      "what is known of the first argument, in lower case",
	TakeOf:       "how the first argument begins, as far as that is known; else a part of it",
	DropOf:       "the first argument without its beginning, as far as that is known; else a part of it",
	DropLastOf:   "the first argument without its end, as far as that is known; else a part of it",
	CutOf:        "two parts of the first argument, or nil",
	GroupsOf:     "parts of the first argument, or nil",
	AllGroupsOf:  "lists of parts of the first argument",
	MixOf:        "made of its arguments: without separators when they have none",
	Replaces:     "made of the first argument and the third: without separators when they have none, or when the third takes their place",
	NoSeparator:  "a text without separators",
	TimeOf:       "the text between the codes of the format",
	URLJoin:      "the URL without its query, and one segment below",
	URLQuery:     "the URL with any query or none",
}

// String says what the analysis knows of the result.
func (t Transfer) String() string { return transferTexts[t] }
