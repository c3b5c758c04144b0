package preflight

import (
	"strings"

	"rex/bytecode"
	"rex/capability"
	"rex/library"
)

// libCall is a library call in hand.
type libCall struct {
	row    *library.Row
	regs   []int32
	args   []*value
	types  []*capability.Type
	result *capability.Type
}

// library interprets a library call, by what its row says.
func (a *analysis) library(in *bytecode.Instr) bool {
	c := a.s.calls[a.pc]
	l := &libCall{row: library.Numbered(uint16(in.Imm)), regs: c.args, result: c.result}
	unset, never := false, false
	for _, r := range c.args {
		v, t := a.regs[r], a.s.types[r]
		if v == nil {
			return false
		}
		if t.File() == capability.FileRef && t.Kind != capability.KindOptional && t.Kind != capability.KindAny && v.null {
			unset = true
			if v = v.notNull(); v == nil {
				never = true
			}
		}
		l.args, l.types = append(l.args, v), append(l.types, t)
	}
	absent := capability.Kinds(capability.Absent)
	if unset {
		a.raise(absent)
	}
	if never {
		return false
	}
	kinds := l.row.Kinds &^ absent
	if out, raised, ok := a.fold(l); ok {
		if raised {
			a.raise(kinds)
		}
		if l.result.Kind == capability.KindNone {
			return true
		}
		return a.putResult(in, out)
	}
	out, raises := a.transfer(l)
	if raises {
		a.raise(kinds)
	}
	switch l.row.Transfer {
	case library.PathBeneath, library.PathMatches, library.ErrorKindOf:
		return a.putTest(in, l, out)
	}
	if l.result.Kind == capability.KindNone {
		return true
	}
	return a.putResult(in, out)
}

// putTest defines a result that later tells something about the first argument.
func (a *analysis) putTest(in *bytecode.Instr, l *libCall, out *value) bool {
	t := test{subject: a.numbers[l.regs[0]], result: definedNumber(a.pc), kind: testKindOf}
	switch l.row.Transfer {
	case library.PathBeneath:
		t.kind, t.other = testBeneath, &value{texts: l.args[1].texts.withoutZero()}
	case library.PathMatches:
		matching := globStems(l.args[1].texts)
		if matching == nil {
			return a.putResult(in, out)
		}
		t.kind, t.other = testMatches, &value{texts: matching}
	}
	if !a.putResult(in, out) {
		return false
	}
	a.remember(t)
	return true
}

// transfer is the result of a call, and whether it may raise what its row says.
// Elements that are handed on are joined into what the result is made of.
func (a *analysis) transfer(l *libCall) (out *value, raises bool) {
	x := l.args
	switch l.row.Transfer {
	case library.SameValue:
		return x[0], true
	case library.Elements, library.ElementsBoth:
		return a.elements(l), true
	case library.Element, library.ElementOrNil:
		out = a.element(x[0])
		if l.row.Transfer == library.ElementOrNil {
			out = a.join(out, nilValue)
		}
		return out, true
	case library.CopyOf:
		return a.copyOf(l), true
	case library.KeysOf:
		return a.listOf(l.result, a.keysOf(x[0])), true
	case library.ValuesOf:
		return a.listOf(l.result, a.element(x[0])), true
	case library.EntriesOf:
		return a.records(l, "key", a.keysOf(x[0]), "value", a.element(x[0])), true
	case library.Enumerates:
		return a.records(l, "index", anyScalar, "value", a.element(x[0])), true
	case library.Zips:
		return a.records(l, "left", a.element(x[0]), "right", a.element(x[1])), true
	case library.Flattens:
		return a.listOf(l.result, a.element(a.element(x[0]))), true
	case library.Chunks:
		return a.chunks(l), true
	case library.MapOf:
		return a.mapOf(l), true
	case library.Pushes:
		a.each(x[0], func(o *object) { a.push(o, a.element0(l, 1)) })
		return nil, true
	case library.Inserts:
		a.each(x[0], func(o *object) {
			a.shift(o)
			a.setElement(o, a.element0(l, 2))
		})
		return nil, true
	case library.Removes:
		return a.remove(l), true
	case library.Adds:
		a.each(x[0], func(o *object) {
			a.store(o, &o.keys, x[1])
			a.push(o, a.element0(l, 2))
		})
		return a.element(x[0]), true
	case library.ErrorKindOf:
		return kindWords(x[0].kinds), false
	}
	if out, raises, ok := a.transferText(l); ok {
		return out, raises
	}
	return a.unknown(l), true
}

// unknown is a result of which only the type is known. It hands nothing on.
func (a *analysis) unknown(l *libCall) *value {
	why := eitherWhy(l.args...)
	if why == nil {
		why = a.because("what " + l.row.Name + " makes of it")
	}
	return a.fresh(a.pc, l.result, why)
}

// element0 is argument n as an element of the container that is argument 0.
func (a *analysis) element0(l *libCall, n int) *value {
	return fit(l.args[n], l.types[n], l.types[0].Elem)
}

// newList is the list or map that the call makes.
func (a *analysis) newList(t *capability.Type) *object {
	o, isNew := a.made(a.pc, t)
	if isNew {
		o.shifted = true
	}
	return o
}

// listOf is a fresh list of elements at unknown positions.
func (a *analysis) listOf(t *capability.Type, element *value) *value {
	o := a.newList(t)
	if element != nil {
		a.setElement(o, element)
	}
	return ref(o)
}

// elements is a fresh container with elements of the first argument, or of the
// first two.
func (a *analysis) elements(l *libCall) *value {
	o := a.newList(l.result)
	n := 1
	if l.row.Transfer == library.ElementsBoth {
		n = 2
	}
	for i := range n {
		if e := a.element(l.args[i]); e != nil {
			a.setElement(o, fit(e, l.types[i].Elem, l.result.Elem))
		}
		if k := a.keysOf(l.args[i]); k != nil {
			a.store(o, &o.keys, k)
		}
	}
	return ref(o)
}

// copyOf is a fresh container with the contents of another; positions are kept
// when there is one only that it may be a copy of.
func (a *analysis) copyOf(l *libCall) *value {
	o, isNew := a.made(a.pc, l.result)
	var sources []*object
	a.each(l.args[0], func(src *object) { sources = append(sources, src) })
	if len(sources) == 1 && !sources[0].shifted && l.result.Kind == capability.KindList {
		src := sources[0]
		if isNew {
			o.tuple, o.exact = make([]*value, len(src.tuple)), src.exact
		} else if len(o.tuple) != len(src.tuple) {
			a.shift(o)
		} else if !src.exact && o.exact {
			o.exact = false
			a.changed(o)
		}
		for i := range o.tuple {
			if src.tuple[i] != nil {
				a.store(o, &o.tuple[i], src.tuple[i])
			}
		}
	} else if isNew || !o.shifted {
		o.shifted, o.exact, o.tuple = true, false, nil
		a.changed(o)
	}
	if e := a.element(l.args[0]); e != nil {
		a.setElement(o, e)
	}
	if k := a.keysOf(l.args[0]); k != nil {
		a.store(o, &o.keys, k)
	}
	return ref(o)
}

// records is a fresh list of records with two fields.
func (a *analysis) records(l *libCall, left string, x *value, right string, y *value) *value {
	o := a.newList(l.result)
	t := l.result.Elem
	r, _ := a.part(o, 0, t)
	if x == nil || y == nil {
		return ref(o) // there are no elements
	}
	a.store(r, &r.slots[t.FieldIndex(left)], x)
	a.store(r, &r.slots[t.FieldIndex(right)], y)
	a.setElement(o, ref(r))
	return ref(o)
}

// mapOf is a fresh map of the keys and values of a list of entries.
func (a *analysis) mapOf(l *libCall) *value {
	o := a.newList(l.result)
	entry := l.types[0].Elem
	entries := a.element(l.args[0])
	if entries == nil {
		return ref(o) // there are none
	}
	key, value := entry.FieldIndex("key"), entry.FieldIndex("value")
	a.each(entries, func(r *object) {
		if r.slots[key] != nil && r.slots[value] != nil {
			a.store(o, &o.keys, r.slots[key])
			a.setElement(o, r.slots[value])
		}
	})
	return ref(o)
}

// record is a fresh record of which every field may be v.
func (a *analysis) record(t *capability.Type, v *value) *value {
	r, _ := a.made(a.pc, t)
	for i := range t.Fields {
		a.store(r, &r.slots[i], v)
	}
	return ref(r)
}

// groups are lists of the groups of matches, or one such list or nil.
func (a *analysis) groups(l *libCall, group *value) *value {
	if l.result.Kind == capability.KindOptional {
		return a.join(a.listOf(l.result.Elem, group), nilValue)
	}
	o := a.newList(l.result)
	match, isNew := a.part(o, 0, l.result.Elem)
	if isNew {
		match.shifted = true
	}
	a.setElement(match, group)
	a.setElement(o, ref(match))
	return ref(o)
}

func (a *analysis) chunks(l *libCall) *value {
	o := a.newList(l.result)
	chunk, isNew := a.part(o, 0, l.result.Elem)
	if isNew {
		chunk.shifted = true
	}
	if e := a.element(l.args[0]); e != nil {
		a.setElement(chunk, e)
		a.setElement(o, ref(chunk))
	}
	return ref(o)
}

// remove takes something out of a container.
func (a *analysis) remove(l *libCall) *value {
	a.each(l.args[0], func(o *object) { a.shift(o) })
	if l.result.Kind == capability.KindNone {
		return nil
	}
	out := a.element(l.args[0])
	if l.result.Kind == capability.KindOptional || l.result.Kind == capability.KindAny {
		out = a.join(out, nilValue)
	}
	return out
}

// kindWords are the words of kinds.
func kindWords(kinds capability.KindMask) *value {
	if kinds&stopped != 0 {
		kinds |= capability.Kinds(capability.Failed)
	}
	var words []string
	for k := capability.ErrorKind(0); k < capability.ErrorKindCount; k++ {
		if kinds.Has(k) {
			words = append(words, k.String())
		}
	}
	if len(words) == 0 {
		return nil
	}
	return textValue(constants(words...))
}

// transferText is the result of a function on texts; ok is false when the row
// has none of these transfers.
func (a *analysis) transferText(l *libCall) (out *value, raises, ok bool) {
	x := l.args
	why := eitherWhy(x...)
	switch l.row.Transfer {
	case library.TrimSuffix, library.TrimPrefix:
		return &value{texts: a.trim(x[0].texts, x[1].texts, l.row.Transfer == library.TrimSuffix), why: why}, true, true
	case library.PieceOf:
		optional := l.result.Kind == capability.KindOptional
		return &value{null: optional, texts: a.pieces(x[0].texts), why: why}, true, true
	case library.PiecesOf:
		return a.listOf(l.result, &value{texts: a.pieces(x[0].texts), why: why}), true, true
	case library.CutOf:
		part := &value{texts: a.pieces(x[0].texts), why: why}
		return a.join(a.record(l.result.Elem, part), nilValue), true, true
	case library.GroupsOf, library.AllGroupsOf:
		return a.groups(l, &value{null: true, texts: a.pieces(x[0].texts), why: why}), true, true
	case library.PathOf:
		for _, p := range x[0].texts {
			v, may := a.convert(p, capability.KindPath, x[0].why)
			out, raises = a.join(out, v), raises || may
		}
		return out, raises, true
	case library.TextOf:
		t := a.written(x[0], l.types[0])
		return &value{texts: t, why: why}, true, true
	}
	if t, made := a.transferMade(l); made {
		if len(t) == 0 {
			return nil, true, true
		}
		if why == nil && t.isUnknown() {
			why = a.because("what " + l.row.Name + " makes of it")
		}
		return &value{texts: t, why: why}, true, true
	}
	if len(l.types) == 0 || l.types[0].Kind != capability.KindPath {
		return nil, false, false
	}
	stems := x[0].texts.withoutZero()
	unset := len(stems) < len(x[0].texts)
	if len(stems) == 0 {
		return nil, true, true
	}
	return a.transferPath(l, stems, unset, why)
}

// transferPath is the result of a function of a path that was set.
func (a *analysis) transferPath(l *libCall, stems texts, unset bool, why *reason) (out *value, raises, ok bool) {
	var t texts
	switch l.row.Transfer {
	case library.PathName:
		t, raises = a.shown(a.names(stems)), unset
	case library.PathParent:
		t, raises = a.parents(stems), unset
	case library.PathStem, library.PathExt:
		t, raises = a.extensions(a.names(stems), l.row.Transfer == library.PathStem), unset
	case library.PathParts:
		return a.listOf(l.result, textValue(texts{component})), unset, true
	case library.PathRelative:
		return &value{null: true, texts: a.relative(stems, l.args[1].texts.withoutZero()), why: why}, true, true
	case library.PathBeneath:
		return a.beneathValue(stems, l.args[1].texts.withoutZero()), unset || len(l.args[1].texts.withoutZero()) < len(l.args[1].texts), true
	case library.PathJoin:
		names, _ := a.holes(l.args[1].texts, true)
		t, raises = a.below(stems, names), true
	case library.PathJoinText:
		t, raises = a.below(stems, a.relatives(l.args[1].texts)), true
	case library.PathAppend:
		texts, _ := a.holes(l.args[1].texts, false)
		t, raises = a.product(stems, texts), true
	case library.PathWithName:
		names, _ := a.holes(l.args[1].texts, true)
		t, raises = a.below(a.parents(stems), names), true
	case library.PathWithExt:
		t, raises = a.below(a.parents(stems), a.withExt(a.names(stems), l.args[1].texts)), true
	default:
		return nil, false, false
	}
	if len(t) == 0 {
		return nil, true, true
	}
	if why == nil && t.isUnknown() {
		why = a.because(l.row.Name + " of a path of which too little is known")
	}
	return &value{texts: t, why: why}, raises, true
}

// trim cuts a known text off an end.
func (a *analysis) trim(ts, cuts texts, suffix bool) texts {
	var out texts
	for _, p := range ts {
		for _, c := range cuts {
			switch {
			case !c.IsConstant():
				out = a.joinTexts(out, a.pieces(texts{p}))
			case planted == trimUnchanged:
				out = a.joinTexts(out, texts{p})
			case suffix:
				out = a.joinTexts(out, a.trimSuffix(p, c.Constant()))
			default:
				out = a.joinTexts(out, a.trimPrefix(p, c.Constant()))
			}
		}
	}
	return out
}

// pieces are the parts of texts: without separators when those have none.
func (d *domain) pieces(ts texts) texts {
	if d.slashFree(ts) {
		return texts{star}
	}
	return anyText
}

// extensions are the names without their extension, or the extensions.
func (a *analysis) extensions(names texts, base bool) texts {
	var out texts
	for _, n := range names {
		stem, ext, ok := splitExt(n)
		switch {
		case !ok:
			out = a.joinTexts(out, texts{star})
		case base:
			out = a.joinTexts(out, a.shown(texts{stem}))
		default:
			out = a.joinTexts(out, a.shown(texts{literal(ext.Constant()[1:])}))
		}
	}
	return out
}

// withExt are names with another extension; an empty one takes it off.
func (a *analysis) withExt(names, exts texts) texts {
	var out texts
	holes, _ := a.holes(exts, false)
	for _, n := range names {
		stem, _, ok := splitExt(n)
		if !ok {
			return texts{component}
		}
		for _, e := range holes {
			if !e.IsConstant() {
				return texts{component}
			}
			if s := e.Constant(); s == "" {
				out = a.joinTexts(out, texts{stem})
			} else {
				out = a.joinTexts(out, texts{a.shorten(concat(stem, literal("."+s)))})
			}
		}
	}
	return out
}

// relatives are what relative texts name below a folder.
func (a *analysis) relatives(ts texts) texts {
	var out texts
	for _, p := range ts {
		if !p.IsConstant() || strings.Contains(p.Constant(), `\x`) {
			return texts{concat(component, deep)}
		}
		if down, why := capability.CleanPath("/" + p.Constant()); why == "" && down != "/" && !strings.HasPrefix(p.Constant(), "/") {
			out = a.joinTexts(out, constants(down[1:]))
		}
	}
	return out
}

// relative is the way from folders down to paths.
func (a *analysis) relative(stems, dirs texts) texts {
	var out texts
	for _, p := range stems {
		for _, d := range dirs {
			if yes, no := a.isBeneath(p, d); no {
				continue
			} else if h := head(p); yes && d.IsConstant() && strings.HasPrefix(h, d.Constant()+"/") {
				out = a.joinTexts(out, a.shown(texts{concat(literal(h[len(d.Constant())+1:]), p[1:])}))
				continue
			}
			out = a.joinTexts(out, texts{concat(component, deep)})
		}
	}
	return out
}

// beneathValue says whether paths lie below folders.
func (a *analysis) beneathValue(stems, dirs texts) *value {
	mayYes, mayNo := false, false
	for _, p := range stems {
		for _, d := range dirs {
			yes, no := a.isBeneath(p, d)
			mayYes, mayNo = mayYes || !no, mayNo || !yes
		}
	}
	return boolValue(mayYes, mayNo)
}
