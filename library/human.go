package library

import (
	"math"
	"strconv"
	"strings"
	"time"

	"rex/capability"
)

// Human is rounded text for people: it doesn't read back. What has no rounded
// form is written as Text.
func Human(v capability.Value) string {
	switch v := v.(type) {
	case capability.IntValue:
		return grouped(strconv.FormatInt(int64(v), 10))
	case capability.FloatValue:
		return humanNumber(float64(v))
	case capability.SizeValue:
		return humanSize(int64(v))
	case capability.DurationValue:
		return humanDuration(int64(v))
	case capability.TimeValue:
		return time.Unix(0, int64(v)).UTC().Format("2006-01-02 15:04:05")
	}
	return Text(v)
}

// grouped puts commas between thousands.
func grouped(digits string) string {
	body, negative := sign(digits)
	var b strings.Builder
	if negative {
		b.WriteByte('-')
	}
	for i := 0; i < len(body); i++ {
		if i > 0 && (len(body)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(body[i])
	}
	return b.String()
}

// humanNumber keeps two digits behind the point, or two that matter when there is nothing before it.
func humanNumber(x float64) string {
	if abs := math.Abs(x); abs != 0 && (abs < 0.01 || abs >= 1e15) {
		return strconv.FormatFloat(x, 'g', 3, 64)
	}
	whole, frac, _ := strings.Cut(strconv.FormatFloat(x, 'f', 2, 64), ".")
	if frac = strings.TrimRight(frac, "0"); frac != "" {
		frac = "." + frac
	}
	return grouped(whole) + frac
}

// humanSize writes 1.5 GiB: the largest binary unit that is not less than one.
func humanSize(z int64) string {
	b, n := appendSign(nil, z)
	for i := 0; i < len(sizeUnits); i += 2 {
		u := sizeUnits[i]
		if n < uint64(u.n) || u.n == 1 {
			continue
		}
		s := strconv.FormatFloat(float64(n)/float64(u.n), 'f', 1, 64)
		return string(b) + strings.TrimSuffix(s, ".0") + " " + u.name
	}
	return string(b) + strconv.FormatUint(n, 10) + " B"
}

// humanDuration writes the two largest units; below a second one, rounded.
func humanDuration(d int64) string {
	b, n := appendSign(nil, d)
	units := durationUnits[1:]
	for i, u := range units {
		size := uint64(u.n)
		if n < size {
			continue
		}
		if u.n <= 1e9 {
			s := strconv.FormatFloat(float64(n)/float64(size), 'f', 1, 64)
			return string(b) + strings.TrimSuffix(s, ".0") + u.name
		}
		out := string(b) + strconv.FormatUint(n/size, 10) + u.name
		if rest := n % size / uint64(units[i+1].n); rest > 0 {
			out += " " + strconv.FormatUint(rest, 10) + units[i+1].name
		}
		return out
	}
	return "0s"
}

func humanOf[V interface {
	~int64
	capability.Value
}](c *Call) error {
	c.OutT = Human(V(c.S[0]))
	return nil
}

func humanFloat(c *Call) error {
	c.OutT = Human(capability.FloatValue(floatOf(c.S[0])))
	return nil
}
