package capability

import "math"

// BoxScalar makes the Value of a scalar register's bits.
func BoxScalar(k Kind, bits uint64) Value {
	switch k {
	case KindBool:
		return BoolValue(bits != 0)
	case KindFloat:
		return FloatValue(math.Float64frombits(bits))
	case KindDuration:
		return DurationValue(bits)
	case KindSize:
		return SizeValue(bits)
	case KindTime:
		return TimeValue(bits)
	}
	return IntValue(bits)
}

// ScalarBits gives the bits of a boxed scalar, 0 for anything else.
func ScalarBits(v Value) uint64 {
	switch v := v.(type) {
	case BoolValue:
		if v {
			return 1
		}
	case IntValue:
		return uint64(v)
	case FloatValue:
		return math.Float64bits(float64(v))
	case DurationValue:
		return uint64(v)
	case SizeValue:
		return uint64(v)
	case TimeValue:
		return uint64(v)
	}
	return 0
}

// BoxText makes the Value of a text register. A word is boxed as a string:
// its type is known wherever it matters.
func BoxText(k Kind, s string) Value {
	switch k {
	case KindBytes:
		return BytesValue(s)
	case KindPath:
		return PathValue(s)
	case KindURL:
		return URLValue(s)
	case KindIP:
		return IPValue(s)
	case KindCIDR:
		return CIDRValue(s)
	case KindRegex:
		return RegexValue(s)
	}
	return StringValue(s)
}

// TextOf gives the text of a boxed text, "" for anything else.
func TextOf(v Value) string {
	switch v := v.(type) {
	case StringValue:
		return string(v)
	case BytesValue:
		return string(v)
	case PathValue:
		return string(v)
	case URLValue:
		return string(v)
	case IPValue:
		return string(v)
	case CIDRValue:
		return string(v)
	case RegexValue:
		return string(v)
	}
	return ""
}

// TypeOf gives the dynamic type of a value held in an any. A word is a
// string there, nil has type any.
func TypeOf(v Value) *Type {
	switch v := v.(type) {
	case nil:
		return Any
	case *List:
		return ListOf(v.Elem)
	case *Map:
		return MapOf(v.Elem)
	case *Record:
		return v.Type
	}
	if t := Simple(v.Kind()); t != nil {
		return t
	}
	return Any
}
