package library

import (
	"fmt"
	"math"
	"strings"

	"rex/capability"
)

// The words natives are written in: what they charge before they work, how
// they take arguments, how they give their result.

// bytesPerFuel is how many bytes, or elements, of plain work one unit of fuel buys.
const bytesPerFuel = 16

// fuel charges work. Without a meter, as in the compiler, nothing is charged.
func (c *Call) fuel(units int64) error {
	if c.Meter == nil || units <= 0 {
		return nil
	}
	return c.Fuel(units)
}

// memory charges bytes before they are taken.
func (c *Call) memory(bytes int64) error {
	if c.Meter == nil {
		if bytes > maxUnmetered {
			return fault(capability.TooLarge, "the result would be too large")
		}
		return nil
	}
	return c.Memory(bytes)
}

// maxUnmetered bounds a result that is made without a meter.
const maxUnmetered = 16 << 20

// reads charges going through n bytes or elements.
func (c *Call) reads(n int) error { return c.fuel(int64(n) / bytesPerFuel) }

// makes charges making a text of n bytes.
func (c *Call) makes(n int64) error {
	if err := c.memory(n); err != nil {
		return err
	}
	return c.fuel(n / bytesPerFuel)
}

// builds charges making a list of n elements of a type.
func (c *Call) builds(n int, elem *capability.Type) error {
	size := int64(elementBytes)
	if elem != nil && elem.File() == capability.FileScalar {
		size = 8
	}
	if err := c.memory(containerBytes + mul(int64(n), size)); err != nil {
		return err
	}
	return c.fuel(int64(n) / bytesPerFuel)
}

// mul multiplies sizes; what does not fit is the largest there is, which every
// limit refuses.
func mul(a, b int64) int64 {
	if a <= 0 || b <= 0 {
		return 0
	}
	if a > math.MaxInt64/b {
		return math.MaxInt64 / 2
	}
	return a * b
}

// builder collects a text that is charged as it grows; what it can't charge
// it leaves out, and finish gives the error.
type builder struct {
	c    *Call
	text strings.Builder
	err  error
}

func (c *Call) builder() *builder { return &builder{c: c} }

func (b *builder) write(s string) {
	if b.err == nil {
		b.err = b.c.makes(int64(len(s)))
	}
	if b.err == nil {
		b.text.WriteString(s)
	}
}

func (b *builder) finish() (string, error) { return b.text.String(), b.err }

// list is argument i, which must have been set.
func (c *Call) list(i int) (*capability.List, error) {
	if l, ok := c.R[i].(*capability.List); ok && l != nil {
		return l, nil
	}
	return nil, zeroValue("list")
}

// lists are arguments 0 and 1.
func (c *Call) lists() (xs, ys *capability.List, err error) {
	if xs, err = c.list(0); err == nil {
		ys, err = c.list(1)
	}
	return xs, ys, err
}

// mapping is argument i, which must have been set.
func (c *Call) mapping(i int) (*capability.Map, error) {
	if m, ok := c.R[i].(*capability.Map); ok && m != nil {
		return m, nil
	}
	return nil, zeroValue("map")
}

// text is argument i, of a kind whose zero is no value: a path or url that was
// never set.
func (c *Call) text(i int, k capability.Kind) (string, error) {
	if c.T[i] == "" {
		return "", fault(capability.Invalid, "the "+k.String()+" was never set")
	}
	return c.T[i], nil
}

func zeroValue(what string) error {
	return fault(capability.Absent, "the "+what+" was never set")
}

// openList is argument i for a change.
func (c *Call) openList(i int) (*capability.List, error) {
	l, err := c.list(i)
	if err == nil && l.Frozen {
		return nil, isFrozen()
	}
	return l, err
}

// openMap is argument i for a change.
func (c *Call) openMap(i int) (*capability.Map, error) {
	m, err := c.mapping(i)
	if err == nil && m.Frozen {
		return nil, isFrozen()
	}
	return m, err
}

func isFrozen() error {
	return fault(capability.Invalid, "it is frozen: a param, a const, a default or a result of an operation can't be changed; .copy() can")
}

// natural is argument i as a number that is not negative; one that is larger
// than any length is cut.
func (c *Call) natural(i int, name string) (int, error) {
	n := int64(c.S[i])
	if n < 0 {
		return 0, fault(capability.Range, fmt.Sprintf("%s is negative: %d", name, n))
	}
	return int(n), nil
}

// atMost is the optional argument i, max: how many at most.
func (c *Call) atMost(i int) (int, error) {
	if c.R[i] == nil {
		return math.MaxInt, nil
	}
	n := int64(capability.ScalarBits(c.R[i]))
	if n < 1 {
		return 0, fault(capability.Range, fmt.Sprintf("max is at least 1, not %d", n))
	}
	return int(n), nil
}

// setElement gives element i of a container whose elements have type t.
func (c *Call) setElement(x *capability.Cells, t *capability.Type, i int) {
	switch t.File() {
	case capability.FileScalar:
		c.OutS = x.S[i]
	case capability.FileText:
		c.OutT = x.T[i]
	default:
		c.OutR = x.R[i]
	}
}

func (c *Call) setBool(b bool) {
	c.OutS = 0
	if b {
		c.OutS = 1
	}
}

func (c *Call) setInt(n int64) { c.OutS = uint64(n) }

// setFloat refuses what is not a finite number.
func (c *Call) setFloat(x float64) error {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return fault(capability.Range, "the result is not a finite number")
	}
	c.OutS = math.Float64bits(x)
	return nil
}

// texts gives a list of texts, charged before.
func (c *Call) texts(texts []string) {
	c.OutR = &capability.List{Elem: c.Type.Elem, Cells: capability.Cells{T: texts}}
}
