package library

import (
	"fmt"
	"strings"
	"testing"

	"rex/capability"
)

func BenchmarkSplit(b *testing.B) {
	c := &Call{Meter: &testMeter{maxFuel: 1 << 62, maxMemory: 1 << 62}, Type: capability.ListOf(capability.String)}
	c.T[0], c.T[1] = strings.Repeat("field,", 10000), ","
	b.SetBytes(int64(len(c.T[0])))
	for b.Loop() {
		if err := split(c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseJSON(b *testing.B) {
	var text strings.Builder
	text.WriteString("[0")
	for i := range 2000 {
		fmt.Fprintf(&text, `,{"name":"service-%d","port":%d,"load":%d.5,"up":true,"tags":["a","b"]}`, i, i, i)
	}
	text.WriteString("]")
	m := &testMeter{maxFuel: 1 << 62, maxMemory: 1 << 62}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if _, err := ParseJSON(text.String(), m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkText(b *testing.B) {
	for _, v := range []capability.Value{num(123456), flt(2.5), dur(90e9), size(1536 << 20), instant(1772373909e9), ints(1, 2, 3)} {
		b.Run(v.Kind().String(), func(b *testing.B) {
			for b.Loop() {
				Text(v)
			}
		})
	}
}

// BenchmarkTable is what the first look at a row costs.
func BenchmarkTable(b *testing.B) {
	for b.Loop() {
		newTable()
	}
}
