package library

import (
	"math"
	"strconv"
	"unicode/utf8"

	"rex/capability"
)

// JSON encodes a value as LANGUAGE section 14 says, on one line.
func JSON(v capability.Value) ([]byte, error) { return JSONWith(nil, v, 0) }

// JSONWith is JSON, charged to m, on one line or indented by so many spaces a level.
func JSONWith(m Meter, v capability.Value, indent int) ([]byte, error) {
	w := jsonWriter{walk: newWalk(m), indent: indent}
	if err := w.value(v); err != nil {
		return nil, err
	}
	if err := w.charge(0); err != nil {
		return nil, err
	}
	return w.buf, w.flush()
}

// maxJSON bounds what is written without a meter.
const maxJSON = 64 << 20

type jsonWriter struct {
	walk
	buf     []byte
	charged int
	indent  int
}

// charge accounts for the bytes written, and for extra that are to come, once
// they are worth a call.
func (w *jsonWriter) charge(extra int) error {
	n := len(w.buf) + extra - w.charged
	if n < 4096 && extra > 0 || n <= 0 {
		return nil
	}
	w.charged += n
	if w.meter == nil {
		if w.charged > maxJSON {
			return fault(capability.Invalid, "the value is too large to be written")
		}
		return nil
	}
	if err := w.meter.Memory(int64(n)); err != nil {
		return err
	}
	return w.step(int64(n) / 16)
}

func (w *jsonWriter) value(v capability.Value) error {
	switch v := v.(type) {
	case nil:
		w.buf = append(w.buf, "null"...)
		return nil
	case *capability.List:
		if v != nil {
			return w.list(v)
		}
		w.buf = append(w.buf, "null"...)
		return nil
	case *capability.Map:
		if v != nil {
			return w.object(len(v.Keys), func(i int) (string, capability.Value) { return v.Keys[i], v.At(i) })
		}
		w.buf = append(w.buf, "null"...)
		return nil
	case *capability.Record:
		if v != nil {
			return w.object(len(v.Type.Fields), func(i int) (string, capability.Value) { return v.Type.Fields[i].Name, v.Field(i) })
		}
		w.buf = append(w.buf, "null"...)
		return nil
	case *capability.Error:
		if v != nil {
			return w.errorValue(v)
		}
		w.buf = append(w.buf, "null"...)
		return nil
	}
	switch k := v.Kind(); k.File() {
	case capability.FileScalar:
		w.buf = appendJSONScalar(w.buf, k, capability.ScalarBits(v))
		return w.charge(1)
	case capability.FileText:
		return w.text(textText(k, capability.TextOf(v)))
	}
	return notData(v)
}

func appendJSONScalar(b []byte, k capability.Kind, bits uint64) []byte {
	switch k {
	case capability.KindSize:
		return strconv.AppendInt(b, int64(bits), 10)
	case capability.KindDuration:
		return appendSeconds(b, int64(bits))
	case capability.KindTime:
		return append(appendTime(append(b, '"'), int64(bits)), '"')
	}
	return appendScalar(b, k, bits)
}

// appendSeconds writes nanoseconds as seconds, exactly.
func appendSeconds(b []byte, d int64) []byte {
	b, n := appendSign(b, d)
	b = strconv.AppendUint(b, n/1e9, 10)
	frac := n % 1e9
	if frac == 0 {
		return b
	}
	b = append(b, '.')
	for unit := uint64(1e8); frac > 0; unit /= 10 {
		b = append(b, byte('0'+frac/unit))
		frac %= unit
	}
	return b
}

func (w *jsonWriter) text(s string) error {
	if err := w.charge(len(s) + 2); err != nil {
		return err
	}
	w.buf = appendQuoted(w.buf, s)
	return nil
}

const hexDigits = "0123456789abcdef"

// appendQuoted writes a JSON string; what is not UTF-8 becomes U+FFFD.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				b = append(append(b, s[from:i]...), `\ufffd`...)
				from = i + 1
			}
			i += n
			continue
		}
		b = append(b, s[from:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		from = i
	}
	return append(append(b, s[from:]...), '"')
}

func (w *jsonWriter) list(l *capability.List) error {
	if err := w.enter(); err != nil {
		return err
	}
	defer w.leave()
	n := l.Len()
	w.buf = append(w.buf, '[')
	for i := 0; i < n; i++ {
		if err := w.separator(i); err != nil {
			return err
		}
		if err := w.value(l.At(i)); err != nil {
			return err
		}
	}
	w.end(n, ']')
	return w.charge(1)
}

func (w *jsonWriter) object(n int, at func(int) (string, capability.Value)) error {
	if err := w.enter(); err != nil {
		return err
	}
	defer w.leave()
	w.buf = append(w.buf, '{')
	for i := 0; i < n; i++ {
		key, v := at(i)
		if err := w.separator(i); err != nil {
			return err
		}
		if err := w.text(key); err != nil {
			return err
		}
		w.buf = append(w.buf, ':')
		if w.indent > 0 {
			w.buf = append(w.buf, ' ')
		}
		if err := w.value(v); err != nil {
			return err
		}
	}
	w.end(n, '}')
	return w.charge(1)
}

func (w *jsonWriter) separator(i int) error {
	if i > 0 {
		w.buf = append(w.buf, ',')
	}
	w.newline(w.depth)
	return w.step(1)
}

func (w *jsonWriter) end(n int, closer byte) {
	if n > 0 {
		w.newline(w.depth - 1)
	}
	w.buf = append(w.buf, closer)
}

func (w *jsonWriter) newline(depth int) {
	if w.indent == 0 {
		return
	}
	w.buf = append(w.buf, '\n')
	for i := 0; i < depth*w.indent; i++ {
		w.buf = append(w.buf, ' ')
	}
}

// errorValue writes an error as an object of the fields that say something.
func (w *jsonWriter) errorValue(e *capability.Error) error {
	m := capability.NewMap(capability.Any)
	put := func(key string, v capability.Value, present bool) {
		if present {
			m.Put(key, v)
		}
	}
	put("kind", capability.StringValue(e.Why.String()), true)
	put("message", capability.StringValue(e.Message), true)
	put("op", capability.StringValue(e.Op), e.Op != "")
	put("resource", capability.StringValue(capability.ShowPath(e.Resource)), e.Resource != "")
	put("position", capability.StringValue(e.Position), e.Position != "")
	if e.Code != nil {
		put("code", capability.IntValue(*e.Code), true)
	}
	if e.Stderr != nil {
		put("stderr", capability.StringValue(*e.Stderr), true)
	}
	put("policies", policyList(e), len(e.Policies) > 0)
	put("values", e.Values, e.Values != nil && e.Values.Len() > 0)
	put("cause", e.Cause, e.Cause != nil)
	return w.object(len(m.Keys), func(i int) (string, capability.Value) { return m.Keys[i], m.At(i) })
}

func policyList(e *capability.Error) *capability.List {
	l := capability.NewList(capability.String)
	l.T = append(l.T, e.Policies...)
	return l
}

func floatOf(bits uint64) float64 { return math.Float64frombits(bits) }
