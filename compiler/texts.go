package compiler

import (
	"path"
	"strings"

	"rex/capability"
	"rex/lang"
	"rex/library"
)

// template is a string with holes. Its type is open like that of a literal.
func (c *checker) template(e *lang.String, want *Type) Expr {
	out := &Template{node: node{at: e.At, typ: newText()}}
	if e.Form == lang.TextBlock || e.Form == lang.RawBlock {
		out.typ = typeString
	}
	broken := false
	for i := range e.Parts {
		p := &e.Parts[i]
		if p.Hole == nil {
			c.dollarNames(p.Text, p.At, e.Form)
			out.addText(p.Text, p.At)
			continue
		}
		x := c.value(p.Hole, nil)
		broken = broken || isBad(x)
		out.Parts = append(out.Parts, Part{Hole: x, At: p.At})
	}
	if broken {
		return bad(e.At)
	}
	c.texts = append(c.texts, func() { c.closeTemplate(out) })
	return out
}

func (t *Template) addText(s string, at lang.Span) {
	if s == "" {
		return
	}
	if n := len(t.Parts); n > 0 && t.Parts[n-1].Hole == nil {
		t.Parts[n-1].Text += s
		return
	}
	t.Parts = append(t.Parts, Part{Text: s, At: at})
}

// dollarNames warns of `$x` in a string when x is a name in scope.
func (c *checker) dollarNames(s string, at lang.Span, form lang.StringForm) {
	if form != lang.Quoted && form != lang.TextBlock || strings.IndexByte(s, '$') < 0 {
		return
	}
	source := c.src.Text(at)
	for i := 0; i+1 < len(source); i++ {
		if source[i] != '$' || i > 0 && source[i-1] == '\\' {
			continue
		}
		j := i + 1
		for j < len(source) && nameByte(source[j], j > i+1) {
			j++
		}
		name := source[i+1 : j]
		if e := c.lookup(name); name != "" && e != nil {
			span := lang.Span{From: at.From + uint32(i), To: at.From + uint32(j)}
			c.report("W0603", span, "`$%s` is only text: a hole is `${%s}`", name, name).Replace(span, "${"+name+"}")
			if e.v != nil {
				e.v.Used = true
			} else {
				e.k.used = true
			}
		}
	}
}

func nameByte(b byte, digits bool) bool {
	return b == '_' || b|0x20 >= 'a' && b|0x20 <= 'z' || digits && b >= '0' && b <= '9'
}

// closeTemplate checks the holes of a template when it is known what it makes.
func (c *checker) closeTemplate(t *Template) {
	kind := t.typ.Final().Kind
	errors := c.errors
	for i := range t.Parts {
		if p := &t.Parts[i]; p.Hole != nil {
			c.checkHole(t, i, kind)
		}
	}
	if c.errors > errors {
		return
	}
	switch kind {
	case capability.KindWord:
		c.report("E0401", t.at, "a word must be one of %s: a text with holes can't be one", shorten(t.typ.Final().Key()))
	case capability.KindPath:
		c.checkTemplatePath(t)
	case capability.KindURL:
		c.checkTemplateURL(t)
	}
}

func (c *checker) checkHole(t *Template, i int, kind capability.Kind) {
	p := &t.Parts[i]
	ht := p.Hole.base().typ
	k := ht.Final().Kind
	switch {
	case ht.bad() || ht.is(formNever):
		return
	case k == capability.KindOptional:
		if isNil(p.Hole) {
			c.report("E0419", p.At, "a hole can't hold nil")
			return
		}
		at := p.Hole.base().at.To
		c.report("E0419", p.At, "this may be nil: say what is written then").
			Offer("give a value for nil", lang.Edit{Span: lang.Span{From: at, To: at}, New: " ?? " + zeroText(ht.stripOptional())})
	case k == capability.KindBytes || !ht.Final().FitsAny():
		c.report("E0419", p.At, "a hole can't hold %s", article(ht))
	case kind == capability.KindString:
	case i == 0 && kind == capability.KindPath && k == capability.KindPath && t.below:
	case k == capability.KindPath || k == capability.KindURL:
		c.pathHole(t, i, kind, k)
	case ht.Final().File() == capability.FileRef:
		d := c.report("E0419", p.At, "a hole of a %s holds a number or a text, not %s", kind, article(ht))
		if k == capability.KindAny {
			at := p.Hole.base().at.To
			d.Offer("take it out of the any", lang.Edit{Span: lang.Span{From: at, To: at}, New: " as string"})
		}
	}
}

// pathHole reports a path as a hole of a path: what is meant is below it, or
// beside it.
func (c *checker) pathHole(t *Template, i int, kind, hole capability.Kind) {
	p := &t.Parts[i]
	d := c.report("E0419", p.At, "a hole of a %s can't hold a %s", kind, hole)
	text := c.src.Text(t.at)
	if i != 0 || hole != kind || !quotedLiteral(text) || len(t.Parts) < 2 || t.Parts[1].Hole != nil {
		return
	}
	x := c.src.Text(p.Hole.base().at)
	rest := text[int(t.Parts[1].At.From-t.at.From) : len(text)-1]
	if strings.HasPrefix(rest, "/") {
		d.Replace(t.at, x+` / "`+rest[1:]+`"`)
	} else if kind == capability.KindPath {
		d.Replace(t.at, x+`.append("`+rest+`")`)
	}
}

// ---- paths ----

// pathText checks a path literal and gives its clean text.
func (c *checker) pathText(s string, at lang.Span) string {
	if len(s) > 1 && strings.HasSuffix(s, "/") && !strings.HasSuffix(s, "//") {
		s = s[:len(s)-1]
	}
	why := capability.CheckPath(s)
	if why == "" {
		return s
	}
	d := c.report("E0412", at, "this is no path: it %s", why)
	switch clean, bad := capability.CleanPath(s); {
	case bad == "":
		d.Replace(at, `"`+capability.Escape(clean)+`"`)
	case strings.HasPrefix(s, "/"): // a link may lead `..` elsewhere
		d.OfferText(at, `"`+capability.Escape(path.Clean(s))+`"`)
	}
	return "/"
}

// checkTemplatePath checks the components of a path with holes. A hole stays
// inside its component, so any harmless text stands for it.
func (c *checker) checkTemplatePath(t *Template) {
	n := len(t.Parts)
	if last := &t.Parts[n-1]; last.Hole == nil && n > 1 && strings.HasSuffix(last.Text, "/") && !strings.HasSuffix(last.Text, "//") {
		if last.Text = last.Text[:len(last.Text)-1]; last.Text == "" {
			t.Parts = t.Parts[:n-1]
		}
	}
	var b strings.Builder
	for i, p := range t.Parts {
		if p.Hole == nil {
			b.WriteString(p.Text)
		} else if i > 0 || !t.below {
			b.WriteByte('0')
		}
	}
	if t.below && len(t.Parts) == 1 {
		c.report("E0412", t.at, "nothing is named below the path: the component is empty")
		return
	}
	if why := capability.CheckPath(b.String()); why != "" {
		c.report("E0412", t.at, "this is no path: it %s", why)
	}
}

// ---- urls ----

func (c *checker) urlText(s string, at lang.Span) string {
	clean, why := library.CanonicalURL(s)
	if why == "" && strings.Contains(s, "#") {
		why = "has a fragment"
	}
	if why == "" {
		return clean
	}
	c.report("E0412", at, "this is no url: it %s", why)
	return "http://localhost"
}

// checkTemplateURL checks a url with holes. What stands for a hole in the host
// is a part of a name or, where that is none, of an address.
func (c *checker) checkTemplateURL(t *Template) {
	if t.Parts[0].Hole != nil || !hasScheme(t.Parts[0].Text) {
		c.report("E0412", t.at, "a url begins with http:// or https://")
		return
	}
	c.portHoles(t)
	text := sampleURL(t, "a")
	clean, why := library.CanonicalURL(text)
	if why != "" {
		text = sampleURL(t, "1")
		clean, why = library.CanonicalURL(text)
	}
	switch {
	case why != "":
		c.report("E0412", t.at, "this is no url: it %s", why)
	case clean != text:
		c.report("E0412", t.at, "write this url as it is kept: %s", clean)
	}
}

// sampleURL is a url with something in the place of each hole, in the host
// what is said.
func sampleURL(t *Template, host string) string {
	var b strings.Builder
	for _, p := range t.Parts {
		switch {
		case p.Hole == nil:
			b.WriteString(p.Text)
		case inHost(b.String()):
			b.WriteString(host)
		default:
			b.WriteByte('1')
		}
	}
	return b.String()
}

// authority gives what stands behind the scheme, if that has not ended yet.
func authority(before string) (string, bool) {
	_, rest, _ := strings.Cut(before, "://")
	return rest, !strings.ContainsAny(rest, "/?")
}

func inHost(before string) bool {
	rest, ok := authority(before)
	return ok && !inPort(rest)
}

// inPort reports whether the end of an authority stands in its port.
func inPort(authority string) bool {
	return strings.LastIndexByte(authority, ':') > strings.LastIndexByte(authority, ']') &&
		(!strings.HasPrefix(authority, "[") || strings.Contains(authority, "]"))
}

// portHoles holds a hole in the port to an int.
func (c *checker) portHoles(t *Template) {
	before := ""
	for _, p := range t.Parts {
		if p.Hole == nil {
			before += p.Text
			continue
		}
		if rest, ok := authority(before); ok && inPort(rest) && p.Hole.base().typ.Final().Kind != capability.KindInt {
			c.report("E0419", p.At, "the port of a url is an int, not %s", article(p.Hole.base().typ))
		}
		before += "1"
	}
}

// below is path / text or url / text.
func (c *checker) below(x, y Expr, t *Type, at lang.Span) Expr {
	if t.kind() == capability.KindURL {
		if k, ok := y.(*Const); ok && k.typ.is(formText) {
			unify(k.typ, typeString)
		}
		return c.lib(internal("url", "join1", 0), at, x, c.need(y, typeString, "the segment"))
	}
	switch y := y.(type) {
	case *Const:
		if y.typ.is(formText) || y.typ.kind() == capability.KindString {
			unify(y.typ, typeString)
			return c.belowLiteral(x, []Part{{Text: string(y.Value.(capability.StringValue)), At: y.at}}, at)
		}
	case *Template:
		if y.typ.is(formText) {
			return c.belowTemplate(x, y, at)
		}
	}
	return c.lib(internal("path", "join1", 0), at, x, c.need(y, typeString, "the component"))
}

// belowTemplate puts a literal with holes below a path. The literal's own
// check, as a string, allows what this one refuses.
func (c *checker) belowTemplate(x Expr, y *Template, at lang.Span) Expr {
	unify(y.typ, typeString)
	return c.belowLiteral(x, append([]Part(nil), y.Parts...), at)
}

func (c *checker) belowLiteral(x Expr, parts []Part, at lang.Span) Expr {
	out := &Template{node: node{at: at, typ: typePath}, below: true}
	out.Parts = append(out.Parts, Part{Hole: x, At: x.base().at})
	out.addText("/", at)
	for _, p := range parts {
		if p.Hole == nil {
			out.addText(p.Text, p.At)
		} else {
			out.Parts = append(out.Parts, p)
		}
	}
	if k, ok := x.(*Const); ok {
		c.foldBelow(out, k)
	}
	c.texts = append(c.texts, func() { c.closeTemplate(out) })
	return out
}

// foldBelow makes a path literal of one below another.
func (c *checker) foldBelow(t *Template, k *Const) {
	var text string
	switch v := k.Value.(type) {
	case capability.StringValue:
		text = string(v)
	case capability.PathValue:
		text = string(v)
	default:
		return
	}
	text = strings.TrimSuffix(text, "/")
	t.below = false
	t.Parts = t.Parts[1:]
	t.Parts[0].Text = text + t.Parts[0].Text
}

// ---- regular expressions ----

func (c *checker) regex(e *lang.Regex) Expr {
	if text, ok := regexText(e); ok {
		if !c.checkRegex(e.At, text) {
			return bad(e.At)
		}
		return &Const{node{at: e.At, typ: typeRegex}, capability.RegexValue(text)}
	}
	out := &Template{node: node{at: e.At, typ: typeRegex}}
	var sample strings.Builder
	broken := false
	for i := range e.Parts {
		p := &e.Parts[i]
		if p.Hole == nil {
			out.addText(p.Text, p.At)
			sample.WriteString(p.Text)
			continue
		}
		sample.WriteByte('0')
		x := c.value(p.Hole, nil)
		broken = broken || isBad(x)
		out.Parts = append(out.Parts, Part{Hole: x, At: p.At})
	}
	if broken || !c.checkRegex(e.At, sample.String()) {
		return bad(e.At)
	}
	c.texts = append(c.texts, func() { c.closeTemplate(out) })
	return out
}
