package library

import (
	"math"
	"strings"
	"time"

	"rex/capability"
)

// The conversions, named like the type they make. White space around is ignored.
var conversionRows = []spec{
	{400, "int(s: string, base: int = 10) -> int", Unknown, invalid | ranged, intOfText,
		"The whole number a text says; in base 10 also with 0x, 0o or 0b.", `int("ff", base: 16) // 255`},
	{401, "int(x: float) -> int", Unknown, invalid | ranged, intOfFloat,
		"The same number; one that isn't whole is refused.", `int(3.0) // 3`},
	{402, "float(s: string) -> float", Unknown, invalid, floatOfText,
		"The number a text says.", `let s = "2.5e3"; float(s) // 2500.0`},
	{403, "float(n: int) -> float", Unknown, none, floatOfInt,
		"The nearest float.", `float(2) // 2.0`},
	{404, "size(s: string) -> size", Unknown, invalid, sizeOfText,
		"The size a text says, as a literal does: 10MiB.", `let s = "10MiB"; size(s) // 10MiB`},
	{405, "size(n: int) -> size", Unknown, none, sameScalar,
		"n bytes.", `size(1500) // 1500B`},
	{406, "duration(s: string) -> duration", Unknown, invalid, durationOfText,
		"The duration a text says, as a literal does: 1h30m.", `let s = "1h30m"; duration(s) // 1h30m`},
	{407, `time(s: string, format: string? = nil, zone: string = "UTC") -> time`, Unknown, invalid, timeOfText,
		"The time a text says: RFC 3339, or as strftime codes say, in the zone when the text has none; one that the clocks of the zone skip is refused, of two the first is taken.", `time("01/Mar/2026:14:05:09 +0100", format: "%d/%b/%Y:%H:%M:%S %z") // 2026-03-01T13:05:09Z`},
	{408, "time(n: int) -> time", Unknown, ranged, timeOfInt,
		"n seconds after 1970.", `time(86400) // 1970-01-02T00:00:00Z`},
	{409, "path(s: string) -> path", PathOf, invalid, pathOfText,
		"The path a text says; empty and . components are dropped, .. and relative text refused.", `let s = "/srv//app/./logs/"; path(s) // /srv/app/logs`},
	{410, "url(s: string) -> url", Unknown, invalid, urlOfText,
		"The URL a text says, in canonical form.", `let s = "HTTPS://Example.org:443/a"; url(s) // https://example.org/a`},
	{411, "ip(s: string) -> ip", Unknown, invalid, ipOfText,
		"The address a text says.", `let s = "::0:1"; ip(s) // ::1`},
	{412, "cidr(s: string) -> cidr", Unknown, invalid, cidrOfText,
		"The range of addresses a text says.", `let s = "10.0.0.0/8"; cidr(s) // 10.0.0.0/8`},
	{413, "regex(s: string) -> regex", Unknown, invalid, regexOfText,
		"The pattern a text says.", `let s = "b."; "abc".contains(regex(s)) // true`},
}

// trimmed takes argument 0 without the white space around it.
func (c *Call) trimmed() (string, error) {
	return strings.TrimSpace(c.T[0]), c.reads(len(c.T[0]))
}

// wrong says what is wrong with argument 0 as another type.
func (c *Call) wrong(why string) error {
	if why == "" {
		return nil
	}
	return fault(capability.Invalid, quoteShort(c.T[0])+" "+why)
}

// intOfText takes leading zeros, unlike a literal: data is full of them.
func intOfText(c *Call) error {
	s, err := c.trimmed()
	if err != nil {
		return err
	}
	base := int64(c.S[1])
	if base < 2 || base > 36 {
		return badBase()
	}
	body, negative := sign(s)
	var n int64
	var why string
	if base == 10 && !strings.Contains(body, "_") {
		n, why = parseBase(body, negative)
	} else {
		n, why = parseDigits(body, int(base), negative)
	}
	c.setInt(n)
	return c.wrong(why)
}

func intOfFloat(c *Call) error {
	x := floatOf(c.S[0])
	if x != math.Trunc(x) {
		return fault(capability.Invalid, ScalarText(capability.KindFloat, c.S[0])+" is not whole: take round, floor, ceil or trunc")
	}
	return c.whole(x)
}

func floatOfText(c *Call) error {
	s, err := c.trimmed()
	if err != nil {
		return err
	}
	x, why := ParseFloat(s)
	if why != "" {
		return c.wrong(why)
	}
	return c.setFloat(x)
}

func floatOfInt(c *Call) error { return c.setFloat(float64(int64(c.S[0]))) }

// scalarOfText makes a native of a reader of numbers.
func scalarOfText(read func(string) (int64, string)) Native {
	return func(c *Call) error {
		s, err := c.trimmed()
		if err != nil {
			return err
		}
		n, why := read(s)
		c.setInt(n)
		return c.wrong(why)
	}
}

var (
	sizeOfText     = scalarOfText(ParseSize)
	durationOfText = scalarOfText(ParseDuration)
)

func timeOfText(c *Call) error {
	s, err := c.trimmed()
	if err != nil {
		return err
	}
	zone, why := zoneOf(c.T[2])
	if why != "" {
		return fault(capability.Invalid, why)
	}
	var n int64
	if format, ok := c.R[1].(capability.StringValue); ok {
		if err := c.reads(len(format)); err != nil {
			return err
		}
		n, why = parseTimeAs(s, string(format), zone)
	} else {
		n, why = ParseTime(s)
	}
	c.setInt(n)
	return c.wrong(why)
}

func timeOfInt(c *Call) error {
	n, why := timeNano(time.Unix(int64(c.S[0]), 0))
	if why != "" {
		return fault(capability.Range, "the time "+why)
	}
	c.setInt(n)
	return nil
}

// convert makes a text of a kind of argument 0.
func (c *Call) convert(k capability.Kind) error {
	s, err := c.trimmed()
	if err != nil {
		return err
	}
	if k == capability.KindRegex || k == capability.KindPath {
		s = c.T[0] // white space means something there
	}
	text, why := ConvertText(k, s)
	c.OutT = text
	return c.wrong(why)
}

func pathOfText(c *Call) error { return c.convert(capability.KindPath) }
func urlOfText(c *Call) error  { return c.convert(capability.KindURL) }
func ipOfText(c *Call) error   { return c.convert(capability.KindIP) }
func cidrOfText(c *Call) error { return c.convert(capability.KindCIDR) }

func regexOfText(c *Call) error {
	if _, err := Regex(c.T[0]); err != nil {
		return err
	}
	c.OutT = c.T[0]
	return c.reads(len(c.T[0]))
}
