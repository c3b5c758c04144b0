package library

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/rand"
	"strings"
	"testing"

	"rex/capability"
)

func TestText(t *testing.T) {
	for _, x := range []struct {
		v    capability.Value
		want string
	}{
		{num(-5), "-5"}, {truth(true), "true"}, {str("a\nb"), "a\nb"}, {nil, "nil"},
		{flt(2), "2.0"}, {flt(-2.5), "-2.5"}, {flt(1e21), "1e+21"}, {flt(1e-7), "1e-07"}, {flt(0.1), "0.1"}, {flt(1e20), "100000000000000000000.0"},
		{dur(90e9), "1m30s"}, {dur(1500e6), "1s500ms"}, {dur(7 * 86400e9), "7d"}, {dur(0), "0s"}, {dur(-1), "-1ns"},
		{size(1536 << 20), "1536MiB"}, {size(1610612737), "1610612737B"}, {size(10e3), "10KB"}, {size(0), "0B"}, {size(-2048), "-2KiB"}, {size(1 << 30), "1GiB"},
		{instant(1772373909_100000000), "2026-03-01T14:05:09.1Z"}, {pth("/a\xff"), `/a\xFF`}, {pth("/ä"), "/ä"},
		{ints(1, 2), "[1,2]"}, {mapping(capability.Any, "a b", str("\"x\x01é\"")), `{"a b":"\"x\u0001é\""}`}, {capability.Fault(capability.IO, "m"), "m"},
		{capability.NewList(capability.Duration, dur(1500e6), dur(-90e9), dur(1)), "[1.5,-90,0.000000001]"}, {capability.NewList(capability.Size, size(2048)), "[2048]"},
	} {
		if got := Text(x.v); got != x.want {
			t.Errorf("text %s, want %s", got, x.want)
		}
	}
}

// What a hole writes of a scalar reads back as the same scalar.
func TestTextReadsBack(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	types := []*capability.Type{capability.Bool, capability.Int, capability.Float, capability.Duration, capability.Size, capability.Time}
	special := []uint64{0, 1, 1 << 63, math.MaxInt64, ^uint64(0), 1e9, 60e9, 1 << 20}
	for n := range 20000 {
		bits := r.Uint64() >> r.Intn(64)
		if n < len(special) {
			bits = special[n]
		}
		for _, typ := range types {
			b := bits
			switch typ.Kind {
			case capability.KindBool:
				b &= 1
			case capability.KindFloat:
				if x := math.Float64frombits(b); math.IsNaN(x) || math.IsInf(x, 0) {
					continue
				}
			}
			text := ScalarText(typ.Kind, b)
			v, err := ParseArg(typ, text)
			if typ.Kind == capability.KindTime && (int64(b) <= -maxSeconds*1e9 || int64(b) >= maxSeconds*1e9) {
				continue // the outermost second is left out
			}
			if err != nil || capability.ScalarBits(v) != b {
				t.Fatalf("%s of %#x is %s and reads back as %v: %v", typ, b, text, v, err)
			}
		}
	}
}

func TestLiterals(t *testing.T) {
	for _, x := range []struct {
		typ  *capability.Type
		text string
		want string // "" for refused
	}{
		{capability.Int, "0o640", "416"}, {capability.Int, "0xff", "255"}, {capability.Int, "0b101", "5"}, {capability.Int, "1_000", "1000"}, {capability.Int, "0640", ""}, {capability.Int, "1_", ""}, {capability.Int, "0x", ""}, {capability.Int, " 1", ""}, {capability.Int, "+1", ""}, {capability.Int, "9223372036854775808", ""}, {capability.Int, "-9223372036854775808", "-9223372036854775808"},
		{capability.Float, "1e3", "1000.0"}, {capability.Float, "1.", ""}, {capability.Float, "Inf", ""}, {capability.Float, "1e400", ""}, {capability.Float, "-0.5", "-0.5"}, {capability.Float, "1_0", ""},
		{capability.Duration, "1w2d", "9d"}, {capability.Duration, "0.5s", "500ms"}, {capability.Duration, "1h30", ""}, {capability.Duration, "30s1h", ""}, {capability.Duration, "1h1h", ""}, {capability.Duration, "1.5h30m", ""}, {capability.Duration, "0.5ns", ""}, {capability.Duration, "5min", ""}, {capability.Duration, "", ""}, {capability.Duration, "-", ""}, {capability.Duration, "15251w", ""}, {capability.Duration, "-1m30s", "-1m30s"}, {capability.Duration, "0.1w", "16h48m"},
		{capability.Size, "1.5GiB", "1536MiB"}, {capability.Size, "10mb", ""}, {capability.Size, "10", ""}, {capability.Size, "0.1B", ""}, {capability.Size, "1.0001KB", ""}, {capability.Size, "9000PiB", ""}, {capability.Size, "8191PiB", "8191PiB"}, {capability.Size, "1MB1KB", ""}, {capability.Size, "..MB", ""}, {capability.Size, "07MB", ""}, {capability.Size, "0.0000000000000000000000000001GB", ""},
		{capability.Bool, "yes", ""}, {capability.WordOf("low", "high"), "low", "low"}, {capability.WordOf("low", "high"), "lwo", ""},
		{capability.OptionalOf(capability.Int), "nil", "nil"}, {capability.OptionalOf(capability.String), "nil", "nil"}, {capability.OptionalOf(capability.Size), "1KB", "1KB"},
		{capability.ListOf(capability.Path), `["/a","/b/"]`, `["/a","/b"]`}, {capability.ListOf(capability.Path), `["a"]`, ""}, {capability.Any, `{"a":1}`, `{"a":1}`}, {capability.Any, `a`, ""},
		{capability.Path, "/a/../b", ""}, {capability.URL, "http://u:p@h/", ""}, {capability.IP, "1.2.3.4", "1.2.3.4"}, {capability.Regex, "(", ""}, {capability.Bytes, "YQ==", "YQ=="}, {capability.Bytes, "!", ""}, {capability.String, "\xff", ""}, {capability.Time, "2026-03-01", ""}, {capability.CIDR, "10.0.0.0/33", ""},
	} {
		v, err := ParseArg(x.typ, x.text)
		if (err == nil) != (x.want != "") || err == nil && Text(v) != x.want {
			t.Errorf("%s %q gives %v, %v, want %q", x.typ, x.text, v, err, x.want)
		}
	}
}

func TestJSONErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "line 1, column 1: expected a value, found the end",
		"[1,\n  é]":                  "line 2, column 3: expected a value, found 'é'",
		"[1,]":                       "column 4: expected a value",
		`{"a":1,}`:                   "column 8: expected a key in quotes, found '}'",
		`{"a":1,"a":2}`:              `column 8: the key "a" stands twice`,
		"01":                         "a number has no leading zero",
		"-":                          "expected a digit, found the end",
		"1.":                         "expected a digit",
		"1e+":                        "expected a digit",
		"1 2":                        "expected the end, found '2'",
		`"\x"`:                       "no escape of JSON",
		`"\ud800"`:                   "half of a surrogate pair",
		`"\ud800A"`:                  "half of a surrogate pair",
		`"\u12"`:                     "no escape",
		"\"a\nb\"":                   "control character",
		`"a`:                         "expected a closing quote, found the end",
		"\"\xff\"":                   "not UTF-8",
		"\xff":                       "not UTF-8",
		"nul":                        "expected null",
		"1e999":                      "does not fit into a float",
		"12345678901234567890":       "64 bits",
		strings.Repeat("[", 100000):  "nested more than 200",
		strings.Repeat(`{"a":`, 201): "nested more than 200",
	} {
		_, err := ParseJSON(text, newMeter())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: error %v, want %q", text, err, want)
		}
	}
	if v, err := ParseJSON("\ufeff"+strings.Repeat("[", 200)+strings.Repeat("]", 200), nil); err != nil || v == nil {
		t.Errorf("200 levels behind a byte order mark: %v", err)
	}
	if v, err := ParseJSON(`{"a":[1,-0,2.50,1e2,"\ud83d\ude00\/\n"],"b":{}}`, nil); err != nil || Text(v) != `{"a":[1,0,2.5,100.0,"😀/\n"],"b":{}}` {
		t.Errorf("%s %v", Text(v), err)
	}
}

// FuzzJSON holds the reader to encoding/json, which takes more: keys that stand
// twice, bad UTF-8, half pairs, large integers. What we take it takes, with
// the same value; and what we write we read.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5,null,true,"x\u00e9\ud83d\ude00"]}`, `[[],{}]`, `-0.0e-1`, `"\\\"/"`, ` 1 `, `{"":{"":0}}`, `[1,]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := ParseJSON(s, newMeter())
		var theirs any
		d := json.NewDecoder(strings.NewReader(strings.TrimPrefix(s, "\ufeff")))
		d.UseNumber()
		theirErr := d.Decode(&theirs)
		if err != nil {
			return
		}
		if theirErr != nil {
			t.Fatalf("%q is taken, encoding/json says %v", s, theirErr)
		}
		out, err := JSON(v)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseJSON(string(out), nil)
		if err != nil {
			t.Fatalf("%q is written as %s, which is not read: %v", s, out, err)
		}
		if same, err := Equal(v, back); err != nil || !same {
			t.Fatalf("%q comes back as %s: %v", s, out, err)
		}
		var a, b any
		theirText, _ := json.Marshal(theirs)
		if strings.Contains(s, "-0") {
			return // an int has no negative zero
		}
		if json.Unmarshal(theirText, &a) == nil && json.Unmarshal(out, &b) == nil {
			x, _ := json.Marshal(a)
			y, _ := json.Marshal(b)
			if !bytes.Equal(x, y) {
				t.Fatalf("%q is %s, encoding/json says %s", s, y, x)
			}
		}
	})
}

func TestCast(t *testing.T) {
	server := capability.RecordOf(capability.Field{Name: "port", Type: capability.Int}, capability.Field{Name: "host", Type: capability.OptionalOf(capability.String)})
	servers := capability.RecordOf(capability.Field{Name: "servers", Type: capability.ListOf(server)})
	for _, x := range []struct {
		json string
		typ  *capability.Type
		want string // of the result, or after ! a part of the message
	}{
		{"1", capability.Int, "1"}, {"1", capability.Float, "1.0"}, {"1.0", capability.Int, "!the float 1.0 is no int"}, {"2048", capability.Size, "2KiB"}, {`"2KiB"`, capability.Size, "2KiB"}, {"1.5", capability.Duration, "1s500ms"}, {`"15s"`, capability.Duration, "15s"}, {"90", capability.Duration, "1m30s"}, {"1e30", capability.Duration, "!is no duration"}, {"10000000000", capability.Duration, "!is no duration"},
		{`"2026-03-01T00:00:00Z"`, capability.Time, "2026-03-01T00:00:00Z"}, {"1", capability.Time, "!is no time"}, {`"/a/"`, capability.Path, "/a"}, {`"a"`, capability.Path, `!"a" is no path`}, {`"YQ=="`, capability.Bytes, "YQ=="}, {`"low"`, capability.WordOf("low"), "low"}, {`"x"`, capability.WordOf("low"), "!is no"},
		{"null", capability.Int, "!nil is no int"}, {"null", capability.OptionalOf(capability.Int), "nil"}, {"null", capability.Any, "nil"}, {"[1,2]", capability.ListOf(capability.Int), "[1,2]"}, {`[1,"x"]`, capability.ListOf(capability.Int), `![1]: "x" is no int`}, {`{"a":1}`, capability.MapOf(capability.Int), `{"a":1}`}, {`{"a b":""}`, capability.MapOf(capability.Int), `!["a b"]: `}, {"[]", capability.MapOf(capability.Int), "!a list is no"},
		{`{"port":1,"x":2}`, server, `{"port":1,"host":null}`}, {`{"host":"h"}`, server, "!port: nothing is no int"}, {`{"servers":[{"port":1},{"port":"x"}]}`, servers, `!servers[1].port: "x" is no int`}, {"true", capability.Bool, "true"}, {`"x"`, capability.String, "x"}, {"1", capability.String, "!is no string"}, {`"::1"`, capability.IP, "::1"},
	} {
		v, err := ParseJSON(x.json, nil)
		if err != nil {
			t.Fatal(err)
		}
		out, err := CastWith(newMeter(), v, x.typ)
		if part, bad := strings.CutPrefix(x.want, "!"); bad {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s as %s: %v, want %q", x.json, x.typ, err, part)
			}
		} else if err != nil || Text(out) != x.want || !Is(out, x.typ) {
			t.Errorf("%s as %s = %s, %v, want %s", x.json, x.typ, Text(out), err, x.want)
		}
	}
	list := anys(num(1))
	if out, _ := Cast(list, capability.ListOf(capability.Any)); out != list {
		t.Error("a value that has the type is copied")
	}
	if Is(list, capability.ListOf(capability.Int)) || Is(nil, capability.Int) || !Is(nil, capability.Any) || !Is(str("a"), capability.WordOf("a")) || Is(num(1), capability.Float) {
		t.Error("is is wrong")
	}
}

func TestEqual(t *testing.T) {
	record := func(fields ...capability.Field) *capability.Record {
		return capability.NewRecord(capability.RecordOf(fields...))
	}
	ab := record(capability.Field{Name: "a", Type: capability.Int}, capability.Field{Name: "b", Type: capability.Int})
	ba := record(capability.Field{Name: "b", Type: capability.Int}, capability.Field{Name: "a", Type: capability.Int})
	for _, x := range []struct {
		a, b capability.Value
		want bool
	}{
		{num(1), num(1), true}, {num(1), flt(1), false}, {nil, nil, true}, {nil, num(0), false}, {str("/a"), pth("/a"), false}, {flt(0), flt(negativeZero), true},
		{ints(1), anys(num(1)), true}, {ints(1), ints(1, 2), false}, {ab, ba, true}, {ab, record(), false},
		{mapping(capability.Int, "a", num(1), "b", num(2)), mapping(capability.Int, "b", num(2), "a", num(1)), true}, {mapping(capability.Int, "a", num(1)), mapping(capability.Int, "b", num(1)), false},
		{capability.Fault(capability.IO, "x"), capability.Fault(capability.IO, "x"), true}, {capability.Fault(capability.IO, "x"), capability.Fault(capability.IO, "y"), false},
	} {
		got, err := Equal(x.a, x.b)
		if err != nil || got != x.want {
			t.Errorf("%s == %s is %v, %v", Text(x.a), Text(x.b), got, err)
		}
		w := newWalk(nil)
		a, errA := w.key(nil, x.a)
		b, errB := w.key(nil, x.b)
		if errA != nil || errB != nil || bytes.Equal(a, b) != x.want {
			t.Errorf("the keys of %s and %s don't tell what == does", Text(x.a), Text(x.b))
		}
	}
}

// Comparing long texts costs by their length, wherever they are compared.
func TestLongTextsCost(t *testing.T) {
	const n = 1 << 20
	a, b := strings.Repeat("x", n)+"a", strings.Repeat("x", n)+"b"
	record := func(s string) capability.Value {
		return capability.NewRecord(capability.RecordOf(capability.Field{Name: "s", Type: capability.String})).With("s", str(s))
	}
	fault := func(s string) capability.Value { return capability.Fault(capability.Failed, s) }
	records := capability.NewList(record("").(*capability.Record).Type, record(a), record(b))
	call := func(row uint16, args ...capability.Value) func(Meter) error {
		return func(m Meter) error { return onlyError(invoke(Numbered(row), m, args...)) }
	}
	equal := func(v, w capability.Value) func(Meter) error {
		return func(m Meter) error { return onlyError2(EqualWith(m, v, w)) }
	}
	for name, run := range map[string]func(Meter) error{
		"==": equal(str(a), str(b)), "== of records": equal(record(a), record(b)), "== of lists": equal(strs(a), strs(b)), "== of errors": equal(fault(a), fault(b)),
		"== of maps":  equal(mapping(capability.Int, a, num(1)), mapping(capability.Int, b, num(1))),
		"contains":    call(75, strs(a), str(b)),
		"contains 2":  call(75, records, record(b)),
		"unique":      call(86, strs(a, b)),
		"unique 2":    call(86, records),
		"sort":        call(110, strs(b, a)),
		"min":         call(113, strs(b, a)),
		"key":         call(515, str(a)),
		"key of maps": call(515, mapping(capability.Int, a, num(1))),
	} {
		m := newMeter()
		if err := run(m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if m.fuel < n/bytesPerFuel {
			t.Errorf("%s of texts of %d bytes costs %d fuel", name, n, m.fuel)
		}
	}
	m := newMeter()
	if err := equal(str(a), str("b"))(m); err != nil || m.fuel > 16 {
		t.Errorf("comparing texts of different length: %v, %d fuel", err, m.fuel)
	}
}

func onlyError2(_ bool, err error) error { return err }

func TestOrder(t *testing.T) {
	for _, x := range []struct {
		kind capability.Kind
		a, b string
	}{
		{capability.KindString, "a", "b"}, {capability.KindString, "z", "é"}, {capability.KindPath, "/", "/a"}, {capability.KindPath, "/a", "/a/b"}, {capability.KindPath, "/a/b", "/a-b"}, {capability.KindPath, "/a/z", "/a.b"},
		{capability.KindIP, "9.0.0.0", "10.0.0.0"}, {capability.KindIP, "255.0.0.0", "::1"}, {capability.KindURL, "http://a/", "http://b/"},
	} {
		if !Less(x.kind, x.a, x.b) || Less(x.kind, x.b, x.a) || Less(x.kind, x.a, x.a) {
			t.Errorf("%s: %s < %s is wrong", x.kind, x.a, x.b)
		}
	}
}

// Values that hold themselves, or are endless on paper, end every walk.
func TestWalksEnd(t *testing.T) {
	self := capability.NewList(capability.Any)
	self.Push(self)
	other := capability.NewList(capability.Any)
	other.Push(other)
	twice := func() capability.Value {
		v := anys(num(1))
		for range 150 {
			v = anys(v, v)
		}
		return v
	}
	walks := map[string]func(v, w capability.Value, m Meter) error{
		"text":  func(v, _ capability.Value, m Meter) error { _, err := TextWith(m, v); return err },
		"json":  func(v, _ capability.Value, m Meter) error { _, err := JSONWith(m, v, 2); return err },
		"equal": func(v, w capability.Value, m Meter) error { _, err := EqualWith(m, v, w); return err },
		"cast": func(v, _ capability.Value, m Meter) error {
			_, err := CastWith(m, capability.NewList(capability.Any, v), nestedList())
			return err
		},
		"copy": func(v, _ capability.Value, m Meter) error { w := newWalk(m); _, err := w.copy(v); return err },
		"key":  func(v, _ capability.Value, m Meter) error { w := newWalk(m); _, err := w.key(nil, v); return err },
	}
	for name, walk := range walks {
		for _, m := range []Meter{nil, &testMeter{maxFuel: 1e6, maxMemory: 1 << 24}} {
			if err := walk(self, other, m); err == nil {
				t.Errorf("%s of a list that holds itself", name)
			}
			if err := walk(twice(), twice(), m); err == nil {
				t.Errorf("%s of a value of 2^150 parts", name)
			}
		}
	}
	if err := Freeze(self); err != nil || !self.Frozen {
		t.Errorf("freezing a list that holds itself: %v", err)
	}
	if err := Freeze(twice()); err != nil {
		t.Errorf("freezing a value of 2^150 parts: %v", err)
	}
	if s := Text(self); self.Len() != 1 || !strings.Contains(s, "200 levels") {
		t.Errorf("text of a list that holds itself: %s", s)
	}
}

// nestedList is list[list[..]] deeper than any value may be.
func nestedList() *capability.Type {
	t := capability.ListOf(capability.Int)
	for range 210 {
		t = capability.ListOf(t)
	}
	return t
}

func TestUnknownKindsAreNoData(t *testing.T) {
	v := strangeValue{}
	for name, err := range map[string]error{
		"text": onlyErr(TextWith(nil, v)), "json": onlyErr(JSON(v)), "equal": onlyErr(Equal(v, v)), "cast": onlyErr(Cast(v, capability.Int)),
	} {
		var f *capability.Error
		if !errors.As(err, &f) || f.Why != capability.Invalid {
			t.Errorf("%s of a function: %v", name, err)
		}
	}
}

type strangeValue struct{}

func (strangeValue) Kind() capability.Kind { return capability.KindFunc }

func onlyErr[T any](_ T, err error) error { return err }
