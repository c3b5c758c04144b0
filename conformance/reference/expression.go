package reference

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"rex/capability"
	"rex/compiler"
	"rex/lang"
	"rex/library"
)

// eval gives the value of an expression, nil for nothing and for nil. Operands
// are evaluated from left to right.
func (f *frame) eval(x compiler.Expr) capability.Value {
	switch x := x.(type) {
	case *compiler.Const:
		return constant(x)
	case *compiler.NilLit:
		return nil
	case *compiler.Template:
		return f.template(x)
	case *compiler.Local:
		return f.vars[x.Var]
	case *compiler.Narrowed:
		return f.narrowed(x)
	case *compiler.Convert:
		return f.eval(x.X)
	case *compiler.Frozen:
		v := f.eval(x.X)
		f.must(x.At(), library.Freeze(v))
		return v
	case *compiler.Cast:
		v, err := library.Cast(f.eval(x.X), x.Type())
		f.must(x.At(), err)
		return v
	case *compiler.IsType:
		return capability.BoolValue(library.Is(f.eval(x.X), x.To.Final()))
	case *compiler.Unwrap:
		v := f.eval(x.X)
		switch {
		case v == nil && x.X.Type().Kind == capability.KindAny:
			f.fail(x.At(), capability.Absent, "this is nil")
		case v == nil:
			f.fail(x.At(), capability.Absent, "it is nil")
		}
		return v
	case *compiler.Coalesce:
		if v := f.eval(x.X); v != nil {
			return v
		}
		return f.eval(x.Y)
	case *compiler.Chain:
		v := f.eval(x.X)
		if v == nil {
			return nil
		}
		f.vars[x.Var] = v
		return f.eval(x.Then)
	case *compiler.Unary:
		return f.unary(x)
	case *compiler.Binary:
		return f.binary(x)
	case *compiler.FieldOf:
		return f.eval(x.X).(*capability.Record).Lookup(x.Name)
	case *compiler.PartOf:
		v := f.eval(x.X)
		return f.part(x.At(), v, capability.TextOf(f.eval(x.Key)))
	case *compiler.ElemOf:
		v := f.eval(x.X)
		return f.elementOfAny(x.At(), v, f.eval(x.I).(capability.IntValue))
	case *compiler.IndexOf:
		l := f.eval(x.X).(*capability.List)
		return f.element(x.At(), l, f.eval(x.I).(capability.IntValue))
	case *compiler.KeyOf:
		m := f.eval(x.X).(*capability.Map)
		if i := m.Find(capability.TextOf(f.eval(x.Key))); i >= 0 {
			return m.At(i)
		}
		return nil
	case *compiler.ListLit:
		l := capability.NewList(x.Type().Elem)
		for _, item := range x.Items {
			l.Push(f.eval(item))
		}
		return l
	case *compiler.RecordLit:
		return f.record(x)
	case *compiler.MapLit:
		m := capability.NewMap(x.Type().Elem)
		for i, item := range x.Items {
			m.Put(x.Keys[i], f.eval(item))
		}
		return m
	case *compiler.With:
		return f.with(x)
	case *compiler.Range:
		return f.rangeList(x)
	case *compiler.CallFn:
		args := f.operands(x.Args, x.Eval)
		return f.call(x.At(), f.capture(x.Fn), args)
	case *compiler.CallValue:
		g := f.eval(x.Fn).(*function)
		return f.call(x.At(), g, f.operands(x.Args, nil))
	case *compiler.LibCall:
		return f.library(x)
	case *compiler.Capture:
		return f.captured(x)
	case *compiler.HostCall:
		return f.ask(x)
	case *compiler.Expand:
		return f.expand(x)
	case *compiler.Closure:
		return f.capture(x.Fn)
	case *compiler.FnValue:
		return f.capture(x.Fn)
	case *compiler.If:
		for _, a := range x.Arms {
			if f.test(a.Cond) {
				return f.block(a.Body)
			}
		}
		if x.Else != nil {
			return f.block(x.Else)
		}
		return nil
	case *compiler.Match:
		return f.match(x)
	case *compiler.Catch:
		return f.catch(x)
	case *compiler.BlockExpr:
		return f.block(x.Block)
	case *compiler.Leave:
		out := left{kind: x.Kind}
		if x.Value != nil {
			out.value = f.eval(x.Value)
		}
		panic(out)
	case *compiler.Fail:
		return f.failed(x)
	}
	panic(fmt.Sprintf("an expression that the evaluator does not know: %T", x))
}

// operands evaluates expressions in an order, that of the slice by default.
func (f *frame) operands(xs []compiler.Expr, order []int) []capability.Value {
	out := make([]capability.Value, len(xs))
	if order == nil {
		for i, x := range xs {
			out[i] = f.eval(x)
		}
	}
	for _, i := range order {
		out[i] = f.eval(xs[i])
	}
	return out
}

// constant is a literal, as a value of its type: a text may be a path.
func constant(x *compiler.Const) capability.Value {
	if t := x.Type(); t.File() == capability.FileText {
		return capability.BoxText(t.Kind, capability.TextOf(x.Value))
	}
	return x.Value
}

// narrowed reads a variable that a test has shown to be of a smaller type.
func (f *frame) narrowed(x *compiler.Narrowed) capability.Value {
	v := f.vars[x.Var]
	if v == nil && x.Type().Kind != capability.KindAny && x.Type().Kind != capability.KindOptional {
		panic("a narrowed variable is nil")
	}
	return v
}

// template fills the holes of a text.
func (f *frame) template(x *compiler.Template) capability.Value {
	kind := x.Type().Kind
	pieces := make([]library.Piece, len(x.Parts))
	values := make([]capability.Value, len(x.Parts))
	for i, p := range x.Parts {
		if p.Hole != nil {
			values[i] = f.eval(p.Hole)
		}
	}
	for i, p := range x.Parts {
		pieces[i] = library.Piece{Text: p.Text}
		if p.Hole != nil {
			pieces[i] = library.Piece{Text: f.hole(x.At(), p.Hole.Type(), values[i]), Hole: p.Hole.Type().Kind}
		}
	}
	text, err := library.Fill(kind, pieces)
	f.must(x.At(), err)
	return capability.BoxText(kind, text)
}

func (f *frame) hole(at lang.Span, t *capability.Type, v capability.Value) string {
	if t.File() == capability.FileText {
		return capability.TextOf(v)
	}
	text, err := library.TextWith(nil, v)
	f.must(at, err)
	return text
}

// ---- parts ----

func (f *frame) element(at lang.Span, l *capability.List, i capability.IntValue) capability.Value {
	if i < 0 || int64(i) >= int64(l.Len()) {
		f.fail(at, capability.Range, "there is no element %d in a list of %d", i, l.Len())
	}
	return l.At(int(i))
}

func (f *frame) part(at lang.Span, v capability.Value, name string) capability.Value {
	switch v := v.(type) {
	case nil:
		f.fail(at, capability.Absent, "it is nil, so it has no %q", name)
	case *capability.Map:
		if i := v.Find(name); i >= 0 {
			return v.At(i)
		}
		return nil
	case *capability.Record:
		return v.Lookup(name)
	}
	f.fail(at, capability.Invalid, "a %s has no part %q", capability.TypeOf(v), name)
	return nil
}

func (f *frame) elementOfAny(at lang.Span, v capability.Value, i capability.IntValue) capability.Value {
	switch v := v.(type) {
	case nil:
		f.fail(at, capability.Absent, "it is nil, so it has no element %d", i)
	case *capability.List:
		return f.element(at, v, i)
	}
	f.fail(at, capability.Invalid, "a %s has no elements", capability.TypeOf(v))
	return nil
}

// slice is x[from..to] of a list, or of the code points of a string, or of
// bytes. It is never clipped.
func (f *frame) slice(at lang.Span, v, from, to capability.Value) capability.Value {
	n := 0
	var points []rune
	switch v := v.(type) {
	case *capability.List:
		n = v.Len()
	case capability.StringValue:
		points = []rune(string(v))
		n = len(points)
	case capability.BytesValue:
		n = len(v)
	}
	a, b := int64(from.(capability.IntValue)), int64(n)
	if to != nil {
		b = int64(to.(capability.IntValue))
	}
	if a < 0 || a > int64(n) || b < 0 || b > int64(n) {
		f.fail(at, capability.Range, "the slice [%d..%d] is out of range: the length is %d", a, b, n)
	}
	b = max(a, b)
	switch v := v.(type) {
	case *capability.List:
		out := capability.NewList(v.Elem)
		for i := a; i < b; i++ {
			out.Push(v.At(int(i)))
		}
		return out
	case capability.BytesValue:
		return v[a:b]
	}
	return capability.StringValue(points[a:b])
}

// ---- records and ranges ----

func (f *frame) record(x *compiler.RecordLit) capability.Value {
	t := x.Type()
	if t.Kind == capability.KindMap { // {} that turned out to be one
		return capability.NewMap(t.Elem)
	}
	r := capability.NewRecord(t)
	for _, field := range x.Fields {
		if field.Value != nil {
			r.SetField(t.FieldIndex(field.Name), f.eval(field.Value))
		}
	}
	return r
}

// with is a copy of a record with some fields changed.
func (f *frame) with(x *compiler.With) capability.Value {
	old := f.eval(x.X).(*capability.Record)
	values := make([]capability.Value, len(x.Fields))
	for i, field := range x.Fields {
		values[i] = f.eval(field.Value)
	}
	r := capability.NewRecord(x.Type())
	for i, field := range r.Type.Fields {
		r.SetField(i, old.Lookup(field.Name))
	}
	for i, field := range x.Fields {
		r.SetField(r.Type.FieldIndex(field.Name), values[i])
	}
	return r
}

// maxRange is the longest list that a generated program makes of a range.
const maxRange = 1 << 20

func (f *frame) rangeList(x *compiler.Range) capability.Value {
	l := capability.NewList(capability.Int)
	f.counted(x, func(i int64) bool {
		if l.Len() == maxRange {
			f.end(x.At(), &capability.LimitError{Limit: "memory"})
		}
		l.Push(capability.IntValue(i))
		return true
	})
	return l
}

// counted counts through a range while yield is true.
func (f *frame) counted(x *compiler.Range, yield func(int64) bool) {
	from, to := int64(f.eval(x.From).(capability.IntValue)), int64(f.eval(x.To).(capability.IntValue))
	for i := from; i < to || i == to && x.Inclusive; i++ {
		if !yield(i) || i == to {
			return
		}
	}
}

// ---- calls ----

func (f *frame) library(x *compiler.LibCall) capability.Value {
	args := f.operands(x.Args, x.Eval)
	switch x.Row.FullName() {
	case "list.slice", "string.slice", "bytes.slice":
		return f.slice(x.At(), args[0], args[1], args[2])
	case "list.concat":
		return concat(args[0].(*capability.List), args[1].(*capability.List))
	case "string.at":
		i := args[1].(capability.IntValue)
		points := []rune(capability.TextOf(args[0]))
		if i < 0 || int64(i) >= int64(len(points)) {
			f.fail(x.At(), capability.Range, "position %d is out of range: there are %d elements", i, len(points))
		}
		return capability.StringValue(points[i])
	}
	types := make([]*capability.Type, len(x.Args))
	for i, a := range x.Args {
		types[i] = a.Type()
	}
	return f.native(x.At(), x.Row, types, args, x.Type())
}

func (f *frame) ask(x *compiler.HostCall) capability.Value {
	args := f.operands(x.Args, x.Eval)
	v, err := f.host.Do(x.Op, args)
	var fault *capability.Error
	if e, ok := err.(*capability.Error); ok {
		copied := *e
		fault = &copied
		if fault.Op == "" {
			fault.Op = x.Op.Name
		}
		err = fault
	}
	f.must(x.At(), err)
	if s, ok := v.(capability.Stream); ok {
		return f.opened(s)
	}
	return v
}

// failed is fail(..): a new failure, or one that is raised again.
func (f *frame) failed(x *compiler.Fail) capability.Value {
	if x.Error != nil {
		f.raise(x.At(), f.eval(x.Error).(*capability.Error))
	}
	message := f.eval(x.Message)
	values := f.eval(x.Values)
	var cause capability.Value
	if x.Cause != nil {
		cause = f.eval(x.Cause)
	}
	row := library.Named("error", "new")[0]
	types := []*capability.Type{capability.String, capability.MapOf(capability.Any), capability.OptionalOf(capability.ErrorT)}
	err := f.native(x.At(), row, types, []capability.Value{message, values, cause}, capability.ErrorT)
	f.raise(x.At(), err.(*capability.Error))
	return nil
}

// ---- choices ----

func (f *frame) match(x *compiler.Match) capability.Value {
	f.vars[x.Var] = f.eval(x.X)
	for i := range x.Arms {
		a := &x.Arms[i]
		if f.matches(a.Pattern, x) && (a.Guard == nil || truth(f.eval(a.Guard))) {
			return f.block(a.Body)
		}
	}
	return nil
}

func (f *frame) matches(p compiler.Pattern, x *compiler.Match) bool {
	v := f.vars[x.Var]
	switch p := p.(type) {
	case *compiler.AnyPattern:
		if p.Var != nil {
			f.vars[p.Var] = v
		}
		return true
	case *compiler.TestPattern:
		return truth(f.eval(p.Test))
	case *compiler.TypePattern:
		t := p.Type.Final()
		if t.Kind != capability.KindAny && !library.Is(v, t) {
			return false
		}
		if p.Var != nil {
			f.vars[p.Var] = v
		}
		return true
	case *compiler.RecordPattern:
		return f.matchesFields(p, v)
	case *compiler.OrPattern:
		return slices.ContainsFunc(p.Alts, func(a compiler.Pattern) bool { return f.matches(a, x) })
	}
	panic("a pattern that the evaluator does not know")
}

func (f *frame) matchesFields(p *compiler.RecordPattern, v capability.Value) bool {
	if v == nil {
		return false
	}
	for _, field := range p.Fields {
		if p.Object && !hasField(v, field.Name) {
			return false
		}
		f.vars[field.Match.Var] = f.eval(field.Match.X)
		if !f.matches(field.Pattern, field.Match) {
			return false
		}
	}
	return true
}

func hasField(v capability.Value, name string) bool {
	switch v := v.(type) {
	case *capability.Map:
		return v.Find(name) >= 0
	case *capability.Record:
		return v.Type.FieldIndex(name) >= 0
	}
	return false
}

// captured makes a record of each match: its fields are groups, by name or by
// number.
func (f *frame) captured(x *compiler.Capture) capability.Value {
	pattern := capability.TextOf(f.eval(x.Call.Args[1]))
	found := f.eval(x.Call)
	if found == nil {
		return nil
	}
	t := x.Type().Elem
	names := regexp.MustCompile(pattern).SubexpNames()
	one := func(groups *capability.List) capability.Value {
		r := capability.NewRecord(t)
		for i, field := range t.Fields {
			n, err := strconv.Atoi(field.Name)
			if err != nil {
				n = slices.Index(names, field.Name)
			}
			r.SetField(i, groups.At(n))
		}
		return r
	}
	if x.Call.Row.Name == "capture" {
		return one(found.(*capability.List))
	}
	all := capability.NewList(t)
	for i := range found.(*capability.List).Len() {
		all.Push(one(found.(*capability.List).At(i).(*capability.List)))
	}
	return all
}

// catch gives the handler's value for a failure of its kinds.
func (f *frame) catch(x *compiler.Catch) (value capability.Value) {
	signal := f.attempt(func() { value = f.eval(x.X) })
	if signal == nil {
		return value
	}
	return f.handle(x, signal)
}

func (f *frame) handle(x *compiler.Catch, signal any) capability.Value {
	failed, ok := signal.(raised)
	if !ok || !x.Mask.Has(failed.err.Why) {
		panic(signal)
	}
	if x.Var != nil {
		f.vars[x.Var] = failed.err
	}
	return f.block(x.Body)
}
