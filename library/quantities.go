package library

import (
	"math"

	"rex/capability"
)

// Sizes and durations, and the rounded text of all numbers.
var quantityRows = []spec{
	{200, "(z: size).bytes -> int", Unknown, none, sameScalar,
		"The number of bytes.", `1KiB.bytes // 1024`},
	{201, "(d: duration).milliseconds -> float", Unknown, none, milliseconds,
		"In milliseconds.", `1.5s.milliseconds // 1500.0`},
	{202, "(d: duration).seconds -> float", Unknown, none, seconds,
		"In seconds.", `1m30s.seconds // 90.0`},
	{203, "(d: duration).minutes -> float", Unknown, none, minutes,
		"In minutes.", `90s.minutes // 1.5`},
	{204, "(d: duration).hours -> float", Unknown, none, hours,
		"In hours.", `90m.hours // 1.5`},
	{205, "(d: duration).days -> float", Unknown, none, days,
		"In days of 24 hours.", `36h.days // 1.5`},
	{206, "round(d: duration, unit: duration) -> duration", Unknown, ranged, durationRound,
		"The nearest multiple of the unit.", `1h29m31s.round(1m) // 1h30m`},
	{207, "floor(d: duration, unit: duration) -> duration", Unknown, ranged, durationFloor,
		"The next multiple of the unit below.", `1h29m31s.floor(1h) // 1h`},
	{208, "human(n: int) -> string", NoSeparator, none, humanOf[capability.IntValue],
		"Rounded text for people.", `1234567.human() // "1,234,567"`},
	{209, "human(x: float) -> string", NoSeparator, none, humanFloat,
		"Rounded text for people.", `1234.5678.human() // "1,234.57"`},
	{210, "human(z: size) -> string", NoSeparator, none, humanOf[capability.SizeValue],
		"Rounded text for people: 1.5 GiB.", `1536MiB.human() // "1.5 GiB"`},
	{211, "human(d: duration) -> string", NoSeparator, none, humanOf[capability.DurationValue],
		"Rounded text for people: 2h 5m.", `7503s.human() // "2h 5m"`},
	{212, "human(t: time) -> string", NoSeparator, none, humanOf[capability.TimeValue],
		"Text for people, in UTC: 2026-03-01 14:05:09.", `time(0).human() // "1970-01-01 00:00:00"`},
}

// sameScalar keeps the bits: a size is its bytes.
func sameScalar(c *Call) error {
	c.OutS = c.S[0]
	return nil
}

// in gives a duration as a number of units.
func (c *Call) in(unit int64) error { return c.setFloat(float64(int64(c.S[0])) / float64(unit)) }

func milliseconds(c *Call) error { return c.in(1e6) }
func seconds(c *Call) error      { return c.in(1e9) }
func minutes(c *Call) error      { return c.in(60e9) }
func hours(c *Call) error        { return c.in(3600e9) }
func days(c *Call) error         { return c.in(24 * 3600e9) }

// multiple gives the multiple of a unit at or below argument 0, and what is over.
func (c *Call) multiple() (below, rest, unit int64, err error) {
	n, unit := int64(c.S[0]), int64(c.S[1])
	if unit <= 0 {
		return 0, 0, 0, fault(capability.Range, "the unit is not greater than zero")
	}
	if rest = n % unit; rest < 0 {
		rest += unit
	}
	if n < math.MinInt64+rest {
		return 0, 0, 0, overflow()
	}
	return n - rest, rest, unit, nil
}

func durationFloor(c *Call) error {
	below, _, _, err := c.multiple()
	c.setInt(below)
	return err
}

// durationRound takes halves away from zero, as round of a float does.
func durationRound(c *Call) error {
	below, rest, unit, err := c.multiple()
	if err != nil {
		return err
	}
	if over := unit - rest; rest > over || rest == over && below >= 0 {
		if below > math.MaxInt64-unit {
			return overflow()
		}
		below += unit
	}
	c.setInt(below)
	return nil
}
