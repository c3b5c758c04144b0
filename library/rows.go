package library

import (
	"slices"
	"sync"

	"rex/capability"
)

// spec is a row as its family's file writes it; rows.go makes Rows of them.
type spec struct {
	number    uint16
	signature string
	transfer  Transfer
	kinds     capability.KindMask
	run       Native
	doc       string
	example   string
}

// The sets of kinds that rows share. A reference that was never set raises
// absent, a path, url, ip or cidr that was never set raises invalid; so every
// row that takes one has the kind.
const (
	none capability.KindMask = 0

	invalid      = capability.KindMask(1 << capability.Invalid)
	ranged       = capability.KindMask(1 << capability.Range)
	absent       = capability.KindMask(1 << capability.Absent)
	tooLarge     = capability.KindMask(1 << capability.TooLarge)
	frozen       = absent | invalid
	absentRanged = absent | ranged
)

// Rows gives all rows, by family; those the compiler expands and those for its
// use only are among them.
func Rows() []*Row { return table().rows }

// Numbered finds the row with a number, nil when there is none.
func Numbered(n uint16) *Row {
	if t := table(); int(n) < len(t.numbers) {
		return t.numbers[n]
	}
	return nil
}

// Named finds the rows of a name, in the order in which they are to be tried:
// more than one when they differ in their parameters. The module is "" for
// methods and plain functions.
func Named(module, name string) []*Row { return table().names[qualified{module, name}] }

// IsModule tells whether a word is that of a module of this library.
func IsModule(word string) bool { return table().modules[word] }

type qualified struct{ module, name string }

type rowTable struct {
	rows     []*Row
	numbers  []*Row
	names    map[qualified][]*Row
	modules  map[string]bool
	families []Family
}

var table = sync.OnceValue(newTable)

func newTable() *rowTable {
	t := &rowTable{names: make(map[qualified][]*Row, 300), modules: map[string]bool{}}
	for _, f := range families {
		family := Family{Name: f.name, Doc: f.doc}
		for _, specs := range f.specs {
			family.Rows = append(family.Rows, t.add(specs, Row{})...)
		}
		t.families = append(t.families, family)
	}
	for _, r := range t.add(expandedRows, Row{Expand: true}) {
		for i := range families {
			if slices.Contains(families[i].expanded, r.Params[0].Shape.Kind) {
				t.families[i].insert(r)
			}
		}
	}
	t.add(internalRows, Row{Internal: true})
	return t
}

// insert puts a row behind the others of its name, or at the end.
func (f *Family) insert(r *Row) {
	i := len(f.Rows)
	for i > 0 && f.Rows[i-1].Name != r.Name {
		i--
	}
	if i == 0 {
		i = len(f.Rows)
	}
	f.Rows = slices.Insert(f.Rows, i, r)
}

// add makes rows of a family's specs; base has what they have in common.
func (t *rowTable) add(family []spec, base Row) (added []*Row) {
	rows := make([]Row, len(family))
	for i := range family {
		s, r := &family[i], &rows[i]
		*r = base
		r.Number, r.Transfer, r.Kinds, r.Run, r.Doc, r.example = s.number, s.transfer, s.kinds, s.run, s.doc, s.example
		parseSignature(s.signature, r)
		added = append(added, r)
		key := qualified{r.Module, r.Name}
		t.names[key] = append(t.names[key], r)
		if r.Module != "" && !r.Internal {
			t.modules[r.Module] = true
		}
		if n := int(r.Number); n > 0 {
			for len(t.numbers) <= n {
				t.numbers = append(t.numbers, nil)
			}
			t.numbers[n] = r
		}
	}
	t.rows = append(t.rows, added...)
	return added
}
