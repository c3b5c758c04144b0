package compiler

import (
	"rex/capability"
	"rex/lang"
)

// recordPattern is `{ kind: "file", size }`: of a record, or of an any that
// holds an object with these fields. Each field is matched as a value of its own.
func (c *checker) recordPattern(p *lang.RecordPattern, m *Match, cover *coverage, guarded bool) Pattern {
	t := m.Var.Type.stripOptional()
	isAny := t.kind() == capability.KindAny
	if !isAny && t.kind() != capability.KindRecord && !t.bad() {
		c.report("E0415", p.At, "this pattern is for a record, or for an any that holds one; this is %s", article(m.Var.Type))
		t = typeBad
	}
	out := &RecordPattern{Object: isAny}
	tested := 0 // fields that may not match
	for i := range p.Fields {
		if !c.irrefutable(p.Fields[i].Pattern, t.field(p.Fields[i].Name.Text)) {
			tested++
		}
	}
	for i := range p.Fields {
		f := &p.Fields[i]
		sub := c.matchField(f, m, t)
		known := newCoverage()
		tests := !c.irrefutable(f.Pattern, sub.Var.Type)
		if tests && tested == 1 && !isAny && !sub.Var.Type.bad() {
			known = cover.field(f.Name.Text)
		}
		pattern := Pattern(nil)
		if f.Pattern == nil {
			pattern = &AnyPattern{Var: c.declare(f.Name, sub.Var.Type)}
		} else {
			pattern = c.pattern(f.Pattern, sub, known, guarded)
		}
		out.Fields = append(out.Fields, FieldPattern{f.Name.Text, sub, pattern})
		if tests && tested == 1 && !isAny && !guarded && known.missing(sub.Var.Type) == "" {
			cover.some = true
		}
	}
	if tested == 0 && !isAny && !guarded {
		cover.some = true
	}
	cover.all = cover.all || cover.some && (cover.null || m.Var.Type.kind() != capability.KindOptional)
	return out
}

// matchField is the match of one field.
func (c *checker) matchField(f *lang.PatternField, m *Match, t *Type) *Match {
	at := f.Name.At
	ft := typeBad
	var x Expr = bad(at)
	switch t.kind() {
	case capability.KindAny:
		ft = typeAny
		x = &PartOf{node{at: at, typ: typeAny}, c.matchedValue(m, at), &Const{node{at: at, typ: typeString}, capability.StringValue(f.Name.Text)}}
	case capability.KindRecord:
		if ft = t.field(f.Name.Text); ft == nil {
			c.noField(t, f.Name)
			ft = typeBad
			break
		}
		x = &FieldOf{node{at: at, typ: ft}, c.matchedValue(m, at), f.Name.Text}
	}
	c.vars++
	return &Match{node: node{at: at}, X: x, Var: &Var{At: at, Type: ft, owner: c.fn, order: c.vars, Used: true}}
}

// field is what the arms so far have covered of a field.
func (v *coverage) field(name string) *coverage {
	for _, f := range v.fields {
		if f.name == name {
			return f.cover
		}
	}
	f := fieldCoverage{name, newCoverage()}
	v.fields = append(v.fields, f)
	return f.cover
}

// irrefutable reports whether a pattern matches every value of a type; nil is
// a field that is only bound.
func (c *checker) irrefutable(p lang.Pattern, t *Type) bool {
	switch p := p.(type) {
	case nil:
		return true
	case *lang.NamePattern:
		e := c.lookup(p.Name.Text)
		return p.Name.Text == "_" || e == nil || e.k == nil
	case *lang.RecordPattern:
		if t == nil || t.kind() != capability.KindRecord {
			return false
		}
		for i := range p.Fields {
			if !c.irrefutable(p.Fields[i].Pattern, t.field(p.Fields[i].Name.Text)) {
				return false
			}
		}
		return true
	}
	return false
}

// boundBy is the first name that a pattern binds, nil when it binds none.
func (c *checker) boundBy(p lang.Pattern) *lang.Name {
	switch p := p.(type) {
	case *lang.NamePattern:
		if !c.irrefutable(p, nil) || p.Name.Text == "_" {
			return nil
		}
		return &p.Name
	case *lang.IsPattern:
		if p.Name.Text != "_" {
			return &p.Name
		}
	case *lang.RecordPattern:
		for i := range p.Fields {
			f := &p.Fields[i]
			if f.Pattern == nil {
				return &f.Name
			}
			if n := c.boundBy(f.Pattern); n != nil {
				return n
			}
		}
	}
	return nil
}
