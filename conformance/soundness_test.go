package conformance

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"rex/bytecode"
	"rex/capability"
	"rex/compiler"
	"rex/policy"
	"rex/preflight"
	"rex/vm"
)

// F14: the report is true: whatever a run does was in it, what every run does is
// done, a verdict never contradicts the run, and after a fatal denial no run
// ends well. Held to by random scripts, policies, arguments and answers.
func TestReportsAreTrue(t *testing.T) {
	n := uint64(300)
	if testing.Short() {
		n = 40
	}
	s := &soundness{t: t}
	for seed := range n {
		s.check(seed)
	}
	// A test that met nothing would prove nothing.
	if s.touches < 2*int(n) || s.denied < int(n)/4 || s.ended < int(n)/4 {
		t.Errorf("only %d touches, %d denials, %d runs that ended well", s.touches, s.denied, s.ended)
	}
}

func FuzzReportsAreTrue(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) { (&soundness{t: t}).check(seed) })
}

type soundness struct {
	t                      testing.TB
	touches, denied, ended int
}

func (s *soundness) check(seed uint64) {
	src := randomScript(seed)
	module, ds := compiler.Compile("random.rex", []byte(src), nil)
	if ds.HasErrors() {
		s.t.Fatalf("seed %d does not compile:\n%s\n%s", seed, src, ds)
	}
	v, err := bytecode.Verify(module)
	if err != nil {
		s.t.Fatalf("seed %d does not verify: %v\n%s", seed, err, src)
	}
	r := rand.New(rand.NewPCG(seed, 2))
	args := []capability.Value{
		capability.PathValue([]string{"/srv/param", "/srv/a", "/", "/etc/x.log"}[r.IntN(4)]),
		capability.StringValue([]string{"web", "db", "x", "a.log"}[r.IntN(4)]),
		capability.IntValue(r.IntN(4)),
	}
	known := args
	if r.IntN(2) == 0 {
		known = nil // the report is open, the run has its arguments
	}
	report := preflight.Report(v, known, preflight.Options{ExtraSteps: []int{0, 0, 0, 1}[r.IntN(4)]})
	sets := randomPolicies(s.t, r)
	me := policy.Identity{User: "operator", UID: 1000, Group: "operator", GID: 1000}
	for run := range 3 {
		s.run(seed, run, src, v, report, sets, me, args)
	}
}

func randomPolicies(t testing.TB, r *rand.Rand) policy.Sets {
	choices := []string{
		`permit (principal, action, resource);`,
		`permit (principal, action, resource in file_system::Dir::"/srv");`,
		`permit (principal, action in Rex::Action::"Read", resource);`,
		`permit (principal, action in [file_system::Action::"open", file_system::Action::"delete"], resource in file_system::Dir::"/srv/a");`,
		`permit (principal, action, resource) when { resource has path && resource.path like "*.log" };`,
		`permit (principal, action == systemd::Action::"restart", resource == systemd::Service::"web.service");`,
		`forbid (principal, action == file_system::Action::"delete", resource) when { resource.path like "*.bak" };`,
		`forbid (principal, action, resource == file_system::File::"/srv/a/x.log");`,
		`forbid (principal, action, resource in file_system::Dir::"/srv/b");`,
		`forbid (principal, action == file_system::Action::"read", resource) when { resource has size && resource.size > 3 };`,
	}
	var text strings.Builder
	for range 1 + r.IntN(4) {
		text.WriteString(choices[r.IntN(len(choices))] + "\n")
	}
	f, err := policy.Parse("random.cedar", []byte(text.String()))
	if err != nil {
		t.Fatalf("%v\n%s", err, &text)
	}
	set, err := policy.NewSet(f)
	if err != nil {
		t.Fatal(err)
	}
	return policy.Sets{set}
}

func (s *soundness) run(seed uint64, run int, src string, v *bytecode.Verified, report *capability.Report, sets policy.Sets, me policy.Identity, args []capability.Value) {
	// A place of the source may stand at several sites: a deferred block is
	// written once for each way out. An act is known by its place, a denial by
	// its site.
	verdicts := map[capability.Site]policy.Verdict{}
	sites := map[capability.Site]*capability.Touch{}
	touches := map[string][]*capability.Touch{}
	for i := range report.Touches {
		t := &report.Touches[i]
		key := t.Op.Name + " " + fmt.Sprint(t.Pos)
		touches[key] = append(touches[key], t)
		sites[t.Site] = t
		if len(t.Op.Asks) > 0 {
			verdicts[t.Site] = policy.Judge(t, report.Params, sets, me.Principal(), policy.Known{Module: report.Module, Labels: map[string]string{}})
		}
	}
	bad := func(format string, a ...any) {
		s.t.Fatalf("seed %d, run %d: %s\n%s", seed, run, fmt.Sprintf(format, a...), src)
	}
	h := &answering{rand: rand.New(rand.NewPCG(seed, 100+uint64(run))), acted: map[string]int{}}
	limits := capability.DefaultLimits()
	limits.Fuel, limits.HostCalls, limits.Denials = 200_000, 5_000, 5_000
	gate := policy.NewGate(policy.Config{Sets: sets, Identity: me, Host: h, Report: report, Args: args, Limits: limits, Labels: map[string]string{}, Module: report.Module})
	_, _, err := vm.Run(context.Background(), v, gate, limits, args)
	var stop *policy.Stop
	var limit *capability.LimitError
	switch {
	case errors.As(err, &stop):
		bad("the run left the report: %v", stop)
	case err != nil && strings.Contains(err.Error(), "internal error"):
		bad("%v", err)
	case errors.As(err, &limit):
		return
	}
	attempted := map[string]int{}
	for key, n := range h.acted {
		attempted[key] += n
		s.touches += n
		if ts := touches[key]; len(ts) == 1 {
			if v := verdicts[ts[0].Site]; v.Denied() {
				bad("%s is denied in the report and was allowed", key)
			}
		}
	}
	for _, d := range gate.Denials() {
		key := d.Op + " " + fmt.Sprint(d.Position)
		attempted[key]++
		s.denied++
		if v := verdicts[d.Site]; v.Allowed() {
			bad("%s is allowed in the report and was denied: %s", key, d.Why)
		}
		if t := sites[d.Site]; t != nil && t.Fatal && err == nil {
			bad("%s was denied, which is fatal, and the run ended well", key)
		}
	}
	if err == nil {
		s.ended++
	}
	for key, ts := range touches {
		t := ts[0]
		if len(ts) > 1 {
			continue
		}
		if t.Once && attempted[key] > 1 {
			bad("%s happens once in the report, and %d times", key, attempted[key])
		}
		if t.Must && err == nil && attempted[key] == 0 && len(t.Op.Asks) > 0 {
			bad("%s is in every run, and was not in this one", key)
		}
	}
}

// answering is a host that answers at random, within what the rows promise,
// and sometimes fails.
type answering struct {
	rand  *rand.Rand
	acted map[string]int
}

func (h *answering) Resolve(_ context.Context, op *capability.Op, args []capability.Value, _ policy.Want) (*policy.Resolved, error) {
	r := &policy.Resolved{Close: func() {}}
	for i, p := range op.Params {
		if p.Type.Kind != capability.KindPath || p.Name == "cwd" {
			continue
		}
		size := int64(h.rand.IntN(8))
		facts := policy.Facts{Type: "File", Size: &size, Missing: h.rand.IntN(4) == 0}
		if op.Name == "fs.list" || op.Name == "fs.find" {
			facts = policy.Facts{Type: "Dir"}
		}
		r.Targets = append(r.Targets, policy.Target{Param: p.Name, Parent: capability.ParentPath(capability.TextOf(args[i])), Facts: facts})
	}
	return r, nil
}

func (h *answering) Act(ctx context.Context, g *policy.Grant) (capability.Value, error) {
	if _, err := g.Take(); err != nil {
		return nil, err
	}
	op := g.Op()
	h.acted[op.Name+" "+fmt.Sprint(g.Position())]++
	if h.rand.IntN(6) == 0 && len(op.Asks) > 0 {
		return nil, capability.Fault(capability.NotFound, "not there")
	}
	switch op.Name {
	case "fs.read":
		return capability.StringValue("/srv/a\n/etc/shadow\n"), nil
	case "fs.exists":
		return capability.BoolValue(h.rand.IntN(2) == 0), nil
	case "fs.lines":
		return &texts{left: h.rand.IntN(3)}, nil
	case "fs.list", "fs.find":
		return h.entries(g, op), nil
	case "exec.run":
		return capability.NewRecord(capability.ExecResult), nil
	case "service.restart":
		return capability.NewRecord(capability.ServiceStatus), nil
	}
	return nil, nil
}

func (h *answering) entries(g *policy.Grant, op *capability.Op) capability.Value {
	l := capability.NewList(capability.EntryType)
	dir := capability.TextOf(g.Arg("path"))
	for range h.rand.IntN(3) {
		p := capability.JoinPath(dir, []string{"a.log", "x.log", "y.log"}[h.rand.IntN(3)])
		if op.Name == "fs.find" && h.rand.IntN(2) == 0 {
			p = capability.JoinPath(capability.JoinPath(dir, "sub"), "z.log")
		}
		e := capability.NewRecord(capability.EntryType).With("path", capability.PathValue(p)).With("name", capability.StringValue(capability.BaseName(p))).
			With("kind", capability.StringValue("file"))
		e.Frozen = true
		l.Push(e)
	}
	l.Frozen = true
	return l
}

// texts is a stream of a few lines.
type texts struct{ left int }

func (*texts) Kind() capability.Kind { return capability.KindStream }
func (*texts) Close() error          { return nil }

func (s *texts) Next(context.Context) (capability.Value, bool, error) {
	if s.left--; s.left < 0 {
		return nil, false, nil
	}
	return capability.StringValue("line"), true, nil
}
