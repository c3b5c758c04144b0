package capability

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"regexp"
	"sort"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var opName = regexp.MustCompile(`^([a-z]+\.[a-z_]+|print|progress)$`)

func TestEveryRowIsComplete(t *testing.T) {
	for _, op := range Table() {
		t.Run(op.Name, func(t *testing.T) {
			if !opName.MatchString(op.Name) {
				t.Errorf("name is not noun.verb")
			}
			if op.Number == 0 {
				t.Errorf("has no number")
			}
			if !strings.HasSuffix(op.Doc, ".") || strings.Count(op.Doc, "\n") > 0 {
				t.Errorf("doc is not one sentence: %q", op.Doc)
			}
			if !strings.Contains(op.Example, op.Name+"(") {
				t.Errorf("example does not call it: %q", op.Example)
			}
			if op.Kinds.Has(Denied) {
				t.Errorf("denied is raised by the gate, not by the row")
			}
			checkParams(t, op)
			for _, a := range op.Asks {
				checkAsk(t, op, a)
			}
			for _, f := range op.Facts {
				checkFact(t, op, f)
			}
		})
	}
}

func checkParams(t *testing.T, op *Op) {
	t.Helper()
	optional := false
	for _, p := range op.Params {
		if optional && !p.Optional {
			t.Errorf("required parameter %s stands behind an optional one", p.Name)
		}
		optional = optional || p.Optional
		if !strings.HasSuffix(p.Doc, ".") {
			t.Errorf("doc of %s is not a sentence", p.Name)
		}
		if p.Type.Kind == KindWord && !p.Const {
			t.Errorf("%s has a closed set of words, so it must be constant", p.Name)
		}
		if p.Optional && p.Default == nil {
			switch p.Type.Kind {
			case KindOptional, KindList, KindMap: // nil and empty
			default:
				t.Errorf("optional %s has no default", p.Name)
			}
		}
		if p.Default != nil && !p.Optional {
			t.Errorf("required %s has a default", p.Name)
		}
	}
}

func checkAsk(t *testing.T, op *Op, a Ask) {
	t.Helper()
	if a.Space == "" || a.Action == "" || len(a.Entity) == 0 {
		t.Errorf("ask %+v is incomplete", a)
	}
	if a.Param != "" && op.Param(a.Param) < 0 {
		t.Errorf("ask %s: no parameter %q", a.Action, a.Param)
	}
	if a.Param == "" && a.Part != PartFixed && a.Each == Once {
		t.Errorf("ask %s names no resource", a.Action)
	}
	if (a.Part == PartFixed || a.Part == PartAppended) != (a.Fixed != "") {
		t.Errorf("ask %s: Fixed goes with PartFixed and PartAppended", a.Action)
	}
	if o := a.When.Option; o != "" {
		i := op.Param(o)
		if i < 0 {
			t.Errorf("ask %s: no option %q", a.Action, o)
		} else if !op.Params[i].Const {
			t.Errorf("ask %s depends on %s, which is not constant", a.Action, o)
		}
	}
}

func checkFact(t *testing.T, op *Op, f Fact) {
	t.Helper()
	if f.Arg != "" && op.Param(f.Arg) < 0 || f.Glob != "" && op.Param(f.Glob) < 0 {
		t.Errorf("fact %+v names no parameter", f)
	}
	typ := op.Result
	if f.Elem {
		if typ.Kind != KindList && typ.Kind != KindStream {
			t.Fatalf("fact %+v is about elements of a %s", f, typ)
		}
		typ = typ.Elem
	}
	for _, name := range []string{f.At, f.Of} {
		if name != "" && typ.FieldIndex(name) < 0 {
			t.Errorf("fact %+v: no field %q", f, name)
		}
	}
}

// The gravest of an operation's actions decides the least effect its row may
// claim: an action that changes something belongs to no reading row, and one
// that destroys only where an option asks for it.
func TestEffectsCoverTheirActions(t *testing.T) {
	least := map[string]Effect{
		"open": Read, "read": Read, "stat": Read, "list": Read, "status": Read, "env": Read, "resolve_hostname": Read,
		"write": Change, "create": Change, "move": Change, "restart": Change, "chmod": Change, "chown": Change, "set_x_attr": Change,
		"delete": Destroy, "kill": Destroy, "interrupt": Destroy, "execute": Execute, "GET": Send,
	}
	for _, op := range Table() {
		for _, a := range op.Asks {
			want, known := least[a.Action]
			if !known {
				t.Errorf("%s: action %s has no effect in this test", op.Name, a.Action)
			}
			if op.Effect < want && (op.Effect == Read || !op.OnRequest(&a)) {
				t.Errorf("%s claims %s and asks %s, which is %s", op.Name, op.Effect, a.Action, want)
			}
		}
	}
}

func TestNumbersOnlyGrow(t *testing.T) {
	golden(t, "testdata/numbers.txt", func(op *Op) string { return fmt.Sprintf("%d %s", op.Number, op.Name) })
}

func TestRowsWithoutAsks(t *testing.T) {
	golden(t, "testdata/unasked.txt", func(op *Op) string {
		if len(op.Asks) > 0 {
			return ""
		}
		return op.Name
	})
}

// golden holds the lines of all rows to a file. -update adds to it; a line
// that is gone is always an error, so numbers are never reused.
func golden(t *testing.T, name string, line func(*Op) string) {
	t.Helper()
	have := map[string]bool{}
	var lines []string
	for _, op := range Table() {
		if s := line(op); s != "" {
			have[s] = true
			lines = append(lines, s)
		}
	}
	sort.Strings(lines)
	f, err := os.Open(name)
	if err == nil {
		for sc := bufio.NewScanner(f); sc.Scan(); {
			if !have[sc.Text()] {
				t.Errorf("%s: %q is gone", name, sc.Text())
			}
			delete(have, sc.Text())
		}
		f.Close()
	}
	if *update && !t.Failed() {
		os.MkdirAll("testdata", 0o755)
		if err := os.WriteFile(name, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for s := range have {
		t.Errorf("%s: %q is new; run with -update", name, s)
	}
}

func TestRowsAreUnique(t *testing.T) {
	names, numbers := map[string]bool{}, map[uint16]string{}
	for _, op := range Table() {
		if names[op.Name] {
			t.Errorf("%s stands twice", op.Name)
		}
		names[op.Name] = true
		if other := numbers[op.Number]; other != "" {
			t.Errorf("%s and %s have number %d", op.Name, other, op.Number)
		}
		numbers[op.Number] = op.Name
	}
}
