package preflight

import (
	"fmt"
	"strings"
	"testing"
)

// TestHostile: modules made to be costly still get a report, soon.
func TestHostile(t *testing.T) {
	const head = "type string = string\ntype path = path\ntype bool = bool\ntype size = size\ntype size? = optional size\ntype error = error\nparam b bool required\nop 106 print 0000000000000000\n"
	var doubling, handlers, closures, loops strings.Builder

	doubling.WriteString(head + "const 0 string \"ab\"\n\nfunc 0 \"\" params bool result none\n S bool\n T string\n ktext T0, k0\n")
	for range 60 {
		doubling.WriteString(" cat T0, T0, T0\n")
	}
	doubling.WriteString(" host 0, 1, op106\n arg 0\n retn\n")

	const many = 3000
	handlers.WriteString(head + "const 0 string \"ab\"\n\nfunc 0 \"\" params bool result none\n S bool\n R error\n T " + strings.Repeat("string, ", many) + "string\n")
	for i := range many {
		fmt.Fprintf(&handlers, " wgett T0, w%d\n host 0, 1, op106\n arg 0\n", i+1)
	}
	handlers.WriteString(" retn\n")
	for i := range many {
		fmt.Fprintf(&handlers, " handler %d..%d -> %d R0 all\n", 3*i, 3*many, 3*many)
	}

	const fns = 400
	closures.WriteString(strings.Replace(head, "op 106", "type f = fn -> string\nop 106", 1) + "const 0 string \"ab\"\n\nfunc 0 \"\" params bool result none\n S bool\n T string\n R f\n")
	for i := range fns {
		fmt.Fprintf(&closures, " jt S0, ->%d\n closure R0, 0, f%d\n", 2*i+2, i+1)
	}
	for range fns {
		closures.WriteString(" callc 0, 0, R0\n")
	}
	closures.WriteString(" retn\n")
	for i := range fns {
		fmt.Fprintf(&closures, "\nfunc %d \"c%d\" params result string\n T string\n ktext T0, k0\n host 0, 1, op106\n arg 0\n rett T0\n", i+1, i)
	}

	loops.WriteString(head + "const 0 string \"ab\"\n\nfunc 0 \"\" params bool result none\n S bool\n T string\n ktext T0, k0\n")
	for i := range 300 {
		fmt.Fprintf(&loops, " cat T0, T0, T0\n jt S0, ->%d\n", 2*i+3)
	}
	for i := range 300 {
		fmt.Fprintf(&loops, " host 0, 1, op106\n arg 0\n jt S0, ->%d\n loop ->%d\n", 1+2*300+4*(i+1), 1+2*(299-i))
	}
	loops.WriteString(" retn\n")

	for name, text := range map[string]string{"doubling": doubling.String(), "handlers": handlers.String(), "closures": closures.String(), "loops": loops.String()} {
		t.Run(name, func(t *testing.T) {
			v := assembled(t, text)
			r := Report(v, nil, Options{})
			t.Logf("%d touches, %d steps, budget spent %t", len(r.Touches), r.Steps, r.Budget)
			if len(r.Touches) == 0 {
				t.Error("there are touches")
			}
		})
	}
}
