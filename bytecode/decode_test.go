package bytecode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"rex/capability"
)

// every is the file of the module with every opcode.
func every(t testing.TB) []byte {
	t.Helper()
	file := assemble(t, everyText(t)).Encode()
	if file == nil {
		t.Fatal("the golden module has no encoding")
	}
	return file
}

// accept decodes and verifies a file and holds it to what must be true of any
// file whatever: errors of the right type, and one encoding for one module.
func accept(t testing.TB, file []byte) *Verified {
	t.Helper()
	m, err := Decode(file)
	if err != nil {
		var format *FormatError
		if !errors.As(err, &format) {
			t.Fatalf("decoding fails with %T: %v", err, err)
		}
		if format.Offset < 0 || format.Offset > len(file) {
			t.Fatalf("offset %d of a file of %d bytes", format.Offset, len(file))
		}
		return nil
	}
	if again, err := encode(m); err != nil {
		t.Fatalf("what was decoded can't be encoded: %v", err)
	} else if !bytes.Equal(again, file) {
		t.Fatalf("decoding and encoding changes the file from\n%x to\n%x", file, again)
	}
	v, err := Verify(m)
	if err != nil {
		var refused *VerifyError
		if !errors.As(err, &refused) {
			t.Fatalf("verifying fails with %T: %v", err, err)
		}
		return nil
	}
	return v
}

// E01: a module that is cut off anywhere is refused.
func TestTruncation(t *testing.T) {
	file := every(t)
	for n := range file {
		if _, err := Decode(file[:n]); err == nil {
			t.Errorf("the first %d bytes of %d are accepted", n, len(file))
		}
	}
}

// E02: nothing may follow the end.
func TestTrailingBytes(t *testing.T) {
	for _, tail := range []string{"\x00", "\x0a\x00", "more"} {
		_, err := Decode(append(every(t), tail...))
		if err == nil || !strings.Contains(err.Error(), "bytes follow the end") {
			t.Errorf("with %q behind it: %v", tail, err)
		}
	}
}

// E01: a module with any one bit turned is refused or is another
// good module, and never makes decoder, verifier or disassembler panic.
func TestBitFlips(t *testing.T) {
	file := every(t)
	good := 0
	for i := range 8 * len(file) {
		file[i/8] ^= 1 << (i % 8)
		if accept(t, file) != nil {
			good++
		}
		if m, err := Decode(file); err == nil && i%64 == 0 {
			sameText(t, m)
		}
		file[i/8] ^= 1 << (i % 8)
	}
	if good == 8*len(file) || good == 0 {
		t.Errorf("%d of %d flips are accepted", good, 8*len(file))
	}
}

// sameText holds the text of a decoded module, verified or not, to being the
// module.
func sameText(t testing.TB, m *Module) {
	text := disassemble(t, m)
	again, err := Assemble(text)
	if err != nil {
		t.Fatalf("the disassembly does not assemble: %v\n%s", err, text)
	}
	if !bytes.Equal(again.Encode(), m.Encode()) {
		t.Fatalf("the disassembly is of another module:\n%s", text)
	}
}

// fileWith is the file of an empty module with this body for one section.
func fileWith(id int, body []byte) []byte {
	file := append([]byte(magic), Version)
	empty := map[int][]byte{sectionSource: make([]byte, 34)}
	for s := sectionSource; s < sectionEnd; s++ {
		b, ok := empty[s]
		if !ok {
			b = []byte{0}
		}
		if s == sectionLines {
			b = nil
		}
		if s == id {
			b = body
		}
		file = append(file, byte(s))
		file = binary.AppendUvarint(file, uint64(len(b)))
		file = append(file, b...)
	}
	return file
}

func TestEmptyModule(t *testing.T) {
	if _, err := Decode(fileWith(0, nil)); err != nil {
		t.Fatal(err)
	}
}

// E02: a count that the file can't hold is refused before memory
// is taken for it.
func TestHugeCounts(t *testing.T) {
	for id := sectionSource; id < sectionEnd; id++ {
		for _, n := range []uint64{1 << 20, 1 << 32, 1 << 63, math.MaxUint64} {
			body := binary.AppendUvarint(nil, n)
			if id == sectionLines {
				continue // has no count of its own
			}
			file := fileWith(id, append(body, 1, 2, 3))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Decode(file)
			runtime.ReadMemStats(&after)
			if err == nil {
				t.Errorf("section %s: %d things in 3 bytes are accepted", sectionNames[id], n)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 1<<16 {
				t.Errorf("section %s: a count of %d takes %d bytes", sectionNames[id], n, took)
			}
		}
	}
}

// E02: a section longer than the file is refused.
func TestSectionLength(t *testing.T) {
	file := append([]byte(magic), Version, sectionSource)
	file = binary.AppendUvarint(file, 1<<40)
	if _, err := Decode(file); err == nil || !strings.Contains(err.Error(), "longer than the file") {
		t.Error(err)
	}
}

// E06: what says the same in another form is refused.
func TestOtherForms(t *testing.T) {
	tests := []struct {
		name string
		file []byte
		want string
	}{
		{"nothing", nil, "not a Rex module"},
		{"text", []byte("let x = 1\n"), "not a Rex module"},
		{"magic cut off", []byte(magic[:3]), "not a Rex module"},
		{"newer", append([]byte(magic), Version+1), "needs a newer rexvm"},
		{"older", append([]byte(magic), 0), "build it anew"},
		{"long number", append([]byte(magic), 0x81, 0), "more bytes than it needs"},
		{"number beyond 64 bits", append([]byte(magic), bytes.Repeat([]byte{0xff}, 11)...), "more than 64 bits"},
		{"sections swapped", append([]byte(magic), Version, sectionTypes, 1, 0), "section of the source must begin"},
		{"long count", fileWith(sectionUses, []byte{0x80, 0}), "more bytes than it needs"},
		{"rest of a section", fileWith(sectionUses, []byte{0, 0}), "bytes follow the end of the section of the uses"},
		{"unknown kind", fileWith(sectionTypes, []byte{1, 99, 0}), "99 is no kind"},
		{"type none", fileWith(sectionTypes, []byte{1, 0, 0}), "0 is no kind"},
		{"later type", fileWith(sectionTypes, []byte{2, byte(capability.KindList), 0, 2, byte(capability.KindInt), 0}), "does not exist, or not yet"},
		{"itself", fileWith(sectionTypes, []byte{1, byte(capability.KindList), 0, 1}), "does not exist, or not yet"},
		{"optional any", fileWith(sectionTypes, []byte{2, byte(capability.KindAny), 0, byte(capability.KindOptional), 0, 1}), "can't be made optional"},
		{"list of none", fileWith(sectionTypes, []byte{1, byte(capability.KindList), 0, 0}), "has no type"},
		{"words unsorted", fileWith(sectionTypes, []byte{1, byte(capability.KindWord), 0, 2, 1, 'b', 1, 'a'}), "not sorted"},
		{"word twice", fileWith(sectionTypes, []byte{1, byte(capability.KindWord), 0, 2, 1, 'a', 1, 'a'}), "not sorted"},
		{"name not UTF-8", fileWith(sectionTypes, []byte{1, byte(capability.KindInt), 1, 0xff}), "not UTF-8"},
	}
	for _, c := range tests {
		_, err := Decode(c.file)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

// E06: the bits of a parameter's flags that mean nothing must be zero,
// and what the flags leave out must not be written.
func TestFlags(t *testing.T) {
	text := "param n int? required\nfunc 0 \"\" params int? result none\nR int?\nretn"
	file := assemble(t, text).Encode()
	at := bytes.Index(file, []byte{1, 'n'}) + 3
	if file[at] != flagRequired {
		t.Fatalf("the flags are not where the test looks: %x", file[at])
	}
	for flags := range 256 {
		file[at] = byte(flags)
		_, err := Decode(file)
		if ok := flags&^flagRequired == 0; ok != (err == nil) {
			t.Errorf("flags %x: %v", flags, err)
		}
	}
}

// E10: types that are small in the file and large when written out
// are refused, in little time and memory.
func TestTypeBombs(t *testing.T) {
	double := []byte{64, byte(capability.KindInt), 0}
	for i := 1; i < 64; i++ {
		double = append(double, byte(capability.KindRecord), 0, 2, 1, 'a', byte(i), 1, 'b', byte(i))
	}
	deep := []byte{100 | 0x80, 2, byte(capability.KindInt), 0}
	for i := 1; i < 356; i++ {
		deep = append(deep, byte(capability.KindList), 0)
		deep = binary.AppendUvarint(deep, uint64(i))
	}
	for name, c := range map[string]struct {
		body []byte
		want string
	}{"double": {double, "types are too large"}, "deep": {deep, "nested more than"}} {
		_, err := Decode(fileWith(sectionTypes, c.body))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDeepValue: a default nested beyond the depth of values is refused.
func TestDeepValue(t *testing.T) {
	v := capability.Value(capability.NewList(capability.Any))
	for range 300 {
		v = capability.NewList(capability.Any, v)
	}
	m := assemble(t, "type any = any\ntype l = list any\nparam n any required\nfunc 0 \"\" params any result none\nR any\nretn")
	m.Params[0].Required, m.Params[0].Default = false, v
	if _, err := Verify(m); err == nil || !strings.Contains(err.Error(), "nested too deeply") {
		t.Error(err)
	}
}

// TestNoControlCharacters: no error carries a control character from a file
// to a terminal.
func TestNoControlCharacters(t *testing.T) {
	text := "type x = record named \"\\x1b[31m\" \"\\x1b]0;\": int\ntype y = list x\n" +
		"func 0 \"\\x1b[2J\" params result none\nR x, y\nmovr R0, R1\nretn"
	_, err := Verify(assemble(t, text))
	if err == nil || strings.ContainsRune(err.Error(), 0x1b) {
		t.Errorf("%q", err)
	}
	if s := disassemble(t, assemble(t, text)); strings.ContainsRune(s, 0x1b) {
		t.Errorf("%q", s)
	}
}

// TestMemory: what decoding takes is in proportion to the file, whatever the
// file is full of.
func TestMemory(t *testing.T) {
	many := func(n int, one []byte) []byte {
		return append(binary.AppendUvarint(nil, uint64(n)), bytes.Repeat(one, n)...)
	}
	const n = 50_000
	files := map[string][]byte{
		"functions": fileWith(sectionFuncs, many(n, make([]byte, 9))),
		"templates": fileWith(sectionTemplates, many(n, []byte{0, 0})),
		"uses":      fileWith(sectionUses, many(n, []byte{0, 0})),
		"globs":     fileWith(sectionUses, append([]byte{1, 0}, many(n, []byte{0})...)),
		"words":     fileWith(sectionTypes, append([]byte{1, byte(capability.KindWord), 0}, many(n, []byte{0})...)),
	}
	for name, file := range files {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		Decode(file)
		runtime.ReadMemStats(&after)
		if took := int(after.TotalAlloc - before.TotalAlloc); took > 200*len(file)+1<<16 {
			t.Errorf("%s: a file of %d bytes takes %d", name, len(file), took)
		}
	}
}

// E10: patterns that take long to parse are paid from a budget,
// and usual ones never come near it.
func TestRegexCost(t *testing.T) {
	var usual, costly strings.Builder
	for i := range 200 {
		fmt.Fprintf(&usual, "const %d regex \"(?i)^[a-z0-9_-]+%d: (error|warn.*)$\"\n", i, i)
		fmt.Fprintf(&costly, "const %d regex \"(?i)[%s]%d\"\n", i, strings.Repeat("!-\U0001e900", 500), i)
	}
	verified(t, usual.String()+fn(""))
	_, err := Verify(assemble(t, costly.String()+fn("")))
	if err == nil || !strings.Contains(err.Error(), "too costly") {
		t.Error(err)
	}
}
