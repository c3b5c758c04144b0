package library

import "rex/capability"

// Comparable reports whether < compares values of a kind.
func Comparable(k capability.Kind) bool {
	switch k {
	case capability.KindBytes, capability.KindCIDR, capability.KindRegex:
		return false
	}
	return k >= capability.KindBool && k <= capability.KindWord
}
