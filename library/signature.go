package library

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"rex/capability"
)

// A row's types are written as one line, in the language's own spelling:
//
//	len(s: string) -> int           a function or method
//	(p: path).name -> string        a property
//	push!(xs: list[T], x: T)        it changes its receiver
//	json.format(v: any, indent: int = 0) -> string
//
// A parameter with a default is optional and given by name. A single capital
// is a type variable (match.go). The lines are read once, when the first row
// is looked up; one that can't be read is a mistake in this package, so
// reading panics, and every test would show it.

// namedTypes are the types that a signature calls by a name of its own.
var namedTypes = map[string]*capability.Type{
	"kind":         capability.KindWords,
	"net.Response": capability.NetResponse,
}

// simpleKinds are the types without parts by their words.
var simpleKinds = func() map[string]capability.Kind {
	m := map[string]capability.Kind{}
	for k := capability.KindBool; k.Valid(); k++ {
		if capability.Simple(k) != nil {
			m[k.String()] = k
		}
	}
	return m
}()

type signatureParser struct {
	text string
	rest string
}

// parseSignature fills in what a signature says of a row.
func parseSignature(text string, row *Row) {
	p := &signatureParser{text: text, rest: text}
	row.signature = text
	if p.take("(") {
		row.Property = true
		row.Params = p.params()
		p.need(".")
		row.Name = p.word()
	} else {
		row.Name = p.word()
		if p.take(".") {
			row.Module, row.Name = row.Name, p.word()
		}
		row.Mutates = p.take("!")
		p.need("(")
		row.Params = p.params()
	}
	if p.take("->") {
		row.Result = p.shape()
	}
	if p.rest != "" || len(row.Params) > MaxArgs {
		p.fail("something else")
	}
}

func (p *signatureParser) fail(want string) {
	panic(fmt.Sprintf("library: signature %q: expected %s before %q", p.text, want, p.rest))
}

func (p *signatureParser) take(s string) bool {
	rest := strings.TrimLeft(p.rest, " ")
	if !strings.HasPrefix(rest, s) {
		return false
	}
	p.rest = strings.TrimLeft(rest[len(s):], " ")
	return true
}

func (p *signatureParser) need(s string) {
	if !p.take(s) {
		p.fail(s)
	}
}

func (p *signatureParser) word() string {
	i := 0
	for i < len(p.rest) && (p.rest[i] == '_' || p.rest[i] >= '0' && p.rest[i] <= '9' || p.rest[i]|0x20 >= 'a' && p.rest[i]|0x20 <= 'z') {
		i++
	}
	if i == 0 {
		p.fail("a word")
	}
	w := p.rest[:i]
	p.rest = strings.TrimLeft(p.rest[i:], " ")
	return w
}

// quoted reads a text without escapes.
func (p *signatureParser) quoted() string {
	if !strings.HasPrefix(p.rest, `"`) {
		p.fail("a quote")
	}
	s, rest, ok := strings.Cut(p.rest[1:], `"`)
	if !ok {
		p.fail("a closing quote")
	}
	p.rest = strings.TrimLeft(rest, " ")
	return s
}

func (p *signatureParser) params() []Param {
	var list []Param
	for !p.take(")") {
		if len(list) > 0 {
			p.need(",")
		}
		param := Param{Name: p.word()}
		p.need(":")
		param.Shape = p.shape()
		if p.take("=") {
			param.Optional = true
			param.Default = p.value(param.Shape.Kind)
		}
		list = append(list, param)
	}
	return list
}

// value reads a default as a literal of the language; of a list, the empty one.
func (p *signatureParser) value(k capability.Kind) capability.Value {
	switch k {
	case capability.KindString, capability.KindWord:
		return capability.StringValue(p.quoted())
	case capability.KindOptional:
		p.need("nil")
		return nil
	case capability.KindBool:
		return capability.BoolValue(p.word() == "true")
	case capability.KindList:
		p.need("[]")
		return nil
	case capability.KindFloat, capability.KindDuration:
		return p.literal(capability.Simple(k))
	}
	n, err := strconv.ParseInt(p.word(), 10, 64)
	if err != nil || n > math.MaxInt32 {
		p.fail("a number")
	}
	return capability.IntValue(n)
}

// literal reads a default up to what ends it.
func (p *signatureParser) literal(t *capability.Type) capability.Value {
	n := strings.IndexAny(p.rest, ",)")
	if n < 0 {
		p.fail("a , or )")
	}
	v, err := ParseArg(t, p.rest[:n])
	if err != nil {
		p.fail("a " + t.String())
	}
	p.rest = p.rest[n:]
	return v
}

func (p *signatureParser) shape() *Shape {
	s := p.plain()
	for p.take("?") {
		s = &Shape{Kind: capability.KindOptional, Elem: s}
	}
	return s.settle()
}

func (p *signatureParser) plain() *Shape {
	switch {
	case strings.HasPrefix(p.rest, `"`):
		s := &Shape{Kind: capability.KindWord, Words: []string{p.quoted()}}
		for p.take("|") {
			s.Words = append(s.Words, p.quoted())
		}
		return s
	case p.take("{"):
		return p.record()
	}
	w := p.word()
	if p.take(".") {
		w += "." + p.word()
	}
	if t := namedTypes[w]; t != nil {
		return shapeOf(t)
	}
	if k, ok := simpleKinds[w]; ok {
		return &Shape{Kind: k}
	}
	switch {
	case w == "list":
		return &Shape{Kind: capability.KindList, Elem: p.inBrackets()}
	case w == "map":
		return &Shape{Kind: capability.KindMap, Elem: p.inBrackets()}
	case w == "fn":
		return p.function()
	case len(w) == 1 && strings.Contains(variables, w):
		return &Shape{Var: w[0]}
	}
	p.fail("a type instead of " + w)
	return nil
}

func (p *signatureParser) inBrackets() *Shape {
	p.need("[")
	s := p.shape()
	p.need("]")
	return s
}

func (p *signatureParser) record() *Shape {
	s := &Shape{Kind: capability.KindRecord}
	for !p.take("}") {
		if len(s.Fields) > 0 {
			p.need(",")
		}
		f := ShapeField{Name: p.word()}
		p.need(":")
		f.Shape = p.shape()
		s.Fields = append(s.Fields, f)
	}
	return s
}

func (p *signatureParser) function() *Shape {
	s := &Shape{Kind: capability.KindFunc}
	p.need("(")
	for !p.take(")") {
		if len(s.Params) > 0 {
			p.need(",")
		}
		s.Params = append(s.Params, p.shape())
	}
	if p.take("->") {
		s.Result = p.shape()
	}
	return s
}

// shapeOf is a type as a shape without variables.
func shapeOf(t *capability.Type) *Shape { return &Shape{Kind: t.Kind, fixed: t, Words: t.Words} }

// settle computes the type of a shape that has no variables.
func (s *Shape) settle() *Shape {
	if s.fixed == nil && !s.open() {
		s.fixed = s.build(nil)
	}
	return s
}

// open reports whether the shape has a variable in it.
func (s *Shape) open() bool {
	if s == nil || s.fixed != nil {
		return false
	}
	if s.Var != 0 || s.Elem.open() || s.Result.open() {
		return true
	}
	for _, p := range s.Params {
		if p.open() {
			return true
		}
	}
	for _, f := range s.Fields {
		if f.Shape.open() {
			return true
		}
	}
	return false
}
