package preflight

import (
	"strings"

	"rex/bytecode"
	"rex/capability"
	"rex/library"
)

// callLike interprets the instructions with arguments in ARG words.
func (w *walker) callLike(s *state, pc int) bool {
	c := w.in.f.Call(pc)
	switch c.Op {
	case bytecode.TEXT:
		return w.template(s, pc, &c)
	case bytecode.LIB:
		return w.library(s, pc, &c)
	case bytecode.HOST:
		return w.host(s, pc, &c)
	}
	return w.function(s, pc, &c)
}

// result writes what a call gives into the register of its type's file.
func (w *walker) result(s *state, pc int, c *bytecode.Call, t *capability.Type, v value) {
	if f := t.File(); f != capability.FileNone {
		w.set(s, f, int(c.A), v, pc)
	}
}

// function interprets a call of a function, or of every function that a
// function value may be.
func (w *walker) function(s *state, pc int, c *bytecode.Call) bool {
	var targets []*instance
	var kinds capability.KindMask
	var result *capability.Type
	if c.Op == bytecode.CALL {
		f := &w.m.Funcs[c.Imm]
		result = f.Result
		targets = append(targets, w.callee(s, pc, int(c.Imm), c.Args, nil))
	} else {
		fn := s.regs[fileR][c.C]
		result = w.in.f.R[c.C].Result
		if fn.null {
			kinds |= capability.Kinds(capability.Absent)
		}
		for _, o := range fn.refs {
			if o.fn >= 0 {
				targets = append(targets, w.callee(s, pc, o.fn, c.Args, o))
			}
		}
	}
	var out value
	returns := false
	for _, t := range targets {
		w.graph.call(w.in.fn, pc, t.fn)
		kinds |= t.raised
		returns = returns || t.returned
		out = out.join(t.result)
	}
	w.raise(s, pc, kinds)
	if !returns {
		return false
	}
	w.graph.returned(w.in.fn, pc)
	if result.Kind != capability.KindNone {
		if out.empty() {
			return false
		}
		w.result(s, pc, c, result, out)
	}
	return true
}

// callee gives the instance that a call enters, with its arguments joined in.
func (w *walker) callee(s *state, pc, fn int, regs []uint8, closure *object) *instance {
	f := &w.m.Funcs[fn]
	args := make([]value, 0, len(f.Params))
	if closure != nil {
		args = append(args, closure.slots...)
	}
	for i := len(args); i < len(f.Params); i++ {
		args = append(args, s.regs[f.Params[i].File()][regs[i-(len(f.Params)-len(regs))]])
	}
	in := w.instance(context{fn: fn, caller: w.in.id, pc: pc})
	w.enter(in, args)
	return in
}

// template interprets the filling of a template.
func (w *walker) template(s *state, pc int, c *bytecode.Call) bool {
	t := &w.m.Templates[c.Imm]
	w.raise(s, pc, w.v.Kinds(w.in.f, pc))
	out := texts{{}}
	why := ""
	n := 0
	for i, piece := range t.Pieces {
		if piece.Hole == nil {
			out = out.product(constantText(piece.Literal))
			continue
		}
		v := s.regs[piece.Hole.File()][c.Args[n]]
		n++
		var hole texts
		switch {
		case t.Type.Kind == capability.KindPath && piece.Hole.Kind == capability.KindPath:
			hole = v.texts.without(zeroPath)
		case t.Type.Kind == capability.KindPath:
			hole = componentHole(v, piece.Hole, wholeComponent(t, i))
		case t.Type.Kind == capability.KindURL, t.Type.Kind == capability.KindRegex:
			hole = anyHole(v, t.Type.Kind)
		default:
			hole = textOf(v, piece.Hole)
		}
		if hole == nil {
			return false // no text fits: it always fails
		}
		if why == "" {
			why = v.why
		}
		out = out.product(hole)
	}
	if t.Type.Kind == capability.KindPath {
		if out = cleanPaths(out); out == nil {
			return false
		}
	}
	w.set(s, fileT, int(c.A), value{texts: out.bounded(), why: why}, pc)
	return true
}

// wholeComponent reports whether a hole of a path template is a component by itself.
func wholeComponent(t *bytecode.Template, i int) bool {
	before, after := false, i == len(t.Pieces)-1
	if i > 0 && t.Pieces[i-1].Hole == nil {
		before = strings.HasSuffix(t.Pieces[i-1].Literal, "/")
	}
	if i+1 < len(t.Pieces) && t.Pieces[i+1].Hole == nil {
		after = strings.HasPrefix(t.Pieces[i+1].Literal, "/")
	}
	return before && after
}

// componentHole is what a hole of a path literal can put in: never a
// separator, and a whole component is never empty.
func componentHole(v value, t *capability.Type, whole bool) texts {
	free := capability.Piece{Kind: capability.PieceStar}
	if whole {
		free.Kind = capability.PieceComponent
	}
	if t.File() == fileS {
		return scalarTexts(v, t)
	}
	if t.File() == fileR {
		return texts{{free}}
	}
	var out texts
	for _, p := range v.texts {
		switch {
		case p.IsConstant():
			if s := p.Constant(); !strings.ContainsAny(s, "/\x00") && !(whole && (s == "" || s == "." || s == "..")) {
				out = out.join(constantText(s))
			}
		case len(p) == 1 && p[0].Kind == capability.PieceParam:
			out = out.join(texts{{{Kind: capability.PieceParam, Param: p[0].Param, Hole: true, Whole: whole || p[0].Whole}}})
		case slashFreePattern(p) && !whole:
			out = out.join(texts{p})
		case covers(capability.Pattern{{Kind: capability.PieceComponent}}, p):
			out = out.join(texts{p})
		default:
			out = out.join(texts{{free}})
		}
	}
	return out
}

func slashFreePattern(p capability.Pattern) bool {
	for _, t := range tokens(p) {
		if !t.slashFree() {
			return false
		}
	}
	return true
}

func scalarTexts(v value, t *capability.Type) texts {
	if v.all || len(v.ints) == 0 {
		if t.Kind == capability.KindInt {
			return texts{{{Kind: capability.PieceInt}}}
		}
		return texts{{{Kind: capability.PieceStar}}} // no text of a scalar holds a separator
	}
	var out texts
	for _, n := range v.ints {
		out = out.join(constantText(library.ScalarText(t.Kind, uint64(n))))
	}
	return out
}

// textOf is what a value writes in a hole of a string.
func textOf(v value, t *capability.Type) texts {
	switch t.File() {
	case fileS:
		return scalarTexts(v, t)
	case fileR:
		return anyText
	}
	if t.Kind == capability.KindPath {
		return shownPaths(v.texts)
	}
	if t.Kind == capability.KindBytes {
		return anyText
	}
	return v.texts
}

// shownPaths writes stems as the texts of paths.
func shownPaths(t texts) texts {
	var out texts
	for _, p := range t {
		switch {
		case p.IsConstant() && p.Constant() == zeroPath:
			out = out.join(constantText(""))
		case p.IsConstant() && p.Constant() == "":
			out = out.join(constantText("/"))
		case p.IsConstant() && capability.ShowPath(p.Constant()) != p.Constant():
			out = out.join(constantText(capability.ShowPath(p.Constant())))
		default:
			if mayBeEmpty(p) {
				out = out.join(constantText("/"))
			}
			// Names that are not UTF-8 are shown otherwise, so what a pattern
			// leaves open is open here too, and may hold anything but a /.
			out = out.join(texts{p})
		}
	}
	return out
}

func mayBeEmpty(p capability.Pattern) bool {
	for _, x := range p {
		switch x.Kind {
		case capability.PieceLiteral, capability.PieceComponent, capability.PieceInt:
			return false
		case capability.PieceParam:
			if x.Whole {
				return false
			}
		}
	}
	return true
}

// anyHole is a hole of a url or regex, which is encoded on its way in.
func anyHole(v value, k capability.Kind) texts {
	if c, ok := v.texts.constants(); ok && k == capability.KindURL && len(c) > 0 {
		var out texts
		for _, s := range c {
			if !plainWord(s) {
				return anyText
			}
			out = out.join(constantText(s))
		}
		return out
	}
	if v.texts == nil && !v.all && len(v.ints) > 0 {
		return scalarTexts(v, capability.Int)
	}
	return anyText
}

// plainWord reports whether a text is the same after percent-encoding.
func plainWord(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-') {
			return false
		}
	}
	return s != ""
}

// cleanPaths drops constants that are no path: filling them in fails.
func cleanPaths(t texts) texts {
	var out texts
	for _, p := range t {
		if p.IsConstant() && p.Constant() != "" && capability.CheckPath(p.Constant()) != "" {
			continue
		}
		out = append(out, p)
	}
	return out
}

// library interprets a library call by what its row says of the result.
func (w *walker) library(s *state, pc int, c *bytecode.Call) bool {
	row := library.Numbered(uint16(c.Imm))
	regs, _ := w.in.f.LibArgs(c)
	args := make([]value, len(regs))
	for i, r := range regs {
		args[i] = s.regs[r.File][r.N]
	}
	w.raise(s, pc, w.v.Kinds(w.in.f, pc))
	t := w.v.LibResult(w.in.fn, pc)
	number := 0
	if len(regs) > 0 {
		number = s.numbers[regs[0].File][regs[0].N]
	}
	v := w.transfer(row, args, t, pc)
	if t.Kind == capability.KindNone {
		return true
	}
	if v.empty() {
		return false
	}
	w.result(s, pc, c, t, v)
	if row.Transfer == library.PathBeneath {
		s.tests = append(s.tests, test{reg: int(c.A), subject: number, pattern: below(args[1].texts)})
	}
	return true
}

// below is every path strictly below one of some folders.
func below(folders texts) texts {
	return folders.product(texts{{{Kind: capability.PieceDeep}, literal("/"), {Kind: capability.PieceComponent}}})
}
