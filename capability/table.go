package capability

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"
	"sync"
)

// Lookup finds an operation by name.
func Lookup(name string) *Op { return index().names[name] }

// Numbered finds an operation by number.
func Numbered(n uint16) *Op { return index().numbers[n] }

// Table gives all operations, sorted by name.
func Table() []*Op { return index().rows }

// Modules gives the words before the dot, sorted.
func Modules() []string { return index().modules }

type opIndex struct {
	rows    []*Op
	names   map[string]*Op
	numbers map[uint16]*Op
	modules []string
}

var index = sync.OnceValue(func() *opIndex {
	x := &opIndex{names: map[string]*Op{}, numbers: map[uint16]*Op{}}
	seen := map[string]bool{}
	for _, family := range [][]Op{fsOps, execOps, processOps, serviceOps, netOps, sysOps, ambientOps} {
		for i := range family {
			op := &family[i]
			if op.Result == nil {
				op.Result = None
			}
			x.rows = append(x.rows, op)
			x.names[op.Name] = op
			x.numbers[op.Number] = op
			if m := op.Module(); m != "" && !seen[m] {
				seen[m] = true
				x.modules = append(x.modules, m)
			}
		}
	}
	sort.Slice(x.rows, func(i, j int) bool { return x.rows[i].Name < x.rows[j].Name })
	sort.Strings(x.modules)
	return x
})

// Hash is the identity of what an operation means: its signature, its asks
// and its facts. A module carries the hash of each operation it uses; a
// reader whose row differs refuses it, because its author's report was about
// another operation.
func (o *Op) Hash() [8]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%d %s %s %d\n", o.Number, o.Name, o.Result.Key(), o.Effect)
	for _, p := range o.Params {
		fmt.Fprintf(h, "param %s %s %t %t %t %d %#v\n", p.Name, p.Type.Key(), p.Optional, p.Const, p.Rest, p.Coerce, p.Default)
	}
	for _, a := range o.Asks {
		fmt.Fprintf(h, "ask %#v\n", a)
	}
	for _, f := range o.Facts {
		fmt.Fprintf(h, "fact %#v\n", f)
	}
	var sum [8]byte
	copy(sum[:], h.Sum(nil))
	return sum
}

// TableHash is the identity of the whole table.
func TableHash() string { return tableHash() }

var tableHash = sync.OnceValue(func() string {
	h := sha256.New()
	for _, op := range Table() {
		sum := op.Hash()
		h.Write(sum[:])
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
})
