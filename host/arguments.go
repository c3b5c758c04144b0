package host

import (
	"time"

	"rex/capability"
)

// arguments reads the values of one call by the names of its row. What is not
// given, or not there at all, is the row's default.
type arguments struct {
	op     *capability.Op
	values []capability.Value
}

// value gives an argument, nil when it is absent.
func (a arguments) value(name string) capability.Value {
	i := a.op.Param(name)
	if i < 0 {
		return nil
	}
	if i < len(a.values) && a.values[i] != nil {
		return a.values[i]
	}
	return a.op.Params[i].Default
}

func (a arguments) has(name string) bool { return a.value(name) != nil }

func (a arguments) text(name string) string { return capability.TextOf(a.value(name)) }

func (a arguments) int(name string) int64 { return int64(capability.ScalarBits(a.value(name))) }

func (a arguments) bool(name string) bool { return capability.ScalarBits(a.value(name)) != 0 }

// optional gives a scalar that may be absent.
func (a arguments) optional(name string) (n int64, given bool) {
	v := a.value(name)
	return int64(capability.ScalarBits(v)), v != nil
}

func (a arguments) duration(name string) time.Duration { return time.Duration(a.int(name)) }

// list gives the texts of a list, nil when it is absent.
func (a arguments) list(name string) []string {
	l, ok := a.value(name).(*capability.List)
	if !ok {
		return nil
	}
	out := make([]string, l.Len())
	for i := range out {
		out[i] = capability.TextOf(l.At(i))
	}
	return out
}

// dict gives a map, an empty one when it is absent.
func (a arguments) dict(name string) *capability.Map {
	if m, ok := a.value(name).(*capability.Map); ok && m != nil {
		return m
	}
	return capability.NewMap(capability.String)
}

// resource is the name of what the call is about, as the script wrote it: its
// first argument when that is a text.
func (a arguments) resource() string {
	if len(a.op.Params) == 0 {
		return ""
	}
	return a.text(a.op.Params[0].Name)
}

// atLeastZero fails with range when a number that counts or measures is negative.
func (a arguments) atLeastZero(names ...string) error {
	for _, name := range names {
		if n, given := a.optional(name); given && n < 0 {
			return faultf(capability.Range, "%s is negative: %d", name, n)
		}
	}
	return nil
}
