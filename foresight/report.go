package preflight

import (
	"encoding/hex"
	"fmt"
	"sort"

	"rex/bytecode"
	"rex/capability"
)

// Options sets how much work the analysis may do.
type Options struct {
	ExtraSteps int // on top of 100 an instruction; 0: the default limit
}

// Report says what a module can touch. args are the values of its parameters,
// in order; nil, or a nil entry for a parameter that is not a T?, leaves it
// open. It always ends: when the budget of steps is spent, a coarse report
// that is still true.
func Report(v *bytecode.Verified, args []capability.Value, o Options) *capability.Report {
	m := v.Module()
	hash := v.Hash()
	r := &capability.Report{
		Module: hex.EncodeToString(hash[:]), Source: m.Source.Name, Table: capability.TableHash(), Params: m.Params, Bound: args,
	}
	if o.ExtraSteps <= 0 {
		o.ExtraSteps = int(capability.DefaultLimits().PreflightExtra)
	}
	budget := o.ExtraSteps
	for i := range m.Funcs {
		budget += 100 * len(m.Funcs[i].Code)
	}
	a := newAnalysis(v, args, budget)
	if a.run() {
		r.Touches = a.touches()
	} else {
		r.Touches, r.Budget = coarse(v), true
	}
	r.Steps = a.steps
	return r
}

// argument is what a parameter can be: its value when it is bound, else its
// own text, symbolic, or what its constraint leaves.
func (a *analysis) argument(i int, t *capability.Type) value {
	p := a.m.Params[i]
	if i < len(a.args) && (a.args[i] != nil || a.bound(p)) {
		return a.constant(a.args[i], t, site{inst: -2, pc: i})
	}
	why := "parameter " + p.Name
	switch t.Kind {
	case capability.KindPath:
		return value{texts: texts{{{Kind: capability.PieceStem, Param: i}}}, why: why}
	case capability.KindWord:
		return a.unknown(t, site{inst: -2, pc: i}, why)
	case capability.KindString, capability.KindURL, capability.KindIP, capability.KindCIDR, capability.KindRegex, capability.KindBytes:
		return value{texts: texts{{{Kind: capability.PieceParam, Param: i}}}, why: why}
	}
	return a.unknown(t, site{inst: -2, pc: i}, why)
}

// bound reports whether a nil argument is the value nil and not an open one.
func (a *analysis) bound(p capability.Param) bool { return false }

// constant is a value that is known.
func (a *analysis) constant(v capability.Value, t *capability.Type, s site) value {
	switch v := v.(type) {
	case nil:
		return value{null: true}
	case *capability.List:
		s.path += "[]"
		o, _ := a.object(s, capability.ListOf(v.Elem))
		for i := 0; i < v.Len(); i++ {
			a.pushLiteral(value{refs: []*object{o}}, i, a.constant(v.At(i), v.Elem, s))
		}
		return value{refs: []*object{o}}
	case *capability.Map:
		s.path += "{}"
		o, _ := a.object(s, capability.MapOf(v.Elem))
		for i, k := range v.Keys {
			a.storeKey(o, value{texts: constantText(k)})
			a.store(o, 0, a.constant(v.At(i), v.Elem, s))
		}
		return value{refs: []*object{o}}
	case *capability.Record:
		s.path += "{"
		o, _ := a.object(s, v.Type)
		for i := range v.Type.Fields {
			fs := s
			fs.path += v.Type.Fields[i].Name
			a.store(o, i, a.constant(v.Field(i), v.Type.Fields[i].Type, fs))
		}
		return value{refs: []*object{o}}
	case *capability.Error:
		return value{kinds: capability.AllKinds}
	}
	if v.Kind().File() == fileS {
		return constantInt(int64(capability.ScalarBits(v)))
	}
	return value{texts: constantText(stemOf(v.Kind(), capability.TextOf(v)))}
}

// touches makes the report of a finished analysis.
func (a *analysis) touches() []capability.Touch {
	var sites []capability.Site
	for s := range a.calls {
		sites = append(sites, s)
	}
	sort.Slice(sites, func(i, j int) bool {
		if sites[i].Func != sites[j].Func {
			return sites[i].Func < sites[j].Func
		}
		return sites[i].PC < sites[j].PC
	})
	must, good := a.graph.must(sites), a.graph.good()
	twice, loops := a.graph.repeats()
	var out []capability.Touch
	for _, s := range sites {
		t := a.touch(s)
		cycle := a.graph.funcs[s.Func].onCycle(s.PC)
		t.Must = must[s]
		t.Loop = cycle || loops[s.Func]
		t.Once = !cycle && !twice[s.Func]
		t.Fatal = a.graph.fatal(good, s.Func, s.PC)
		out = append(out, t)
	}
	return out
}

// touch gathers the rows of one site: one for each context.
func (a *analysis) touch(s capability.Site) capability.Touch {
	op := capability.Numbered(uint16(a.m.Funcs[s.Func].Code[s.PC].Imm))
	t := capability.Touch{Site: s, Op: op, Pos: a.v.Position(s)}
	var ids []int
	for id := range a.calls[s] {
		ids = append(ids, id)
	}
	sort.Ints(ids)
	joined := make([]value, len(op.Params))
	seen := map[string]bool{}
	for _, id := range ids {
		row := make([]capability.Abstract, len(op.Params))
		for i, v := range a.calls[s][id].args {
			joined[i] = joined[i].join(v)
			row[i] = a.abstract(v, op.Params[i].Type, 0)
		}
		if key := fmt.Sprintf("%+v", row); !seen[key] {
			seen[key] = true
			t.Rows = append(t.Rows, row)
		}
	}
	for i, v := range joined {
		t.Join = append(t.Join, a.abstract(v, op.Params[i].Type, 0))
	}
	t.Trail = a.trail(ids)
	return t
}

// trail is how the script gets to the first context of a touch.
func (a *analysis) trail(ids []int) []string {
	var out []string
	for in := a.instances[ids[0]]; in.from.caller >= 0 && len(out) < 8; in = a.instances[in.from.caller] {
		caller := a.instances[in.from.caller]
		p := a.v.Position(capability.Site{Func: caller.fn, PC: in.from.pc})
		out = append([]string{fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)}, out...)
	}
	return out
}

// abstract writes a value as the report has it: paths as full texts.
func (a *analysis) abstract(v value, t *capability.Type, depth int) capability.Abstract {
	out := capability.Abstract{Nil: v.null, Why: v.why}
	if depth > 6 || v.open {
		return capability.Abstract{Any: true, Nil: true, Why: v.why}
	}
	elem := t
	if t.Kind == capability.KindOptional {
		elem = t.Elem
	}
	switch elem.File() {
	case fileS:
		out.Ints, out.AnyInt = v.ints, v.all
	case fileT:
		if v.texts.isAny() {
			out.Any = true
		} else {
			out.Texts = fullTexts(v.texts, elem)
		}
	default:
		a.abstractRef(&out, v, elem, depth)
	}
	if known := len(out.Texts) + len(out.Ints); known > 0 && !out.Any {
		out.Why = ""
	}
	return out
}

// fullTexts turns stems back into paths; any other text stays as it is.
func fullTexts(t texts, typ *capability.Type) []capability.Pattern {
	if typ.Kind != capability.KindPath {
		return t
	}
	var out texts
	for _, p := range t {
		if p.IsConstant() && p.Constant() == "" {
			out = out.join(constantText("/"))
			continue
		}
		if len(p) > 0 && mayBeEmpty(p) && p[0].Kind != capability.PieceStem {
			out = out.join(constantText("/"))
		}
		if len(p) == 1 && p[0].Kind == capability.PieceStem {
			p = capability.Pattern{{Kind: capability.PieceParam, Param: p[0].Param}}
		}
		out = append(out, p)
	}
	return out
}

func (a *analysis) abstractRef(out *capability.Abstract, v value, t *capability.Type, depth int) {
	switch t.Kind {
	case capability.KindList, capability.KindStream:
		out.List = true
		a.abstractList(out, v, t, depth)
	case capability.KindMap:
		e := a.abstract(a.element(v), t.Elem, depth+1)
		out.Values = &e
		keys := value{}
		for _, o := range v.refs {
			keys = keys.join(o.keys)
		}
		out.Keys = keys.texts
	case capability.KindRecord:
		out.Fields = map[string]capability.Abstract{}
		for i, f := range t.Fields {
			s := t.Slot(i)
			out.Fields[f.Name] = a.abstract(a.field(v, t, s.File, s.Index), f.Type, depth+1)
		}
	default:
		out.Any = true
	}
}

func (a *analysis) abstractList(out *capability.Abstract, v value, t *capability.Type, depth int) {
	first := true
	exact := true
	n := 0
	for _, o := range v.refs {
		if o.shifted {
			exact, n = false, 0
			break
		}
		if first || len(o.tuple) < n {
			if !first {
				exact = false
			}
			n = len(o.tuple)
		} else if len(o.tuple) > n {
			exact = false
		}
		first = false
		exact = exact && o.exact
	}
	for i := 0; i < n; i++ {
		var e value
		for _, o := range v.refs {
			e = e.join(o.tuple[i])
		}
		out.Tuple = append(out.Tuple, a.abstract(e, t.Elem, depth+1))
	}
	if !exact {
		rest := a.abstract(a.element(v), t.Elem, depth+1)
		out.Rest = &rest
	}
}

// coarse is the last resort, in one pass: every host instruction of every
// function can be reached, any number of times; an argument is known when its
// register is only ever defined by constants and templates.
func coarse(v *bytecode.Verified) []capability.Touch {
	m := v.Module()
	var out []capability.Touch
	for fn := range m.Funcs {
		f := &m.Funcs[fn]
		known := coarseTexts(m, f, fn == 0)
		for pc, in := range f.Instrs() {
			if in.Op != bytecode.HOST {
				continue
			}
			s := capability.Site{Func: fn, PC: pc}
			op := capability.Numbered(uint16(in.Imm))
			c := f.Call(pc)
			row := make([]capability.Abstract, len(op.Params))
			for i, a := range c.HostArgs(op) {
				row[i] = coarseArgument(m, known, a, op.Params[i].Type)
			}
			out = append(out, capability.Touch{Site: s, Op: op, Pos: v.Position(s), Join: row, Rows: [][]capability.Abstract{row}, Loop: true})
		}
	}
	return out
}

func coarseArgument(m *bytecode.Module, known map[int]texts, a bytecode.HostArg, t *capability.Type) capability.Abstract {
	if a.Const >= 0 {
		c := m.Consts[a.Const]
		switch c.Type.File() {
		case fileS:
			return capability.Abstract{Ints: []int64{int64(c.Bits)}}
		case fileT:
			return capability.Abstract{Texts: []capability.Pattern{capability.Constant(c.Text)}}
		}
		return capability.Abstract{Nil: true}
	}
	if a.Reg.File == fileT {
		if k := known[a.Reg.N]; k != nil {
			return capability.Abstract{Texts: fullTexts(k, t)}
		}
	}
	return capability.Abstract{Any: true, Nil: true, Why: "the analysis spent its budget"}
}

// coarseTexts gives the text registers that only constants and templates
// define, with the zero each starts as.
func coarseTexts(m *bytecode.Module, f *bytecode.Func, main bool) map[int]texts {
	known := map[int]texts{}
	spoilt := map[int]bool{}
	for _, r := range f.ParamRegs() {
		if r.File == fileT {
			spoilt[r.N] = true
		}
	}
	for pc, in := range f.Instrs() {
		n, defines := definesText(f, pc, in)
		if !defines {
			continue
		}
		switch in.Op {
		case bytecode.KTEXT:
			c := m.Consts[in.Imm]
			known[n] = known[n].join(constantText(stemOf(c.Type.Kind, c.Text)))
		case bytecode.TEXT:
			if p := coarseTemplate(&m.Templates[in.Imm]); p != nil {
				known[n] = known[n].join(texts{p})
				continue
			}
			spoilt[n] = true
		default:
			spoilt[n] = true
		}
	}
	for n := range spoilt {
		delete(known, n)
	}
	return known
}

// definesText gives the text register that an instruction writes.
func definesText(f *bytecode.Func, pc int, in bytecode.Instr) (int, bool) {
	row := bytecode.Rows[in.Op]
	switch {
	case in.Op == bytecode.WPUTT:
		return int(in.Imm), true
	case row.A == bytecode.WriteT:
		return int(in.A), true
	case row.A == bytecode.WriteResult:
		return int(in.A), true // in whatever file: a text register of that number is spoilt too
	}
	return 0, false
}

func coarseTemplate(t *bytecode.Template) capability.Pattern {
	if t.Type.Kind != capability.KindPath {
		return nil
	}
	p := capability.Pattern{}
	for i, piece := range t.Pieces {
		switch {
		case piece.Hole == nil:
			p = concat(p, capability.Constant(piece.Literal))
		case piece.Hole.Kind == capability.KindPath:
			return nil
		case wholeComponent(t, i):
			p = concat(p, capability.Pattern{{Kind: capability.PieceComponent}})
		default:
			p = concat(p, capability.Pattern{{Kind: capability.PieceStar}})
		}
	}
	return p
}
