package preflight

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"sort"

	"rex/bytecode"
	"rex/capability"
)

// Options say how a report is made.
type Options struct {
	ExtraSteps int  // the budget on top of 100 steps an instruction; 0 is a million
	Complete   bool // the arguments are those of a run: a nil one is nil, not unknown
}

const (
	extraSteps = 1_000_000
	stepsEach  = 100 // per instruction; real scripts need 5
)

// Report says what a module can touch. args are the values of its parameters,
// in order: nil for none known, a nil entry for one that is not known.
func Report(v *bytecode.Verified, args []capability.Value, o Options) *capability.Report {
	if !v.Valid() {
		return &capability.Report{Table: capability.TableHash()}
	}
	m := v.Module()
	hash := v.Hash()
	r := &capability.Report{
		Module: hex.EncodeToString(hash[:]), Source: m.Source.Name, Table: capability.TableHash(),
		Params: m.Params, Bound: args,
	}
	a, done := analyse(v, args, o)
	if done {
		r.Touches = a.touches()
	} else {
		r.Budget, r.Touches = true, a.coarse()
	}
	r.Steps = a.steps
	sortTouches(m, r.Touches)
	return r
}

// analyse interprets a module; done is false when the budget was spent first.
func analyse(v *bytecode.Verified, args []capability.Value, o Options) (a *analysis, done bool) {
	m := v.Module()
	shapes := make([]*shape, len(m.Funcs))
	budget, left, large := extraSteps, maxRoom, false
	if o.ExtraSteps > 0 {
		budget = o.ExtraSteps
	}
	for i := range m.Funcs {
		shapes[i] = newShape(v, i, &left)
		large = large || shapes[i].large
		budget += stepsEach * len(m.Funcs[i].Code)
	}
	a = newAnalysis(v, shapes, textsOfParams(m.Params), budget)
	if large {
		return a, false
	}
	values := make([]*value, len(m.Params))
	for i := range values {
		if i < len(args) {
			values[i] = a.parameter(i, args[i], args[i] != nil || o.Complete)
		} else {
			values[i] = a.parameter(i, nil, false)
		}
	}
	return a, a.run(values)
}

// sortTouches puts touches in the order of the text: those of the script, then
// those of each file that it imports.
func sortTouches(m *bytecode.Module, all []capability.Touch) {
	sort.SliceStable(all, func(i, j int) bool {
		p, q := &all[i], &all[j]
		from, of := m.Funcs[p.Site.Func].Source, m.Funcs[q.Site.Func].Source
		switch {
		case from != of:
			return from < of
		case p.Pos.Line != q.Pos.Line:
			return p.Pos.Line < q.Pos.Line
		case p.Pos.Column != q.Pos.Column:
			return p.Pos.Column < q.Pos.Column
		case p.Site.Func != q.Site.Func:
			return p.Site.Func < q.Site.Func
		}
		return p.Site.PC < q.Site.PC
	})
}

// found gathers what the instances say of one host call.
type found struct {
	touch   capability.Touch
	join    []*value
	first   *instance
	reached int
}

// touches makes the touches of the blocks that were reached.
func (a *analysis) touches() []capability.Touch {
	musts, denials := a.musts(), a.newDenials()
	often, looped := a.repeats()
	all := map[capability.Site]*found{}
	var order []*found
	for _, in := range a.instances {
		s := a.shapes[in.fn]
		for b := range s.blocks {
			blk := &s.blocks[b]
			code := &s.f.Code[blk.from]
			if in.states[b] == nil || code.Op != bytecode.HOST {
				continue
			}
			args := a.argumentsAt(in, b)
			if args == nil {
				continue
			}
			site := capability.Site{Func: in.fn, PC: blk.from}
			f := all[site]
			if f == nil {
				f = &found{first: in, join: make([]*value, len(args))}
				f.touch = capability.Touch{
					Site: site, Op: capability.Numbered(uint16(code.Imm)), Pos: a.v.Position(site), Trail: a.trail(in),
					Must: musts[[2]int{in.fn, blk.from}], Once: true, Fatal: true,
				}
				all[site], order = f, append(order, f)
			}
			f.reached++
			t := &f.touch
			t.Once = t.Once && f.reached == 1 && !blk.cyclic && !often[in.id]
			t.Loop = t.Loop || blk.cyclic || looped[in.id]
			t.Fatal = t.Fatal && !denials.survives(in, b, capability.Kinds(capability.Denied))
			a.addRow(f, args)
		}
	}
	out := make([]capability.Touch, len(order))
	for i, f := range order {
		for n, v := range f.join {
			f.touch.Join = append(f.touch.Join, a.abstract(v, f.touch.Op.Params[n].Type, 0))
		}
		out[i] = f.touch
	}
	return out
}

// argumentsAt gives the arguments of a reached host call, nil when it always
// fails before anyone is asked.
func (a *analysis) argumentsAt(in *instance, b int) []*value {
	a.cur, a.s, a.pc = nil, a.shapes[in.fn], a.shapes[in.fn].blocks[b].from
	blk := &a.s.blocks[b]
	args, _ := a.hostArgs(capability.Numbered(uint16(a.s.f.Code[a.pc].Imm)), func(r int) *value {
		return in.states[b].vals[blk.place(r)]
	})
	for _, v := range args {
		if v.orNone() == nil {
			return nil
		}
	}
	return args
}

// addRow adds the arguments of one context, unless they are there already.
func (a *analysis) addRow(f *found, args []*value) {
	row := make([]capability.Abstract, len(args))
	for i, v := range args {
		row[i] = a.abstract(v, f.touch.Op.Params[i].Type, 0)
		f.join[i] = a.join(f.join[i], v)
	}
	same := func(other []capability.Abstract) bool { return reflect.DeepEqual(row, other) }
	if !slices.ContainsFunc(f.touch.Rows, same) {
		f.touch.Rows = append(f.touch.Rows, row)
	}
}

// trail is how the script comes to a function: its call sites, outermost first.
func (a *analysis) trail(in *instance) []string {
	var out []string
	for len(in.order) > 0 && in.order[0].inst < int32(in.id) {
		caller := a.instances[in.order[0].inst]
		pc := a.shapes[caller.fn].blocks[in.order[0].block].from
		name := a.shapes[in.fn].f.Name
		if name == "" {
			name = "a closure"
		}
		if line := a.line(capability.Site{Func: caller.fn, PC: pc}); line != "" {
			name += " (" + line + ")"
		}
		out = append(out, name)
		in = caller
	}
	slices.Reverse(out)
	return out
}

// line names a line of the script by its number, one of another file with it.
func (a *analysis) line(s capability.Site) string {
	switch pos := a.v.Position(s); {
	case pos.Line == 0:
		return ""
	case a.v.Func(s.Func).Source == 0:
		return fmt.Sprintf("line %d", pos.Line)
	default:
		return fmt.Sprintf("%s:%d", pos.File, pos.Line)
	}
}

// maxAbstractDepth bounds how deep a value is described.
const maxAbstractDepth = 12

// abstract is a value as the report has it. Objects become what they are made
// of; paths become full texts.
func (a *analysis) abstract(v *value, t *capability.Type, depth int) capability.Abstract {
	if v == nil {
		return capability.Abstract{}
	}
	if t.Kind == capability.KindOptional {
		t = t.Elem
	}
	out := capability.Abstract{Nil: v.null}
	rest := v.notNull()
	switch {
	case rest == nil:
		return out
	case depth > maxAbstractDepth:
		return capability.Abstract{Any: true, Nil: v.null, Why: "it is nested deeply"}
	}
	switch t.Kind {
	case capability.KindList:
		a.abstractList(rest, t, depth, &out)
		return out
	case capability.KindMap:
		element, keys := a.element(rest), a.keysOf(rest)
		if element != nil && keys != nil {
			values := a.abstract(element, t.Elem, depth+1)
			out.Values, out.Keys = &values, keys.texts
		}
		return out
	case capability.KindRecord:
		out.Fields = map[string]capability.Abstract{}
		for _, f := range t.Fields {
			x, _ := a.fieldNamed(rest, f.Name)
			out.Fields[f.Name] = a.abstract(x, f.Type, depth+1)
		}
		return out
	}
	switch t.File() {
	case capability.FileScalar:
		out.Ints, out.AnyInt = slices.Sorted(slices.Values(rest.ints)), rest.anyInt
	case capability.FileText:
		out.Texts = rest.texts
		if t.Kind == capability.KindPath {
			out.Texts = a.fullPaths(rest.texts)
		}
		if texts(out.Texts).isUnknown() {
			out.Why = a.tell(rest.why)
		}
	default:
		out.Any, out.Why = true, a.tell(rest.why)
	}
	return out
}

func (a *analysis) fieldNamed(v *value, name string) (out *value, ok bool) {
	a.each(v, func(o *object) {
		if i := o.typ.FieldIndex(name); i >= 0 && i < len(o.slots) {
			out, ok = a.join(out, o.slots[i]), true
		}
	})
	return out, ok
}

// abstractList describes lists: position by position as long as all have them.
func (a *analysis) abstractList(v *value, t *capability.Type, depth int, out *capability.Abstract) {
	known, exact := -1, true
	a.each(v, func(o *object) {
		n := len(o.tuple)
		if o.shifted {
			n = 0
		}
		exact = exact && o.exact && !o.shifted && (known < 0 || known == n)
		if known < 0 || n < known {
			known = n
		}
	})
	out.List = true
	for i := range known {
		x := a.elementAt(v, intValue(int64(i)))
		out.Tuple = append(out.Tuple, a.abstract(x, t.Elem, depth+1))
	}
	if exact {
		return
	}
	rest := a.abstract(a.element(v), t.Elem, depth+1)
	out.Rest = &rest
}

// fullPaths are the texts of stems, with the parameters that were declared to
// lie in some folders replaced by what that says.
func (a *analysis) fullPaths(stems texts) texts {
	var out texts
	for _, p := range stems {
		if len(p) > 0 && p[0].Kind == capability.PieceStem && a.params[p[0].Param].within != nil {
			for _, w := range a.params[p[0].Param].within {
				out = a.joinTexts(out, texts{a.shorten(concat(w, p[1:]))})
			}
			continue
		}
		out = a.joinTexts(out, texts{p})
	}
	return a.fullTexts(out)
}

// tell writes a reason for people.
func (a *analysis) tell(r *reason) string {
	if r == nil {
		return "it is computed"
	}
	if line := a.line(r.site); line != "" {
		return r.what + ", " + line
	}
	return r.what
}
