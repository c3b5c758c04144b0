package preflight

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"rex/bytecode"
	"rex/capability"
)

// reach counts what a soak met, so that a hollow one is seen.
type reach struct{ programs, runs, well, touches, stopped int }

// paramValues are arguments that the declarations let through.
func paramValues(r *rand.Rand) []capability.Value {
	names := capability.NewList(capability.String)
	for range r.IntN(3) {
		names.Push(capability.StringValue(someWords[r.IntN(len(someWords))]))
	}
	names.Frozen = true
	maybe := capability.Value(nil)
	if r.IntN(2) == 0 {
		maybe = capability.PathValue(somePaths[r.IntN(len(somePaths))])
	}
	data := randomData(r, 0)
	if r.IntN(2) == 0 {
		data = randomValue(r, tListAny, 1)
	}
	return []capability.Value{
		capability.StringValue([]string{"nginx", "a", "x-1"}[r.IntN(3)]),
		capability.StringValue(someWords[r.IntN(len(someWords))]),
		capability.PathValue([]string{"/var/log", "/var/log/a", "/var/log/a/b.log"}[r.IntN(3)]),
		capability.PathValue(somePaths[r.IntN(len(somePaths))]),
		capability.IntValue(r.IntN(4)),
		data, names, maybe,
	}
}

// soakOne makes one program, analyses it and holds some runs of it to that;
// "" is agreement.
func soakOne(seed uint64, n *reach) (wrong string, m *bytecode.Module) {
	r := rand.New(rand.NewPCG(seed, 7))
	m = genModule(r)
	v, err := bytecode.Verify(m)
	if err != nil {
		return "it does not verify: " + err.Error(), m
	}
	n.programs++
	if seed%3 == 0 {
		defer func(n int) { maxContexts = n }(maxContexts)
		maxContexts = 1 + r.IntN(3)
	}
	known := paramValues(r)
	var args []capability.Value
	o := Options{}
	switch r.IntN(4) {
	case 0:
		args, o.Complete = known, true
	case 1:
		args = append(args, known...)
		args[r.IntN(5)], args[6] = nil, nil
	}
	a, _ := analyse(v, args, o)
	report := Report(v, args, o)
	if seed%50 == 0 { // as when the budget is spent
		report.Budget, report.Touches = true, a.coarse()
	}
	for range 12 {
		values := paramValues(r)
		for i := range args {
			if args[i] != nil || o.Complete {
				values[i] = args[i]
			}
		}
		mc := &machine{v: v, r: r, fuel: 1500, fail: []int{0, 5, 30}[r.IntN(3)], params: snapshots(values), stopAt: -1}
		if r.IntN(8) == 0 {
			mc.stopAt = 1500 - r.IntN(200)
		}
		oracle := &oracle{a: a, bound: make([]string, len(values))}
		for i, x := range values {
			oracle.bound[i] = capability.TextOf(x)
		}
		mc.look = oracle.look
		if report.Budget {
			mc.look = func(int, int, *frame) {}
		}
		ok := mc.run()
		n.runs++
		n.touches += len(mc.touches)
		if ok {
			n.well++
		}
		if mc.stopped {
			n.stopped++
		}
		if oracle.found != "" {
			return oracle.found, m
		}
		if wrong := contradiction(report, mc, ok, oracle.bound); wrong != "" {
			return wrong, m
		}
	}
	return "", m
}

func describe(seed uint64, wrong string, m *bytecode.Module) string {
	var b bytes.Buffer
	if m != nil {
		bytecode.Disassemble(&b, m)
	}
	return fmt.Sprintf("seed %d: %s\n%s", seed, wrong, b.String())
}

func TestSoak(t *testing.T) {
	n := &reach{}
	programs := uint64(400)
	if testing.Short() {
		programs = 100
	}
	for seed := range programs {
		if wrong, m := soakOne(seed, n); wrong != "" {
			t.Fatal(describe(seed, wrong, m))
		}
	}
	t.Logf("%+v", *n)
	if n.touches < 2*n.runs || n.well < n.runs/10 || n.stopped == 0 {
		t.Errorf("the programs do too little: %+v", *n)
	}
}

func FuzzSoak(f *testing.F) {
	for seed := range uint64(4) {
		f.Add(seed * 1_000_003)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		if wrong, m := soakOne(seed, &reach{}); wrong != "" {
			t.Fatal(describe(seed, wrong, m))
		}
	})
}

// TestSameReport: a module has one report.
func TestSameReport(t *testing.T) {
	for seed := range uint64(60) {
		v, err := bytecode.Verify(genModule(rand.New(rand.NewPCG(seed, 7))))
		if err != nil {
			t.Fatal(err)
		}
		first := Report(v, nil, Options{})
		if again := Report(v, nil, Options{}); !reflect.DeepEqual(first, again) {
			t.Fatalf("seed %d: two reports of one module differ", seed)
		}
	}
}
