package preflight

import (
	"regexp"
	"regexp/syntax"
	"strings"

	"rex/capability"
	"rex/library"
)

// textsOfParams says what the texts of a module's parameters can be.
func textsOfParams(params []capability.Param) []paramText {
	out := make([]paramText, len(params))
	for i := range params {
		p := &params[i]
		t := p.Type
		if t.Kind == capability.KindOptional {
			t = t.Elem
		}
		switch t.Kind {
		case capability.KindString:
			out[i].slashFree = p.Matching != "" && matchesNoSlash(p.Matching)
			out[i].clean = out[i].slashFree && !matchesSome(p.Matching, "", ".", "..")
		case capability.KindPath:
			out[i].within = withinGlobs(p.Words)
		}
	}
	return out
}

// matchesNoSlash reports whether no text that a pattern matches holds a
// separator or a NUL.
func matchesNoSlash(matching string) bool {
	re, err := syntax.Parse(matching, syntax.Perl)
	return err == nil && noSlash(re.Simplify(), 0)
}

func noSlash(re *syntax.Regexp, depth int) bool {
	if depth > 100 {
		return false
	}
	switch re.Op {
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return false
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			if r == '/' || r == 0 {
				return false
			}
		}
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if lo, hi := re.Rune[i], re.Rune[i+1]; lo <= '/' && '/' <= hi || lo == 0 {
				return false
			}
		}
	}
	for _, sub := range re.Sub {
		if !noSlash(sub, depth+1) {
			return false
		}
	}
	return true
}

// matchesSome reports whether a pattern matches one of some texts as a whole.
func matchesSome(matching string, texts ...string) bool {
	re, err := regexp.Compile(`\A(?:` + matching + `)\z`)
	if err != nil {
		return true
	}
	for _, s := range texts {
		if re.MatchString(s) {
			return true
		}
	}
	return false
}

// withinGlobs are the stems that the globs of a path parameter let through,
// nil when these say nothing that is followed.
func withinGlobs(globs []string) texts {
	var out texts
	for _, g := range globs {
		p, ok := globPath(g)
		if !ok {
			return nil
		}
		out = append(out, p)
	}
	return out
}

func globPath(glob string) (pattern, bool) {
	if !strings.HasPrefix(glob, "/") || strings.Contains(glob, "{") || len(glob) > 4096 {
		return nil, false
	}
	var out pattern
	for i, c := range strings.Split(glob[1:], "/") {
		switch {
		case c == "" && i == 0 && glob == "/":
		case c == "**":
			out = concat(out, deep)
		default:
			out = concat(concat(out, slash), globName(c))
		}
	}
	return out, len(out) <= maxPieces
}

// globStems are the paths that one of some globs takes; nil when they are not
// known. A glob without a slash is held against the name, and that of the root
// is empty.
func globStems(globs texts) texts {
	var out texts
	for _, p := range globs {
		if !p.IsConstant() {
			return nil
		}
		glob := p.Constant()
		if strings.Contains(glob, "/") {
			path, ok := globPath(glob)
			if !ok {
				return nil
			}
			out = append(out, path)
			continue
		}
		out = append(out, concat(concat(deep, slash), globName(glob)))
		if library.MatchGlob(glob, "/") {
			out = append(out, pattern{})
		}
	}
	return out
}

// parameter is what a script's parameter may be: its argument when that is
// known, else any value that its declaration lets through. A text stands for
// itself, so that what is made of it can be judged.
func (a *analysis) parameter(i int, arg capability.Value, known bool) *value {
	p := &a.m.Params[i]
	t := p.Type
	made := func(t *capability.Type) (*object, bool) {
		return a.object(objectKey{inst: -3, pc: int32(i)}, t)
	}
	if known {
		return a.concrete(arg, t, made)
	}
	optional := t.Kind == capability.KindOptional
	if optional {
		t = t.Elem
	}
	v := a.unknownParameter(i, t, made)
	if optional {
		v = a.join(v, nilValue)
	}
	return v
}

func (a *analysis) unknownParameter(i int, t *capability.Type, made maker) *value {
	p := &a.m.Params[i]
	why := a.because("parameter " + p.Name)
	switch t.Kind {
	case capability.KindString, capability.KindURL:
		return &value{texts: texts{{{Kind: capability.PieceParam, Param: i}}}, why: why}
	case capability.KindPath:
		return &value{texts: texts{{{Kind: capability.PieceStem, Param: i}}}, why: why}
	case capability.KindInt, capability.KindDuration, capability.KindSize:
		if ints := intervalInts(p.In); ints != nil {
			return intValue(ints...)
		}
	}
	v := a.freshWith(t, why, made)
	if t.Kind == capability.KindList && t.Elem.Kind == capability.KindPath {
		if within := withinGlobs(p.Words); within != nil {
			a.objects[v.refs[0]].slots[0] = &value{texts: within, why: why}
		}
	}
	return v
}

// intervalInts lists the few numbers of a small interval, nil when it is none.
func intervalInts(in *capability.Interval) []int64 {
	if in == nil {
		return nil
	}
	from, to := int64(capability.ScalarBits(in.From)), int64(capability.ScalarBits(in.To))
	if !in.Inclusive {
		if to--; to < from {
			return nil
		}
	}
	if to < from || uint64(to)-uint64(from) >= maxInts {
		return nil
	}
	var out []int64
	for n := from; ; n++ {
		out = append(out, n)
		if n == to {
			return out
		}
	}
}
