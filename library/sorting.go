package library

import (
	"math"
	"math/bits"
	"slices"

	"rex/capability"
)

// The methods of lists that rest on the order or the sum of elements.
var orderRows = []spec{
	{110, "sort(xs: list[C], desc: bool = false) -> list[C]", Elements, absent, sortList,
		"The elements in ascending order.", `[3, 1, 2].sort(desc: true) // [3,2,1]`},
	{111, "sort(xs: list[C?], desc: bool = false) -> list[C?]", Elements, absent, sortList,
		"The elements in ascending order, nil last.", `["b", nil, "a"].sort() // ["a","b",null]`},
	{112, "sum(xs: list[N]) -> N", Unknown, absentRanged, sum,
		"The elements added up; of none, zero.", `[10MB, 2MB].sum() // 12MB`},
	{113, "min(xs: list[C]) -> C?", ElementOrNil, absent, listMin,
		"The least element, nil when it is empty.", `[3, 1, 2].min() // 1`},
	{114, "max(xs: list[C]) -> C?", ElementOrNil, absent, listMax,
		"The greatest element, nil when it is empty.", `["a", "c", "b"].max() // "c"`},
	{115, "average(xs: list[int]) -> float?", Unknown, absent, average,
		"The mean of the elements, nil when it is empty.", `[1, 2].average() // 1.5`},
	{116, "average(xs: list[float]) -> float?", Unknown, absentRanged, average,
		"The mean of the elements, nil when it is empty.", `[1.5, 2.5].average() // 2.0`},
}

// sorts charges the comparisons of a sort by keys, which read texts.
func (c *Call) sorts(keys *capability.List) error {
	n := keys.Len()
	return c.fuel(mul(int64(n)+textsCost(keys), int64(bits.Len(uint(n)))))
}

// textsCost is what going through all texts of a list once costs.
func textsCost(l *capability.List) int64 {
	total := int64(0)
	for _, s := range l.T {
		total += int64(len(s))
	}
	return total / bytesPerFuel
}

// compareCells orders two elements of cells of one type.
func compareCells(t *capability.Type, cells *capability.Cells, i, j int) int {
	switch t.File() {
	case capability.FileScalar:
		return CompareScalar(t.Kind, cells.S[i], cells.S[j])
	case capability.FileText:
		return CompareText(t.Kind, cells.T[i], cells.T[j])
	}
	return compareValues(cells.R[i], cells.R[j])
}

func sortList(c *Call) error {
	l, err := c.list(0)
	if err != nil {
		return err
	}
	return c.sortBy(l, l, c.S[1] != 0)
}

// sortByKeys is the second half of sort_by: the compiler's loop made the keys.
func sortByKeys(c *Call) error {
	xs, keys, err := c.lists()
	switch {
	case err != nil:
		return err
	case xs.Len() != keys.Len():
		return fault(capability.Invalid, "the list was changed while it was sorted")
	}
	return c.sortBy(xs, keys, c.S[2] != 0)
}

// orderByKeys sorts positions by the keys at them. Sorting by the last of
// several keys first and by the first last gives the order of all.
func orderByKeys(c *Call) error {
	order, keys, err := c.lists()
	if err != nil {
		return err
	}
	n := keys.Len()
	if err := c.sorts(keys); err != nil {
		return err
	}
	if err := c.builds(order.Len(), capability.Int); err != nil {
		return err
	}
	out := capability.NewList(capability.Int)
	out.S = slices.Clone(order.S)
	for _, i := range out.S {
		if i >= uint64(n) {
			return outOfRange(int64(i), n)
		}
	}
	compare := func(i, j uint64) int { return compareCells(keys.Elem, &keys.Cells, int(i), int(j)) }
	if c.S[2] != 0 {
		compare = func(i, j uint64) int { return compareCells(keys.Elem, &keys.Cells, int(j), int(i)) }
	}
	slices.SortStableFunc(out.S, compare)
	c.OutR = out
	return nil
}

func selectElements(c *Call) error {
	xs, order, err := c.lists()
	if err != nil {
		return err
	}
	if err := c.builds(order.Len(), xs.Elem); err != nil {
		return err
	}
	out := &capability.List{Elem: xs.Elem}
	for _, i := range order.S {
		if i >= uint64(xs.Len()) {
			return outOfRange(int64(i), xs.Len())
		}
		appendCells(&out.Cells, &xs.Cells, xs.Elem, int(i), int(i)+1)
	}
	c.OutR = out
	return nil
}

// sortBy gives the elements of xs in the order of keys; equal ones stay as
// they are, also when the order is turned round.
func (c *Call) sortBy(xs, keys *capability.List, desc bool) error {
	n := xs.Len()
	if err := c.sorts(keys); err != nil {
		return err
	}
	if err := c.builds(2*n, xs.Elem); err != nil {
		return err
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	compare := func(i, j int) int { return compareCells(keys.Elem, &keys.Cells, i, j) }
	if desc {
		compare = func(i, j int) int { return compareCells(keys.Elem, &keys.Cells, j, i) }
	}
	slices.SortStableFunc(order, compare)
	out := &capability.List{Elem: xs.Elem}
	for _, i := range order {
		appendCells(&out.Cells, &xs.Cells, xs.Elem, i, i+1)
	}
	c.OutR = out
	return nil
}

// numbers takes a list and charges a pass over it.
func (c *Call) numbers() (*capability.List, error) {
	l, err := c.list(0)
	if err != nil {
		return nil, err
	}
	return l, c.fuel(1 + int64(l.Len())/8 + textsCost(l))
}

func sum(c *Call) error {
	l, err := c.numbers()
	if err != nil {
		return err
	}
	if l.Elem.Kind == capability.KindFloat {
		return c.setFloat(floatSum(l.S))
	}
	var total int64
	for _, bits := range l.S {
		n := int64(bits)
		if n > 0 && total > math.MaxInt64-n || n < 0 && total < math.MinInt64-n {
			return fault(capability.Range, "the sum does not fit into 64 bits")
		}
		total += n
	}
	c.setInt(total)
	return nil
}

func floatSum(cells []uint64) float64 {
	total := 0.0
	for _, bits := range cells {
		total += floatOf(bits)
	}
	return total
}

func average(c *Call) error {
	l, err := c.numbers()
	if err != nil || l.Len() == 0 {
		return err
	}
	total := 0.0
	if l.Elem.Kind == capability.KindFloat {
		total = floatSum(l.S)
	} else {
		for _, bits := range l.S {
			total += float64(int64(bits))
		}
	}
	if err := c.setFloat(total / float64(l.Len())); err != nil {
		return err
	}
	c.OutR, c.OutS = capability.FloatValue(floatOf(c.OutS)), 0
	return nil
}

func listMin(c *Call) error { return c.extreme(-1) }
func listMax(c *Call) error { return c.extreme(1) }

// extreme gives the first element that no other exceeds in a direction.
func (c *Call) extreme(direction int) error {
	l, err := c.numbers()
	if err != nil || l.Len() == 0 {
		return err
	}
	best := 0
	for i := 1; i < l.Len(); i++ {
		if compareCells(l.Elem, &l.Cells, i, best)*direction > 0 {
			best = i
		}
	}
	c.OutR = l.At(best)
	return nil
}
