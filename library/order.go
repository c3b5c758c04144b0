package library

import (
	"cmp"
	"net/netip"
	"strings"

	"rex/capability"
)

// Comparable reports whether < compares values of a kind.
func Comparable(k capability.Kind) bool {
	switch k {
	case capability.KindBytes, capability.KindCIDR, capability.KindRegex:
		return false
	}
	return k >= capability.KindBool && k <= capability.KindWord
}

// Less is < of two texts of a kind: paths by component, addresses by number,
// all others by code point, which for UTF-8 is by byte.
func Less(k capability.Kind, a, b string) bool { return CompareText(k, a, b) < 0 }

// CompareText is Less as a number below, at or above zero.
func CompareText(k capability.Kind, a, b string) int {
	switch k {
	case capability.KindPath:
		return comparePaths(a, b)
	case capability.KindIP:
		x, errX := netip.ParseAddr(a)
		y, errY := netip.ParseAddr(b)
		if errX == nil && errY == nil {
			return x.Compare(y)
		}
	}
	return strings.Compare(a, b)
}

// comparePaths compares as if a slash came before every other byte, so that
// what lies in a folder stands directly behind it.
func comparePaths(a, b string) int {
	n := min(len(a), len(b))
	for i := 0; i < n; i++ {
		x, y := a[i], b[i]
		switch {
		case x == y:
		case x == '/':
			return -1
		case y == '/':
			return 1
		default:
			return cmp.Compare(x, y)
		}
	}
	return cmp.Compare(len(a), len(b))
}

// CompareScalar compares the bits of two scalars of a kind.
func CompareScalar(k capability.Kind, a, b uint64) int {
	if k == capability.KindFloat {
		return cmp.Compare(floatOf(a), floatOf(b))
	}
	return cmp.Compare(int64(a), int64(b))
}

// compareValues orders two boxed values of the same comparable kind, nil last.
func compareValues(a, b capability.Value) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	k := a.Kind()
	if k.File() == capability.FileScalar {
		return CompareScalar(k, capability.ScalarBits(a), capability.ScalarBits(b))
	}
	return CompareText(k, capability.TextOf(a), capability.TextOf(b))
}
