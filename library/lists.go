package library

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"rex/capability"
)

// The methods of lists that need no order; those that do are in sorting.go.
var listRows = []spec{
	{70, "len(xs: list[T]) -> int", Unknown, absent, listLen,
		"The number of elements.", `[3, 1, 2].len() // 3`},
	{71, "is_empty(xs: list[T]) -> bool", Unknown, absent, listIsEmpty,
		"Whether it has no elements.", `[1].is_empty() // false`},
	{72, "first(xs: list[T]) -> T?", ElementOrNil, absent, listFirst,
		"The first element, nil when it is empty.", `[3, 1, 2].first() // 3`},
	{73, "last(xs: list[T]) -> T?", ElementOrNil, absent, listLast,
		"The last element, nil when it is empty.", `[3, 1, 2].last() // 2`},
	{74, "get(xs: list[T], index: int) -> T?", ElementOrNil, absent, listGet,
		"The element at a position, nil when there is none.", `[3, 1, 2].get(9) // nil`},
	{75, "contains(xs: list[E], x: E) -> bool", Unknown, absent | invalid, listContains,
		"Whether an element equals x.", `["a", "b"].contains("b") // true`},
	{76, "push!(xs: list[T], x: T)", Pushes, frozen, push,
		"Adds an element at the end.", `let xs = [1, 2]; xs.push(3); xs // [1,2,3]`},
	{77, "insert!(xs: list[T], index: int, x: T)", Inserts, frozen | ranged, insert,
		"Adds an element before the one at a position, or at the end.", `let xs = [1, 3]; xs.insert(1, 2); xs // [1,2,3]`},
	{78, "pop!(xs: list[T]) -> T?", Removes, frozen, pop,
		"Takes the last element out, nil when it is empty.", `let xs = [1, 2]; xs.pop() // 2`},
	{79, "remove!(xs: list[T], index: int) -> T", Removes, frozen | ranged, listRemove,
		"Takes the element at a position out.", `let xs = [1, 2]; xs.remove(0) // 1`},
	{80, "clear!(xs: list[T])", Removes, frozen, listClear,
		"Takes all elements out.", `let xs = [1, 2]; xs.clear(); xs // []`},
	{81, "copy(xs: list[T]) -> list[T]", CopyOf, absent, listCopy,
		"A list of its own with the same elements.", `let xs = [1]; let ys = xs.copy(); ys.push(2); xs // [1]`},
	{82, "take(xs: list[T], n: int) -> list[T]", Elements, absentRanged, listTake,
		"The first n elements, or all if there are fewer.", `[3, 1, 2].take(2) // [3,1]`},
	{83, "drop(xs: list[T], n: int) -> list[T]", Elements, absentRanged, listDrop,
		"What is behind the first n elements.", `[3, 1, 2].drop(2) // [2]`},
	{84, "drop_last(xs: list[T], n: int) -> list[T]", Elements, absentRanged, listDropLast,
		"What is before the last n elements.", `[3, 1, 2].drop_last(1) // [3,1]`},
	{85, "reverse(xs: list[T]) -> list[T]", Elements, absent, reverse,
		"The elements from the last to the first.", `[3, 1, 2].reverse() // [2,1,3]`},
	{86, "unique(xs: list[E]) -> list[E]", Elements, absent | invalid, unique,
		"Each element once, where it occurs first.", `["b", "a", "b"].unique() // ["b","a"]`},
	{87, "union(xs: list[E], ys: list[E]) -> list[E]", ElementsBoth, absent | invalid, union,
		"Each element of both lists once.", `[1, 2].union([2, 3]) // [1,2,3]`},
	{88, "intersect(xs: list[E], ys: list[E]) -> list[E]", Elements, absent | invalid, intersect,
		"Each element that is in both lists, once.", `[1, 2, 3].intersect([3, 2]) // [2,3]`},
	{89, "difference(xs: list[E], ys: list[E]) -> list[E]", Elements, absent | invalid, difference,
		"Each element that is not in ys, once.", `[1, 2, 3].difference([2]) // [1,3]`},
	{90, "join(xs: list[string], separator: string) -> string", MixOf, absent, join,
		"The elements one after the other, with the separator between them.", `["a", "b"].join(", ") // "a, b"`},
	{91, "flatten(xs: list[list[T]]) -> list[T]", Flattens, absent, flatten,
		"The elements of the elements.", `[[1, 2], [3]].flatten() // [1,2,3]`},
	{92, "enumerate(xs: list[T]) -> list[{index: int, value: T}]", Enumerates, absent, enumerate,
		"The elements with their positions, from 0.", `["a", "b"].enumerate() // [{"index":0,"value":"a"},{"index":1,"value":"b"}]`},
	{93, "zip(xs: list[T], ys: list[U]) -> list[{left: T, right: U}]", Zips, absent, zip,
		"The elements of two lists side by side, as far as the shorter one goes.", `["a", "b"].zip([1, 2]) // [{"left":"a","right":1},{"left":"b","right":2}]`},
	{94, "chunk(xs: list[T], n: int) -> list[list[T]]", Chunks, absentRanged, chunk,
		"Lists of n elements each, the last with what is left.", `[1, 2, 3].chunk(2) // [[1,2],[3]]`},
	{95, "step(xs: list[T], n: int) -> list[T]", Elements, absentRanged, step,
		"Every n-th element, beginning with the first.", `(0..10).step(3) // [0,3,6,9]`},
	{96, "windows(xs: list[T], n: int) -> list[list[T]]", Chunks, absentRanged, windows,
		"All runs of n elements that stand beside each other.", `[1, 2, 3].windows(2) // [[1,2],[2,3]]`},
	{97, "table(rows: list[map[T]]) -> string", Unknown, absent | invalid, tableText,
		"The entries in columns below their keys, for people; numbers to the right.", `let rows: list[map[int]] = [{ a: 1 }, { b: 22 }]; table(rows) // "a   b\n1\n   22"`},
	{98, "table(rows: list[R]) -> string", Unknown, absent | invalid, tableText,
		"The fields in columns below their names, for people; numbers to the right.", `table([{ name: "a.log", size: 2KiB }]) // "name    size\na.log  2 KiB"`},
}

// like gives an empty list of the result's type.
func (c *Call) like() *capability.List { return &capability.List{Elem: c.Type.Elem} }

func listLen(c *Call) error {
	l, err := c.list(0)
	if err == nil {
		c.OutS = uint64(l.Len())
	}
	return err
}

func listIsEmpty(c *Call) error {
	l, err := c.list(0)
	if err == nil {
		c.setBool(l.Len() == 0)
	}
	return err
}

// pick gives an element of the list, or nil when there is none at the position.
func (c *Call) pick(at func(l *capability.List) int) error {
	l, err := c.list(0)
	if err != nil {
		return err
	}
	if i := at(l); i >= 0 && i < l.Len() {
		c.OutR = l.At(i)
	}
	return nil
}

func listFirst(c *Call) error { return c.pick(func(*capability.List) int { return 0 }) }
func listLast(c *Call) error  { return c.pick(func(l *capability.List) int { return l.Len() - 1 }) }

func listGet(c *Call) error {
	i := int64(c.S[1])
	return c.pick(func(*capability.List) int { return int(i) })
}

func listContains(c *Call) error {
	l, err := c.list(0)
	if err != nil {
		return err
	}
	if err := c.fuel(1 + int64(l.Len())/4); err != nil {
		return err
	}
	found := false
	switch l.Elem.File() {
	case capability.FileScalar:
		x := equalBits(l.Elem.Kind, c.S[1])
		found = slices.ContainsFunc(l.S, func(y uint64) bool { return equalBits(l.Elem.Kind, y) == x })
	case capability.FileText:
		w := newWalk(c.Meter)
		for i := 0; i < len(l.T) && !found && err == nil; i++ {
			found, err = w.equalTexts(l.T[i], c.T[1])
		}
		if err == nil {
			err = w.flush()
		}
	default:
		for i := 0; i < len(l.R) && !found && err == nil; i++ {
			found, err = EqualWith(c.Meter, l.R[i], c.R[1])
		}
	}
	c.setBool(found)
	return err
}

// push adds argument 1 at the end.
func push(c *Call) error { return c.insertAt(1, func(l *capability.List) int { return l.Len() }) }

func insert(c *Call) error {
	return c.insertAt(2, func(*capability.List) int { return clampIndex(c.S[1]) })
}

// clampIndex makes an int of a register, out of every range when it is negative.
func clampIndex(bits uint64) int {
	if int64(bits) < 0 {
		return math.MaxInt
	}
	return int(bits)
}

// insertAt inserts argument arg.
func (c *Call) insertAt(arg int, at func(*capability.List) int) error {
	l, err := c.openList(0)
	if err != nil {
		return err
	}
	i, n := at(l), l.Len()
	if i > n {
		return outOfRange(int64(c.S[1]), n)
	}
	if err := c.fuel(1 + int64(n-i)/bytesPerFuel); err != nil {
		return err
	}
	if err := c.memory(elementBytes); err != nil {
		return err
	}
	switch l.Elem.File() {
	case capability.FileScalar:
		l.S = slices.Insert(l.S, i, c.S[arg])
	case capability.FileText:
		l.T = slices.Insert(l.T, i, c.T[arg])
	default:
		l.R = slices.Insert(l.R, i, c.R[arg])
	}
	l.Version++
	return nil
}

func outOfRange(i int64, n int) error {
	return fault(capability.Range, "position "+strconv.FormatInt(i, 10)+" is out of range: there are "+strconv.Itoa(n)+" elements")
}

func pop(c *Call) error {
	l, err := c.openList(0)
	if err != nil || l.Len() == 0 {
		return err
	}
	last := l.Len() - 1
	c.OutR = l.At(last)
	removeCell(l, last)
	return nil
}

// removeCell takes element i out and lets go of what it held.
func removeCell(l *capability.List, i int) {
	switch l.Elem.File() {
	case capability.FileScalar:
		l.S = slices.Delete(l.S, i, i+1)
	case capability.FileText:
		l.T = slices.Delete(l.T, i, i+1)
	default:
		l.R = slices.Delete(l.R, i, i+1)
	}
	l.Version++
}

func listRemove(c *Call) error {
	l, err := c.openList(0)
	if err != nil {
		return err
	}
	i := clampIndex(c.S[1])
	if i >= l.Len() {
		return outOfRange(int64(c.S[1]), l.Len())
	}
	if err := c.fuel(1 + int64(l.Len()-i)/bytesPerFuel); err != nil {
		return err
	}
	c.setElement(&l.Cells, l.Elem, i)
	removeCell(l, i)
	return nil
}

func listClear(c *Call) error {
	l, err := c.openList(0)
	if err != nil {
		return err
	}
	l.Cells = capability.Cells{}
	l.Version++
	return nil
}

// part gives a new list of the elements from..to.
func (c *Call) part(l *capability.List, from, to int) error {
	if err := c.builds(to-from, l.Elem); err != nil {
		return err
	}
	out := &capability.List{Elem: l.Elem}
	appendCells(&out.Cells, &l.Cells, l.Elem, from, to)
	c.OutR = out
	return nil
}

// appendCells adds the cells from..to of another container with the same
// element type.
func appendCells(out, in *capability.Cells, t *capability.Type, from, to int) {
	switch t.File() {
	case capability.FileScalar:
		out.S = append(out.S, in.S[from:to]...)
	case capability.FileText:
		out.T = append(out.T, in.T[from:to]...)
	default:
		out.R = append(out.R, in.R[from:to]...)
	}
}

func listCopy(c *Call) error {
	l, err := c.list(0)
	if err != nil {
		return err
	}
	return c.part(l, 0, l.Len())
}

// partBy gives the part that a count of elements bounds.
func (c *Call) partBy(bounds func(n, length int) (from, to int)) error {
	l, err := c.list(0)
	if err != nil {
		return err
	}
	n, err := c.natural(1, "n")
	if err != nil {
		return err
	}
	from, to := bounds(min(n, l.Len()), l.Len())
	return c.part(l, from, to)
}

func listTake(c *Call) error { return c.partBy(func(n, length int) (int, int) { return 0, n }) }
func listDrop(c *Call) error { return c.partBy(func(n, length int) (int, int) { return n, length }) }

func listDropLast(c *Call) error {
	return c.partBy(func(n, length int) (int, int) { return 0, length - n })
}

func reverse(c *Call) error {
	if err := listCopy(c); err != nil {
		return err
	}
	out := c.OutR.(*capability.List)
	slices.Reverse(out.S)
	slices.Reverse(out.T)
	slices.Reverse(out.R)
	return nil
}

// set is a set of elements of one type, by value.
type set struct {
	walk
	elem    *capability.Type
	scalars map[uint64]struct{}
	texts   map[string]struct{}
}

func (c *Call) newSet(elem *capability.Type, n int) (*set, error) {
	if err := c.fuel(int64(n)); err != nil {
		return nil, err
	}
	if err := c.memory(mul(int64(n), entryBytes)); err != nil {
		return nil, err
	}
	return &set{walk: newWalk(c.Meter), elem: elem, scalars: map[uint64]struct{}{}, texts: map[string]struct{}{}}, nil
}

// add puts element i of a list in, and reports whether it is new. With peek it
// only looks.
func (s *set) add(l *capability.List, i int, peek bool) (isNew bool, err error) {
	if l.Elem.File() == capability.FileScalar {
		bits := equalBits(l.Elem.Kind, l.S[i])
		_, found := s.scalars[bits]
		if !found && !peek {
			s.scalars[bits] = struct{}{}
		}
		return !found, nil
	}
	text := ""
	if l.Elem.File() == capability.FileText {
		if err := s.text(l.T[i]); err != nil {
			return false, err
		}
		text = l.T[i]
	} else if text, err = s.refKey(l.R[i]); err != nil {
		return false, err
	}
	_, found := s.texts[text]
	if !found && !peek {
		s.texts[text] = struct{}{}
	}
	return !found, nil
}

func (s *set) refKey(v capability.Value) (string, error) {
	b, err := s.key(nil, v)
	if err == nil && s.meter != nil {
		err = s.meter.Memory(int64(len(b)))
	}
	if err == nil {
		err = s.flush()
	}
	return string(b), err
}

// addAll adds to out each element of l that the set hasn't.
func (s *set) addAll(out, l *capability.List) error {
	for i := range l.Len() {
		isNew, err := s.add(l, i, false)
		if err != nil {
			return err
		}
		if isNew {
			appendCells(&out.Cells, &l.Cells, l.Elem, i, i+1)
		}
	}
	return nil
}

func unique(c *Call) error {
	xs, err := c.list(0)
	if err != nil {
		return err
	}
	return c.uniqueOf(xs)
}

func union(c *Call) error {
	xs, ys, err := c.lists()
	if err != nil {
		return err
	}
	return c.uniqueOf(xs, ys)
}

// uniqueOf gives the elements of some lists, each once.
func (c *Call) uniqueOf(lists ...*capability.List) error {
	n := 0
	for _, l := range lists {
		n += l.Len()
	}
	elem := lists[0].Elem
	seen, err := c.newSet(elem, n)
	if err != nil {
		return err
	}
	if err := c.builds(n, elem); err != nil {
		return err
	}
	out := &capability.List{Elem: elem}
	for _, l := range lists {
		if err := seen.addAll(out, l); err != nil {
			return err
		}
	}
	c.OutR = out
	return nil
}

func intersect(c *Call) error  { return c.chooseBy(true) }
func difference(c *Call) error { return c.chooseBy(false) }

// chooseBy gives the elements of xs, each once, that are in ys or are not.
func (c *Call) chooseBy(in bool) error {
	xs, ys, err := c.lists()
	if err != nil {
		return err
	}
	if err := c.uniqueOf(xs); err != nil {
		return err
	}
	once := c.OutR.(*capability.List)
	other, err := c.newSet(ys.Elem, ys.Len())
	if err != nil {
		return err
	}
	if err := other.addAll(&capability.List{Elem: ys.Elem}, ys); err != nil {
		return err
	}
	out := &capability.List{Elem: xs.Elem}
	for i := range once.Len() {
		missing, err := other.add(once, i, true)
		if err != nil {
			return err
		}
		if missing != in {
			appendCells(&out.Cells, &once.Cells, once.Elem, i, i+1)
		}
	}
	c.OutR = out
	return nil
}

func join(c *Call) error {
	l, err := c.list(0)
	if err != nil {
		return err
	}
	size := mul(int64(len(c.T[1])), int64(l.Len()))
	for _, s := range l.T {
		if size += int64(len(s)); size < 0 {
			size = math.MaxInt64
			break
		}
	}
	if err := c.makes(size); err != nil {
		return err
	}
	c.OutT = strings.Join(l.T, c.T[1])
	return nil
}

func flatten(c *Call) error {
	outer, err := c.list(0)
	if err != nil {
		return err
	}
	n := 0
	for _, v := range outer.R {
		if l, ok := v.(*capability.List); ok && l != nil {
			n += l.Len()
		}
	}
	out := c.like()
	if err := c.builds(n+outer.Len(), out.Elem); err != nil {
		return err
	}
	for _, v := range outer.R {
		if l, ok := v.(*capability.List); ok && l != nil {
			appendCells(&out.Cells, &l.Cells, l.Elem, 0, l.Len())
		}
	}
	c.OutR = out
	return nil
}

// records gives a list of n records of the result's element type.
func (c *Call) records(n int, fill func(r *capability.Record, i int)) error {
	out := c.like()
	if err := c.fuel(1 + int64(n)); err != nil {
		return err
	}
	if err := c.memory(mul(int64(n), containerBytes+4*elementBytes)); err != nil {
		return err
	}
	for i := range n {
		r := capability.NewRecord(out.Elem)
		fill(r, i)
		out.R = append(out.R, r)
	}
	c.OutR = out
	return nil
}

func enumerate(c *Call) error {
	l, err := c.list(0)
	if err != nil {
		return err
	}
	return c.records(l.Len(), func(r *capability.Record, i int) {
		r.With("index", capability.IntValue(i)).With("value", l.At(i))
	})
}

func zip(c *Call) error {
	xs, ys, err := c.lists()
	if err != nil {
		return err
	}
	return c.records(min(xs.Len(), ys.Len()), func(r *capability.Record, i int) {
		r.With("left", xs.At(i)).With("right", ys.At(i))
	})
}

// stride takes a count of at least one.
func (c *Call) stride() (*capability.List, int, error) {
	l, err := c.list(0)
	if err != nil {
		return nil, 0, err
	}
	n, err := c.natural(1, "n")
	if err == nil && n == 0 {
		err = fault(capability.Range, "n must be at least 1")
	}
	return l, n, err
}

func windows(c *Call) error {
	l, n, err := c.stride()
	if err != nil {
		return err
	}
	count := max(0, l.Len()-n+1)
	each := mul(int64(n), elementBytes) + containerBytes + elementBytes
	if err := c.memory(mul(int64(count), each)); err != nil {
		return err
	}
	if err := c.fuel(mul(int64(count), int64(1+n/bytesPerFuel))); err != nil {
		return err
	}
	out := c.like()
	for from := range count {
		piece := &capability.List{Elem: l.Elem}
		appendCells(&piece.Cells, &l.Cells, l.Elem, from, from+n)
		out.R = append(out.R, piece)
	}
	c.OutR = out
	return nil
}

func chunk(c *Call) error {
	l, n, err := c.stride()
	if err != nil {
		return err
	}
	count := int64(l.Len()/n) + 1
	if err := c.memory(mul(count, containerBytes+elementBytes)); err != nil {
		return err
	}
	if err := c.builds(l.Len(), l.Elem); err != nil {
		return err
	}
	out := c.like()
	for from := 0; from < l.Len(); {
		to := from + min(n, l.Len()-from)
		piece := &capability.List{Elem: l.Elem}
		appendCells(&piece.Cells, &l.Cells, l.Elem, from, to)
		out.R = append(out.R, piece)
		from = to
	}
	c.OutR = out
	return nil
}

func step(c *Call) error {
	l, n, err := c.stride()
	if err != nil {
		return err
	}
	if err := c.builds(l.Len()/n+1, l.Elem); err != nil {
		return err
	}
	out := &capability.List{Elem: l.Elem}
	for i := 0; i < l.Len(); i += n {
		appendCells(&out.Cells, &l.Cells, l.Elem, i, i+1)
		if n > l.Len()-i {
			break
		}
	}
	c.OutR = out
	return nil
}
