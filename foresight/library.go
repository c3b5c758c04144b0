package preflight

import (
	"strings"

	"rex/capability"
	"rex/library"
)

// transfer is what a library function gives, from the closed set of its row.
// What the set does not cover is unknown within the result's type.
func (w *walker) transfer(row *library.Row, args []value, t *capability.Type, pc int) value {
	unknown := func(why string) value { return w.unknown(t, w.site(pc), why) }
	var a, b value
	if len(args) > 0 {
		a = args[0]
	}
	if len(args) > 1 {
		b = args[1]
	}
	switch row.Transfer {
	case library.SameValue:
		return a
	case library.Elements:
		return w.fresh(t, pc, w.element(a))
	case library.ElementsBoth:
		return w.fresh(t, pc, w.element(a).join(w.element(b)))
	case library.Element:
		return w.element(a)
	case library.ElementOrNil:
		v := w.element(a)
		v.null = true
		return v
	case library.CopyOf:
		return w.copyOf(a, t, pc)
	case library.KeysOf:
		v := value{}
		for _, o := range a.refs {
			v = v.join(o.keys)
		}
		return w.fresh(t, pc, v)
	case library.ValuesOf:
		return w.fresh(t, pc, w.element(a))
	case library.TrimSuffix, library.TrimPrefix:
		return trim(row.Transfer, a, b, w.textWhy(row, pc))
	case library.PathName, library.PathStem, library.PathExt:
		return names(row.Transfer, a)
	case library.PathParent:
		return parents(a)
	case library.PathJoin:
		return pathsUnder(a, componentHole(b, capability.String, true), b.why)
	case library.PathJoinText:
		return joinedText(a, b)
	case library.PathAppend, library.PathWithName, library.PathWithExt:
		return w.lastComponents(row.Transfer, a, b, pc)
	case library.PathOf:
		return w.pathOf(a, pc)
	case library.PathBeneath:
		return value{ints: []int64{0, 1}}
	case library.ErrorKindOf:
		return kindTexts(a)
	case library.Pushes, library.Inserts:
		v := args[len(args)-1]
		w.analysis.push(a, v)
		if row.Transfer == library.Inserts {
			w.shift(a)
		}
		return unknown("")
	case library.Adds:
		v := args[len(args)-1]
		for _, o := range a.refs {
			w.store(o, 0, v)
			w.storeKey(o, b)
		}
		return w.element(a)
	case library.Removes:
		w.shift(a)
		return w.removed(a, t, pc)
	}
	return unknown(w.textWhy(row, pc))
}

func (w *walker) textWhy(row *library.Row, pc int) string {
	name := row.Name
	if row.Module != "" {
		name = row.Module + "." + name
	}
	return "the result of " + name + " at " + w.where(pc)
}

// fresh is a new list, map or stream with these elements.
func (w *walker) fresh(t *capability.Type, pc int, element value) value {
	o, _ := w.object(w.site(pc), t)
	w.store(o, 0, element)
	w.shift(value{refs: []*object{o}})
	return value{refs: []*object{o}}
}

func (w *walker) copyOf(v value, t *capability.Type, pc int) value {
	o, _ := w.object(w.site(pc), t)
	w.shift(value{refs: []*object{o}})
	for _, from := range v.refs {
		for i := range from.slots {
			w.store(o, i, from.slots[i])
		}
		w.storeKey(o, from.keys)
	}
	return value{refs: []*object{o}}
}

// removed is an element taken out, as the result's type has it.
func (w *walker) removed(list value, t *capability.Type, pc int) value {
	v := w.element(list)
	if t.Kind == capability.KindOptional {
		v.null = true
	}
	return v
}

// trim cuts a constant off the end or the start.
func trim(kind library.Transfer, s, cut value, why string) value {
	cuts, ok := cut.texts.constants()
	if !ok {
		return value{texts: anyText, why: why}
	}
	var out texts
	for _, p := range s.texts {
		for _, c := range cuts {
			out = out.join(trimOne(kind, p, c))
		}
	}
	if out.isAny() && s.why != "" {
		why = s.why
	}
	return value{texts: out, why: why}
}

func trimOne(kind library.Transfer, p capability.Pattern, c string) texts {
	if p.IsConstant() {
		if kind == library.TrimSuffix {
			return constantText(strings.TrimSuffix(p.Constant(), c))
		}
		return constantText(strings.TrimPrefix(p.Constant(), c))
	}
	if kind == library.TrimSuffix {
		tail := tailOf(p)
		if strings.HasSuffix(tail, c) {
			q := append(capability.Pattern(nil), p...)
			q[len(q)-1].Text = strings.TrimSuffix(tail, c)
			return texts{concat(capability.Pattern{}, q)}
		}
		if n := min(len(tail), len(c)); tail[len(tail)-n:] != c[len(c)-n:] {
			return texts{p} // it can't end in c
		}
	} else {
		head := headOf(p)
		if strings.HasPrefix(head, c) {
			q := append(capability.Pattern(nil), p...)
			q[0].Text = strings.TrimPrefix(head, c)
			return texts{concat(capability.Pattern{}, q)}
		}
		if n := min(len(head), len(c)); head[:n] != c[:n] {
			return texts{p}
		}
	}
	return anyText
}

// names is the last component of paths, or a part of it.
func names(kind library.Transfer, v value) value {
	var out texts
	for _, p := range v.texts {
		base := lastComponent(p)
		switch {
		case base == nil:
			out = out.join(texts{{{Kind: capability.PieceStar}}})
		case base.IsConstant():
			out = out.join(constantText(partOfName(kind, base.Constant())))
		case kind == library.PathName:
			out = out.join(texts{base})
		default:
			out = out.join(texts{{{Kind: capability.PieceStar}}})
		}
	}
	return value{texts: out, why: v.why}
}

func partOfName(kind library.Transfer, name string) string {
	name = capability.ShowPath(name)
	i := strings.LastIndexByte(name, '.')
	if i <= 0 {
		i = len(name)
	}
	switch kind {
	case library.PathStem:
		return name[:i]
	case library.PathExt:
		return strings.TrimPrefix(name[i:], ".")
	}
	return name
}

// lastComponent is what stands behind the last separator of a stem; nil when
// that can't be told.
func lastComponent(p capability.Pattern) capability.Pattern {
	for i := len(p) - 1; i >= 0; i-- {
		switch x := p[i]; x.Kind {
		case capability.PieceLiteral:
			if j := strings.LastIndexByte(x.Text, '/'); j >= 0 {
				return concat(capability.Constant(x.Text[j+1:]), p[i+1:])
			}
		case capability.PieceStar, capability.PieceComponent, capability.PieceInt:
		case capability.PieceParam:
			if !x.Hole {
				return nil
			}
		default:
			return nil
		}
	}
	if len(p) == 0 {
		return capability.Pattern{}
	}
	return nil
}

// parents is the folder that holds each path.
func parents(v value) value {
	var out texts
	for _, p := range v.texts {
		if p.IsConstant() && p.Constant() == zeroPath {
			continue // it fails
		}
		out = out.join(parentOf(p))
	}
	return value{texts: out, why: v.why}
}

func parentOf(p capability.Pattern) texts {
	for i := len(p) - 1; i >= 0; i-- {
		x := p[i]
		if x.Kind == capability.PieceLiteral {
			if j := strings.LastIndexByte(x.Text, '/'); j >= 0 {
				return texts{concat(p[:i:i], capability.Constant(x.Text[:j]))}
			}
			continue
		}
		if x.Kind == capability.PieceDeep {
			// The parent of what lies at any depth: at any depth, or what is before.
			return texts{p[: i+1 : i+1]}.join(texts{{{Kind: capability.PieceAny}}})
		}
		if !(token{piece: &p[i]}).slashFree() {
			return anyText
		}
	}
	return texts{{}}
}

// pathsUnder puts names below folders.
func pathsUnder(dir value, names texts, why string) value {
	folders := dir.texts.without(zeroPath)
	if folders == nil || names == nil {
		return value{}
	}
	return value{texts: folders.product(constantText("/")).product(names), why: firstWhy(dir, value{why: why})}
}

func joinedText(dir, rel value) value {
	if c, ok := rel.texts.constants(); ok {
		var out texts
		for _, s := range c {
			clean, why := capability.CleanPath("/" + s)
			if why == "" && !strings.HasPrefix(s, "/") {
				out = out.join(constantText(stemOf(capability.KindPath, clean)))
			}
		}
		folders := dir.texts.without(zeroPath)
		if out == nil || folders == nil {
			return value{}
		}
		return value{texts: folders.product(out), why: dir.why}
	}
	return value{texts: dir.texts.without(zeroPath).product(texts{{{Kind: capability.PieceDeep}}}), why: firstWhy(rel, dir)}
}

// lastComponents changes the last component of paths.
func (w *walker) lastComponents(kind library.Transfer, p, arg value, pc int) value {
	if kind == library.PathWithName {
		return pathsUnder(parents(p), componentHole(arg, capability.String, true), arg.why)
	}
	suffix := componentHole(arg, capability.String, false)
	if kind == library.PathAppend && suffix != nil {
		return value{texts: p.texts.without(zeroPath).product(suffix), why: firstWhy(p, arg)}
	}
	return pathsUnder(parents(p), texts{{{Kind: capability.PieceComponent}}}, "")
}

// pathOf makes paths of texts: constants are cleaned, the text of a path
// parameter gives it back, anything else is unknown.
func (w *walker) pathOf(v value, pc int) value {
	var out texts
	why := v.why
	for _, p := range v.texts {
		if p.IsConstant() {
			if clean, bad := capability.CleanPath(p.Constant()); bad == "" {
				out = out.join(constantText(stemOf(capability.KindPath, clean)))
			}
			continue
		}
		if why == "" {
			why = "path(..) of text that is not known, at " + w.where(pc)
		}
		out = anyText
		break
	}
	return value{texts: out, why: why}
}

func kindTexts(e value) value {
	var out texts
	for k := capability.ErrorKind(0); k < capability.ErrorKindCount; k++ {
		if e.kinds.Has(k) {
			out = append(out, capability.Constant(k.String()))
		}
	}
	return value{texts: out.bounded()}
}
