package compiler

import (
	"rex/capability"
	"rex/lang"
)

// fits tells how a value of type from can stand where want is wanted. It
// closes open types on the way.
func (c *checker) fits(from, want *Type) bool {
	from, want = from.find(), want.find()
	if from == want || from.bad() || want.bad() || from.form == formNever {
		return true
	}
	if from.kind() == capability.KindNone || want.kind() == capability.KindNone {
		return from.kind() == want.kind()
	}
	switch want.kind() {
	case capability.KindAny:
		return c.fitsAny(from, 0)
	case capability.KindOptional:
		return c.fitsOptional(from, want)
	case capability.KindString, capability.KindWord:
		if from.form == formKnown && want.form == formKnown && from.known.Fits(want.known) {
			return true
		}
	}
	if (want.form == formVar || want.form == formText) && from.kind() == capability.KindWord {
		return unify(want, typeString)
	}
	return unify(from, want)
}

func (c *checker) fitsOptional(from, want *Type) bool {
	if from.form == formVar {
		return unify(from, want)
	}
	if from.kind() == capability.KindOptional {
		a, b := from.element().find(), want.element().find()
		if a.form == formKnown && b.form == formKnown {
			return a.known.Fits(b.known)
		}
		return unify(a, b)
	}
	return from.kind() != capability.KindAny && c.fits(from, want.element())
}

// fitsAny reports whether values of the type may become an any; what is still
// open is looked at when it is closed.
func (c *checker) fitsAny(t *Type, depth int) bool {
	t = t.find()
	if depth > maxTypeDepth {
		return true
	}
	switch t.form {
	case formKnown:
		return t.known.FitsAny()
	case formFunc, formStream:
		return false
	case formList, formMap, formOptional:
		return c.fitsAny(t.elem, depth+1)
	case formRecord:
		for _, f := range t.fields {
			if !c.fitsAny(f.typ, depth+1) {
				return false
			}
		}
	}
	return true
}

// convert makes x a value of type want, which it fits.
func convert(x Expr, want *Type) Expr {
	b := x.base()
	if b.typ.find() == want.find() || b.typ.bad() || b.typ.is(formNever) {
		return x
	}
	return &Convert{node{at: b.at, typ: want, assigns: b.assigns}, x}
}

// need makes x fit where want is wanted, or reports that it doesn't. What
// says what the value is for: "the argument `path`".
func (c *checker) need(x Expr, want *Type, what string) Expr {
	from := x.base().typ
	if c.fits(from, want) {
		if want.kind() == capability.KindAny && !from.settled() {
			c.after = append(c.after, func() {
				if !from.Final().FitsAny() {
					c.report("E0401", x.base().at, "%s can't stand in an any", article(from))
				}
			})
		}
		return convert(x, want)
	}
	c.mismatch(x, want, what)
	return bad(x.base().at)
}

// mismatch reports that x is of the wrong type, in the words that help most.
func (c *checker) mismatch(x Expr, want *Type, what string) {
	at, from := x.base().at, x.base().typ
	if what == "" {
		what = "this"
	}
	switch {
	case from.kind() == capability.KindNone:
		c.report("E0411", at, "%s must be %s, but this gives nothing", what, article(want))
	case want.kind() == capability.KindAny:
		c.report("E0401", at, "%s can't stand in an any: a function or stream is no data", article(from))
	case from.kind() == capability.KindOptional && couldFit(from.element(), want):
		d := c.report("E0403", at, "%s must be %s, but this may be nil", what, article(want))
		d.Offer("give another value for nil", lang.Edit{Span: lang.Span{From: at.To, To: at.To}, New: " ?? " + zeroText(want)})
		d.Offer("fail with `absent` when it is nil", lang.Edit{Span: lang.Span{From: at.To, To: at.To}, New: "!"})
	case from.kind() == capability.KindAny:
		d := c.report("E0401", at, "%s must be %s, but this is an any", what, article(want))
		d.Offer("take it out of the any", lang.Edit{Span: lang.Span{From: at.To, To: at.To}, New: " as " + want.String()})
	case textual(from) && (want.kind() == capability.KindPath || want.kind() == capability.KindURL):
		c.computedPath(x, want, what)
	case want.kind() == capability.KindString && holeable(from):
		d := c.report("E0401", at, "%s must be a string, but this is %s", what, article(from))
		d.Replace(at, "\"${"+c.src.Text(at)+"}\"")
	case want.kind() == capability.KindFloat && from.kind() == capability.KindInt:
		d := c.report("E0401", at, "%s must be a float, but this is an int", what)
		d.Replace(at, "float("+c.src.Text(at)+")")
	case want.kind() == capability.KindWord && textual(from):
		c.report("E0401", at, "%s must be one of %s, but this is %s", what, want, article(from))
	default:
		d := c.report("E0401", at, "%s must be %s, but this is %s", what, article(want), article(from))
		c.offerUnit(d, x, want)
	}
}

// computedPath reports text where a path or url is wanted.
func (c *checker) computedPath(x Expr, want *Type, what string) {
	at, kind := x.base().at, want.kind().String()
	d := c.report("E0413", at, "%s must be a %s, but this is a string made elsewhere", what, kind)
	d.Note("a literal with holes is a %s: \"%s${name}\"; its holes stay inside one component", kind, pathStart(want))
	d.OfferText(at, kind+"("+c.src.Text(at)+")")
}

func pathStart(want *Type) string {
	if want.kind() == capability.KindURL {
		return "https://example.org/"
	}
	return "/var/log/"
}

func textual(t *Type) bool {
	return t.is(formText) || t.kind() == capability.KindString || t.kind() == capability.KindWord
}

// holeable reports whether a hole of a string can write values of the type.
func holeable(t *Type) bool {
	switch t.kind() {
	case capability.KindBytes, capability.KindOptional, capability.KindFunc, capability.KindStream, capability.KindNone, noKind:
		return false
	}
	return true
}

func zeroText(t *Type) string {
	switch t.kind() {
	case capability.KindInt:
		return "0"
	case capability.KindFloat:
		return "0.0"
	case capability.KindBool:
		return "false"
	case capability.KindString:
		return `""`
	case capability.KindSize:
		return "0B"
	case capability.KindDuration:
		return "0s"
	case capability.KindList:
		return "[]"
	case capability.KindMap:
		return "{}"
	}
	return `fail("missing")`
}

// couldFit is fits without closing anything.
func couldFit(from, want *Type) bool {
	from, want = from.find(), want.find()
	if from == want || from.bad() || want.bad() || from.form == formNever {
		return true
	}
	if from.kind() == capability.KindNone || want.kind() == capability.KindNone {
		return from.kind() == want.kind()
	}
	switch want.kind() {
	case capability.KindAny:
		return from.kind() != capability.KindFunc && from.kind() != capability.KindStream
	case capability.KindOptional:
		if from.kind() == capability.KindOptional {
			return couldFit(from.element(), want.element())
		}
		return from.form == formVar || from.kind() != capability.KindAny && couldFit(from, want.element())
	case capability.KindString, capability.KindWord:
		if from.form == formKnown && want.form == formKnown && from.known.Fits(want.known) {
			return true
		}
	}
	return couldBe(from, want)
}

// join gives the type that values of a and b have in common: equal types, T
// with nil or T?, words with words.
func (c *checker) join(a, b *Type) (*Type, bool) {
	a, b = a.find(), b.find()
	switch {
	case a == b || a.form == formNever || a.bad():
		return b, true
	case b.form == formNever || b.bad():
		return a, true
	case a.kind() == capability.KindNone || b.kind() == capability.KindNone:
		return typeNone, a.kind() == b.kind()
	case a.kind() == capability.KindWord && b.kind() == capability.KindWord:
		if a.known.Equal(b.known) {
			return a, true
		}
		return known(capability.WordOf(append(append([]string(nil), a.known.Words...), b.known.Words...)...)), true
	case a.kind() == capability.KindWord && textual(b):
		return typeString, unify(b, typeString)
	case b.kind() == capability.KindWord && textual(a):
		return typeString, unify(a, typeString)
	case a.kind() == capability.KindAny || b.kind() == capability.KindAny:
		return a, a.kind() == b.kind()
	case a.kind() == capability.KindOptional || b.kind() == capability.KindOptional:
		inner, ok := c.join(a.stripOptional(), b.stripOptional())
		return optionalOf(inner), ok
	}
	if !couldBe(a, b) {
		return a, false
	}
	return a, unify(a, b)
}

// stripOptional is T for a T?, else the type itself.
func (t *Type) stripOptional() *Type {
	if t.kind() == capability.KindOptional {
		return t.element()
	}
	return t
}

// joinAll makes expressions agree on one type. It gives typeBad when they don't.
func (c *checker) joinAll(xs []*Expr, what string) *Type {
	t := typeNever
	var first Expr
	for _, x := range xs {
		joined, ok := c.join(t, (*x).base().typ)
		if !ok {
			d := c.report("E0407", (*x).base().at, "%s must be of one type: this is %s", what, article((*x).base().typ))
			if first != nil {
				d.Label(first.base().at, "this is %s", article(first.base().typ))
			}
			return typeBad
		}
		if first == nil && !(*x).base().typ.is(formNever) {
			first = *x
		}
		t = joined
	}
	for _, x := range xs {
		*x = c.need(*x, t, what)
	}
	return t
}
