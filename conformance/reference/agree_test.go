package reference

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"rex/bytecode"
	"rex/capability"
	"rex/compiler"
	"rex/lang"
	"rex/library"
	"rex/policy"
	"rex/vm"
)

var (
	programs = flag.Int("n", 1000, "how many programs run in both")
	firstOne = flag.Uint64("first", 0, "the seed of the first")
)

// The machine and the evaluator agree.
func TestReference(t *testing.T) {
	n := uint64(*programs)
	if testing.Short() {
		n /= 10
	}
	s := &tally{coverage: coverage{}}
	for seed := *firstOne; seed < *firstOne+n; seed++ {
		if wrong := agree(seed, s); wrong != "" {
			t.Fatal(wrong)
		}
	}
	t.Logf("%d programs: %d compiled, %d ended well, %d with a failure, %d at a limit; %d unclear; %d events",
		s.programs, s.compiled, s.well, s.failed, s.limits, s.unclear, s.events)
	if testing.Short() {
		return // too few to say what they show
	}
	// A comparison of programs that do nothing would show nothing.
	if s.compiled < s.programs*7/10 || s.well < s.compiled/5 || s.failed < s.compiled/20 || s.events < 2*s.compiled || s.limits == 0 || s.unclear > s.compiled/50 {
		t.Error("the programs show too little")
	}
	// What is rare is looked for further, in programs that are not run.
	missing := s.coverage.missing(t)
	for seed := *firstOne + n; seed < *firstOne+10_000 && len(missing) > 0; seed++ {
		if file, program, _ := check(randomScript(seed)); program != nil {
			s.coverage.note(file, program)
		}
		if seed%200 == 0 {
			missing = s.coverage.missing(t)
		}
	}
	if missing = s.coverage.missing(t); len(missing) > 0 {
		t.Errorf("never generated:\n%s", strings.Join(missing, "\n"))
	}
}

func FuzzReference(f *testing.F) {
	for seed := range uint64(4) {
		f.Add(seed * 1_000_003)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		if wrong := agree(seed, &tally{}); wrong != "" {
			t.Fatal(wrong)
		}
	})
}

// tally counts what the programs came to.
type tally struct {
	programs, compiled, well, failed, limits, unclear, events int

	coverage coverage // nil: it is not noted
}

// check reads and checks a script.
func check(src string) (*lang.File, *compiler.Program, lang.Diagnostics) {
	script, library, _ := strings.Cut(src, importedMark)
	file, ds := lang.Parse("random.rex", []byte(script))
	if ds.HasErrors() {
		return nil, nil, ds
	}
	p, ds := compiler.Check(file, loader(library))
	return file, p, ds
}

// loader gives the one file that a script can import.
type loader string

func (loader) Script() string { return "random.rex" }

func (l loader) Load(name string) (string, []byte, error) {
	if name != importedName {
		return "", nil, errors.New("there is no such file")
	}
	return name, []byte(l), nil
}

// agree runs one random program in both and tells how they differ, "" for not
// at all.
func agree(seed uint64, s *tally) string {
	s.programs++
	src := randomScript(seed)
	wrong := difference(src, seed, s)
	if wrong == "" {
		return ""
	}
	short := minimise(src, func(shorter string) bool { return similar(difference(shorter, seed, &tally{}), wrong) })
	return fmt.Sprintf("seed %d: %s\n%s", seed, difference(short, seed, &tally{}), short)
}

// similar reports whether two differences are of one sort.
func similar(a, b string) bool {
	sort := func(s string) string {
		s, _, _ = strings.Cut(s, "\n")
		s, _, _ = strings.Cut(s, ":")
		return strings.TrimRight(s, "0123456789")
	}
	return a != "" && sort(a) == sort(b)
}

// difference runs a script in both and tells how they differ. A panic of the
// compiler is one too.
func difference(src string, seed uint64, s *tally) (wrong string) {
	defer func() {
		if r := recover(); r != nil {
			wrong = fmt.Sprintf("panic: %v", r)
		}
	}()
	return agreeOn(src, seed, s)
}

func agreeOn(src string, seed uint64, s *tally) string {
	file, program, _ := check(src)
	if program == nil {
		return ""
	}
	s.compiled++
	if s.coverage != nil {
		s.coverage.note(file, program)
	}
	depth := 60
	if seed%16 == 0 {
		depth = 400
	}
	machine, err := runMachine(program, seed, depth)
	if err != nil {
		return err.Error()
	}
	slow := runReference(program, seed, depth)
	s.events += len(machine.events)
	switch {
	case machine.limit == "" && machine.kind == "":
		s.well++
	case machine.limit == "":
		s.failed++
	default:
		s.limits++
	}
	if machine.spent() || slow.spent() {
		if machine.limit != slow.limit {
			s.unclear++ // natives are charged by what they do, which is not what the evaluator counts
		}
		n := min(len(machine.events), len(slow.events))
		machine.events, slow.events = machine.events[:n], slow.events[:n]
		machine.end, slow.end = end{}, end{}
	}
	if machine.limit != "" && machine.end == slow.end && len(machine.events) >= graceEvents && len(machine.events) < len(slow.events) {
		s.unclear++ // the grace of its deferred blocks was spent
		slow.events = slow.events[:len(machine.events)]
	}
	wrong := machine.differs(slow)
	if wrong != "" && slow.root {
		s.unclear++
		return ""
	}
	return wrong
}

// graceEvents is what the deferred blocks of a run that is being stopped ask
// for at least before their grace can be over.
const graceEvents = 100

// end is how a run ended, as text.
type end struct{ value, kind, limit, place string }

// record is a run as it is compared.
type record struct {
	end
	events []string
	root   bool // it asked for something of the folder /, which the gate may refuse by itself
}

// spent reports whether the run ended at a limit that the two count in
// different ways.
func (r *record) spent() bool { return r.limit == "fuel" || r.limit == "memory" }

func (r *record) differs(slow *record) string {
	for i := range max(len(r.events), len(slow.events)) {
		var a, b string
		if i < len(r.events) {
			a = r.events[i]
		}
		if i < len(slow.events) {
			b = slow.events[i]
		}
		if a != b {
			return fmt.Sprintf("event %d\n  machine   %s\n  reference %s\nends\n  machine   %+v\n  reference %+v", i, a, b, r.end, slow.end)
		}
	}
	if r.end != slow.end {
		return fmt.Sprintf("the end\n  machine   %+v\n  reference %+v", r.end, slow.end)
	}
	return ""
}

func valueText(v capability.Value) string {
	text, err := library.JSON(v)
	if err != nil {
		return "no JSON: " + err.Error()
	}
	if v == nil {
		return "nil"
	}
	return capability.TypeOf(v).Key() + " " + string(text)
}

// ---- the two ----

const (
	machineFuel    = 400_000
	referenceSteps = 600_000
)

func runMachine(program *compiler.Program, seed uint64, depth int) (r *record, err error) {
	r = &record{}
	m := compiler.Emit(program)
	v, err := bytecode.Verify(m)
	if err != nil {
		return nil, fmt.Errorf("it does not verify: %w", err)
	}
	args, errs := library.Bind(program.Params, nil, map[string]json.RawMessage{})
	if len(errs) > 0 {
		return nil, errs[0]
	}
	sites := map[capability.Site]*capability.Op{}
	for i := range v.Module().Funcs {
		for pc, in := range v.Func(i).Instrs() {
			if in.Op == bytecode.HOST {
				sites[capability.Site{Func: i, PC: pc}] = capability.Numbered(uint16(in.Imm))
			}
		}
	}
	limits := capability.DefaultLimits()
	limits.Fuel, limits.CallDepth, limits.Memory, limits.Time = machineFuel, depth, 64<<20, time.Minute
	host := &standIn{seed: seed, events: &r.events}
	gate := policy.NewGate(policy.Config{
		Sets: permitAll(), Identity: policy.Identity{User: "alice", UID: 1000, Group: "staff", GID: 50},
		Host: gateHost{host}, Report: policy.Envelope(sites), Limits: limits,
	})
	value, _, failed := vm.Run(context.Background(), v, gate, limits, args)
	r.value = valueText(value)
	var e *vm.Error
	var limit *capability.LimitError
	switch {
	case failed == nil:
	case !errors.As(failed, &e):
		return nil, failed
	case e.Fault != nil:
		r.kind, r.place = e.Fault.Why.String(), e.Fault.Position
	case errors.As(e.Err, &limit):
		r.limit, r.place = limit.Limit, fmt.Sprintf("%s:%d:%d", e.Pos.File, e.Pos.Line, e.Pos.Column)
	default:
		return nil, failed
	}
	return r, nil
}

func runReference(program *compiler.Program, seed uint64, depth int) *record {
	r := &record{}
	args, _ := library.Bind(program.Params, nil, map[string]json.RawMessage{})
	out := Run(program, &standIn{seed: seed, events: &r.events, root: &r.root}, Limits{Steps: referenceSteps, CallDepth: depth}, args)
	r.value, r.place = valueText(out.Value), out.Place
	if out.Fault != nil {
		r.kind = out.Fault.Why.String()
	}
	var limit *capability.LimitError
	if errors.As(out.Stop, &limit) {
		r.limit = limit.Limit
	}
	return r
}

// ---- the host ----

// standIn answers what it is asked from the seed and the number of the
// question, so both runs get the same, and writes down what it was asked.
type standIn struct {
	seed   uint64
	n      uint64
	events *[]string
	root   *bool // nil behind the gate
}

func (h *standIn) Do(op *capability.Op, args []capability.Value) (capability.Value, error) {
	for i := range op.Asks {
		a := &op.Asks[i]
		if h.root != nil && a.Part == capability.PartParent && capability.ParentPath(capability.TextOf(args[op.Param(a.Param)])) == "/" {
			*h.root = true
		}
	}
	texts := make([]string, len(args))
	for i, v := range args {
		texts[i] = valueText(v)
	}
	*h.events = append(*h.events, fmt.Sprintf("%s(%s)", op.Name, strings.Join(texts, ", ")))
	h.n++
	r := rand.New(rand.NewPCG(h.seed, h.n))
	if kinds := op.Kinds.Words(); (len(kinds) > 0 || len(op.Asks) > 0) && r.IntN(4) == 0 {
		if len(op.Asks) > 0 {
			kinds = append(kinds, "denied")
		}
		kind, _ := capability.ErrorKindNamed(kinds[r.IntN(len(kinds))])
		return nil, capability.Fault(kind, "generated")
	}
	if op.Result.Kind == capability.KindStream {
		return &lines{h: h, elem: op.Result.Elem, n: h.n, left: r.IntN(5), fails: r.IntN(4) == 0}, nil
	}
	v := answer(r, op.Result, 3)
	if err := library.Freeze(v); err != nil {
		return nil, err
	}
	return v, nil
}

// lines is a stream of texts that may fail at its end.
type lines struct {
	h     *standIn
	elem  *capability.Type
	n     uint64
	left  int
	fails bool
	read  int
}

func (*lines) Kind() capability.Kind { return capability.KindStream }
func (*lines) Close() error          { return nil }

func (l *lines) Next(context.Context) (capability.Value, bool, error) {
	*l.h.events = append(*l.h.events, fmt.Sprintf("read %d of %d", l.read, l.n))
	if l.read >= l.left {
		if l.fails {
			return nil, false, capability.Fault(capability.IO, "generated")
		}
		return nil, false, nil
	}
	l.read++
	r := rand.New(rand.NewPCG(l.n, uint64(l.read)))
	return answer(r, l.elem, 2), true, nil
}

var answerTexts = []string{"", "a", "b", "ä b", "12", "x=1", "line\r", "{\"a\":1}", "/srv/a"}

// answer is a value of a type.
func answer(r *rand.Rand, t *capability.Type, depth int) capability.Value {
	switch t.Kind {
	case capability.KindNone:
		return nil
	case capability.KindOptional:
		if r.IntN(2) == 0 {
			return nil
		}
		return answer(r, t.Elem, depth)
	case capability.KindWord:
		return capability.StringValue(t.Words[r.IntN(len(t.Words))])
	case capability.KindPath:
		return capability.PathValue([]string{"/srv", "/srv/a", "/srv/a/x.log", "/etc"}[r.IntN(4)])
	case capability.KindURL:
		return capability.URLValue("https://example.org/")
	case capability.KindIP:
		return capability.IPValue("10.0.0.1")
	case capability.KindCIDR:
		return capability.CIDRValue("10.0.0.0/8")
	case capability.KindRegex:
		return capability.RegexValue("a")
	case capability.KindString, capability.KindBytes:
		return capability.BoxText(t.Kind, answerTexts[r.IntN(len(answerTexts))])
	case capability.KindBool:
		return capability.BoolValue(r.IntN(2) == 0)
	case capability.KindFloat:
		return capability.FloatValue([]float64{0, 1, 2.5, -1e300}[r.IntN(4)])
	case capability.KindInt, capability.KindSize, capability.KindDuration, capability.KindTime:
		return capability.BoxScalar(t.Kind, uint64([]int64{0, 1, 3, 1 << 40}[r.IntN(4)]))
	case capability.KindAny:
		return answer(r, []*capability.Type{capability.Int, capability.String, capability.ListOf(capability.Any), capability.MapOf(capability.Any), capability.OptionalOf(capability.Int)}[r.IntN(5)], depth-1)
	case capability.KindList:
		l := capability.NewList(t.Elem)
		for range r.IntN(3) {
			if depth > 0 {
				l.Push(answer(r, t.Elem, depth-1))
			}
		}
		return l
	case capability.KindMap:
		m := capability.NewMap(t.Elem)
		for _, k := range []string{"a", "b"}[:r.IntN(3)] {
			if depth > 0 {
				m.Put(k, answer(r, t.Elem, depth-1))
			}
		}
		return m
	case capability.KindRecord:
		v := capability.NewRecord(t)
		for i, f := range t.Fields {
			v.SetField(i, answer(r, f.Type, depth))
		}
		return v
	case capability.KindError:
		return capability.Fault(capability.IO, "generated")
	}
	panic("no answer of type " + t.String())
}

// gateHost is the stand-in behind the machine's gate.
type gateHost struct{ *standIn }

func (gateHost) Resolve(context.Context, *capability.Op, []capability.Value, policy.Want) (*policy.Resolved, error) {
	return &policy.Resolved{}, nil
}

func (h gateHost) Act(_ context.Context, g *policy.Grant) (capability.Value, error) {
	op, err := g.Take()
	if err != nil {
		return nil, err
	}
	v, err := h.Do(op, g.Args())
	var fault *capability.Error
	if errors.As(err, &fault) && fault.Why == capability.Denied {
		return nil, &policy.Denied{Op: op.Name, Why: fault.Message}
	}
	return v, err
}

func permitAll() policy.Sets {
	f, err := policy.Parse("house.cedar" /* in its place: the stand-in alone refuses */, []byte("permit (principal, action, resource);"))
	if err != nil {
		panic(err)
	}
	s, err := policy.NewSet(f)
	if err != nil {
		panic(err)
	}
	return policy.Sets{s}
}
