package library

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"rex/capability"
)

// The families' tests are tables of calls (natives_test.go). Which rows were
// called is observed here, and a row that none called fails the run.

var called = map[uint16]bool{}

func TestMain(m *testing.M) {
	status := m.Run()
	if status == 0 && flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.fuzz").Value.String() == "" {
		for _, r := range Rows() {
			if r.Run != nil && !called[r.Number] {
				fmt.Printf("row %d, %s, is called by no test\n", r.Number, r.Name)
				status = 1
			}
		}
	}
	os.Exit(status)
}

// testMeter counts what is charged and refuses what is too much.
type testMeter struct {
	fuel, memory       int64
	maxFuel, maxMemory int64
}

func newMeter() *testMeter { return &testMeter{maxFuel: 1e9, maxMemory: 1 << 28} }

func (m *testMeter) Fuel(n int64) error {
	if n < 0 {
		panic("negative fuel")
	}
	if m.fuel += n; m.fuel < 0 || m.fuel > m.maxFuel {
		return &capability.LimitError{Limit: "fuel"}
	}
	return nil
}

func (m *testMeter) Memory(n int64) error {
	if n < 0 {
		panic("negative memory")
	}
	if m.memory += n; m.memory < 0 || m.memory > m.maxMemory {
		return &capability.LimitError{Limit: "memory"}
	}
	return nil
}

// argTypes gives the types with which the verifier would see the arguments.
func argTypes(r *Row, args []capability.Value) []*capability.Type {
	types := make([]*capability.Type, len(r.Params))
	for i := range r.Params {
		if i < len(args) && args[i] != nil {
			types[i] = capability.TypeOf(args[i])
			if r.Params[i].Shape.Kind == capability.KindWord {
				types[i] = r.Params[i].Shape.Type(nil) // a word is boxed as a string
			}
		}
	}
	return types
}

// invoke calls a row as the VM does; arguments that are left out are the defaults.
func invoke(r *Row, m Meter, args ...capability.Value) (capability.Value, error) {
	called[r.Number] = true
	result, vars, ok := r.Match(argTypes(r, args))
	if !ok {
		return nil, fmt.Errorf("row %d, %s, does not take %v", r.Number, r.Name, args)
	}
	c := &Call{Meter: m, Type: result}
	for i, p := range r.Params {
		v := p.Default
		if i < len(args) {
			v = args[i]
		}
		t := p.Shape.Type(vars)
		switch {
		case t == nil:
			return nil, fmt.Errorf("row %d, %s: the type of %s is open", r.Number, r.Name, p.Name)
		case t.File() == capability.FileScalar:
			c.S[i] = capability.ScalarBits(v)
		case t.File() == capability.FileText:
			c.T[i] = capability.TextOf(v)
		default:
			c.R[i] = v
		}
	}
	if err := r.Run(c); err != nil {
		return nil, err
	}
	return outOf(c, result), nil
}

func outOf(c *Call, t *capability.Type) capability.Value {
	switch t.File() {
	case capability.FileScalar:
		return capability.BoxScalar(t.Kind, c.OutS)
	case capability.FileText:
		return capability.BoxText(t.Kind, c.OutT)
	case capability.FileRef:
		return c.OutR
	}
	return nil
}

// rowCase is one call: want is the text of the result, or ! and a kind.
type rowCase struct {
	row  uint16
	args []capability.Value
	want string
}

func runCases(t *testing.T, cases []rowCase) {
	t.Helper()
	for _, x := range cases {
		r := Numbered(x.row)
		if r == nil || r.Run == nil {
			t.Errorf("there is no row %d", x.row)
			continue
		}
		got, err := invoke(r, newMeter(), x.args...)
		name := fmt.Sprintf("%d %s(%s)", x.row, r.Name, showAll(x.args))
		if kind, ok := strings.CutPrefix(x.want, "!"); ok {
			checkFailure(t, name, r, err, kind)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if s := Text(got); s != x.want {
			t.Errorf("%s = %s, want %s", name, s, x.want)
		}
		result, _, _ := r.Match(argTypes(r, x.args))
		if result.Kind != capability.KindNone && result.Kind != capability.KindWord && !Is(got, result) {
			t.Errorf("%s is no %s: %T", name, result, got)
		}
	}
}

func checkFailure(t *testing.T, name string, r *Row, err error, kind string) {
	t.Helper()
	var f *capability.Error
	if !errors.As(err, &f) || f.Why.String() != kind {
		t.Errorf("%s: error %v, want %s", name, err, kind)
		return
	}
	if !r.Kinds.Has(f.Why) {
		t.Errorf("%s: raised %s, its row says %s", name, f.Why, r.Kinds)
	}
	if f.Message == "" || strings.ContainsAny(f.Message, "\x00\x1b") {
		t.Errorf("%s: message %q", name, f.Message)
	}
}

func showAll(args []capability.Value) string {
	var parts []string
	for _, a := range args {
		s := Text(a)
		if len(s) > 40 {
			s = s[:40]
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ", ")
}

func TestRowsAreWellFormed(t *testing.T) {
	seen := map[uint16]string{}
	for _, r := range Rows() {
		name := r.Module + "." + r.Name
		if !strings.HasSuffix(r.Doc, ".") || strings.ToUpper(r.Doc[:1]) != r.Doc[:1] && r.Doc[0] < 'a' {
			t.Errorf("%s: doc %q is no sentence", name, r.Doc)
		}
		if r.Expand {
			if r.Number != 0 || r.Run != nil {
				t.Errorf("%s is expanded and has a number or a native", name)
			}
			continue
		}
		if other, twice := seen[r.Number]; twice || r.Number == 0 {
			t.Errorf("%s has number %d, which is that of %s", name, r.Number, other)
		}
		seen[r.Number] = name
		if r.Run == nil {
			t.Errorf("%s does nothing", name)
		}
		checkReferences(t, r, name)
		checkFiles(t, r, name)
	}
}

// checkReferences holds a row to what its parameters make possible: a
// container or error may be missing, a path and its like may be the zero; and
// what hands references on must say so to the analysis.
func checkReferences(t *testing.T, r *Row, name string) {
	for _, p := range r.Params {
		switch p.Shape.Kind {
		case capability.KindList, capability.KindMap, capability.KindRecord, capability.KindError:
			if !r.Kinds.Has(capability.Absent) {
				t.Errorf("%s takes a %s and does not raise absent", name, p.Shape.Kind)
			}
		case capability.KindPath, capability.KindURL, capability.KindIP, capability.KindCIDR:
			if !r.Kinds.Has(capability.Invalid) {
				t.Errorf("%s takes a %s and does not raise invalid", name, p.Shape.Kind)
			}
		}
	}
	if r.Transfer == Unknown && r.Result != nil && (holds(r.Result, 'T') || holds(r.Result, 'E')) {
		t.Errorf("%s hands elements on and its transfer is Unknown", name)
	}
}

func holds(s *Shape, v byte) bool {
	if s == nil {
		return false
	}
	found := s.Var == v || holds(s.Elem, v)
	for _, f := range s.Fields {
		found = found || holds(f.Shape, v)
	}
	return found
}

// checkFiles makes sure that the register file of every argument follows from
// the row and the arguments before it.
func checkFiles(t *testing.T, r *Row, name string) {
	bound := map[byte]bool{}
	for _, p := range r.Params {
		if v := p.Shape.Var; v != 0 && !bound[v] {
			t.Errorf("%s: the file of %s is open", name, p.Name)
		}
		for i := range variables {
			bound[variables[i]] = bound[variables[i]] || holds(p.Shape, variables[i])
		}
	}
}

// Every row on registers that were never set: no panic, and no kind that the
// row doesn't say.
func TestZeroRegisters(t *testing.T) {
	for _, r := range Rows() {
		if r.Run == nil {
			continue
		}
		vars := Vars{'T': capability.Int, 'U': capability.String, 'E': capability.Any, 'C': capability.Path, 'N': capability.Float}
		c := &Call{Meter: newMeter()}
		if r.Result != nil {
			c.Type = r.Result.Type(vars)
		}
		var f *capability.Error
		if err := r.Run(c); err != nil && (!errors.As(err, &f) || !r.Kinds.Has(f.Why)) {
			t.Errorf("%s: %v, its row says %s", r.Name, err, r.Kinds)
		}
	}
}

// Every row on extreme numbers.
func TestExtremeNumbers(t *testing.T) {
	for _, r := range Rows() {
		if r.Run == nil {
			continue
		}
		for _, n := range []uint64{1 << 63, math.MaxInt64, ^uint64(0), math.Float64bits(math.MaxFloat64)} {
			vars := Vars{'T': capability.Int, 'U': capability.String, 'E': capability.Any, 'C': capability.Int, 'N': capability.Int}
			c := &Call{Meter: newMeter(), T: [MaxArgs]string{"/a b\xff/ü.x", "ü", "ü", "ü"}}
			for i, p := range r.Params {
				c.S[i] = n
				if t := p.Shape.Type(vars); t != nil && t.Kind == capability.KindList {
					c.R[i] = capability.NewList(t.Elem)
				}
			}
			if r.Result != nil {
				c.Type = r.Result.Type(vars)
			}
			var f *capability.Error
			var limit *capability.LimitError
			err := r.Run(c)
			if err != nil && !errors.As(err, &limit) && (!errors.As(err, &f) || !r.Kinds.Has(f.Why)) {
				t.Errorf("%s: %v, its row says %s", r.Name, err, r.Kinds)
			}
		}
	}
}

func TestMatch(t *testing.T) {
	list := capability.ListOf
	word := capability.WordOf("a", "b")
	for _, x := range []struct {
		row  uint16
		args []*capability.Type
		want string // "" for no match
	}{
		{3, []*capability.Type{capability.String}, "string"},
		{3, []*capability.Type{word}, "string"},
		{3, []*capability.Type{capability.Path}, ""},
		{3, []*capability.Type{capability.OptionalOf(capability.String)}, ""},
		{13, []*capability.Type{capability.String, capability.String, nil}, "list[string]"},
		{13, []*capability.Type{capability.String, capability.String, capability.Int}, "list[string]"},
		{58, []*capability.Type{capability.String, capability.String, nil}, ""},
		{72, []*capability.Type{list(capability.Path)}, "path?"},
		{72, []*capability.Type{list(capability.Any)}, "any"},
		{75, []*capability.Type{list(capability.String), word}, "bool"},
		{75, []*capability.Type{list(word), capability.String}, ""},
		{75, []*capability.Type{list(capability.FuncOf(nil, capability.Int)), nil}, ""},
		{76, []*capability.Type{list(capability.Any), capability.Int}, "none"},
		{87, []*capability.Type{list(capability.Int), list(capability.Float)}, ""},
		{91, []*capability.Type{list(list(capability.Size))}, "list[size]"},
		{93, []*capability.Type{list(capability.Int), list(capability.Path)}, "list[{left: int, right: path}]"},
		{110, []*capability.Type{list(capability.Bytes), nil}, ""},
		{110, []*capability.Type{list(word), nil}, `list["a" | "b"]`},
		{111, []*capability.Type{list(capability.OptionalOf(capability.Int)), nil}, "list[int?]"},
		{112, []*capability.Type{list(capability.Time)}, ""},
		{112, []*capability.Type{list(capability.Duration)}, "duration"},
		{364, []*capability.Type{capability.NetResponse}, "string"},
		{380, []*capability.Type{capability.ErrorT}, capability.KindWords.Key()},
		{502, []*capability.Type{capability.String, capability.MapOf(capability.Any), nil}, "error"},
		{1, nil, ""},
	} {
		got := ""
		if result, _, ok := Numbered(x.row).Match(x.args); ok {
			got = result.Key()
		}
		if got != x.want {
			t.Errorf("row %d of %v gives %q, want %q", x.row, x.args, got, x.want)
		}
	}
}

func TestMatchClosures(t *testing.T) {
	row := Named("", "map")[0]
	if _, vars, ok := row.Match([]*capability.Type{capability.ListOf(capability.Int), nil}); !ok || vars['T'] != capability.Int || row.Result.Type(vars) != nil {
		t.Errorf("map with a closure of unknown type: %v %v", vars, ok)
	}
	f := capability.FuncOf([]*capability.Type{capability.Int}, capability.Path)
	if result, _, ok := row.Match([]*capability.Type{capability.ListOf(capability.Int), f}); !ok || result.Key() != "list[path]" {
		t.Errorf("map gives %v %v", result, ok)
	}
	by := Named("", "group_by")[0]
	bad := capability.FuncOf([]*capability.Type{capability.Int}, capability.Bool)
	if _, _, ok := by.Match([]*capability.Type{capability.ListOf(capability.Int), bad}); ok {
		t.Error("group_by takes a bool as key")
	}
}

func TestLookups(t *testing.T) {
	if len(Named("json", "parse")) != 2 || Named("", "json.parse") != nil || Numbered(60000) != nil || Numbered(0) != nil {
		t.Error("rows are not found by name and number")
	}
	if !IsModule("json") || IsModule("path") || IsModule("") {
		t.Error("the words of modules are not those of the rows")
	}
	if r := Numbered(280); !r.Property || r.Mutates || !Numbered(76).Mutates || !Numbered(500).Internal {
		t.Error("the flags of rows are wrong")
	}
}
