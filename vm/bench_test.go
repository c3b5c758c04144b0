package vm

import (
	"context"
	"os"
	"testing"
	"time"

	"rex/bytecode"
	"rex/capability"
)

// The workloads of testdata/bench, as the compiler writes them, against the
// same in Go: `go test -run='^$' -bench=Ratio ./vm`. Both run in turns in one
// process, and the ratio is that of the lowest times, because the machine's
// speed drifts. After a change of the compiler:
//
//	cd vm/testdata/bench; for f in *.rex; do rexc build $f -o x.rexb && rexc disasm x.rexb > ${f}asm; done; rm x.rexb
type workload struct {
	n      int
	native func(n int) int
	goal   float64 // the ratio not to go beyond
}

var workloads = map[string]workload{
	"fib":    {27, nativeFib, 9},
	"loops":  {3000, nativeLoops, 12},
	"sieve":  {1_000_000, nativeSieve, 20},
	"mandel": {250, nativeMandel, 8},
	"calls":  {500_000, nativeCalls, 40},
	"walk":   {300_000, nativeWalk, 20},
}

func assembled(t testing.TB, name string) *bytecode.Verified {
	t.Helper()
	text, err := os.ReadFile("testdata/bench/" + name + ".rexasm")
	if err != nil {
		t.Fatal(err)
	}
	m, err := bytecode.Assemble(string(text))
	if err != nil {
		t.Fatal(err)
	}
	v, err := bytecode.Verify(m)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// perform runs a workload once and gives its result.
func perform(t testing.TB, v *bytecode.Verified, n int) int {
	limits := capability.DefaultLimits()
	value, _, err := Run(context.Background(), v, gateFor(t, v, &recorder{}, limits), limits, []capability.Value{capability.IntValue(n)})
	if err != nil {
		t.Fatal(err)
	}
	return int(value.(capability.IntValue))
}

// TestWorkloads: they compute what Go computes.
func TestWorkloads(t *testing.T) {
	small := map[string]int{"fib": 15, "loops": 30, "sieve": 1000, "mandel": 20, "calls": 1000, "walk": 1000}
	for name, w := range workloads {
		if got, want := perform(t, assembled(t, name), small[name]), w.native(small[name]); got != want {
			t.Errorf("%s: got %d, want %d", name, got, want)
		}
	}
}

// sink keeps results alive.
var sink int

func BenchmarkRatio(b *testing.B) {
	for _, name := range []string{"fib", "loops", "sieve", "mandel", "calls", "walk"} {
		w := workloads[name]
		v := assembled(b, name)
		b.Run(name, func(b *testing.B) {
			ours, native := time.Hour, time.Hour
			for b.Loop() {
				start := time.Now()
				sink += perform(b, v, w.n)
				ours = min(ours, time.Since(start))
				start = time.Now()
				sink += w.native(w.n)
				native = min(native, time.Since(start))
			}
			b.ReportMetric(float64(ours)/float64(native), "x-native")
			b.ReportMetric(w.goal, "goal")
			b.ReportMetric(float64(ours.Microseconds())/1000, "ms")
		})
	}
}

//go:noinline
func nativeFib(n int) int {
	if n < 2 {
		return n
	}
	return nativeFib(n-1) + nativeFib(n-2)
}

//go:noinline
func nativeLoops(n int) int {
	s := 0
	for i := 0; i < n; i++ {
		for j := 0; j < 1000; j++ {
			s = s + i*j - j
			if s >= 1000000007 {
				s -= 1000000007
			}
		}
	}
	return s
}

//go:noinline
func nativeSieve(n int) int {
	flags := make([]bool, n+1)
	for i := range flags {
		flags[i] = true
	}
	count := 0
	for i := 2; i <= n; i++ {
		if flags[i] {
			count++
			for j := i + i; j <= n; j += i {
				flags[j] = false
			}
		}
	}
	return count
}

//go:noinline
func nativeMandel(n int) int {
	sum, fl := 0, float64(n)
	for y := 0; y < n; y++ {
		ci := 2.0*float64(y)/fl - 1.0
		for x := 0; x < n; x++ {
			cr := 2.0*float64(x)/fl - 1.5
			zr, zi := 0.0, 0.0
			i := 0
			for i < 50 && zr*zr+zi*zi < 4.0 {
				t := zr*zr - zi*zi + cr
				zi = 2.0*zr*zi + ci
				zr = t
				i++
			}
			sum += i
		}
	}
	return sum
}

//go:noinline
func nativeStep(x int) int { return x + 3 }

//go:noinline
func nativeAdder(n int) func(int) int { return func(x int) int { return x + n } }

//go:noinline
func nativeCalls(n int) int {
	add, s := nativeAdder(n), 0
	for i := 0; i < n; i++ {
		s = nativeStep(s)
		s = add(s) - n
	}
	return s
}

//go:noinline
func nativeWalk(n int) int {
	var xs []int
	for i := 0; i < n; i++ {
		xs = append(xs, i)
	}
	s := 0
	for k := 0; k < 10; k++ {
		for _, x := range xs {
			s += x
		}
	}
	return s
}
