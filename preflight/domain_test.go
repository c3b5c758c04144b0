package preflight

import (
	"math/rand/v2"
	"strings"
	"testing"

	"rex/capability"
)

// The domain is held to texts: patterns are drawn at random, and so are texts
// of theirs.

var testDomain = domain{params: []paramText{{slashFree: true, clean: true}, {}, {within: texts{pattern{{Kind: capability.PieceLiteral, Text: "/a"}, {Kind: capability.PieceDeep}}}}}}

var testBound = []string{"b", "c.d", "/a/b"}

func randomPattern(r *rand.Rand) pattern {
	pieces := []pattern{
		slash, literal("a"), literal("."), star, component, deep, {{Kind: capability.PieceInt}}, anyPattern, literal("-1"), literal("/a"),
		{{Kind: capability.PieceParam}}, {{Kind: capability.PieceParam, Param: 1, Hole: true, Whole: true}}, {{Kind: capability.PieceStem, Param: 2}},
	}
	var p pattern
	for range r.IntN(5) {
		p = concat(p, pieces[r.IntN(len(pieces))])
	}
	return p
}

// sample gives a text of a pattern.
func sample(r *rand.Rand, p pattern) string {
	names := []string{"a", "b", "...", "1", ".a", "aa"}
	s := ""
	for _, x := range p {
		switch x.Kind {
		case capability.PieceLiteral:
			s += x.Text
		case capability.PieceStar:
			s += []string{"", ".", "..", "a", "1", "aa"}[r.IntN(6)]
		case capability.PieceComponent:
			s += names[r.IntN(len(names))]
		case capability.PieceDeep:
			for range r.IntN(3) {
				s += "/" + names[r.IntN(len(names))]
			}
		case capability.PieceInt:
			s += []string{"0", "-1", "12"}[r.IntN(3)]
		case capability.PieceParam, capability.PieceStem:
			s += testBound[x.Param]
		case capability.PieceAny:
			s += []string{"", "/", "..", "a", "/a/", "//"}[r.IntN(6)]
		}
	}
	return s
}

func inTexts(ts texts, s string) bool {
	return capability.AnyMatches(ts, s, testBound)
}

// TestCovers: a pattern that covers another holds its texts; most pairs that
// are not covered have a text that shows it.
func TestCovers(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	yes := 0
	for range 300_000 {
		p, q := randomPattern(r), randomPattern(r)
		if !testDomain.covers(p, q) {
			continue
		}
		yes++
		s := sample(r, q)
		if !q.Match(s, testBound) {
			t.Fatalf("%v does not hold its own text %q", q, s)
		}
		if !p.Match(s, testBound) {
			t.Fatalf("%v covers %v but not %q", p, q, s)
		}
	}
	if yes < 20_000 {
		t.Errorf("only %d pairs were covered", yes)
	}
}

// TestCoversPrecisely: what the analysis of scripts rests on is seen.
func TestCoversPrecisely(t *testing.T) {
	p := func(pieces ...pattern) pattern {
		var out pattern
		for _, x := range pieces {
			out = concat(out, x)
		}
		return out
	}
	param := pattern{{Kind: capability.PieceParam, Hole: true}}
	for _, c := range []struct {
		p, q pattern
		want bool
	}{
		{p(literal("/srv"), belowAny), literal("/srv/a"), true},
		{p(literal("/srv"), belowAny), literal("/srv"), false},
		{p(literal("/srv"), belowAny), literal("/srvx/a"), false},
		{p(literal("/srv"), belowAny), p(literal("/srv/"), component), true},
		{p(literal("/srv"), belowAny), p(literal("/srv/x"), star), true},
		{p(literal("/srv"), belowAny), p(literal("/srv/"), star), false},
		{p(literal("/srv"), belowAny), p(literal("/srv"), deep, literal("/"), component, literal(".gz")), true},
		{p(literal("/srv"), deep), p(literal("/srv"), deep, literal("/x")), true},
		{p(literal("/a"), deep), p(pattern{{Kind: capability.PieceStem, Param: 2}}, literal("/x")), true},
		{p(literal("/b"), deep), p(pattern{{Kind: capability.PieceStem, Param: 2}}, literal("/x")), false},
		{star, p(literal("x."), param), true},
		{component, p(literal("x."), param), true},
		{anyPattern, literal(zeroPath), false},
	} {
		if got := testDomain.covers(c.p, c.q); got != c.want {
			t.Errorf("%v covers %v: got %t", c.p, c.q, got)
		}
	}
}

// TestSetsHold: joining, collapsing, shortening, widening and meeting keep
// every text that they must keep.
func TestSetsHold(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	d := &testDomain
	for range 40_000 {
		var ts texts
		for range 1 + r.IntN(12) {
			ts = append(ts, randomPattern(r))
		}
		s := sample(r, ts[r.IntN(len(ts))])
		if joined := d.joinTexts(nil, ts); !inTexts(joined, s) {
			t.Fatalf("the join of %v lost %q: %v", ts, s, joined)
		}
		if one := d.collapse(ts); !one.Match(s, testBound) {
			t.Fatalf("%v collapsed to %v without %q", ts, one, s)
		}
		var long pattern
		for _, p := range ts {
			long = concat(long, p)
		}
		for range 3 {
			long = concat(long, long)
		}
		if short := d.shorten(long); len(short) > maxPieces {
			t.Fatalf("%v is not short", short)
		} else if x := sample(r, long); !short.Match(x, testBound) {
			t.Fatalf("%v was shortened to %v without %q", long, short, x)
		}
		var us texts
		for range 1 + r.IntN(3) {
			us = append(us, randomPattern(r))
		}
		if met := d.meet(ts, us); inTexts(us, s) && !inTexts(met, s) {
			t.Fatalf("%v met %v without %q: %v", ts, us, s, met)
		}
		if p := ts[0]; p.Match(s, testBound) && us[0].Match(s, testBound) && d.apart(p, us[0]) {
			t.Fatalf("%v and %v are said to be apart, but %q is in both", p, us[0], s)
		}
		if x := sample(r, us[0]); !inTexts(d.product(ts, us), s+x) {
			t.Fatalf("%v before %v lost %q", ts, us, s+x)
		}
	}
}

// TestCutsHold: trimming, splitting and what else cuts texts up.
func TestCutsHold(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	d := &testDomain
	cuts := []string{"a", ".a", "x", "/b", "-1", "a.", ".", "aa", ""}
	for range 200_000 {
		p := randomPattern(r)
		s, c := sample(r, p), cuts[r.IntN(len(cuts))]
		if got := d.trimSuffix(p, c); !inTexts(got, strings.TrimSuffix(s, c)) {
			t.Fatalf("%q without %q at the end is not in %v of %v", s, c, got, p)
		}
		if got := d.trimPrefix(p, c); !inTexts(got, strings.TrimPrefix(s, c)) {
			t.Fatalf("%q without %q at the start is not in %v of %v", s, c, got, p)
		}
		stem := s
		if s != "" && capability.CheckPath(s) != "" || s == "/" {
			continue
		}
		full := pathOf(stem)
		if parent := stemOf(capability.ParentPath(full)).Constant(); !inTexts(d.parents(texts{p}), parent) {
			t.Fatalf("%q, the folder of %q, is not in %v of %v", parent, full, d.parents(texts{p}), p)
		}
		if name := capability.BaseName(full); !inTexts(d.names(texts{p}), name) {
			t.Fatalf("%q, the name of %q, is not in %v of %v", name, full, d.names(texts{p}), p)
		}
		if !inTexts(d.fullTexts(texts{p}), full) {
			t.Fatalf("%q is not in %v of %v", full, d.fullTexts(texts{p}), p)
		}
		q := randomPattern(r)
		dir := sample(r, q)
		if dir != "" && capability.CheckPath(dir) != "" || dir == "/" {
			continue
		}
		yes, no := d.isBeneath(p, q)
		if is := capability.Beneath(full, pathOf(dir)); yes && !is || no && is {
			t.Fatalf("%q of %v below %q of %v: is %t, said yes %t no %t", full, p, dir, q, is, yes, no)
		}
	}
}

// TestHolesHold: what a hole of a path lets through, escapes included.
func TestHolesHold(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	parts := []pattern{literal("a"), literal("."), literal("-1"), literal("FF"), literal("x"), literal(`\`), literal("/"), star, component, anyPattern, deep, {{Kind: capability.PieceInt}}}
	fill := []string{"", "a", `\xFF`, `\x`, `\`, `\xF`, "x", "..", "/", `\\`, "0"}
	for range 200_000 {
		var p pattern
		for range r.IntN(4) {
			p = concat(p, parts[r.IntN(len(parts))])
		}
		s := ""
		for _, x := range p {
			if x.Kind == capability.PieceLiteral {
				s += x.Text
			} else {
				s += fill[r.IntN(len(fill))]
			}
		}
		whole := r.IntN(2) == 0
		if !p.Match(s, nil) {
			continue
		}
		raw, ok := unshownConstant(s)
		if !ok || whole && capability.CheckComponent(raw) != "" {
			continue
		}
		if got, _ := testDomain.holes(texts{p}, whole); !inTexts(got, raw) {
			t.Fatalf("%q of %v stands for %q in a hole, which is not in %v", s, p, raw, got)
		}
	}
}

func TestGlobNames(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	parts := []string{"a", "*", "?", "[a-z]", "{b,c}", ".log", "x"}
	for range 20_000 {
		glob, name := "", ""
		for range 1 + r.IntN(4) {
			glob += parts[r.IntN(len(parts))]
			name += []string{"a", "b", "c", ".log", "x", "é", "\xff"}[r.IntN(7)]
		}
		if g, err := capability.ParseGlob(glob); err == nil && g.Match(name) && !globName(glob).Match(name, nil) {
			t.Fatalf("the glob %q takes %q, %v doesn't", glob, name, globName(glob))
		}
	}
}

// TestGlobStems: a path that a glob takes is one of those that are known behind
// the guard.
func TestGlobStems(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	parts := []string{"/", "/", "a", "*", "?", "**", "[a-z]", "{b,c}", ".log", "[!a]"}
	matched := 0
	for range 200_000 {
		glob, path := "", ""
		for range 1 + r.IntN(5) {
			glob += parts[r.IntN(len(parts))]
		}
		for range r.IntN(4) {
			path += "/" + []string{"a", "b", "c.log", "é", ".log", "aa"}[r.IntN(6)]
		}
		stems := globStems(constants(glob))
		g, err := capability.ParseGlob(glob)
		if stems == nil || err != nil || !g.Match(pathOf(path)) {
			continue
		}
		matched++
		if !inTexts(stems, path) {
			t.Fatalf("the glob %q takes %q, %v doesn't", glob, pathOf(path), stems)
		}
	}
	if matched < 5000 {
		t.Errorf("only %d paths were taken", matched)
	}
}

func TestMatchesNoSlash(t *testing.T) {
	for matching, want := range map[string]bool{
		"[a-z][a-z0-9-]*": true, "a|b": true, `\w+`: true, ".*": false, "[^/]+": false, "a/b": false, `[!-~]`: false, `(?i)abc`: true, `\d{1,3}`: true, "(": false,
	} {
		if got := matchesNoSlash(matching); got != want {
			t.Errorf("%s: got %t", matching, got)
		}
	}
}

// TestDominators: v dominates x when x can't be reached without v.
func TestDominators(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		n := 2 + r.IntN(9)
		succ := make([][]int, n)
		for range r.IntN(3 * n) {
			from := r.IntN(n)
			succ[from] = append(succ[from], r.IntN(n))
		}
		idom := dominators(succ)
		all := reachable(succ, -1)
		for v := range n {
			without := reachable(succ, v)
			for x := range n {
				if !all[x] {
					if idom[x] != -1 {
						t.Fatalf("%v: %d can't be reached and has a dominator", succ, x)
					}
					continue
				}
				dominates := false
				for y := x; ; y = idom[y] {
					if dominates = dominates || y == v; y == 0 {
						break
					}
				}
				if dominates == without[x] {
					t.Fatalf("%v: %d dominates %d: %t", succ, v, x, dominates)
				}
			}
		}
		for v, on := range onCycle(succ) {
			back := false
			for _, to := range succ[v] {
				back = back || reachableFrom(succ, to, -1)[v]
			}
			if on != back {
				t.Fatalf("%v: %d on a cycle: %t", succ, v, on)
			}
		}
	}
}

func reachable(succ [][]int, without int) []bool { return reachableFrom(succ, 0, without) }

func reachableFrom(succ [][]int, from, without int) []bool {
	on := make([]bool, len(succ))
	var visit func(v int)
	visit = func(v int) {
		if v == without || on[v] {
			return
		}
		on[v] = true
		for _, to := range succ[v] {
			visit(to)
		}
	}
	visit(from)
	return on
}
