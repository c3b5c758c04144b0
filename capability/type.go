package capability

import (
	"sort"
	"strings"
)

// Kind is the outermost shape of a type.
type Kind uint8

// The kinds. The numbers are part of the module format: append only.
const (
	KindNone Kind = iota // no value: the result of a function or operation that gives nothing
	KindBool
	KindInt
	KindFloat
	KindDuration // nanoseconds
	KindSize     // bytes
	KindTime     // Unix nanoseconds
	KindString
	KindBytes
	KindPath
	KindURL
	KindIP
	KindCIDR
	KindRegex
	KindWord // one of a closed set of strings
	KindList
	KindMap
	KindRecord
	KindOptional
	KindAny
	KindFunc
	KindStream
	KindError
	KindIterator // a walk in progress: exists in registers only, never in a script's types
	kindCount
)

var kindNames = [kindCount]string{
	"none", "bool", "int", "float", "duration", "size", "time", "string", "bytes", "path", "url",
	"ip", "cidr", "regex", "word", "list", "map", "record", "optional", "any", "fn", "stream",
	"error", "iterator",
}

func (k Kind) String() string {
	if k < kindCount {
		return kindNames[k]
	}
	return "invalid"
}

// Valid reports whether k is one of the kinds above.
func (k Kind) Valid() bool { return k < kindCount }

// File is the register file that holds values of a kind: numbers unboxed, text
// as strings, everything else as a reference.
type File uint8

// The register files.
const (
	FileNone   File = iota // for KindNone
	FileScalar             // bool int float duration size time
	FileText               // string bytes path url ip cidr regex word
	FileRef                // all others
)

// File gives the register file of a kind.
func (k Kind) File() File {
	switch {
	case k == KindNone:
		return FileNone
	case k <= KindTime:
		return FileScalar
	case k <= KindWord:
		return FileText
	}
	return FileRef
}

// Field is one field of a record type.
type Field struct {
	Name string
	Type *Type
}

// Type is an immutable type. Two types are the same when their keys are; make
// them with the functions below, which compute the key. The order of a
// record's fields is for display; Slot numbers do not depend on it.
type Type struct {
	Kind   Kind
	Name   string   // how the type is called in messages, "" for none; not part of the identity
	Elem   *Type    // list, map, optional, stream, iterator
	Fields []Field  // record
	Words  []string // word, sorted
	Params []*Type  // fn
	Result *Type    // fn; KindNone when it gives nothing
	key    string
	slots  []Slot
	counts [4]int
}

// Slot says where a record keeps a field: which of its three slices, and where in it.
type Slot struct {
	File  File
	Index int
}

func simple(k Kind) *Type { return &Type{Kind: k, key: kindNames[k]} }

// The types without parts.
var (
	None     = simple(KindNone)
	Bool     = simple(KindBool)
	Int      = simple(KindInt)
	Float    = simple(KindFloat)
	Duration = simple(KindDuration)
	Size     = simple(KindSize)
	Time     = simple(KindTime)
	String   = simple(KindString)
	Bytes    = simple(KindBytes)
	Path     = simple(KindPath)
	URL      = simple(KindURL)
	IP       = simple(KindIP)
	CIDR     = simple(KindCIDR)
	Regex    = simple(KindRegex)
	Any      = simple(KindAny)
	ErrorT   = simple(KindError)
)

var byKind = map[Kind]*Type{
	KindNone: None, KindBool: Bool, KindInt: Int, KindFloat: Float, KindDuration: Duration,
	KindSize: Size, KindTime: Time, KindString: String, KindBytes: Bytes, KindPath: Path,
	KindURL: URL, KindIP: IP, KindCIDR: CIDR, KindRegex: Regex, KindAny: Any, KindError: ErrorT,
}

// Simple gives the type of a kind that has no parts, nil for the others.
func Simple(k Kind) *Type { return byKind[k] }

// ListOf is list[elem].
func ListOf(elem *Type) *Type {
	return &Type{Kind: KindList, Elem: elem, key: "list[" + elem.key + "]"}
}

// MapOf is map[elem]; keys are text.
func MapOf(elem *Type) *Type {
	return &Type{Kind: KindMap, Elem: elem, key: "map[" + elem.key + "]"}
}

// StreamOf is stream[elem].
func StreamOf(elem *Type) *Type {
	return &Type{Kind: KindStream, Elem: elem, key: "stream[" + elem.key + "]"}
}

// IteratorOf is the type of a register that walks elements of type elem.
func IteratorOf(elem *Type) *Type {
	return &Type{Kind: KindIterator, Elem: elem, key: "iterator[" + elem.key + "]"}
}

// OptionalOf is elem?. An optional of an optional or of any is itself.
func OptionalOf(elem *Type) *Type {
	if elem.Kind == KindOptional || elem.Kind == KindAny {
		return elem
	}
	return &Type{Kind: KindOptional, Elem: elem, key: elem.paren() + "?"}
}

// WordOf is the type of strings that are one of words.
func WordOf(words ...string) *Type {
	w := append([]string(nil), words...)
	sort.Strings(w)
	q := make([]string, 0, len(w))
	for i, s := range w {
		if i == 0 || s != w[i-1] {
			w[len(q)] = s
			q = append(q, quoteWord(s))
		}
	}
	return &Type{Kind: KindWord, Words: w[:len(q)], key: strings.Join(q, " | ")}
}

func quoteWord(s string) string { return `"` + Escape(s) + `"` }

// FuncOf is fn(params) -> result.
func FuncOf(params []*Type, result *Type) *Type {
	keys := make([]string, len(params))
	for i, p := range params {
		keys[i] = p.key
	}
	key := "fn(" + strings.Join(keys, ", ") + ")"
	if result.Kind != KindNone {
		key += " -> " + result.key
	}
	return &Type{Kind: KindFunc, Params: params, Result: result, key: key}
}

// RecordOf is the record with these fields, shown in this order.
func RecordOf(fields ...Field) *Type {
	t := &Type{Kind: KindRecord, Fields: fields}
	order := make([]int, len(fields))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return fields[order[i]].Name < fields[order[j]].Name })
	t.slots = make([]Slot, len(fields))
	var key strings.Builder
	key.WriteByte('{')
	for n, i := range order {
		f := fields[i].Type.Kind.File()
		t.slots[i] = Slot{f, t.counts[f]}
		t.counts[f]++
		if n > 0 {
			key.WriteString(", ")
		}
		key.WriteString(fieldName(fields[i].Name) + ": " + fields[i].Type.key)
	}
	key.WriteByte('}')
	t.key = key.String()
	return t
}

// fieldName is a field's name as a type writes it: quoted unless it is a
// plain name, so that no name can look like more than one field.
func fieldName(name string) string {
	for i := 0; i < len(name); i++ {
		c := name[i]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return quoteWord(name)
		}
	}
	if name == "" {
		return quoteWord(name)
	}
	return name
}

// Named gives the same type with a name for messages.
func (t *Type) Named(name string) *Type {
	c := *t
	c.Name = name
	return &c
}

func (t *Type) paren() string {
	if t.Kind == KindWord || t.Kind == KindFunc {
		return "(" + t.key + ")"
	}
	return t.key
}

// Key is the identity of the type, in the spelling of the language with the
// fields of records sorted.
func (t *Type) Key() string { return t.key }

// Equal reports whether t and u are one type.
func (t *Type) Equal(u *Type) bool { return t == u || t.key == u.key }

// File gives the register file of values of the type.
func (t *Type) File() File { return t.Kind.File() }

// Slot gives the place of the i-th field. It depends on the set of fields
// alone, so records of equal types have equal layouts whatever their order.
func (t *Type) Slot(i int) Slot { return t.slots[i] }

// SlotCount is the number of fields kept in one file.
func (t *Type) SlotCount(f File) int { return t.counts[f] }

// FieldIndex finds a field by name, -1 when there is none.
func (t *Type) FieldIndex(name string) int {
	for i := range t.Fields {
		if t.Fields[i].Name == name {
			return i
		}
	}
	return -1
}

// HasWord reports whether s is one of a word type's words.
func (t *Type) HasWord(s string) bool {
	i := sort.SearchStrings(t.Words, s)
	return i < len(t.Words) && t.Words[i] == s
}

// String is the type as a script spells it: by its name when it has one.
func (t *Type) String() string {
	if t.Name != "" {
		return t.Name
	}
	switch t.Kind {
	case KindList, KindMap, KindStream, KindIterator:
		return t.Kind.String() + "[" + t.Elem.String() + "]"
	case KindOptional:
		s := t.Elem.String()
		if t.Elem.Name == "" && (t.Elem.Kind == KindWord || t.Elem.Kind == KindFunc) {
			s = "(" + s + ")"
		}
		return s + "?"
	case KindRecord:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = fieldName(f.Name) + ": " + f.Type.String()
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case KindFunc:
		parts := make([]string, len(t.Params))
		for i, p := range t.Params {
			parts[i] = p.String()
		}
		s := "fn(" + strings.Join(parts, ", ") + ")"
		if t.Result.Kind != KindNone {
			s += " -> " + t.Result.String()
		}
		return s
	}
	return t.key
}

// FitsAny reports whether values of the type may become an any: everything
// but functions and streams, also inside.
func (t *Type) FitsAny() bool {
	switch t.Kind {
	case KindFunc, KindStream, KindIterator, KindNone:
		return false
	case KindList, KindMap, KindOptional:
		return t.Elem.FitsAny()
	case KindRecord:
		for _, f := range t.Fields {
			if !f.Type.FitsAny() {
				return false
			}
		}
	}
	return true
}

// Fits reports whether a value of type t can stand where want is wanted: its
// own type, T for T?, a word type for a larger one or for string, and
// everything but functions and streams for any.
func (t *Type) Fits(want *Type) bool {
	if t.Equal(want) {
		return true
	}
	switch want.Kind {
	case KindAny:
		return t.FitsAny()
	case KindOptional:
		if t.Kind == KindOptional {
			return t.Elem.Fits(want.Elem)
		}
		return t.Fits(want.Elem)
	case KindString:
		return t.Kind == KindWord
	case KindWord:
		if t.Kind != KindWord {
			return false
		}
		for _, w := range t.Words {
			if !want.HasWord(w) {
				return false
			}
		}
		return true
	}
	return false
}
