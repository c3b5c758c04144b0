package compiler

import "rex/capability"

// form is the shape of a type while it is being inferred.
type form uint8

const (
	formVar    form = iota // nothing is known yet
	formKnown              // closed: a capability.Type
	formText               // a string literal: string, path, url or a word type
	formBraces             // {}: a map, or the empty record
	formList               // the others have parts that may still be open
	formMap
	formRecord
	formOptional
	formFunc
	formStream
	formNever // the expression leaves: it has no value and fits everywhere
	formBad   // it was reported already and fits everywhere
)

// Type is a node of inference. Two nodes that turn out to be one type are
// joined (union-find); what is open closes by the first use that decides.
// When a function has been checked every node of it is closed: see Final.
type Type struct {
	up     *Type // another node stands for this one
	form   form
	known  *capability.Type
	elem   *Type // list, map, optional, stream
	fields []typeField
	params []*Type // fn
	result *Type
	groups []group // of a record that is a match; see captures.go
	size   int     // of the final type, in bytes of its key
	final  *capability.Type
}

type typeField struct {
	name string
	typ  *Type
}

func known(t *capability.Type) *Type { return &Type{form: formKnown, known: t} }

func newVar() *Type                { return &Type{form: formVar} }
func newText() *Type               { return &Type{form: formText} }
func listOf(t *Type) *Type         { return &Type{form: formList, elem: t} }
func mapOf(t *Type) *Type          { return &Type{form: formMap, elem: t} }
func streamOf(t *Type) *Type       { return &Type{form: formStream, elem: t} }
func recordOf(f []typeField) *Type { return &Type{form: formRecord, fields: f} }

func funcOf(params []*Type, result *Type) *Type {
	return &Type{form: formFunc, params: params, result: result}
}

// optionalOf is t?; a T?? is a T?, an any? an any.
func optionalOf(t *Type) *Type {
	switch t.kind() {
	case capability.KindOptional, capability.KindAny:
		return t
	}
	if r := t.find(); r.form == formKnown {
		return known(capability.OptionalOf(r.known))
	}
	return &Type{form: formOptional, elem: t}
}

var (
	typeNone     = known(capability.None)
	typeBool     = known(capability.Bool)
	typeInt      = known(capability.Int)
	typeFloat    = known(capability.Float)
	typeDuration = known(capability.Duration)
	typeSize     = known(capability.Size)
	typeTime     = known(capability.Time)
	typeString   = known(capability.String)
	typePath     = known(capability.Path)
	typeURL      = known(capability.URL)
	typeRegex    = known(capability.Regex)
	typeAny      = known(capability.Any)
	typeError    = known(capability.ErrorT)
	typeNever    = &Type{form: formNever}
	typeBad      = &Type{form: formBad}
)

// find gives the node that stands for t.
func (t *Type) find() *Type {
	for t.up != nil {
		if t.up.up != nil {
			t.up = t.up.up
		}
		t = t.up
	}
	return t
}

// noKind is what kind gives for a node of which not even the shape is known.
const noKind = capability.Kind(255)

// kind is the outermost shape, noKind while it is open.
func (t *Type) kind() capability.Kind {
	t = t.find()
	switch t.form {
	case formKnown:
		return t.known.Kind
	case formList:
		return capability.KindList
	case formMap:
		return capability.KindMap
	case formRecord:
		return capability.KindRecord
	case formOptional:
		return capability.KindOptional
	case formFunc:
		return capability.KindFunc
	case formStream:
		return capability.KindStream
	}
	return noKind
}

func (t *Type) is(f form) bool { return t.find().form == f }

func (t *Type) bad() bool { return t.find().form == formBad }

// settled reports whether the type is closed, parts included.
func (t *Type) settled() bool {
	t = t.find()
	switch t.form {
	case formKnown, formNever, formBad:
		return true
	case formList, formMap, formOptional, formStream:
		return t.elem.settled()
	case formRecord:
		for _, f := range t.fields {
			if !f.typ.settled() {
				return false
			}
		}
		return true
	case formFunc:
		for _, p := range t.params {
			if !p.settled() {
				return false
			}
		}
		return t.result.settled()
	}
	return false
}

// element is the type of the parts of a list, map, stream or T?.
func (t *Type) element() *Type {
	t = t.find()
	if t.elem == nil && t.form == formKnown && t.known.Elem != nil {
		t.elem = known(t.known.Elem)
	}
	if t.elem == nil {
		return typeBad
	}
	return t.elem
}

// fieldList gives the fields of a record.
func (t *Type) fieldList() []typeField {
	t = t.find()
	if t.form == formKnown && t.fields == nil {
		for _, f := range t.known.Fields {
			t.fields = append(t.fields, typeField{f.Name, known(f.Type)})
		}
	}
	return t.fields
}

// field finds a field of a record, nil when there is none.
func (t *Type) field(name string) *Type {
	for _, f := range t.fieldList() {
		if f.name == name {
			return f.typ
		}
	}
	return nil
}

// signature gives the parts of a function type.
func (t *Type) signature() ([]*Type, *Type) {
	t = t.find()
	if t.form == formKnown && t.result == nil {
		for _, p := range t.known.Params {
			t.params = append(t.params, known(p))
		}
		t.result = known(t.known.Result)
	}
	return t.params, t.result
}

// maxTypeDepth bounds the walks over types.
const maxTypeDepth = 100

// unify makes two types one. It reports whether that is possible; when it is
// not, parts may have been joined, which is harmless as an error follows.
func unify(a, b *Type) bool { return unifyDepth(a, b, 0) }

func unifyDepth(a, b *Type, depth int) bool {
	a, b = a.find(), b.find()
	if a == b || a.bad() || b.bad() {
		return true
	}
	if depth > maxTypeDepth {
		return false
	}
	if b.form == formVar || b.form == formText && a.form != formVar || b.form == formBraces && a.form != formVar && a.form != formText {
		a, b = b, a
	}
	switch a.form {
	case formVar:
		if b.form == formNever || occurs(a, b, 0) {
			return b.form == formNever
		}
		a.up = b
		return true
	case formText:
		if b.form == formText || b.form == formKnown && textKind(b.known.Kind) {
			a.up = b
			return true
		}
		return false
	case formBraces:
		if b.form == formBraces || b.kind() == capability.KindMap || b.kind() == capability.KindRecord && len(b.fieldList()) == 0 {
			a.up = b
			return true
		}
		return false
	case formNever:
		return true
	}
	if a.form == formKnown && b.form == formKnown {
		return a.known.Equal(b.known)
	}
	return unifyParts(a, b, depth+1)
}

// textKind reports whether a string literal can be a value of the kind.
func textKind(k capability.Kind) bool {
	return k == capability.KindString || k == capability.KindPath || k == capability.KindURL || k == capability.KindWord
}

func unifyParts(a, b *Type, depth int) bool {
	if a.kind() != b.kind() {
		return false
	}
	switch a.kind() {
	case capability.KindList, capability.KindMap, capability.KindOptional, capability.KindStream:
		if !unifyDepth(a.element(), b.element(), depth) {
			return false
		}
	case capability.KindRecord:
		if !unifyFields(a, b, depth) {
			return false
		}
	case capability.KindFunc:
		if !unifySignatures(a, b, depth) {
			return false
		}
	default:
		return false
	}
	if a.form == formKnown {
		a, b = b, a
	}
	if a = a.find(); a != b.find() {
		a.up = b.find()
	}
	return true
}

func unifyFields(a, b *Type, depth int) bool {
	if len(a.fieldList()) != len(b.fieldList()) {
		return false
	}
	for _, f := range a.fieldList() {
		g := b.field(f.name)
		if g == nil || !unifyDepth(f.typ, g, depth) {
			return false
		}
	}
	return true
}

func unifySignatures(a, b *Type, depth int) bool {
	ap, ar := a.signature()
	bp, br := b.signature()
	if len(ap) != len(bp) {
		return false
	}
	for i := range ap {
		if !unifyDepth(ap[i], bp[i], depth) {
			return false
		}
	}
	return unifyDepth(ar, br, depth)
}

// occurs reports whether v is a part of t: such a type would contain itself.
func occurs(v, t *Type, depth int) bool {
	t = t.find()
	if v == t || depth > maxTypeDepth {
		return true
	}
	if t.form == formKnown {
		return false
	}
	if t.elem != nil && occurs(v, t.elem, depth+1) {
		return true
	}
	for _, f := range t.fields {
		if occurs(v, f.typ, depth+1) {
			return true
		}
	}
	for _, p := range t.params {
		if occurs(v, p, depth+1) {
			return true
		}
	}
	return t.result != nil && occurs(v, t.result, depth+1)
}

// couldBe reports whether a and b could be unified, without doing it.
func couldBe(a, b *Type) bool {
	a, b = a.find(), b.find()
	if a == b || a.form == formVar || b.form == formVar || a.bad() || b.bad() || a.form == formNever || b.form == formNever {
		return true
	}
	if a.form == formText || b.form == formText {
		if a.form != formText {
			a, b = b, a
		}
		return b.form == formText || b.form == formKnown && textKind(b.known.Kind)
	}
	if a.form == formBraces || b.form == formBraces {
		if a.form != formBraces {
			a, b = b, a
		}
		return b.form == formBraces || b.kind() == capability.KindMap || b.kind() == capability.KindRecord && len(b.fieldList()) == 0
	}
	if a.form == formKnown && b.form == formKnown {
		return a.known.Equal(b.known)
	}
	if a.kind() != b.kind() {
		return false
	}
	switch a.kind() {
	case capability.KindList, capability.KindMap, capability.KindOptional, capability.KindStream:
		return couldBe(a.element(), b.element())
	case capability.KindRecord:
		if len(a.fieldList()) != len(b.fieldList()) {
			return false
		}
		for _, f := range a.fieldList() {
			if g := b.field(f.name); g == nil || !couldBe(f.typ, g) {
				return false
			}
		}
	case capability.KindFunc:
		ap, ar := a.signature()
		bp, br := b.signature()
		if len(ap) != len(bp) {
			return false
		}
		for i := range ap {
			if !couldBe(ap[i], bp[i]) {
				return false
			}
		}
		return couldBe(ar, br)
	}
	return true
}

// maxTypeKey bounds the size of a type: a chain of records that name each
// other twice would double with each line.
const maxTypeKey = 1 << 15

// tooLarge reports whether the type is larger than a module may hold. It looks
// at no more of it than it takes to find out.
func (t *Type) tooLarge() bool {
	n, _ := t.measure(maxTypeKey, 0)
	return n > maxTypeKey
}

// measure gives the size of the type written out, or something above room
// when it is larger than that. What is settled remembers its size.
func (t *Type) measure(room, depth int) (n int, settled bool) {
	t = t.find()
	if t.size > 0 {
		return t.size, true
	}
	if depth > maxTypeDepth {
		return room + 1, false
	}
	n, settled = 16, t.settled0()
	if t.form == formKnown {
		n = len(t.known.Key()) + 1
	}
	part := func(p *Type) {
		if n <= room && p != nil {
			m, s := p.measure(room-n, depth+1)
			n, settled = n+m, settled && s
		}
	}
	if t.form != formKnown {
		part(t.elem)
		for _, f := range t.fields {
			n += len(capability.Escape(f.name))
			part(f.typ)
		}
		for _, p := range t.params {
			part(p)
		}
		part(t.result)
	}
	if settled && n <= room {
		t.size = n
	}
	return n, settled && n <= room
}

// settled0 reports whether the node itself, without its parts, is decided.
func (t *Type) settled0() bool {
	return t.form != formVar && t.form != formText && t.form != formBraces
}

// Final is the type when inference has ended: what is still open is closed. A
// type too large to write is any; it was reported.
func (t *Type) Final() *capability.Type {
	t = t.find()
	if t.final == nil {
		if t.tooLarge() {
			t.final = capability.Any
		} else {
			t.final = t.close()
		}
	}
	return t.final
}

func (t *Type) close() *capability.Type {
	switch t.form {
	case formKnown:
		return t.known
	case formText:
		return capability.String
	case formBraces:
		return capability.RecordOf()
	case formList:
		return capability.ListOf(t.elem.Final())
	case formMap:
		return capability.MapOf(t.elem.Final())
	case formStream:
		return capability.StreamOf(t.elem.Final())
	case formOptional:
		return capability.OptionalOf(t.elem.Final())
	case formRecord:
		fields := make([]capability.Field, len(t.fields))
		for i, f := range t.fields {
			fields[i] = capability.Field{Name: f.name, Type: f.typ.Final()}
		}
		return capability.RecordOf(fields...)
	case formFunc:
		params := make([]*capability.Type, len(t.params))
		for i, p := range t.params {
			params[i] = p.Final()
		}
		return capability.FuncOf(params, t.result.Final())
	case formNever:
		return capability.None
	}
	return capability.Any
}

// open reports whether some part of the type was never decided, so that a
// variable of it needs an annotation.
func (t *Type) open(depth int) bool {
	t = t.find()
	switch {
	case t.form == formVar || depth > maxTypeDepth:
		return true
	case t.form == formKnown:
		return false
	case t.elem != nil && t.elem.open(depth+1), t.result != nil && t.result.open(depth+1):
		return true
	}
	for _, f := range t.fields {
		if f.typ.open(depth + 1) {
			return true
		}
	}
	for _, p := range t.params {
		if p.open(depth + 1) {
			return true
		}
	}
	return false
}

// silence closes what is open so that it is not reported again.
func (t *Type) silence(depth int) {
	t = t.find()
	if t.form == formVar {
		t.up = typeBad
		return
	}
	if t.form == formKnown || depth > maxTypeDepth {
		return
	}
	parts := append([]*Type{t.elem, t.result}, t.params...)
	for _, f := range t.fields {
		parts = append(parts, f.typ)
	}
	for _, p := range parts {
		if p != nil {
			p.silence(depth + 1)
		}
	}
}

// String is how a message calls the type.
func (t *Type) String() string { return t.text(0) }

func (t *Type) text(depth int) string {
	t = t.find()
	if depth > 4 {
		return ".."
	}
	switch t.form {
	case formKnown:
		if t.known.Kind == capability.KindNone {
			return "nothing"
		}
		return shorten(t.known.String())
	case formText:
		return "string"
	case formBraces:
		return "{}"
	case formList:
		return "list[" + t.elem.text(depth+1) + "]"
	case formMap:
		return "map[" + t.elem.text(depth+1) + "]"
	case formStream:
		return "stream[" + t.elem.text(depth+1) + "]"
	case formOptional:
		if t.elem.is(formVar) {
			return "nil"
		}
		return t.elem.text(depth+1) + "?"
	case formRecord:
		s := "{"
		for i, f := range t.fields {
			if i > 0 {
				s += ", "
			}
			if i == 6 {
				s += ".."
				break
			}
			s += f.name + ": " + f.typ.text(depth+1)
		}
		return s + "}"
	case formFunc:
		s := "fn("
		for i, p := range t.params {
			if i > 0 {
				s += ", "
			}
			s += p.text(depth + 1)
		}
		s += ")"
		if t.result.kind() != capability.KindNone {
			s += " -> " + t.result.text(depth+1)
		}
		return s
	}
	return "unknown"
}

func shorten(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xc0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}

// article gives a type with its article, for messages.
func article(t *Type) string {
	s := t.String()
	if s == "nothing" || s == "nil" || s == "bytes" || s == "" {
		return s
	}
	switch s[0] {
	case 'a', 'e', 'i', 'o', 'u':
		if s != "url" && s[0] != 'u' || s == "unknown" {
			return "an " + s
		}
	}
	return "a " + s
}
