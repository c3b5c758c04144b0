package library

import (
	"math"
	"strconv"

	"rex/capability"
)

// What is done with numbers. Kinds of number don't mix, so min, max, clamp and
// abs have a row for each: the register file of an argument must follow from
// the row.
var numberRows = []spec{
	{150, "abs(n: int) -> int", Unknown, ranged, absInt,
		"Without its sign.", `(-3).abs() // 3`},
	{151, "abs(x: float) -> float", Unknown, none, absFloat,
		"Without its sign.", `(-1.5).abs() // 1.5`},
	{152, "abs(d: duration) -> duration", Unknown, ranged, absInt,
		"Without its sign.", `(1s - 3s).abs() // 2s`},
	{153, "abs(z: size) -> size", Unknown, ranged, absInt,
		"Without its sign.", `(1MB - 3MB).abs() // 2MB`},
	{154, "min(a: int, b: int) -> int", Unknown, none, minInt,
		"The lesser of two.", `3.min(5) // 3`},
	{155, "min(a: float, b: float) -> float", Unknown, none, minFloat,
		"The lesser of two.", `1.5.min(0.5) // 0.5`},
	{156, "min(a: duration, b: duration) -> duration", Unknown, none, minInt,
		"The lesser of two.", `90s.min(1m) // 1m`},
	{157, "min(a: size, b: size) -> size", Unknown, none, minInt,
		"The lesser of two.", `1MB.min(1MiB) // 1MB`},
	{158, "min(a: time, b: time) -> time", Unknown, none, minInt,
		"The earlier of two.", `time("2026-03-01T00:00:00Z").min(time("2026-01-01T00:00:00Z")) // 2026-01-01T00:00:00Z`},
	{159, "max(a: int, b: int) -> int", Unknown, none, maxInt,
		"The greater of two.", `3.max(5) // 5`},
	{160, "max(a: float, b: float) -> float", Unknown, none, maxFloat,
		"The greater of two.", `1.5.max(0.5) // 1.5`},
	{161, "max(a: duration, b: duration) -> duration", Unknown, none, maxInt,
		"The greater of two.", `90s.max(1m) // 1m30s`},
	{162, "max(a: size, b: size) -> size", Unknown, none, maxInt,
		"The greater of two.", `1MB.max(1MiB) // 1MiB`},
	{163, "max(a: time, b: time) -> time", Unknown, none, maxInt,
		"The later of two.", `time("2026-03-01T00:00:00Z").max(time("2026-01-01T00:00:00Z")) // 2026-03-01T00:00:00Z`},
	{164, "clamp(n: int, low: int, high: int) -> int", Unknown, ranged, clampInt,
		"The nearest number from low to high.", `150.clamp(0, 100) // 100`},
	{165, "clamp(x: float, low: float, high: float) -> float", Unknown, ranged, clampFloat,
		"The nearest number from low to high.", `(-0.5).clamp(0.0, 1.0) // 0.0`},
	{166, "clamp(d: duration, low: duration, high: duration) -> duration", Unknown, ranged, clampInt,
		"The nearest duration from low to high.", `5h.clamp(1m, 1h) // 1h`},
	{167, "clamp(z: size, low: size, high: size) -> size", Unknown, ranged, clampInt,
		"The nearest size from low to high.", `1KB.clamp(1MB, 1GB) // 1MB`},
	{168, "clamp(t: time, low: time, high: time) -> time", Unknown, ranged, clampInt,
		"The nearest time from low to high.", `time("2026-03-01T00:00:00Z").clamp(time(0), time(1)) // 1970-01-01T00:00:01Z`},
	{169, "div(a: int, b: int) -> int", Unknown, ranged, div,
		"The whole part of a / b, toward zero.", `7.div(2) // 3`},
	{170, "pow(n: int, exponent: int) -> int", Unknown, ranged, powInt,
		"n times itself, exponent times.", `2.pow(10) // 1024`},
	{171, "pow(x: float, exponent: float) -> float", Unknown, ranged, powFloat,
		"x to the power of exponent.", `2.0.pow(0.5) // 1.4142135623730951`},
	{172, "sqrt(n: int) -> float", Unknown, ranged, sqrtInt,
		"The square root.", `9.sqrt() // 3.0`},
	{173, "sqrt(x: float) -> float", Unknown, ranged, sqrtFloat,
		"The square root.", `2.25.sqrt() // 1.5`},
	{174, "round(x: float) -> int", Unknown, ranged, round,
		"The nearest whole number, halves away from zero.", `2.5.round() // 3`},
	{175, "floor(x: float) -> int", Unknown, ranged, floor,
		"The next whole number below.", `(-2.5).floor() // -3`},
	{176, "ceil(x: float) -> int", Unknown, ranged, ceil,
		"The next whole number above.", `2.1.ceil() // 3`},
	{177, "trunc(x: float) -> int", Unknown, ranged, trunc,
		"The whole part.", `(-2.5).trunc() // -2`},
	{178, "round(x: float, digits: int) -> float", Unknown, ranged, roundDigits,
		"Rounded to digits behind the point.", `3.14159.round(2) // 3.14`},
	{179, "fixed(x: float, digits: int) -> string", NoSeparator, ranged, fixed,
		"With exactly this many digits behind the point.", `2.5.fixed(2) // "2.50"`},
	{180, "bit_and(a: int, b: int) -> int", Unknown, none, bitAnd,
		"The bits that both have.", `0o754.bit_and(0o700) // 448`},
	{181, "bit_or(a: int, b: int) -> int", Unknown, none, bitOr,
		"The bits that one or both have.", `0o700.bit_or(0o044) // 484`},
	{182, "bit_xor(a: int, b: int) -> int", Unknown, none, bitXor,
		"The bits that one of them has.", `6.bit_xor(3) // 5`},
	{183, "shift_left(a: int, n: int) -> int", Unknown, ranged, shiftLeft,
		"a times 2, n times.", `1.shift_left(10) // 1024`},
	{184, "shift_right(a: int, n: int) -> int", Unknown, ranged, shiftRight,
		"a divided by 2, n times, rounded down.", `1024.shift_right(3) // 128`},
	{185, "to_base(n: int, base: int) -> string", NoSeparator, ranged, toBase,
		"In base 2 to 36.", `0o644.to_base(8) // "644"`},
}

func overflow() error { return fault(capability.Range, "the result does not fit into 64 bits") }

func absInt(c *Call) error {
	n := int64(c.S[0])
	if n == math.MinInt64 {
		return overflow()
	}
	c.setInt(max(n, -n))
	return nil
}

func absFloat(c *Call) error {
	c.OutS = math.Float64bits(math.Abs(floatOf(c.S[0])))
	return nil
}

func minInt(c *Call) error { c.setInt(min(int64(c.S[0]), int64(c.S[1]))); return nil }
func maxInt(c *Call) error { c.setInt(max(int64(c.S[0]), int64(c.S[1]))); return nil }

// minFloat and maxFloat give one of their arguments, which is a finite number
// as every float is.
func minFloat(c *Call) error {
	c.OutS = math.Float64bits(min(floatOf(c.S[0]), floatOf(c.S[1])))
	return nil
}

func maxFloat(c *Call) error {
	c.OutS = math.Float64bits(max(floatOf(c.S[0]), floatOf(c.S[1])))
	return nil
}

func crossed() error { return fault(capability.Range, "low is greater than high") }

func clampInt(c *Call) error {
	n, low, high := int64(c.S[0]), int64(c.S[1]), int64(c.S[2])
	if low > high {
		return crossed()
	}
	c.setInt(min(max(n, low), high))
	return nil
}

func clampFloat(c *Call) error {
	x, low, high := floatOf(c.S[0]), floatOf(c.S[1]), floatOf(c.S[2])
	if low > high {
		return crossed()
	}
	return c.setFloat(min(max(x, low), high))
}

func div(c *Call) error {
	a, b := int64(c.S[0]), int64(c.S[1])
	switch {
	case b == 0:
		return fault(capability.Range, "division by zero")
	case a == math.MinInt64 && b == -1:
		return overflow()
	}
	c.setInt(a / b)
	return nil
}

func powInt(c *Call) error {
	n, exponent := int64(c.S[0]), int64(c.S[1])
	if exponent < 0 {
		return fault(capability.Range, "the exponent is negative: take a float")
	}
	result, fits := int64(1), true
	for base := n; exponent > 0; exponent >>= 1 {
		if exponent&1 == 1 {
			if result, fits = product(result, base); !fits {
				return overflow()
			}
		}
		if exponent > 1 {
			if base, fits = product(base, base); !fits {
				return overflow()
			}
		}
	}
	c.setInt(result)
	return nil
}

// product multiplies; fits is false on overflow.
func product(a, b int64) (n int64, fits bool) {
	if a == 0 || b == 0 {
		return 0, true
	}
	n = a * b
	return n, n/b == a && !(a == -1 && b == math.MinInt64) && !(b == -1 && a == math.MinInt64)
}

func powFloat(c *Call) error  { return c.setFloat(math.Pow(floatOf(c.S[0]), floatOf(c.S[1]))) }
func sqrtInt(c *Call) error   { return c.setFloat(math.Sqrt(float64(int64(c.S[0])))) }
func sqrtFloat(c *Call) error { return c.setFloat(math.Sqrt(floatOf(c.S[0]))) }

// whole gives a float that is a whole number as an int.
func (c *Call) whole(x float64) error {
	if x < -1<<63 || x >= 1<<63 || math.IsNaN(x) {
		return overflow()
	}
	c.setInt(int64(x))
	return nil
}

func round(c *Call) error { return c.whole(math.Round(floatOf(c.S[0]))) }
func floor(c *Call) error { return c.whole(math.Floor(floatOf(c.S[0]))) }
func ceil(c *Call) error  { return c.whole(math.Ceil(floatOf(c.S[0]))) }
func trunc(c *Call) error { return c.whole(math.Trunc(floatOf(c.S[0]))) }

// digits takes a count of digits behind the point.
func (c *Call) digits() (int, error) {
	n, err := c.natural(1, "digits")
	if err == nil && n > 100 {
		err = fault(capability.Range, "there are more than 100 digits")
	}
	return n, err
}

func roundDigits(c *Call) error {
	n, err := c.digits()
	if err != nil {
		return err
	}
	x, err := strconv.ParseFloat(strconv.FormatFloat(floatOf(c.S[0]), 'f', n, 64), 64)
	if err != nil {
		return overflow()
	}
	return c.setFloat(x)
}

func fixed(c *Call) error {
	n, err := c.digits()
	if err != nil {
		return err
	}
	if err := c.makes(int64(320 + n)); err != nil {
		return err
	}
	c.OutT = strconv.FormatFloat(floatOf(c.S[0]), 'f', n, 64)
	return nil
}

func bitAnd(c *Call) error { c.OutS = c.S[0] & c.S[1]; return nil }
func bitOr(c *Call) error  { c.OutS = c.S[0] | c.S[1]; return nil }
func bitXor(c *Call) error { c.OutS = c.S[0] ^ c.S[1]; return nil }

func shiftLeft(c *Call) error {
	n, err := c.natural(1, "n")
	if err != nil {
		return err
	}
	a := int64(c.S[0])
	out := a << min(n, 64)
	if a != 0 && (n > 63 || out>>n != a) {
		return overflow()
	}
	c.setInt(out)
	return nil
}

func shiftRight(c *Call) error {
	n, err := c.natural(1, "n")
	if err != nil {
		return err
	}
	c.setInt(int64(c.S[0]) >> min(n, 63))
	return nil
}

func toBase(c *Call) error {
	base := int64(c.S[1])
	if base < 2 || base > 36 {
		return badBase()
	}
	c.OutT = strconv.FormatInt(int64(c.S[0]), int(base))
	return nil
}

func badBase() error { return fault(capability.Range, "a base is 2 to 36") }
