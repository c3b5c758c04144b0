package host

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"rex/capability"
)

func TestList(t *testing.T) {
	dir := folderWith(t, "b.txt", "hello", "a/deep.txt", "x", "bad\xff", "")
	ok(t, os.Symlink("/nowhere", dir+"/l"))
	b := newBench(t, Config{})
	got := b.must("fs.list", nil, path(dir))
	equal(t, "paths", column(t, got, "path"), []string{dir + "/a", dir + "/b.txt", dir + "/bad\xff", dir + "/l"})
	equal(t, "names", column(t, got, "name"), []string{"a", "b.txt", `bad\xFF`, "l"})
	equal(t, "kinds", column(t, got, "kind"), []string{"dir", "file", "file", "symlink"})
	equal(t, "targets", column(t, got, "target"), []string{"", "", "", "/nowhere"})
	b.fails(capability.WrongKind, "fs.list", nil, path(dir+"/b.txt"))
	b.fails(capability.NotFound, "fs.list", nil, path(dir+"/none"))
	if l := b.must("fs.list", nil, path(dir+"/a")).(*capability.List); l.Len() != 1 {
		t.Errorf("got %d entries", l.Len())
	}
}

// What is denied is left out of a walk, is not entered, and is counted.
func TestWalksLeaveOutWhatIsDenied(t *testing.T) {
	dir := folderWith(t, "a", "", "secret/x", "", "sub/b", "")
	b := newBench(t, Config{}, permitAll+`
		forbid (principal, action, resource) when { resource == file_system::Dir::"`+dir+`/secret" || resource in file_system::Dir::"`+dir+`/secret" };
		forbid (principal, action == file_system::Action::"stat", resource == file_system::File::"`+dir+`/a");`)
	equal(t, "list", column(t, b.must("fs.list", nil, path(dir)), "name"), []string{"sub"})
	equal(t, "find", column(t, b.must("fs.find", nil, path(dir)), "name"), []string{"sub", "b"})
	if n := b.gate.RefusedCount(); n != 5 { // list: a, secret; find: a, and secret's stat and open
		t.Errorf("%d refusals were kept: %v", n, b.gate.Refused())
	}
}

func TestFind(t *testing.T) {
	dir := folderWith(t, "a.log", "hello", "sub/b.log", "x", "sub/c.txt", "hello", "sub/deep/d.log", "")
	ok(t, os.Symlink(dir, dir+"/sub/loop"))
	old := time.Unix(1000, 0)
	ok(t, os.Chtimes(dir+"/a.log", old, old))
	b := newBench(t, Config{})
	when := capability.TimeValue(2000 * 1e9)
	for _, c := range []struct {
		name string
		opts with
		want []string
	}{
		{"all", nil, []string{"a.log", "sub", "b.log", "c.txt", "deep", "d.log", "loop"}},
		{"name", with{"pattern": str("*.log")}, []string{"a.log", "b.log", "d.log"}},
		{"path", with{"pattern": str("sub/*.log")}, []string{"b.log"}},
		{"deep path", with{"pattern": str("sub/**/*.log")}, []string{"b.log", "d.log"}},
		{"kind", with{"kind": str("dir")}, []string{"sub", "deep"}},
		{"links", with{"kind": str("symlink")}, []string{"loop"}},
		{"depth", with{"max_depth": integer(1)}, []string{"a.log", "sub"}},
		{"depth 0", with{"max_depth": integer(0)}, []string{}},
		{"large", with{"min_size": size(5)}, []string{"a.log", "c.txt"}},
		{"small", with{"max_size": size(0)}, []string{"d.log"}},
		{"old", with{"modified_before": when}, []string{"a.log"}},
		{"young", with{"modified_after": when, "kind": str("file")}, []string{"b.log", "c.txt", "d.log"}},
		{"exclude name", with{"exclude": texts("deep", "*.txt", "loop")}, []string{"a.log", "sub", "b.log"}},
		{"exclude below", with{"exclude": texts("sub/deep/**")}, []string{"a.log", "sub", "b.log", "c.txt", "loop"}},
		{"exclude path", with{"exclude": texts(dir + "/sub")}, []string{"a.log"}},
	} {
		equal(t, c.name, column(t, b.must("fs.find", c.opts, path(dir)), "name"), c.want)
	}
	b.fails(capability.Invalid, "fs.find", with{"pattern": str("[a")}, path(dir))
	b.fails(capability.Invalid, "fs.find", with{"exclude": texts("{")}, path(dir))
	b.fails(capability.Range, "fs.find", with{"max_depth": integer(-1)}, path(dir))
	b.fails(capability.WrongKind, "fs.find", nil, path(dir+"/a.log"))
}

func TestFindIsBoundedInDepth(t *testing.T) {
	dir := folderWith(t)
	at, err := os.OpenRoot(dir)
	ok(t, err)
	defer at.Close()
	for range maxDepth + 2 {
		ok(t, at.Mkdir("d", 0o755))
		next, err := at.OpenRoot("d")
		ok(t, err)
		at.Close()
		at = next
	}
	b := newBench(t, Config{})
	b.fails(capability.TooLarge, "fs.find", nil, path(dir))
	if got := b.must("fs.find", with{"max_depth": integer(20)}, path(dir)).(*capability.List); got.Len() != 20 {
		t.Errorf("got %d", got.Len())
	}
}

// The facts that the rows promise to the analysis hold of what comes out.
func TestResultsObeyTheFactsOfTheirRows(t *testing.T) {
	dir := folderWith(t, "a.log", "x\ny\n", "sub/b.log", "x", "sub/c.txt", "", "gz", gzipped(t, "x"))
	ok(t, os.Symlink(dir+"/sub", dir+"/link"))
	b := newBench(t, Config{})
	held := map[string]bool{}
	for _, c := range []struct {
		op       string
		opts     with
		required []capability.Value
	}{
		{"fs.list", nil, []capability.Value{path(dir)}},
		{"fs.list", nil, []capability.Value{path(dir + "/link")}},
		{"fs.list", nil, []capability.Value{path("/")}},
		{"fs.find", nil, []capability.Value{path(dir)}},
		{"fs.find", with{"pattern": str("*.log")}, []capability.Value{path(dir + "/link")}},
		{"fs.find", with{"max_depth": integer(1)}, []capability.Value{path("/")}},
		{"fs.stat", nil, []capability.Value{path(dir + "/link/b.log")}},
		{"fs.stat", nil, []capability.Value{path("/")}},
		{"fs.grep", nil, []capability.Value{path(dir + "/a.log"), capability.RegexValue("x")}},
		{"fs.gzip_info", nil, []capability.Value{path(dir + "/gz")}},
		{"fs.compress", nil, []capability.Value{path(dir + "/link/b.log")}},
		{"fs.decompress", nil, []capability.Value{path(dir + "/gz"), path(dir + "/link/new")}},
		{"fs.temp_file", nil, nil},
		{"fs.temp_dir", nil, nil},
	} {
		op := capability.Lookup(c.op)
		held[c.op] = true
		v := b.must(c.op, c.opts, c.required...)
		for _, f := range op.Facts {
			values := []capability.Value{v}
			if f.Elem {
				l := v.(*capability.List)
				if values = nil; l.Len() == 0 {
					t.Errorf("%s %v gives nothing to look at", c.op, c.required)
				}
				for i := range l.Len() {
					values = append(values, l.At(i))
				}
			}
			for _, x := range values {
				arg := ""
				if i := op.Param(f.Arg); i >= 0 {
					arg = capability.TextOf(c.required[i])
				}
				holdFact(t, f, x, arg, capability.TextOf(c.opts[f.Glob]))
			}
		}
	}
	for _, op := range capability.Table() {
		if len(op.Facts) > 0 && op.Module() == "fs" && !held[op.Name] {
			t.Errorf("nothing holds %s to the facts of its row", op.Name)
		}
	}
}

func holdFact(t *testing.T, f capability.Fact, v capability.Value, arg, glob string) {
	t.Helper()
	got := capability.TextOf(v)
	if f.At != "" {
		got = field(t, v, f.At)
	}
	good := true
	switch f.Kind {
	case capability.FactChildren:
		good = capability.ParentPath(got) == arg && got != "/"
	case capability.FactBeneath:
		good = capability.Beneath(got, arg) && (glob == "" || matchGlob(t, glob, got))
	case capability.FactSame:
		good = got == arg
	case capability.FactSuffix:
		good = got == arg+f.Text
	case capability.FactUnder:
		good = capability.ParentPath(got) == f.Text && got != f.Text
	case capability.FactBaseName:
		good = got == capability.BaseName(field(t, v, f.Of))
	default:
		t.Fatalf("no test for fact %d", f.Kind)
	}
	if !good {
		t.Errorf("%+v does not hold: %q of %q", f, got, arg)
	}
}

// drain reads a stream to its end.
func drain(t testing.TB, v capability.Value) []string {
	t.Helper()
	s := v.(capability.Stream)
	defer s.Close()
	out := []string{}
	for {
		l, more, err := s.Next(context.Background())
		ok(t, err)
		if !more {
			return out
		}
		out = append(out, capability.TextOf(l))
	}
}

func TestLines(t *testing.T) {
	b := newBench(t, Config{})
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", []string{}},
		{"a", []string{"a"}},
		{"a\n", []string{"a"}},
		{"\n", []string{""}},
		{"\n\n", []string{"", ""}},
		{"\na", []string{"", "a"}},
		{"a\nb\n", []string{"a", "b"}},
		{"a\r\nb\r\n\r\nc", []string{"a", "b", "", "c"}},
		{"\xef\xbb\xbfa\n\xef\xbb\xbfb\n", []string{"a", "\ufeffb"}},
		{"\xef\xbb\xbf", []string{}},
		{"a\xffb\n", []string{"a\ufffdb"}},
		{strings.Repeat("x", blockSize) + "\ny\n", []string{strings.Repeat("x", blockSize), "y"}},
		{strings.Repeat("ab\n", blockSize), slices.Repeat([]string{"ab"}, blockSize)},
	} {
		dir := folderWith(t, "f", c.text)
		what := fmt.Sprintf("%.20q", c.text)
		equal(t, what, drain(t, b.must("fs.lines", nil, path(dir+"/f"))), c.want)
		back := slices.Clone(c.want)
		slices.Reverse(back)
		equal(t, what+" backwards", drain(t, b.must("fs.lines", with{"reverse": truth(true)}, path(dir+"/f"))), back)
		if complete := drain(t, b.must("fs.lines", with{"complete": truth(true)}, path(dir+"/f"))); len(complete) != strings.Count(c.text, "\n") {
			t.Errorf("%s has %d complete lines", what, len(complete))
		}
		if complete := drain(t, b.must("fs.lines", with{"complete": truth(true), "reverse": truth(true)}, path(dir+"/f"))); len(complete) != strings.Count(c.text, "\n") {
			t.Errorf("%s has %d complete lines backwards", what, len(complete))
		}
	}
}

// Every offset and limit gives the same lines from either end.
func TestLinesInParts(t *testing.T) {
	text := "one\ntwo\r\n\nfour\nfi"
	dir := folderWith(t, "f", text)
	b := newBench(t, Config{})
	for from := 0; from <= len(text)+1; from++ {
		for most := 0; most <= len(text)+1; most++ {
			opts := with{"offset": size(int64(from)), "limit": size(int64(most))}
			want := linesOf(text, from, most)
			equal(t, fmt.Sprint(from, most), drain(t, b.must("fs.lines", opts, path(dir+"/f"))), want)
			slices.Reverse(want)
			opts["reverse"] = truth(true)
			equal(t, fmt.Sprint(from, most, " backwards"), drain(t, b.must("fs.lines", opts, path(dir+"/f"))), want)
		}
	}
}

// linesOf says the same in the simplest way.
func linesOf(text string, from, most int) []string {
	out := []string{}
	end := min(len(text), from+most)
	for i := 0; i < end; {
		j := strings.IndexByte(text[i:], '\n')
		next := len(text)
		if j >= 0 {
			next = i + j + 1
		}
		if i >= from {
			l := text[i:min(next, end)]
			if strings.HasSuffix(l, "\n") {
				l = strings.TrimSuffix(strings.TrimSuffix(l, "\n"), "\r")
			}
			out = append(out, l)
		}
		i = next
	}
	return out
}

func TestLinesAreBounded(t *testing.T) {
	dir := folderWith(t, "long", strings.Repeat("x", maxLine+2)+"\nshort\n")
	b := newBench(t, Config{})
	for _, reverse := range []bool{false, true} {
		s := b.must("fs.lines", with{"reverse": truth(reverse)}, path(dir+"/long")).(capability.Stream)
		if reverse {
			if v, _, err := s.Next(context.Background()); err != nil || v != str("short") {
				t.Errorf("got %v, %v", v, err)
			}
		}
		_, _, err := s.Next(context.Background())
		b.isFault(capability.TooLarge, "fs.lines", nil, err)
		s.Close()
	}
	// A line that an offset cuts is passed over without being held.
	got := drain(t, b.must("fs.lines", with{"offset": size(1)}, path(dir+"/long")))
	equal(t, "behind the long line", got, []string{"short"})
}

// D11: a stream holds one handle of the run, and gives it back once.
func TestLinesHoldAHandle(t *testing.T) {
	dir := folderWith(t, "f", "a\n")
	limits := capability.DefaultLimits()
	limits.Handles = 2
	b := limitedBench(t, Config{}, limits)
	before := descriptors(t)
	for range 3 {
		one := b.must("fs.lines", nil, path(dir+"/f")).(capability.Stream)
		two := b.must("fs.lines", nil, path(dir+"/f")).(capability.Stream)
		ok(t, one.Close())
		ok(t, one.Close())
		if _, _, err := one.Next(context.Background()); err == nil {
			t.Log("a closed stream gave what it held already")
		}
		ok(t, two.Close())
	}
	a, c := b.must("fs.lines", nil, path(dir+"/f")), b.must("fs.lines", nil, path(dir+"/f"))
	_, err := b.do("fs.lines", nil, path(dir+"/f"))
	isLimit(t, err, "handles")
	a.(capability.Stream).Close()
	c.(capability.Stream).Close()
	if after := descriptors(t); after > before+2 { // the Machine's own two
		t.Errorf("%d descriptors became %d", before, after)
	}
}

func descriptors(t testing.TB) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	ok(t, err)
	return len(all)
}

func TestLinesOfProc(t *testing.T) {
	b := newBench(t, Config{})
	forth := drain(t, b.must("fs.lines", nil, path("/proc/filesystems")))
	back := drain(t, b.must("fs.lines", with{"reverse": truth(true)}, path("/proc/filesystems")))
	slices.Reverse(back)
	if len(forth) == 0 {
		t.Error("no lines")
	}
	equal(t, "backwards", back, forth)
}

func TestGrep(t *testing.T) {
	dir := folderWith(t, "f", "abc\na.c\r\nxyz\n123\nABC\nend\xff")
	b := newBench(t, Config{})
	numbers := func(v capability.Value) []string {
		l := v.(*capability.List)
		out := []string{}
		for i := range l.Len() {
			out = append(out, fmt.Sprint(number(t, l.At(i), "line")))
		}
		return out
	}
	for _, c := range []struct {
		needle string
		opts   with
		want   string
	}{
		{`a.c`, nil, "1 2"},
		{`a\.c`, nil, "2"},
		{`^ABC$`, nil, "5"},
		{`abc`, with{"ignore_case": truth(true)}, "1 5"},
		{`[a-z]`, with{"invert": truth(true)}, "4 5"},
		{`xyz`, with{"before": integer(1), "after": integer(1)}, "2 3 4"},
		{`a.c|123`, with{"before": integer(2), "after": integer(1)}, "1 2 3 4 5"},
		{`a.c`, with{"max": integer(1)}, "1"},
		{`a.c`, with{"max": integer(1), "after": integer(1)}, "1 2"},
		{`a.c`, with{"max": integer(0)}, ""},
		{`a.c`, with{"reverse": truth(true)}, "2 1"},
		{`a.c`, with{"reverse": truth(true), "max": integer(1)}, "2"},
		{`xyz|abc`, with{"reverse": truth(true), "max": integer(1), "before": integer(1)}, "3 2"},
		{`nothing`, with{"before": integer(3)}, ""},
		{`end`, with{"after": integer(9)}, "6"},
	} {
		got := strings.Join(numbers(b.must("fs.grep", c.opts, path(dir+"/f"), capability.RegexValue(c.needle))), " ")
		if got != c.want {
			t.Errorf("%s %v: got %q, want %q", c.needle, c.opts, got, c.want)
		}
	}
	equal(t, "text", column(t, b.must("fs.grep", nil, path(dir+"/f"), capability.RegexValue("end|a.c")), "text"), []string{"abc", "a.c", "end\ufffd"})
	b.fails(capability.Invalid, "fs.grep", nil, path(dir+"/f"), capability.RegexValue("(")) // not from a script: it was checked
	b.fails(capability.Range, "fs.grep", with{"before": integer(-1)}, path(dir+"/f"), capability.RegexValue("a"))
}

func TestGrepIsBounded(t *testing.T) {
	dir := folderWith(t, "f", strings.Repeat("x\n", 10000))
	limits := capability.DefaultLimits()
	limits.ReadSize = 10000
	b := limitedBench(t, Config{}, limits)
	b.fails(capability.TooLarge, "fs.grep", nil, path(dir+"/f"), capability.RegexValue("x"))
	got := b.must("fs.grep", with{"max": integer(2), "reverse": truth(true)}, path(dir+"/f"), capability.RegexValue("x")).(*capability.List)
	if got.Len() != 2 || number(t, got.At(0), "line") != 10000 {
		t.Errorf("got %d lines", got.Len())
	}
}

func matchGlob(t *testing.T, glob, path string) bool {
	g, err := capability.ParseGlob(glob)
	if err != nil {
		t.Fatalf("%q: %v", glob, err)
	}
	return g.Match(path)
}
