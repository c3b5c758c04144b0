package compiler

import (
	"regexp/syntax"

	"rex/capability"
	"rex/lang"
)

// What capture gives for a pattern that is known when compiling: a record of
// its named groups. A group by its number, `m[0]`, is a field too, which the
// record gets when a script asks for it; so a match that is printed or given
// on shows its names only.

// maxGroups bounds the named groups of a pattern, as the fields of any record.
const maxGroups = 256

// group is one group of a pattern; the first is the whole match.
type group struct {
	name     string // "" when it has only its number
	optional bool   // a match may leave it out
}

func (g group) typ() *Type {
	if g.optional {
		return optionalOf(typeString)
	}
	return typeString
}

// groupsOf reads the groups of a pattern, which is a good one.
func groupsOf(pattern string) []group {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	groups := make([]group, re.MaxCap()+1)
	findGroups(re, false, groups)
	return groups
}

// findGroups goes through a pattern. optional says that a match may leave this
// part of it out.
func findGroups(re *syntax.Regexp, optional bool, groups []group) {
	switch re.Op {
	case syntax.OpCapture:
		groups[re.Cap] = group{re.Name, optional}
	case syntax.OpStar, syntax.OpQuest, syntax.OpAlternate:
		optional = true
	case syntax.OpRepeat:
		optional = optional || re.Min == 0
	}
	for _, sub := range re.Sub {
		findGroups(sub, optional, groups)
	}
}

// groupNumber finds the group that a field of a match stands for, -1 when the
// pattern has none.
func groupNumber(groups []group, field string) int {
	for i, g := range groups {
		if g.name == field && field != "" || itoa(i) == field {
			return i
		}
	}
	return -1
}

// patternOf is the pattern of a regex that is known: a literal, a const, or a
// variable bound to one, which can't be another any more once its groups are
// fields.
func patternOf(x Expr) (string, *Var) {
	switch x := x.(type) {
	case *Const:
		if p, ok := x.Value.(capability.RegexValue); ok && !x.made {
			return string(p), nil
		}
	case *Local:
		return x.Var.pattern, x.Var
	case *Convert:
		return patternOf(x.X)
	}
	return "", nil
}

// captured makes records of what capture and capture_all give.
func (c *checker) captured(call *LibCall) Expr {
	pattern, v := patternOf(call.Args[1])
	if pattern == "" {
		return call
	}
	if v != nil {
		v.groups = call.at
	}
	out := &Capture{node: node{at: call.at}, Call: call, Groups: groupsOf(pattern)}
	record := &Type{form: formRecord, groups: out.Groups}
	for _, g := range out.Groups {
		if g.name != "" && !isNumber(g.name) {
			record.fields = append(record.fields, typeField{g.name, g.typ()})
		}
	}
	if len(record.fields) > maxGroups {
		c.report("E0427", call.Args[1].base().at, "the pattern has more than %d named groups", maxGroups)
		return bad(call.at)
	}
	out.match = record
	out.typ = optionalOf(record)
	if call.Row.Name == "capture_all" {
		out.typ = listOf(record)
	}
	c.after = append(c.after, func() { c.closeCapture(out) })
	return out
}

func isNumber(name string) bool { return name[0] >= '0' && name[0] <= '9' }

// groupOf is m[i] of a match.
func (c *checker) groupOf(e *lang.Index, x Expr) Expr {
	t := x.base().typ.find()
	k, ok := c.value(e.I, typeInt).(*Const)
	n, isInt := capability.IntValue(0), false
	if ok {
		n, isInt = k.Value.(capability.IntValue)
	}
	switch {
	case !isInt:
		y, d := c.failed("E0404", e.I.Span(), "a group is taken by its name, or by a constant number")
		d.Note("the groups are %s", joinNames(fieldNames(t)))
		return y
	case n < 0 || int(n) >= len(t.groups):
		y, _ := c.failed("E0404", e.I.Span(), "the pattern has %s, and there is none with the number %d", count(len(t.groups)-1, "group"), n)
		return y
	}
	g := t.groups[n]
	name := g.name
	if name == "" || isNumber(name) {
		name = itoa(int(n))
	}
	ft := t.field(name)
	if ft == nil {
		if t.final != nil {
			y, d := c.failed("E0404", e.At, "the type of the match is settled already")
			d.Note("give the group a name: `(?<name>..)`")
			return y
		}
		ft = g.typ()
		t.fields = append(t.fields, typeField{name, ft})
	}
	return &FieldOf{node{at: e.At, typ: ft}, x, name}
}

// closeCapture holds the fields that a match has in the end against the
// groups: it may share its type with the match of another pattern.
func (c *checker) closeCapture(x *Capture) {
	for _, f := range x.match.fieldList() {
		n := groupNumber(x.Groups, f.name)
		switch {
		case f.typ.bad():
		case n < 0:
			c.report("E0404", x.at, "this pattern has no group `%s`, which the other has", f.name)
		case x.Groups[n].optional && f.typ.Final().Kind != capability.KindOptional:
			c.report("E0404", x.at, "the group `%s` may take no part in this pattern, but always does in the other", f.name)
		}
	}
}
