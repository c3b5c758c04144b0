package preflight

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"rex/bytecode"
	"rex/capability"
)

// straight is a script of n reads of paths that a template makes, in one
// function or in helpers of ten each that are called twice.
func straight(n int, helpers bool) string {
	var b strings.Builder
	b.WriteString(`type string = string
type path = path
type bool = bool
type size = size
type size? = optional size
const 0 string "app"
const 1 size 0
const 2 size 16777216
template 0 path "/var/log/" {string} ".log"
op 1 fs.read 0000000000000000
`)
	body := func(n int) {
		for range n {
			b.WriteString("text T1, 1, t0\narg 0\nhost 2, 4, op1\narg 1, 0, 0, 1\n")
		}
	}
	if !helpers {
		b.WriteString("\nfunc 0 \"\" params result none\n S size, size\n T string, path, string\n R size?\n ktext T0, k0\n knum S1, k2\n")
		body(n)
		b.WriteString(" retn\n")
		return b.String()
	}
	b.WriteString("\nfunc 0 \"\" params result none\n T string\n ktext T0, k0\n")
	for i := range n / 10 {
		for range 2 {
			fmt.Fprintf(&b, " call 0, 1, f%d\n arg 0\n", i+1)
		}
	}
	b.WriteString(" retn\n")
	for i := range n / 10 {
		fmt.Fprintf(&b, "\nfunc %d \"h%d\" params string result none\n S size, size\n T string, path, string\n R size?\n knum S1, k2\n", i+1, i)
		body(10)
		b.WriteString(" retn\n")
	}
	return b.String()
}

func benchmark(b *testing.B, v *bytecode.Verified) {
	b.ReportAllocs()
	var r *capability.Report
	for b.Loop() {
		r = Report(v, nil, Options{})
	}
	if r.Budget {
		b.Fatal("the budget was spent")
	}
	b.ReportMetric(float64(len(r.Touches)), "touches")
	b.ReportMetric(float64(r.Steps), "steps")
}

func BenchmarkScript(b *testing.B) {
	for _, name := range []string{"fourteen", "walk"} {
		text, err := os.ReadFile("testdata/scripts/" + name + ".rexasm")
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) { benchmark(b, assembled(b, string(text))) })
	}
}

func BenchmarkSites(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprint(n, "/straight"), func(b *testing.B) { benchmark(b, assembled(b, straight(n, false))) })
		b.Run(fmt.Sprint(n, "/helpers"), func(b *testing.B) { benchmark(b, assembled(b, straight(n, true))) })
	}
}

// TestLinear: ten times the call sites take about ten times the steps.
func TestLinear(t *testing.T) {
	for _, helpers := range []bool{false, true} {
		small := Report(assembled(t, straight(200, helpers)), nil, Options{})
		large := Report(assembled(t, straight(2000, helpers)), nil, Options{})
		if len(small.Touches) != 200 || len(large.Touches) != 2000 || large.Steps > 12*small.Steps {
			t.Errorf("%d sites take %d steps, %d take %d", len(small.Touches), small.Steps, len(large.Touches), large.Steps)
		}
	}
}
