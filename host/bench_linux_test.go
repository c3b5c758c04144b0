package host

import (
	"os"
	"testing"

	"rex/capability"
)

// What an operation costs behind the gate, beside what the system itself costs.

func BenchmarkStat(b *testing.B) {
	dir := folderWith(b, "a/b/c/file", "content")
	name := dir + "/a/b/c/file"
	b.Run("system", func(b *testing.B) {
		for b.Loop() {
			if _, err := os.Stat(name); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("host", func(b *testing.B) { benchmark(b, "fs.stat", path(name)) })
}

func BenchmarkRead(b *testing.B) {
	dir := folderWith(b, "a/b/c/file", "content")
	name := dir + "/a/b/c/file"
	b.Run("system", func(b *testing.B) {
		for b.Loop() {
			if _, err := os.ReadFile(name); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("host", func(b *testing.B) { benchmark(b, "fs.read", path(name)) })
}

func benchmark(b *testing.B, op string, arg capability.Value) {
	limits := capability.DefaultLimits()
	limits.HostCalls = 1 << 60
	x := limitedBench(b, Config{}, limits)
	for b.Loop() {
		x.must(op, nil, arg)
	}
}
