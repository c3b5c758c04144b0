package library

import (
	"strconv"
	"strings"
	"time"

	"rex/capability"
)

// Text is what a hole, print and log write of a value: text that reads back
// exactly. Containers are JSON on one line. What can't be written (too deep,
// too large) is said in its place; TextWith gives the error instead.
func Text(v capability.Value) string {
	s, err := TextWith(nil, v)
	if err != nil {
		return "(" + err.Error() + ")"
	}
	return s
}

// TextWith is Text, charged to m.
func TextWith(m Meter, v capability.Value) (string, error) {
	switch v := v.(type) {
	case nil:
		return "nil", nil
	case capability.StringValue:
		return string(v), nil
	case *capability.Error:
		if v == nil {
			return "nil", nil
		}
		return v.Message, nil
	case *capability.List, *capability.Map, *capability.Record:
		b, err := JSONWith(m, v, 0)
		return string(b), err
	}
	switch k := v.Kind(); k.File() {
	case capability.FileScalar:
		return ScalarText(k, capability.ScalarBits(v)), nil
	case capability.FileText:
		return textText(k, capability.TextOf(v)), nil
	}
	return "", notData(v)
}

// textText writes a text of some kind as a string.
func textText(k capability.Kind, s string) string {
	switch k {
	case capability.KindPath:
		return capability.ShowPath(s)
	case capability.KindBytes:
		return encodeBase64(s)
	}
	return s
}

// ScalarText is Text of a scalar register.
func ScalarText(k capability.Kind, bits uint64) string {
	if k == capability.KindBool {
		return strconv.FormatBool(bits != 0)
	}
	if k == capability.KindInt {
		return strconv.FormatInt(int64(bits), 10)
	}
	var buf [48]byte
	return string(appendScalar(buf[:0], k, bits))
}

func appendScalar(b []byte, k capability.Kind, bits uint64) []byte {
	switch k {
	case capability.KindBool:
		return strconv.AppendBool(b, bits != 0)
	case capability.KindFloat:
		return appendFloat(b, floatOf(bits))
	case capability.KindDuration:
		return appendDuration(b, int64(bits))
	case capability.KindSize:
		return appendSize(b, int64(bits))
	case capability.KindTime:
		return appendTime(b, int64(bits))
	}
	return strconv.AppendInt(b, int64(bits), 10)
}

// appendFloat writes the shortest text that reads back, always with a point
// or an exponent, so that it reads back as a float.
func appendFloat(b []byte, x float64) []byte {
	format := byte('f')
	if abs := max(x, -x); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	from := len(b)
	b = strconv.AppendFloat(b, x, format, -1, 64)
	if !strings.ContainsAny(string(b[from:]), ".e") {
		b = append(b, ".0"...)
	}
	return b
}

// The units of durations and sizes, from large to small.
type unit struct {
	name string
	n    int64
}

var durationUnits = []unit{
	{"w", 7 * 24 * 3600e9}, {"d", 24 * 3600e9}, {"h", 3600e9}, {"m", 60e9}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1},
}

var sizeUnits = []unit{
	{"PiB", 1 << 50}, {"PB", 1e15}, {"TiB", 1 << 40}, {"TB", 1e12}, {"GiB", 1 << 30}, {"GB", 1e9},
	{"MiB", 1 << 20}, {"MB", 1e6}, {"KiB", 1 << 10}, {"KB", 1e3}, {"B", 1},
}

// appendDuration writes 1d2h3m4s5ms6us7ns without the zeros. Weeks are read
// but not written: people say 30 days.
func appendDuration(b []byte, d int64) []byte {
	if d == 0 {
		return append(b, "0s"...)
	}
	b, n := appendSign(b, d)
	for _, u := range durationUnits[1:] {
		if whole := n / uint64(u.n); whole > 0 {
			b = append(strconv.AppendUint(b, whole, 10), u.name...)
			n %= uint64(u.n)
		}
	}
	return b
}

// appendSize writes a size in the largest unit that is exact.
func appendSize(b []byte, z int64) []byte {
	if z == 0 {
		return append(b, "0B"...)
	}
	b, n := appendSign(b, z)
	for _, u := range sizeUnits {
		if n%uint64(u.n) == 0 {
			return append(strconv.AppendUint(b, n/uint64(u.n), 10), u.name...)
		}
	}
	return b
}

// appendSign writes a minus and gives the number without it.
func appendSign(b []byte, n int64) ([]byte, uint64) {
	if n < 0 {
		return append(b, '-'), -uint64(n)
	}
	return b, uint64(n)
}

func appendTime(b []byte, ns int64) []byte {
	return time.Unix(0, ns).UTC().AppendFormat(b, time.RFC3339Nano)
}
