package policy

import (
	"math/rand"
	"testing"

	"rex/capability"
)

// Whatever a pattern matches, its automaton accepts as an id; and the folder
// and the name of a path are in the languages of folders and names.
func TestAutomataCoverTheirPatterns(t *testing.T) {
	pieces := []capability.Piece{lit("/"), lit("/a"), lit("\xc3"), lit("\xa9"), lit("é"), lit(".txt"), star, component, deep,
		{Kind: capability.PieceInt}, {Kind: capability.PieceAny}}
	bytes := []string{"/", "a", "\xc3", "\xa9", "é", ".", "\xff", "7", "-", "\x01", ".txt", "/a"}
	d := draw{rand.New(rand.NewSource(1))}
	matched, accepted := 0, 0
	for range 60_000 {
		var p capability.Pattern
		for range 1 + d.Intn(4) {
			p = append(p, pieces[d.Intn(len(pieces))])
		}
		s := ""
		for range d.Intn(6) {
			s += d.of(bytes...)
		}
		a := alternatives([]capability.Pattern{p}, nil)
		id := capability.EntityID(s)
		if a.accepts(id) {
			accepted++
		}
		if !p.Match(s, nil) {
			continue
		}
		matched++
		if !a.accepts(id) {
			t.Fatalf("%v matches %q, its automaton does not accept %q", p, s, id)
		}
		if capability.CheckPath(s) != "" {
			continue
		}
		path := textOf([]capability.Pattern{p}, nil, true)
		if parent := path.parent(); !holdsText(parent, capability.ParentPath(s)) {
			t.Fatalf("%v matches %q, whose folder is not among the folders", p, s)
		}
		if base := path.base(); !holdsText(base, capability.BaseName(s)) {
			t.Fatalf("%v matches %q, whose name is not among the names", p, s)
		}
		for _, direct := range []bool{true, false} {
			if below := path.below(direct); !holdsText(below, s+"/x") || !direct && !holdsText(below, s+"/x/y") {
				t.Fatalf("%v matches %q, below which is nothing", p, s)
			}
		}
	}
	// The cover is close: where it accepts more, it is for bytes that are no UTF-8.
	if matched < 2000 || accepted > matched*2 {
		t.Errorf("%d matched, %d accepted", matched, accepted)
	}
}

func holdsText(t text, s string) bool {
	id := capability.EntityID(s)
	if t.isKnown() {
		return t.s == id
	}
	return t.lang.accepts(id)
}

func TestEntitiesAreWrittenAsCedarWritesThem(t *testing.T) {
	d := draw{rand.New(rand.NewSource(4))}
	for range 2000 {
		id := ""
		for range d.Intn(4) {
			id += d.of("a", "/", `"`, `\`, "'", "\n", "é", "\x00", "\x7f", " ", "*", "\u0301")
		}
		uid := userUID(id)
		if got := uidText(uid); got != uid.String() {
			t.Fatalf("%q is written %s, by Cedar %s", id, got, uid)
		}
	}
}

// A glob as a matcher is Cedar's like.
func TestGlobsAreCedarsLike(t *testing.T) {
	d := draw{rand.New(rand.NewSource(2))}
	for range 60_000 {
		text := ""
		for range d.Intn(7) {
			text += d.of("a", "b", "ab", "*", `\\*`)
		}
		rule := newRule("x", mustPolicy(t, "permit (principal, action, resource) when { \"x\" like \""+text+"\" };"), map[int]bool{})
		var like *expr
		rule.cond.walk(func(e *expr) {
			if e.kind == exprLike {
				like = e
			}
		})
		s := ""
		for range d.Intn(8) {
			s += d.of("a", "b", "*")
		}
		yes, no := known(s).matches(like.glob)
		if want := like.like.Match(typesString(s)); yes != want || no == want {
			t.Fatalf("%q like %q: %t, Cedar says %t", s, text, yes, want)
		}
	}
}

// The answers about a language are exactly those about its texts, for
// languages small enough to list.
func TestMeetsIsExact(t *testing.T) {
	d := draw{rand.New(rand.NewSource(3))}
	for range 20_000 {
		var patterns []capability.Pattern
		var texts []string
		for range 1 + d.Intn(4) {
			s := d.path()
			texts = append(texts, s)
			patterns = append(patterns, capability.Constant(s))
		}
		lang := text{lang: alternatives(patterns, nil)}
		glob := []string{d.of("", "/", "/a", "/a/b"), d.of("", "b", ".txt", "g")}
		dir := d.path()
		some, other, in, out := false, false, false, false
		for _, s := range texts {
			y, _ := known(s).matches(glob)
			some, other = some || y, other || !y
			y, _ = known(s).inside(dir, true)
			in, out = in || y, out || !y
		}
		if y, n := lang.matches(glob); y != some || n != other {
			t.Fatalf("%q like %q: %t %t, want %t %t", texts, glob, y, n, some, other)
		}
		if y, n := lang.inside(dir, true); y != in || n != out {
			t.Fatalf("%q in %q: %t %t, want %t %t", texts, dir, y, n, in, out)
		}
	}
}
