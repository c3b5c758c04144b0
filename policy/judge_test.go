package policy

import (
	"context"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"rex/capability"
)

// touchOf makes a touch whose arguments are one row.
func touchOf(op *capability.Op, row ...capability.Abstract) *capability.Touch {
	for i := len(row); i < len(op.Params); i++ {
		row = append(row, constant(op.Params[i].Default))
	}
	return &capability.Touch{Site: here, Op: op, Join: row, Rows: [][]capability.Abstract{row}, Must: true}
}

// constant is a value as the analysis gives it.
func constant(v capability.Value) capability.Abstract {
	switch v := v.(type) {
	case nil:
		return capability.Abstract{Nil: true}
	case *capability.List:
		a := capability.Abstract{List: true}
		for i := range v.Len() {
			a.Tuple = append(a.Tuple, constant(v.At(i)))
		}
		return a
	}
	if v.Kind().File() == capability.FileScalar {
		return capability.Abstract{Ints: []int64{int64(capability.ScalarBits(v))}}
	}
	return capability.Abstract{Texts: []capability.Pattern{capability.Constant(capability.TextOf(v))}}
}

func lit(s string) capability.Piece { return capability.Piece{Kind: capability.PieceLiteral, Text: s} }

var (
	component = capability.Piece{Kind: capability.PieceComponent}
	deep      = capability.Piece{Kind: capability.PieceDeep}
	star      = capability.Piece{Kind: capability.PieceStar}
)

func pattern(ps ...capability.Piece) capability.Abstract {
	return capability.Abstract{Texts: []capability.Pattern{ps}}
}

func judgeRead(t *testing.T, policies string, path capability.Abstract) Verdict {
	t.Helper()
	return Judge(touchOf(capability.Lookup("fs.read"), path), nil, Sets{mustSet(t, policies)}, alice.Principal(), Known{})
}

const fivePolicies = `
@id("subtree") permit (principal, action in Rex::Action::"Read", resource in file_system::Dir::"/var/log");
@id("txt") permit (principal, action in Rex::Action::"Read", resource is file_system::File) when { resource.path like "/tmp/rex/*.txt" };
@id("tmp") permit (principal, action == file_system::Action::"open", resource) when { resource.path like "/tmp/rex*" };
@id("open-log") permit (principal, action == file_system::Action::"open", resource == file_system::Dir::"/var/log");
@id("secrets") forbid (principal, action, resource is file_system::File)
  when { resource in file_system::Dir::"/var/log/secure" || resource.path like "*.key" };
`

func TestTheJudge(t *testing.T) {
	for _, c := range []struct {
		path capability.Abstract
		want Answer
		rest string
	}{
		{pattern(lit("/var/log/app/"), star, lit(".log")), AnswerAllowed, ""},
		{pattern(lit("/var/log"), deep), AnswerDepends, "/var/log/secure"},
		{pattern(lit("/var/log/secure/"), component), AnswerDenied, ""},
		{pattern(lit("/etc"), deep), AnswerDenied, ""},
		{pattern(lit("/tmp/rex/"), star, lit(".txt")), AnswerAllowed, ""},
		{pattern(lit("/tmp/rex/"), component), AnswerDepends, `like "/tmp/rex/*.txt"`},
		{capability.Abstract{Any: true}, AnswerDepends, ""},
		{pattern(lit("/var/log/x")), AnswerAllowed, ""},
		{pattern(lit("/var/log/x.key")), AnswerDenied, ""},
	} {
		v := judgeRead(t, fivePolicies, c.path)
		if v.Answer != c.want {
			t.Errorf("%v: %s, want %s (%s, %q)", c.path.Texts, v.Word(), c.want, v.Why, v.Residual)
		}
		if c.rest != "" && !strings.Contains(strings.Join(v.Residual, " "), c.rest) {
			t.Errorf("%v: residual %q", c.path.Texts, v.Residual)
		}
		// What is left to know is Cedar.
		for _, rest := range v.Residual {
			if _, err := cedar.NewPolicyListFromBytes("r", []byte("permit (principal, action, resource) when {"+rest+"};")); err != nil {
				t.Errorf("residual %q: %v", rest, err)
			}
		}
	}
}

func TestAFiniteSetIsJudgedTextByText(t *testing.T) {
	both := capability.Abstract{Texts: []capability.Pattern{capability.Constant("/var/log/a"), capability.Constant("/tmp/rex/b.txt")}}
	if v := judgeRead(t, fivePolicies, both); !v.Allowed() {
		t.Errorf("two permits, one for each: %s", v.Why)
	}
	mixed := capability.Abstract{Texts: []capability.Pattern{capability.Constant("/var/log/a"), capability.Constant("/etc/b")}}
	if v := judgeRead(t, fivePolicies, mixed); !v.Depends() {
		t.Errorf("one permitted, one not: %s", v.Word())
	}
}

// The suggested permit is enough, for constants and for patterns.
func TestWhatTheJudgeSuggestsIsEnough(t *testing.T) {
	for _, path := range []capability.Abstract{
		pattern(lit("/srv/app/x")),
		pattern(lit("/srv/app/"), component),
		pattern(lit("/srv/app/a-"), star, lit(".log")),
		pattern(lit("/srv/app"), deep, lit("/x")),
		pattern(lit(`/srv/"quoted" \ *x/`), component),
	} {
		v := judgeRead(t, "permit (principal == User::\"bob\", action, resource);", path)
		if !v.Denied() || v.Suggest == "" {
			t.Errorf("%v: %s, suggests %q", path.Texts, v.Word(), v.Suggest)
			continue
		}
		if after := judgeRead(t, v.Suggest, path); !after.Allowed() {
			t.Errorf("%v: with\n%s\nit is %s: %s %q", path.Texts, v.Suggest, after.Word(), after.Why, after.Residual)
		}
	}
	if v := judgeRead(t, fivePolicies, pattern(lit("/var/log/x.key"))); v.Suggest != "" || !strings.Contains(v.Why, `"secrets"`) {
		t.Errorf("after a forbid: suggests %q, says %q", v.Suggest, v.Why)
	}
	if v := judgeRead(t, "permit (principal == User::\"bob\", action, resource);", capability.Abstract{Any: true}); !v.Denied() || v.Suggest != "" {
		t.Errorf("of an unknown path: %s, suggests %q", v.Word(), v.Suggest)
	}
}

// The rest is the property that everything else stands on: a verdict never
// contradicts what Cedar says about a request that fits. Policies, patterns
// and requests are drawn at random.

type draw struct{ *rand.Rand }

func (d draw) of(options ...string) string { return options[d.Intn(len(options))] }

var pathWords = []string{"a", "b", "log", "x.txt", "secret", "..x", "é"}

func (d draw) path() string {
	var b strings.Builder
	for range 1 + d.Intn(3) {
		b.WriteString("/" + d.of(pathWords...))
	}
	return b.String()
}

// atom is a condition that may be anything, also wrong.
func (d draw) atom() string {
	switch d.Intn(18) {
	case 0, 1:
		return fmt.Sprintf("resource in file_system::Dir::%q", d.path())
	case 2, 3:
		return fmt.Sprintf("resource.path like %q", d.of("", "*")+d.path()+d.of("", "*", "*.txt"))
	case 4:
		return fmt.Sprintf("resource == file_system::%s::%q", d.of("File", "Dir"), d.path())
	case 5:
		return fmt.Sprintf("resource has %s", d.of("owner", "kind", "mode", "dir", "name", "sha256", "mount", "nothing"))
	case 6:
		return fmt.Sprintf("resource.owner == %q", d.of("root", "alice"))
	case 7:
		return fmt.Sprintf("resource.mode %s %d", d.of("<", ">=", "==", "!="), d.Intn(3))
	case 8:
		return fmt.Sprintf("(resource has owner && resource.owner == %q)", d.of("root", "alice"))
	case 9:
		return fmt.Sprintf("(resource has dir && resource.dir == %q)", d.path())
	case 10:
		return fmt.Sprintf("(resource has name && resource.name like %q)", d.of("*.txt", "x*", "log", "*"))
	case 11:
		return fmt.Sprintf("principal == User::%q", d.of("alice", "bob"))
	case 12:
		return fmt.Sprintf("[file_system::File::%q, file_system::Dir::%q].contains(resource)", d.path(), d.path())
	case 13:
		return fmt.Sprintf("file_system::Dir::%q in file_system::Dir::%q", d.path(), d.path())
	case 14:
		return fmt.Sprintf(d.of("resource.mode + %s > 0", "(resource has mode && (resource.mode + %s > 0 || true))"), d.of("1", "9223372036854775807"))
	case 15:
		return fmt.Sprintf("context has %s", d.of("labels", "module", "dry_run", "nothing"))
	case 16:
		return d.of("context.dry_run", `context.labels.hasTag("t")`, `(context has labels && context.labels.hasTag("t") && context.labels.getTag("t") like "CHG-*")`,
			`context.module like "a*"`, `resource is file_system::File`, `resource is file_system::Dir in file_system::Dir::"/a"`)
	}
	return d.of("true", "false", `1 == "x"`, "1 + true == 2", "resource.path", `"a" like "b*"`)
}

func (d draw) condition(depth int) string {
	if depth == 0 || d.Intn(3) == 0 {
		return d.atom()
	}
	l, r := d.condition(depth-1), d.condition(depth-1)
	switch d.Intn(5) {
	case 0:
		return "(" + l + " && " + r + ")"
	case 1:
		return "(" + l + " || " + r + ")"
	case 2:
		return "!(" + l + ")"
	case 3:
		return "(if " + l + " then " + r + " else " + d.condition(depth-1) + ")"
	}
	return l
}

func (d draw) policies() string {
	var b strings.Builder
	for i := range 1 + d.Intn(4) {
		effect := d.of("permit", "permit", "forbid")
		resource := d.of("resource", "resource", "resource is file_system::File", fmt.Sprintf("resource in file_system::Dir::%q", d.path()),
			fmt.Sprintf("resource == file_system::File::%q", d.path()), fmt.Sprintf("resource is file_system::Dir in file_system::Dir::%q", d.path()))
		action := d.of("action", `action == file_system::Action::"read"`, `action in Rex::Action::"Read"`, `action in file_system::Action::"SafeIO"`, `action == file_system::Action::"write"`)
		fmt.Fprintf(&b, "@id(\"p%d\") %s (principal, %s, %s)", i, effect, action, resource)
		for range d.Intn(3) {
			fmt.Fprintf(&b, " %s { %s }", d.of("when", "when", "unless"), d.condition(2))
		}
		b.WriteString(";\n")
	}
	return b.String()
}

// moduleParams are the parameters that patterns speak of.
var moduleParams = []capability.Param{
	{Name: "word", Type: capability.WordOf("a", "log", "x.txt")},
	{Name: "dir", Type: capability.Path},
	{Name: "text", Type: capability.String},
	{Name: "n", Type: capability.Int},
}

func (d draw) pattern() capability.Pattern {
	p := capability.Pattern{lit(d.of("", d.path()))}
	for range d.Intn(3) {
		switch d.Intn(8) {
		case 4:
			p = append(p, lit("/"), capability.Piece{Kind: capability.PieceParam, Param: d.Intn(4), Hole: true, Whole: true})
		case 5:
			p = append(p, lit("/x"), capability.Piece{Kind: capability.PieceParam, Param: 2, Hole: true}, lit(d.of("", ".txt")))
		case 6:
			p = append(p, lit("/b"), capability.Piece{Kind: capability.PieceInt})
		case 7:
			p = capability.Pattern{{Kind: capability.PieceStem, Param: 1}, lit("/"), component}
		case 0:
			p = append(p, lit("/"), component)
		case 1:
			p = append(p, deep)
		case 2:
			p = append(p, lit("/"+d.of("", "x")), star, lit(d.of(".txt", "t")))
		case 3:
			p = append(p, lit(d.path()))
		}
	}
	return p
}

// sample draws a text of a pattern, with parameters that fit.
func (d draw) sample(p capability.Pattern) string {
	var b strings.Builder
	for _, x := range p {
		switch x.Kind {
		case capability.PieceLiteral:
			b.WriteString(x.Text)
		case capability.PieceStar:
			b.WriteString(d.of("", "x", "a\xff", "log"))
		case capability.PieceComponent:
			b.WriteString(d.of(append(pathWords, "\xc3", "\xa9z")...))
		case capability.PieceDeep:
			for range d.Intn(3) {
				b.WriteString("/" + d.of(pathWords...))
			}
		case capability.PieceInt:
			b.WriteString(d.of("0", "-17", "42"))
		case capability.PieceStem:
			b.WriteString(d.of("", d.path()))
		case capability.PieceParam:
			b.WriteString(d.param(x))
		}
	}
	if b.Len() == 0 {
		return "/"
	}
	return b.String()
}

func (d draw) param(x capability.Piece) string {
	switch x.Param {
	case 0:
		return d.of(moduleParams[0].Type.Words...)
	case 3:
		return d.of("7", "-1")
	case 2:
		if !x.Whole {
			return d.of("", "x", ".", "\xa9")
		}
	}
	return d.of(pathWords...)
}

// lenient makes a set of policies that need not be valid: the judge must be
// sound for them all the same.
func lenient(t testing.TB, text string) *Set {
	t.Helper()
	list, err := cedar.NewPolicyListFromBytes("random", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	f := &File{Name: "random"}
	for _, p := range list {
		f.rules = append(f.rules, newRule("random", p, map[int]bool{}))
	}
	s, err := newSet([]*File{f})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// facts draws what may turn out about a file.
func (d draw) facts(typ string) *Facts {
	f := &Facts{Type: typ, Missing: d.Intn(4) == 0}
	if f.Missing {
		return f
	}
	text := func(s string) *string { return &s }
	number := func(n int64) *int64 { return &n }
	if d.Intn(2) == 0 {
		f.Owner = text(d.of("root", "alice"))
	}
	if d.Intn(2) == 0 {
		f.Kind = text(d.of("file", "dir", "fifo"))
	}
	if d.Intn(2) == 0 {
		f.Mode = number(int64(d.Intn(3)))
	}
	if d.Intn(2) == 0 {
		f.SHA256 = text("00")
	}
	if d.Intn(2) == 0 {
		f.Mount = text(d.of("/", "/srv"))
	}
	return f
}

func (d draw) known() Known {
	k := Known{Module: d.of("abc", "xyz"), Labels: map[string]string{}, DryRun: d.Intn(2) == 0}
	if d.Intn(2) == 0 {
		k.Labels["t"] = d.of("CHG-1", "no")
	}
	return k
}

// checkSound draws policies, a pattern and what is known, and holds the
// judge's answer to every ask of fs.stat against concrete requests.
func checkSound(t testing.TB, seed int64) {
	d := draw{rand.New(rand.NewSource(seed))}
	text := d.policies()
	sets := Sets{lenient(t, text)}
	if d.Intn(4) == 0 {
		second := d.policies()
		text += "and\n" + second
		sets = append(sets, lenient(t, second))
	}
	p := d.pattern()
	path := textOf([]capability.Pattern{p}, moduleParams, true)
	known := Known{}
	if d.Intn(2) == 0 {
		known = d.known()
	}
	principal := value{kind: valueEntity, entity: &entity{typ: userType, id: anyText}}
	if d.Intn(2) == 0 {
		principal = knownValue(userUID("alice"))
	}
	for _, name := range []string{"open", "read", "write"} {
		action := types.NewEntityUID("file_system::Action", types.String(name))
		for _, typ := range []types.EntityType{fileType, dirType} {
			plan := sets.plan(question{action, typ})
			b := builder{run: known, reads: plan.reads}
			e, _ := b.entityOf(subject{typ, path, nil})
			var who types.EntityUID
			if principal.kind == valueKnown {
				who = userUID("alice")
			}
			ev := &evaluator{principal: principal, action: action, resource: e, context: b.common(), entities: &lasting{who, sets}}
			w := ev.weighAll(plan.sets)
			for range 12 {
				d.contradict(t, seed, text, plan, sets, action, typ, d.sample(p), who, known, w)
			}
		}
	}
}

// contradict asks Cedar about one request that fits and compares.
func (d draw) contradict(t testing.TB, seed int64, text string, p *plan, sets Sets, action types.EntityUID, typ types.EntityType, path string, who types.EntityUID, run Known, w weighed) {
	t.Helper()
	if who.IsZero() {
		who = userUID(d.of("alice", "bob"))
	}
	if run.Labels == nil {
		run = d.known()
	}
	b := builder{run: run}
	f := d.facts("")
	e, _ := b.entityOf(subject{typ, known(path), f})
	c := b.common()
	s := store{resource: e.cedar(foldersAbove), always: &lasting{who, sets}}
	for _, x := range c.entities {
		s.context = append(s.context, x.cedar(nil))
	}
	a := authorize(p.sets, &s, cedar.Request{Principal: who, Action: action, Resource: e.uid(), Context: c.record()})
	if a.allowed && w.answer == AnswerDenied || !a.allowed && w.answer == AnswerAllowed {
		t.Fatalf("seed %d: %s %s of %s is judged %s, and allowed is %t (%v, errors %v)\nfacts %+v\nrun %+v\nattributes %s\n%s",
			seed, who, action, e.uid(), w.answer, a.allowed, a.policies, a.errors, *f, run, s.resource.Attributes, text)
	}
}

// checkDoor draws policies, a touch and a call within it, and holds the
// verdict about the touch against what the gate does with the call.
func checkDoor(t testing.TB, seed int64) {
	d := draw{rand.New(rand.NewSource(seed))}
	text := d.policies()
	if d.Intn(2) == 0 {
		text += `@id("most") permit (principal, action, resource) unless { resource is file_system::File && resource.path like "*secret*" };`
	}
	sets := Sets{lenient(t, text)}
	op, a := args(t, d.of("fs.read", "fs.stat", "fs.list", "fs.find", "fs.write", "fs.delete", "fs.move", "fs.make_dir", "fs.make_dir", "exec.run"))
	row := make([]capability.Abstract, len(a))
	for i, v := range a {
		row[i] = constant(v)
		switch {
		case op.Params[i].Optional && op.Params[i].Type.Kind != capability.KindPath:
		case op.Params[i].Type.Kind == capability.KindPath:
			p := d.pattern()
			row[i] = capability.Abstract{Texts: []capability.Pattern{p}}
			if d.Intn(4) == 0 {
				row[i].Texts = append(row[i].Texts, d.pattern())
				p = row[i].Texts[d.Intn(2)]
			}
			a[i] = capability.PathValue(d.sample(p))
		default:
			a[i], row[i] = capability.BytesValue("x"), capability.Abstract{Any: true}
		}
	}
	for i, p := range op.Params { // options, known or not
		if p.Const && p.Type.Kind == capability.KindBool {
			a[i] = capability.BoolValue(d.Intn(2) == 0)
			row[i] = capability.Abstract{AnyInt: true}
		}
		if p.Const && p.Type.Kind == capability.KindWord {
			a[i] = capability.StringValue(d.of(p.Type.Words...))
			row[i] = constant(a[i])
		}
	}
	h := &recorder{}
	for _, p := range op.Params {
		if p.Type.Kind == capability.KindPath && d.Intn(5) > 0 {
			h.targets = append(h.targets, Target{Param: p.Name, Facts: *d.facts(d.of("File", "Dir"))})
		}
	}
	if op.Name == "fs.make_dir" && a[op.Param("parents")] == capability.BoolValue(true) {
		h.act = makeLevels
	}
	g := testGate(t, h, op)
	g.cfg.Sets, g.cfg.Labels, g.cfg.Module = sets, map[string]string{"t": d.of("CHG-1", "x")}, "abc"
	g = NewGate(g.cfg)
	_, err := do(t, g, op, a)
	_, denied := err.(*Denied)
	known := Known{Module: "abc"}
	if d.Intn(2) == 0 {
		known.Labels = g.cfg.Labels
	}
	v := Judge(touchOf(op, row...), moduleParams, sets, alice.Principal(), known)
	if v.Denied() && !denied || v.Allowed() && denied {
		t.Fatalf("seed %d: %s %v is judged %s (%s), and came to %v\nfacts %+v\n%s", seed, op.Name, a, v.Word(), v.Why, err, h.targets, text)
	}
	if denied && v.Suggest != "" && len(h.steps) == 0 {
		if _, err := Parse("suggested", []byte(v.Suggest)); err != nil {
			t.Fatalf("seed %d: suggests %s: %v", seed, v.Suggest, err)
		}
	}
}

// makeLevels asks for a folder and those above it, as one that makes them all does.
func makeLevels(ctx context.Context, g *Grant) (capability.Value, error) {
	for p := capability.TextOf(g.Arg("path")); p != "/"; p = capability.ParentPath(p) {
		if _, err := g.Entry(ctx, "create", p, Target{Facts: Facts{Missing: true, Type: "Dir"}}); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func TestVerdictsNeverContradictTheDoor(t *testing.T) {
	n := 2000
	if testing.Short() {
		n = 500
	}
	for seed := range int64(n) {
		checkDoor(t, seed)
	}
}

// FuzzJudge holds the judge against the gate and against Cedar.
func FuzzJudge(f *testing.F) {
	for seed := range int64(20) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed int64) {
		checkSound(t, seed)
		checkDoor(t, seed)
	})
}

// F15: a verdict never contradicts what Cedar itself answers.
func TestVerdictsNeverContradictCedar(t *testing.T) {
	n := 2000
	if testing.Short() {
		n = 500
	}
	for seed := range int64(n) {
		checkSound(t, seed)
	}
}

func mustPolicy(t testing.TB, text string) *cedar.Policy {
	t.Helper()
	var p cedar.Policy
	if err := p.UnmarshalCedar([]byte(text)); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return &p
}

func typesString(s string) types.String { return types.String(s) }
