package library

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"rex/capability"
)

// Cast is `v as t`: the inverse of the JSON encoding. A value that already
// has the type is given as it is; a container of another type is copied. What
// doesn't fit is an error of kind invalid that names the place in v.
func Cast(v capability.Value, t *capability.Type) (capability.Value, error) {
	return CastWith(nil, v, t)
}

// CastWith is Cast, charged to m.
func CastWith(m Meter, v capability.Value, t *capability.Type) (capability.Value, error) {
	c := caster{walk: newWalk(m)}
	out, err := c.cast(v, t, nil)
	if err != nil {
		return nil, err
	}
	return out, c.flush()
}

type caster struct{ walk }

// place is where in the value the caster is: the way back to the outside.
type place struct {
	up    *place
	key   string
	index int
	isKey bool
}

func (p *place) String() string {
	switch {
	case p == nil:
		return ""
	case !p.isKey:
		return p.up.String() + "[" + strconv.Itoa(p.index) + "]"
	case !plainName(p.key):
		return p.up.String() + `["` + capability.Escape(p.key) + `"]`
	case p.up == nil:
		return p.key
	}
	return p.up.String() + "." + p.key
}

func plainName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i] | 0x20
		if s[i] != '_' && (c < 'a' || c > 'z') && (i == 0 || s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return s != ""
}

// misfit says what stands at a place and what was wanted.
func misfit(at *place, found string, want *capability.Type) error {
	message := fmt.Sprintf("%s is no %s", found, want)
	if at != nil {
		message = at.String() + ": " + message
	}
	return fault(capability.Invalid, message)
}

func (c *caster) cast(v capability.Value, t *capability.Type, at *place) (capability.Value, error) {
	switch {
	case t.Kind == capability.KindAny:
		return v, nil
	case t.Kind == capability.KindOptional:
		if v == nil {
			return nil, nil
		}
		return c.cast(v, t.Elem, at)
	case v == nil:
		return nil, misfit(at, "nil", t)
	case Is(v, t):
		return v, nil
	}
	switch t.Kind {
	case capability.KindList:
		return c.list(v, t, at)
	case capability.KindMap:
		return c.mapping(v, t, at)
	case capability.KindRecord:
		return c.record(v, t, at)
	}
	if out := castSimple(v, t); out != nil {
		return out, nil
	}
	return nil, misfit(at, describe(v), t)
}

// describe names a value in a message: its kind, and a short text itself.
func describe(v capability.Value) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case *capability.List, *capability.Map, *capability.Record, *capability.Error:
		return "a " + v.Kind().String()
	case capability.StringValue:
		return quoteShort(string(v))
	}
	s, err := TextWith(nil, v)
	if err != nil {
		return "a " + v.Kind().String()
	}
	return "the " + v.Kind().String() + " " + capability.Printable(s)
}

// quoteShort quotes a text for a message, cut to a bearable length.
func quoteShort(s string) string {
	const most = 60
	if n := runeOffset(s, most); n < len(s) {
		return `"` + capability.Escape(s[:n]) + `"…`
	}
	return `"` + capability.Escape(s) + `"`
}

// castSimple gives v as the simple type t, nil when it can't be.
func castSimple(v capability.Value, t *capability.Type) capability.Value {
	switch v := v.(type) {
	case capability.IntValue:
		return castInt(int64(v), t)
	case capability.FloatValue:
		if n := math.Round(float64(v) * 1e9); t.Kind == capability.KindDuration && n >= -1<<63 && n < 1<<63 {
			return capability.DurationValue(n)
		}
	case capability.StringValue:
		return castString(string(v), t)
	}
	return nil
}

// maxSeconds is how many whole seconds of nanoseconds fit into 64 bits.
const maxSeconds = math.MaxInt64 / 1_000_000_000

func castInt(n int64, t *capability.Type) capability.Value {
	switch t.Kind {
	case capability.KindFloat:
		return capability.FloatValue(n)
	case capability.KindSize:
		return capability.SizeValue(n)
	case capability.KindDuration:
		if n >= -maxSeconds && n <= maxSeconds {
			return capability.DurationValue(n * 1e9)
		}
	}
	return nil
}

// castString reads a text as the JSON encoding has it; durations and sizes may
// be as their literals.
func castString(s string, t *capability.Type) capability.Value {
	var v capability.Value
	var why string
	switch t.Kind {
	case capability.KindDuration:
		v, why = boxed[capability.DurationValue](ParseDuration(s))
	case capability.KindSize:
		v, why = boxed[capability.SizeValue](ParseSize(s))
	case capability.KindTime:
		v, why = boxed[capability.TimeValue](ParseTime(s))
	case capability.KindBytes:
		b, err := decodeBase64(s)
		v = capability.BytesValue(b)
		if err != nil {
			return nil
		}
	case capability.KindPath, capability.KindURL, capability.KindIP, capability.KindCIDR, capability.KindRegex:
		var text string
		text, why = ConvertText(t.Kind, s)
		v = capability.BoxText(t.Kind, text)
	default:
		return nil
	}
	if why != "" {
		return nil
	}
	return v
}

func boxed[V interface {
	~int64
	capability.Value
}](n int64, why string) (capability.Value, string) {
	return V(n), why
}

func (c *caster) list(v capability.Value, t *capability.Type, at *place) (capability.Value, error) {
	from, ok := v.(*capability.List)
	if !ok || from == nil {
		return nil, misfit(at, describe(v), t)
	}
	if err := c.begin(int64(from.Len()) * elementBytes); err != nil {
		return nil, err
	}
	defer c.leave()
	out := capability.NewList(t.Elem)
	for i := 0; i < from.Len(); i++ {
		x, err := c.cast(from.At(i), t.Elem, &place{up: at, index: i})
		if err != nil {
			return nil, err
		}
		out.Append(t.Elem, x)
	}
	return out, nil
}

// begin charges a copy of a container.
func (c *caster) begin(bytes int64) error {
	if err := c.enter(); err != nil {
		return err
	}
	if c.meter != nil {
		if err := c.meter.Memory(containerBytes + bytes); err != nil {
			return err
		}
	}
	return c.step(bytes / elementBytes)
}

func (c *caster) mapping(v capability.Value, t *capability.Type, at *place) (capability.Value, error) {
	keys, value := entriesOf(v)
	if value == nil {
		return nil, misfit(at, describe(v), t)
	}
	if err := c.begin(int64(len(keys)) * entryBytes); err != nil {
		return nil, err
	}
	defer c.leave()
	out := capability.NewMap(t.Elem)
	for i, key := range keys {
		x, err := c.cast(value(i), t.Elem, &place{up: at, key: key, isKey: true})
		if err != nil {
			return nil, err
		}
		out.Put(key, x)
	}
	return out, nil
}

// entriesOf gives the entries of what is an object in JSON: a map or record.
func entriesOf(v capability.Value) ([]string, func(i int) capability.Value) {
	switch v := v.(type) {
	case *capability.Map:
		if v != nil {
			return v.Keys, v.At
		}
	case *capability.Record:
		if v != nil {
			names := make([]string, len(v.Type.Fields))
			for i, f := range v.Type.Fields {
				names[i] = f.Name
			}
			return names, v.Field
		}
	}
	return nil, nil
}

func (c *caster) record(v capability.Value, t *capability.Type, at *place) (capability.Value, error) {
	keys, value := entriesOf(v)
	if value == nil {
		return nil, misfit(at, describe(v), t)
	}
	if err := c.begin(int64(len(t.Fields)) * elementBytes); err != nil {
		return nil, err
	}
	defer c.leave()
	position := finder(v, keys)
	out := capability.NewRecord(t)
	for i, f := range t.Fields {
		var x capability.Value
		if j := position(f.Name); j >= 0 {
			x = value(j)
		} else if f.Type.Kind != capability.KindOptional && f.Type.Kind != capability.KindAny {
			return nil, misfit(&place{up: at, key: f.Name, isKey: true}, "nothing", f.Type)
		}
		x, err := c.cast(x, f.Type, &place{up: at, key: f.Name, isKey: true})
		if err != nil {
			return nil, err
		}
		out.SetField(i, x)
	}
	return out, nil
}

// finder gives the position of a key.
func finder(v capability.Value, keys []string) func(string) int {
	if m, ok := v.(*capability.Map); ok {
		return m.Find
	}
	return v.(*capability.Record).Type.FieldIndex
}

// Is is `v is t`: whether the value can be taken out as a t unchanged.
func Is(v capability.Value, t *capability.Type) bool {
	switch t.Kind {
	case capability.KindAny:
		return true
	case capability.KindOptional:
		return v == nil || Is(v, t.Elem)
	case capability.KindWord:
		s, ok := v.(capability.StringValue)
		return ok && t.HasWord(string(s))
	}
	switch v := v.(type) {
	case nil:
		return false
	case *capability.List:
		return v != nil && t.Kind == capability.KindList && v.Elem.Equal(t.Elem)
	case *capability.Map:
		return v != nil && t.Kind == capability.KindMap && v.Elem.Equal(t.Elem)
	case *capability.Record:
		return v != nil && v.Type.Equal(t)
	case *capability.Error:
		return v != nil && t.Kind == capability.KindError
	}
	return v.Kind() == t.Kind
}

// ConvertText makes a text of a kind out of a string: path, url, ip, cidr,
// regex or string. It says what is wrong with the string, "" when nothing is.
func ConvertText(k capability.Kind, s string) (text, why string) {
	switch k {
	case capability.KindPath:
		return capability.CleanPath(RawPath(s))
	case capability.KindURL:
		return CanonicalURL(s)
	case capability.KindIP:
		return canonicalIP(s)
	case capability.KindCIDR:
		return canonicalCIDR(s)
	case capability.KindRegex:
		if _, err := Regex(s); err != nil {
			return "", err.Error()
		}
	}
	return s, ""
}

// ParseTime reads RFC 3339 with an offset.
func ParseTime(s string) (ns int64, why string) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return 0, "is not a time as RFC 3339 writes it: 2026-03-01T14:05:09Z"
	}
	return timeNano(t)
}

// timeNano gives a time's nanoseconds, when they fit.
func timeNano(t time.Time) (int64, string) {
	if sec := t.Unix(); sec < -maxSeconds || sec >= maxSeconds {
		return 0, "is before the year 1678 or after 2261"
	}
	return t.UnixNano(), ""
}
