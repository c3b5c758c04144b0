package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"rex/capability"
)

func denial(t testing.TB, err error) *Denied {
	t.Helper()
	var d *Denied
	if !errors.As(err, &d) {
		t.Fatalf("got %v, want a denial", err)
	}
	return d
}

// A forbid that fails would be skipped by plain Cedar, and so permit.
func TestAnErrorDenies(t *testing.T) {
	for _, c := range []struct{ name, cond string }{
		{"always", "9223372036854775807 + 1 == 0"},
		{"by what the resource is", "9223372036854775807 + (if resource.path == \"/srv/app/x\" then 1 else 0) == 0"},
	} {
		h := &recorder{}
		op, a := args(t, "fs.read", capability.PathValue("/srv/app/x"))
		g := testGate(t, h, op, permitAll+`@id("broken") forbid (principal, action == file_system::Action::"read", resource) when { `+c.cond+` };`)
		_, err := do(t, g, op, a)
		d := denial(t, err)
		if !slices.Equal(d.Errors, []string{"broken"}) || d.Suggest != "" || !strings.Contains(d.Why, `"broken" could not be evaluated`) {
			t.Errorf("%s: %+v", c.name, d)
		}
		v := Judge(touchOf(op, constant(a[0])), nil, g.cfg.Sets, alice.Principal(), Known{})
		if !v.Denied() || !slices.Contains(v.Errors, "broken") {
			t.Errorf("%s: judged %s, errors %q", c.name, v.Word(), v.Errors)
		}
	}
}

func TestActionGroups(t *testing.T) {
	for _, c := range []struct {
		policy string
		read   bool
		delete bool
	}{
		{`permit (principal, action in Rex::Action::"Read", resource);`, true, false},
		{`permit (principal, action in [Rex::Action::"Read", Rex::Action::"Destroy"], resource);`, true, true},
		{`permit (principal, action in file_system::Action::"SafeIO", resource);`, true, true},
		{permitAll + `forbid (principal, action in file_system::Action::"SafeIO", resource);`, false, false},
		{permitAll + `forbid (principal, action in Rex::Action::"Destroy", resource);`, true, false},
		{`permit (principal, action, resource) when { action in Rex::Action::"Read" };`, true, false},
	} {
		for name, want := range map[string]bool{"fs.read": c.read, "fs.delete": c.delete} {
			op, a := args(t, name, capability.PathValue("/srv/x"))
			_, err := do(t, testGate(t, &recorder{}, op, c.policy), op, a)
			if (err == nil) != want {
				t.Errorf("%s with %s: %v", name, c.policy, err)
			}
		}
	}
}

func TestAllSetsMustPermit(t *testing.T) {
	owner := permitAll + `@id("no-b") forbid (principal, action, resource == file_system::File::"/srv/b");`
	given := `@id("srv") permit (principal, action, resource in file_system::Dir::"/srv"); @id("dir") permit (principal, action, resource == file_system::Dir::"/srv");`
	for path, want := range map[string]bool{"/srv/a": true, "/srv/b": false, "/etc/a": false} {
		op, a := args(t, "fs.read", capability.PathValue(path))
		g := testGate(t, &recorder{}, op, owner, given)
		_, err := do(t, g, op, a)
		if (err == nil) != want {
			t.Errorf("%s: %v", path, err)
		}
		v := Judge(touchOf(op, constant(a[0])), nil, g.cfg.Sets, alice.Principal(), Known{})
		if v.Allowed() != want || v.Denied() == want {
			t.Errorf("%s: judged %s", path, v.Word())
		}
	}
}

// A link: the name as written is permitted, the place it leads to decides too.
func TestWhereALinkLeadsIsAskedToo(t *testing.T) {
	h := &recorder{targets: []Target{{Param: "path", Canonical: "/etc/shadow", Parent: "/etc", Facts: Facts{Type: "File"}}}}
	op, a := args(t, "fs.read", capability.PathValue("/srv/app/link"))
	g := testGate(t, h, op, readBelowApp)
	_, err := do(t, g, op, a)
	d := denial(t, err)
	if strings.Contains(fmt.Sprint(*d), "shadow") || strings.Contains(fmt.Sprint(*d), "/etc") {
		t.Errorf("the denial tells where the link leads: %+v", *d)
	}
	contains(t, d.Why, "symbolic link")
	if d.Name != "/srv/app/link" {
		t.Errorf("name %s", d.Name)
	}
	if !slices.Equal(h.steps, []string{"resolve fs.read"}) || !h.closed {
		t.Errorf("steps %q, closed %t", h.steps, h.closed)
	}
	g = testGate(t, h, op, readBelowApp+`permit (principal, action, resource in file_system::Dir::"/etc"); permit (principal, action, resource == file_system::Dir::"/etc");`)
	if _, err := do(t, g, op, a); err != nil {
		t.Error(err)
	}
}

// The system's own error is for who is permitted to know.
func TestOnlyAPermitShowsTheSystemsError(t *testing.T) {
	gone := capability.Fault(capability.NotFound, "nothing is there")
	h := &recorder{targets: []Target{{Param: "path", Err: gone}}}
	op, a := args(t, "fs.read", capability.PathValue("/srv/app/x"))
	_, err := do(t, testGate(t, h, op, readBelowApp), op, a)
	var fault *capability.Error
	if !errors.As(err, &fault) || fault.Why != capability.NotFound || fault.Op != "fs.read" {
		t.Errorf("permitted: %v", err)
	}
	// A policy that wants to see a fact first is no permit for what can't be seen.
	owned := `permit (principal, action == file_system::Action::"open", resource);
	  permit (principal, action == file_system::Action::"read", resource) when { resource has owner && resource.owner == "alice" };`
	_, err = do(t, testGate(t, h, op, owned), op, a)
	denial(t, err)
	h = &recorder{resolve: gone}
	_, err = do(t, testGate(t, h, op, owned), op, a)
	denial(t, err)
	_, err = do(t, testGate(t, h, op, readBelowApp), op, a)
	if !errors.As(err, &fault) || fault.Why != capability.NotFound {
		t.Errorf("permitted, nothing resolved: %v", err)
	}
}

func TestFactsDecide(t *testing.T) {
	owned := `permit (principal, action == file_system::Action::"open", resource);
	  permit (principal, action == file_system::Action::"read", resource) when { resource has owner && resource.owner == "alice" };`
	op, a := args(t, "fs.read", capability.PathValue("/srv/app/x"))
	for _, owner := range []string{"alice", "bob"} {
		h := &recorder{targets: []Target{{Param: "path", Parent: "/srv/app", Facts: Facts{Type: "File", Owner: &owner}}}}
		_, err := do(t, testGate(t, h, op, owned), op, a)
		if (err == nil) != (owner == "alice") {
			t.Errorf("%s: %v", owner, err)
		}
		if len(h.steps) == 0 {
			t.Error("what depends on a fact was refused unseen")
		}
	}
	// A file that is not there is asked for create, one that is is not.
	op, a = args(t, "fs.write", capability.PathValue("/srv/app/x"), capability.BytesValue("x"))
	policy := `permit (principal, action in [file_system::Action::"open", file_system::Action::"write"], resource);`
	for _, missing := range []bool{true, false} {
		h := &recorder{targets: []Target{{Param: "path", Parent: "/srv/app", Facts: Facts{Missing: missing}}}}
		_, err := do(t, testGate(t, h, op, policy), op, a)
		if (err == nil) == missing {
			t.Errorf("missing %t: %v", missing, err)
		}
	}
	v := Judge(touchOf(op, constant(a[0]), capability.Abstract{Any: true}), nil, Sets{mustSet(t, policy)}, alice.Principal(), Known{})
	if !v.Depends() {
		t.Errorf("judged %s", v.Word())
	}
	a[op.Param("how")] = capability.StringValue("create")
	h := &recorder{}
	_, err := do(t, testGate(t, h, op, policy), op, a)
	if d := denial(t, err); d.Action != `file_system::Action::"create"` || len(h.steps) > 0 {
		t.Errorf("create: %s, steps %q", d.Action, h.steps)
	}
}

func TestCostlyFactsAreWantedOnlyWhenRead(t *testing.T) {
	op, a := args(t, "exec.run", capability.PathValue("/bin/true"))
	for policy, want := range map[string]bool{
		permitAll: false,
		permitAll + `forbid (principal, action == file_system::Action::"execute", resource) unless { resource has sha256 && resource.sha256 == "00" };`: true,
	} {
		h := &recorder{}
		do(t, testGate(t, h, op, policy), op, a)
		if h.want.SHA256 != want {
			t.Errorf("wants the hash: %t, for %s", h.want.SHA256, policy)
		}
	}
}

func TestACallOutsideTheReportStops(t *testing.T) {
	op, a := args(t, "fs.read", capability.PathValue("/srv/app/x"))
	other := capability.Lookup("fs.delete")
	row := []capability.Abstract{pattern(lit("/srv/app/"), component), constant(a[1]), constant(a[2]), constant(a[3])}
	for _, c := range []struct {
		name  string
		touch capability.Touch
		path  string
		stop  bool
	}{
		{"within", capability.Touch{Site: here, Op: op, Join: row, Rows: [][]capability.Abstract{row}}, "/srv/app/x", false},
		{"another path", capability.Touch{Site: here, Op: op, Join: row, Rows: [][]capability.Abstract{row}}, "/srv/app/x/y", true},
		{"another site", capability.Touch{Site: capability.Site{Func: 1}, Op: op, Join: row, Rows: [][]capability.Abstract{row}}, "/srv/app/x", true},
		{"another operation", capability.Touch{Site: here, Op: other, Join: row[:1], Rows: [][]capability.Abstract{row[:1]}}, "/srv/app/x", true},
		{"no row", capability.Touch{Site: here, Op: op}, "/srv/app/x", true},
		{"in the join but in no row", capability.Touch{Site: here, Op: op, Join: row, Rows: [][]capability.Abstract{
			{pattern(lit("/srv/app/y")), row[1], row[2], row[3]}, {pattern(lit("/srv/app/z")), row[1], row[2], row[3]}}}, "/srv/app/x", true},
	} {
		h := &recorder{}
		g := testGate(t, h, op, permitAll)
		g.cfg.Report = &capability.Report{Touches: []capability.Touch{c.touch}}
		g = NewGate(g.cfg)
		a[0] = capability.PathValue(c.path)
		_, err := do(t, g, op, a)
		var stop *Stop
		if errors.As(err, &stop) != c.stop || !c.stop && err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.stop && len(h.steps) > 0 {
			t.Errorf("%s: the host was asked to %q", c.name, h.steps)
		}
	}
	var stop *Stop
	unasked := *op
	unasked.Asks = nil
	a[0] = capability.PathValue("/srv/app/x")
	for _, report := range []*capability.Op{op, &unasked} {
		h := &recorder{}
		if _, err := do(t, testGate(t, h, report, permitAll), &unasked, a); !errors.As(err, &stop) || len(h.steps) > 0 {
			t.Errorf("a row without asks: %v, steps %q", err, h.steps)
		}
	}
	g := NewGate(Config{Sets: Sets{mustSet(t, permitAll)}, Host: &recorder{}, Limits: capability.DefaultLimits()})
	if _, err := do(t, g, op, a); !errors.As(err, &stop) {
		t.Errorf("without a report: %v", err)
	}
}

func TestEnvelopeOfValues(t *testing.T) {
	str := capability.String
	texts := func(ps ...string) capability.Abstract {
		var a capability.Abstract
		for _, p := range ps {
			a.Texts = append(a.Texts, capability.Constant(p))
		}
		return a
	}
	list := capability.NewList(str, capability.StringValue("a"), capability.StringValue("b"))
	m := capability.NewMap(str)
	m.Put("k", capability.StringValue("v"))
	rest := texts("b", "c")
	values := texts("v")
	param := capability.Abstract{Texts: []capability.Pattern{{{Kind: capability.PieceParam}, lit(".log")}}}
	for _, c := range []struct {
		name string
		a    capability.Abstract
		v    capability.Value
		want bool
	}{
		{"anything", capability.Abstract{Any: true}, list, true},
		{"nothing", capability.Abstract{}, capability.StringValue("a"), false},
		{"nil", capability.Abstract{Nil: true}, nil, true},
		{"not nil", texts("a"), nil, false},
		{"text", texts("a", "b"), capability.StringValue("b"), true},
		{"other text", texts("a", "b"), capability.StringValue("c"), false},
		{"int", capability.Abstract{Ints: []int64{1, 2}}, capability.IntValue(2), true},
		{"other int", capability.Abstract{Ints: []int64{1, 2}}, capability.IntValue(3), false},
		{"a text where an int is known", capability.Abstract{Ints: []int64{1}}, capability.StringValue("1"), false},
		{"any int", capability.Abstract{AnyInt: true}, capability.BoolValue(true), true},
		{"list", capability.Abstract{List: true, Tuple: []capability.Abstract{texts("a"), texts("b")}}, list, true},
		{"longer list", capability.Abstract{List: true, Tuple: []capability.Abstract{texts("a")}}, list, false},
		{"rest", capability.Abstract{List: true, Tuple: []capability.Abstract{texts("a")}, Rest: &rest}, list, true},
		{"shorter list", capability.Abstract{List: true, Tuple: []capability.Abstract{texts("a"), texts("b"), texts("c")}, Rest: &rest}, list, false},
		{"no list", texts("a"), list, false},
		{"map", capability.Abstract{Keys: texts("k").Texts, Values: &values}, m, true},
		{"map with another key", capability.Abstract{Keys: texts("j").Texts, Values: &values}, m, false},
		{"parameter", param, capability.StringValue("app.log"), true},
		{"parameter, another text", param, capability.StringValue("etc.log"), false},
		{"the root by its stem", capability.Abstract{Texts: []capability.Pattern{{}}}, capability.PathValue("/"), true},
	} {
		if got := capability.Within(&c.a, c.v, []string{"app"}); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

func TestGrants(t *testing.T) {
	var none Grant
	if _, err := none.Take(); !errors.Is(err, ErrNoGrant) {
		t.Errorf("the zero grant was taken: %v", err)
	}
	if none.Op() != nil || none.Args() != nil || none.Arg("path") != nil || none.Target("path") != nil {
		t.Error("the zero grant holds something")
	}
	if _, err := none.Entry(context.Background(), "stat", "/", Target{}); !errors.Is(err, ErrNoGrant) {
		t.Errorf("the zero grant answers: %v", err)
	}
	if none.Meter().Written(1) == nil {
		t.Error("the zero grant lets one write")
	}
	op, a := args(t, "exec.run", capability.PathValue("/bin/true"), capability.NewList(capability.String, capability.StringValue("x")))
	given := a[1].(*capability.List)
	h := &recorder{}
	h.act = func(_ context.Context, g *Grant) (capability.Value, error) {
		if _, err := g.Take(); !errors.Is(err, ErrNoGrant) {
			t.Errorf("taken twice: %v", err)
		}
		given.T[0] = "changed"
		if got := g.Arg("args").(*capability.List).T[0]; got != "x" {
			t.Errorf("the grant holds %q: not a copy", got)
		}
		if g.Op() != op || g.Arg("program") != capability.PathValue("/bin/true") || g.Position().Line != 3 {
			t.Error("the grant is about something else")
		}
		return nil, nil
	}
	if _, err := do(t, testGate(t, h, op, permitAll), op, a); err != nil {
		t.Fatal(err)
	}
	if _, err := h.last.Take(); !errors.Is(err, ErrNoGrant) {
		t.Error("a grant was taken again after the call")
	}
	// A host that does not take its grant finds nothing in it.
	h.act = nil
	lazy := hostFunc(func(g *Grant) {
		if g.Op() != nil || g.Args() != nil {
			t.Error("a grant can be read before it is taken")
		}
	})
	do(t, testGate(t, lazy, op, permitAll), op, a)
}

type hostFunc func(*Grant)

func (f hostFunc) Resolve(context.Context, *capability.Op, []capability.Value, Want) (*Resolved, error) {
	return nil, nil
}
func (f hostFunc) Act(_ context.Context, g *Grant) (capability.Value, error) { f(g); return nil, nil }

func TestEntriesOfAReadingWalk(t *testing.T) {
	op, a := args(t, "fs.list", capability.PathValue("/srv/app"))
	h := &recorder{}
	h.act = func(ctx context.Context, g *Grant) (capability.Value, error) {
		for _, e := range []struct {
			name, typ string
			want      bool
		}{{"/srv/app/a", "File", true}, {"/srv/app/secret", "File", false}, {"/srv/app/b", "Dir", true}} {
			ok, err := g.Entry(ctx, "stat", e.name, Target{Facts: Facts{Type: e.typ}})
			if err != nil || ok != e.want {
				t.Errorf("%s: %t, %v", e.name, ok, err)
			}
		}
		var stop *Stop
		if _, err := g.Entry(ctx, "stat", "/etc/shadow", Target{}); !errors.As(err, &stop) {
			t.Errorf("an entry of another folder: %v", err)
		}
		if _, err := g.Entry(ctx, "delete", "/srv/app/a", Target{}); !errors.As(err, &stop) {
			t.Errorf("an action the row does not ask: %v", err)
		}
		return nil, nil
	}
	g := testGate(t, h, op, `permit (principal, action, resource in file_system::Dir::"/srv"); @id("no") forbid (principal, action, resource == file_system::File::"/srv/app/secret");`)
	if _, err := do(t, g, op, a); err != nil {
		t.Fatal(err)
	}
	r := g.Refused()
	if len(r) != 1 || r[0].Name != "/srv/app/secret" || !slices.Equal(r[0].Policies, []string{"no"}) || g.RefusedCount() != 1 {
		t.Errorf("refused %+v", r)
	}
	if len(g.Denials()) != 0 {
		t.Error("a reading walk was denied")
	}
}

func TestEntriesOfAChange(t *testing.T) {
	op, a := args(t, "fs.make_dir", capability.PathValue("/srv/app/x/y"))
	a[op.Param("parents")] = capability.BoolValue(true)
	h := &recorder{}
	h.act = func(ctx context.Context, g *Grant) (capability.Value, error) {
		if ok, err := g.Entry(ctx, "create", "/srv/app/x/y", Target{Facts: Facts{Missing: true, Type: "Dir"}}); !ok || err != nil {
			t.Errorf("permitted level: %v", err)
		}
		ok, err := g.Entry(ctx, "create", "/srv/app/x", Target{Facts: Facts{Missing: true, Type: "Dir"}})
		if ok {
			t.Error("a level that is forbidden was permitted")
		}
		return nil, err
	}
	g := testGate(t, h, op, permitAll+`forbid (principal, action == file_system::Action::"create", resource == file_system::Dir::"/srv/app/x");`)
	_, err := do(t, g, op, a)
	if d := denial(t, err); d.Name != "/srv/app/x" || len(g.Denials()) != 1 {
		t.Errorf("denied %+v", d)
	}
	if v := Judge(touchOf(op, constant(a[0]), constant(a[1])), nil, g.cfg.Sets, alice.Principal(), Known{}); !v.Depends() {
		t.Errorf("judged %s", v.Word())
	}
}

// W18 and F8: the last of two equal options must not hide the first.
func TestARepeatedOptionHidesNothing(t *testing.T) {
	permit := `permit (principal, action == file_system::Action::"open", resource);
	permit (principal, action == file_system::Action::"execute", resource) when {
	  context.arguments.hasTag("--config") && context.arguments.getTag("--config") == "/etc/ok" };`
	forbid := permitAll + `forbid (principal, action == file_system::Action::"execute", resource) when {
	  context.arguments.hasTag("--config") && context.arguments.getTag("--config") == "/etc/bad" };`
	for _, c := range []struct {
		args           string
		permit, forbid bool // whether each of the two policies lets it pass
	}{
		{"--config /etc/ok", true, true},
		{"--config /etc/bad", false, false},
		{"--config /etc/bad --config /etc/ok", false, false},
		{"--config /etc/ok --config /etc/bad", false, false},
		{"--config /etc/ok --config /etc/ok", true, true},
		{"--config /etc/bad --config", false, false},
		{"-v", false, true},
	} {
		for i, policy := range []string{permit, forbid} {
			list := capability.NewList(capability.String)
			for _, w := range strings.Fields(c.args) {
				list.Push(capability.StringValue(w))
			}
			op, a := args(t, "exec.run", capability.PathValue("/usr/bin/app"), list)
			g := testGate(t, &recorder{}, op, policy)
			_, err := do(t, g, op, a)
			want := c.permit
			if i == 1 {
				want = c.forbid
			}
			if (err == nil) != want {
				t.Errorf("%s, policy %d: %v", c.args, i, err)
			}
			row := make([]capability.Abstract, len(a))
			for k, v := range a {
				row[k] = constant(v)
			}
			if v := Judge(touchOf(op, row...), nil, g.cfg.Sets, alice.Principal(), Known{}); v.Allowed() != want {
				t.Errorf("%s, policy %d: judged %s: %s", c.args, i, v.Word(), v.Why)
			}
		}
	}
}

func TestReadingACommandLine(t *testing.T) {
	l := readCommandLine([]string{"sub", "-o", "out", "-v", "--", "file", "--x=y", "-n", "-5", "-"})
	if got := fmt.Sprint(l.keys, l.flags, l.positional); got != "[-o] [-v -- --x=y -n -5 -] [sub file]" {
		t.Errorf("read as %s", got)
	}
	if l.tags["-o"][0] != "out" || l.tags["$ARG0"][0] != "sub" || l.tags["$ARG3"][0] != "file" || l.tags["-v"][0] != "true" || l.turns() != 1 {
		t.Errorf("tags %v", l.tags)
	}
}

func TestArgumentsInTheirOrder(t *testing.T) {
	policy := `permit (principal, action == file_system::Action::"open", resource);
	permit (principal, action == file_system::Action::"execute", resource) when { context has argv && context.argv.count == 1 &&
	  context.argv.hasTag("1") && context.argv.getTag("1") == "-t" && context.user.username == "alice" && context.user.uid == 1000 && context.group.gid == 50 &&
	  context.environment.names.isEmpty() };`
	for _, words := range [][]string{{"-t"}, {"-t", "-t"}, {"-q"}, {}} {
		list := capability.NewList(capability.String)
		for _, w := range words {
			list.Push(capability.StringValue(w))
		}
		op, a := args(t, "exec.run", capability.PathValue("/usr/sbin/nginx"), list)
		_, err := do(t, testGate(t, &recorder{}, op, policy), op, a)
		if (err == nil) != (len(words) == 1 && words[0] == "-t") {
			t.Errorf("%q: %v", words, err)
		}
	}
}

func TestWhereAMoveLeads(t *testing.T) {
	policy := permitAll + `@id("not-etc") forbid (principal, action == file_system::Action::"move", resource) when { context.destination.parent_path like "/etc*" };`
	op, a := args(t, "fs.move", capability.PathValue("/srv/a"), capability.PathValue("/etc/b"))
	h := &recorder{}
	_, err := do(t, testGate(t, h, op, policy), op, a)
	if d := denial(t, err); len(h.steps) > 0 || d.Policies[0] != "not-etc" {
		t.Errorf("%+v after %q", d, h.steps)
	}
	// Also where a link leads the destination there.
	a[1] = capability.PathValue("/srv/link/b")
	h.targets = []Target{{Param: "to", Canonical: "/etc/b", Parent: "/etc", Facts: Facts{Missing: true}}}
	_, err = do(t, testGate(t, h, op, policy), op, a)
	denial(t, err)
	h.targets = nil
	if _, err = do(t, testGate(t, h, op, policy), op, a); err != nil {
		t.Error(err)
	}
}

func TestNamesThatCannotBeAskedAbout(t *testing.T) {
	for _, c := range []struct {
		op string
		v  capability.Value
	}{
		{"service.restart", capability.StringValue("nginx.service --now")},
		{"service.restart", capability.StringValue("../x")},
		{"service.restart", capability.StringValue("x@$(y).service")},
		{"service.restart", capability.StringValue("")},
		{"service.restart", capability.StringValue(".service")},
		{"service.restart", capability.StringValue(strings.Repeat("a", 300))},
		{"fs.read", capability.PathValue("/var/log/../../etc/shadow")},
		{"fs.read", capability.PathValue("")},
		{"fs.read", capability.PathValue("var")},
		{"fs.read", capability.PathValue("/a//b")},
		{"fs.read", capability.PathValue("/a/\x00b")},
		{"fs.read", capability.PathValue("/a/")},
		{"net.get", capability.URLValue("http://ok@evil/")},
		{"net.get", capability.URLValue("HTTP://evil/")},
		{"net.get", capability.URLValue("http://EVIL/")},
		{"net.get", capability.URLValue("gopher://evil/")},
		{"net.get", capability.URLValue("http://evil\\@ok/")},
		{"net.get", capability.URLValue("http://[fe80::1%25eth0]/")},
		{"net.get", capability.URLValue("http:///x")},
		{"net.get", capability.URLValue("http://evil./")},
	} {
		op := capability.Lookup(c.op)
		a := sample(op)
		a[0] = c.v
		h := &recorder{}
		_, err := do(t, testGate(t, h, op, permitAll), op, a)
		var fault *capability.Error
		if !errors.As(err, &fault) || fault.Why != capability.Invalid || len(h.steps) > 0 {
			t.Errorf("%s %v: %v, steps %q", c.op, c.v, err, h.steps)
		}
	}
	// Without anything to ask about there is no call.
	signal := capability.Lookup("process.signal")
	odd := capability.NewRecord(capability.RecordOf(capability.Field{Name: "id", Type: capability.Int}))
	h := &recorder{}
	var stop *Stop
	if _, err := do(t, testGate(t, h, signal, permitAll), signal, []capability.Value{odd, capability.StringValue("TERM")}); !errors.As(err, &stop) || len(h.steps) > 0 {
		t.Errorf("a record without a pid: %v, steps %q", err, h.steps)
	}
	op, a := args(t, "service.restart", capability.StringValue("nginx"))
	policy := `permit (principal, action, resource == systemd::Service::"nginx.service");`
	if _, err := do(t, testGate(t, &recorder{}, op, policy), op, a); err != nil {
		t.Errorf("a name without suffix: %v", err)
	}
}

func TestURLAttributes(t *testing.T) {
	policy := `permit (principal, action == network::Action::"GET", resource) when {
	  resource has scheme && resource.scheme == "https" && resource has host && resource.host == "api.example.org" &&
	  resource has port && resource.port == 443 && resource has path && resource.path like "/v1/*" };`
	for u, want := range map[string]bool{
		"https://api.example.org/v1/x":              true,
		"https://api.example.org/v1/x?q=1":          true,
		"https://api.example.org/v2/x":              false,
		"http://api.example.org/v1/x":               false,
		"https://api.example.org:8443/v1/x":         false,
		"https://evil.org/?https://api.example.org": false,
	} {
		op := capability.Lookup("net.get")
		a := sample(op)
		a[0] = capability.URLValue(u)
		_, err := do(t, testGate(t, &recorder{}, op, policy), op, a)
		if (err == nil) != want {
			t.Errorf("%s: %v", u, err)
		}
	}
	// In the report scheme and host are known from the beginning of a pattern.
	op := capability.Lookup("net.get")
	v := Judge(touchOf(op, pattern(lit("https://evil.org/v1/"), component)), nil, Sets{mustSet(t, policy)}, alice.Principal(), Known{})
	if !v.Denied() {
		t.Errorf("another host: %s", v.Word())
	}
	v = Judge(touchOf(op, pattern(lit("https://api.example.org/v1/"), component)), nil, Sets{mustSet(t, policy)}, alice.Principal(), Known{})
	if !v.Depends() {
		t.Errorf("the path is not known: %s", v.Word())
	}
}

// F03, F04, W33: whatever a name holds, it is one name.
func TestNamesInjectNothing(t *testing.T) {
	for _, name := range []string{
		`a" || true || resource == file_system::File::"b`, `a\`, "a\nb", "a*b?<|>'", "a\xffb", "é\u202e", `"); permit (principal, action, resource);`, "$ARG0",
	} {
		path := "/srv/app/" + name
		op, a := args(t, "fs.delete", capability.PathValue(path))
		_, err := do(t, testGate(t, &recorder{}, op, readBelowApp), op, a)
		d := denial(t, err)
		for _, info := range mustSet(t, d.Suggest).Policies() {
			if !strings.HasPrefix(info.ID, "house") && !strings.Contains(info.Text, "principal == User::\"alice\",") {
				t.Errorf("%q injects %s", name, info.Text)
			}
		}
		g := testGate(t, &recorder{}, op, readBelowApp+d.Suggest)
		if _, err := do(t, g, op, a); err != nil {
			t.Errorf("%q: the suggested\n%s\ndoes not permit: %v", name, d.Suggest, err)
		}
		a[0] = capability.PathValue("/srv/app/other")
		if _, err := do(t, g, op, a); err == nil {
			t.Errorf("%q: the suggested\n%s\npermits more", name, d.Suggest)
		}
	}
	// A type does not hide in an id, and case is no wildcard.
	op, a := args(t, "fs.read", capability.PathValue("/srv/App"))
	for _, policy := range []string{
		`permit (principal, action, resource in file_system::Dir::"/srv/app");`,
		`permit (principal == User::"Alice", action, resource);`,
		`permit (principal, action, resource == file_system::Dir::"/srv/App");`,
	} {
		_, err := do(t, testGate(t, &recorder{}, op, policy), op, a)
		denial(t, err)
	}
}

// F09: a forbid wins over any permit.
func TestAForbidWins(t *testing.T) {
	op, a := args(t, "fs.read", capability.PathValue("/srv/x"))
	_, err := do(t, testGate(t, &recorder{}, op, permitAll+`@id("none") forbid (principal, action, resource);`), op, a)
	if d := denial(t, err); !slices.Equal(d.Policies, []string{"none"}) {
		t.Errorf("decided by %q", d.Policies)
	}
}

func TestLimitsOfTheDoor(t *testing.T) {
	op, a := args(t, "fs.read", capability.PathValue("/etc/x"))
	g := testGate(t, &recorder{}, op, readBelowApp)
	g.cfg.Limits.Denials, g.cfg.Limits.HostCalls = 3, 5
	g = NewGate(g.cfg)
	var limit *capability.LimitError
	for i := range 5 {
		_, err := do(t, g, op, a)
		if (i >= 3) != errors.As(err, &limit) {
			t.Errorf("call %d: %v", i+1, err)
		}
	}
	if limit == nil || limit.Limit != "denials" {
		t.Errorf("limit %v", limit)
	}
	if _, err := do(t, g, op, a); !errors.As(err, &limit) || limit.Limit != "host-calls" {
		t.Errorf("the sixth call: %v", err)
	}
	if u := g.Usage()["fs.read"]; u.Calls != 5 || u.Denied != 5 {
		t.Errorf("usage %+v", u)
	}
	m := &Meter{limits: capability.Limits{BytesWritten: 10, NetworkBytes: 10, Handles: 1, Children: 1, Output: 10}}
	for name, charge := range map[string]func() error{
		"bytes-written": func() error { return m.Written(6) }, "network-bytes": func() error { return m.Network(6) }, "output": func() error { return m.Output(6) },
		"handles": func() error { return m.Handle(1) }, "children": func() error { return m.Child(1) },
	} {
		if err := charge(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := charge(); !errors.As(err, &limit) || limit.Limit != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	m.Handle(-2)
	if err := m.Handle(1); err != nil {
		t.Errorf("handles that were given back: %v", err)
	}
}

// D20: a panic of the host is the end of the run, and its handles are closed.
func TestWhatTheHostFailsWith(t *testing.T) {
	op, a := args(t, "fs.read", capability.PathValue("/srv/app/x"))
	for _, c := range []struct {
		name string
		err  error
		want any
	}{
		{"a fault", capability.Fault(capability.TooLarge, "x"), new(*capability.Error)},
		{"a limit", fmt.Errorf("read: %w", &capability.LimitError{Limit: "network-bytes"}), new(*capability.LimitError)},
		{"any other error", errors.New("x"), new(*capability.Error)},
		{"no grant", ErrNoGrant, new(*Stop)},
	} {
		h := &recorder{act: func(context.Context, *Grant) (capability.Value, error) { return nil, c.err }}
		_, err := do(t, testGate(t, h, op, readBelowApp), op, a)
		if !errors.As(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	// A kind that the row does not name is io, and where it names none, the end.
	h := &recorder{act: func(context.Context, *Grant) (capability.Value, error) {
		return nil, capability.Fault(capability.Busy, "x")
	}}
	var fault *capability.Error
	if _, err := do(t, testGate(t, h, op, readBelowApp), op, a); !errors.As(err, &fault) || fault.Why != capability.IO || fault.Op != "fs.read" {
		t.Errorf("a kind outside the row: %v", err)
	}
	now := capability.Lookup("time.now")
	if _, err := do(t, testGate(t, h, now), now, nil); errors.As(err, &fault) || !errors.As(err, new(*Stop)) {
		t.Errorf("a failure of what can't fail: %v", err)
	}
	h = &recorder{act: func(context.Context, *Grant) (capability.Value, error) { panic("x") }}
	var stop *Stop
	if _, err := do(t, testGate(t, h, op, readBelowApp), op, a); !errors.As(err, &stop) || !h.closed {
		t.Errorf("a panic: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := testGate(t, h, op, readBelowApp).Do(ctx, here, op, a); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestAmbientOperationsAreNotAsked(t *testing.T) {
	op := capability.Lookup("time.now")
	h := &recorder{}
	g := testGate(t, h, op)
	if _, err := do(t, g, op, nil); err != nil || !slices.Equal(h.steps, []string{"act time.now"}) {
		t.Errorf("%v, steps %q", err, h.steps)
	}
}

// An ask with an alternative passes when either is permitted.
func TestAlternatives(t *testing.T) {
	row := *capability.Lookup("fs.read")
	row.Asks = slices.Clone(row.Asks)
	redacted := row.Asks[2]
	redacted.Action = "redacted_read"
	row.Asks[2].Or = []capability.Ask{redacted}
	open := `permit (principal, action == file_system::Action::"open", resource);`
	for policy, want := range map[string]Answer{
		open: AnswerDenied,
		open + `permit (principal, action == file_system::Action::"read", resource);`:                                                       AnswerAllowed,
		open + `permit (principal, action == file_system::Action::"redacted_read", resource);`:                                              AnswerAllowed,
		open + `permit (principal, action == file_system::Action::"redacted_read", resource) when { resource has owner };`:                  AnswerDepends,
		open + `permit (principal, action == file_system::Action::"redacted_read", resource) when { resource.path == "/" };`:                AnswerDenied,
		open + `forbid (principal, action == file_system::Action::"redacted_read", resource); permit (principal, action, resource);` + "//": AnswerAllowed,
	} {
		_, a := args(t, "fs.read", capability.PathValue("/srv/x"))
		g := testGate(t, &recorder{}, &row, policy)
		_, err := do(t, g, &row, a)
		if (err == nil) != (want == AnswerAllowed) {
			t.Errorf("%s: %v", policy, err)
		}
		if v := Judge(touchOf(&row, constant(a[0])), nil, g.cfg.Sets, alice.Principal(), Known{}); v.Answer != want {
			t.Errorf("%s: judged %s, want %s", policy, v.Word(), want)
		}
	}
}
