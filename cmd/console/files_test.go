package console

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What ReadBelow reads is a plain file that bears the name itself.
func TestReadBelow(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(dir, "outside.rex")
	folder := filepath.Join(dir, "root")
	for _, err := range []error{
		os.WriteFile(outside, []byte("secret"), 0o644),
		os.MkdirAll(filepath.Join(folder, "lib"), 0o755),
		os.WriteFile(filepath.Join(folder, "lib", "a.rex"), []byte("12345"), 0o644),
		os.Symlink("a.rex", filepath.Join(folder, "lib", "link.rex")),
		os.Symlink(outside, filepath.Join(folder, "lib", "absolute.rex")),
		os.Symlink("../../outside.rex", filepath.Join(folder, "lib", "up.rex")),
		os.Symlink("..", filepath.Join(folder, "out")),
		os.Symlink("lib", filepath.Join(folder, "in")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, c := range []struct {
		name string
		max  int64
		why  string // "" when it is read
	}{
		{"lib/a.rex", 5, ""},
		{"in/a.rex", 5, ""},
		{"lib/a.rex", 4, "it is larger than 4 bytes"},
		{"lib/none.rex", 5, "no such file or directory"},
		{"lib", 5, "it is a folder"},
		{"lib/link.rex", 5, "it is a link"},
		{"lib/absolute.rex", 5, "it is a link"},
		{"lib/up.rex", 5, "it is a link"},
		{"out/outside.rex", 9, "a link leads out of the folder"},
		{"../outside.rex", 9, "a link leads out of the folder"},
		{outside, 9, "a link leads out of the folder"},
	} {
		data, err := ReadBelow(root, c.name, c.max)
		switch {
		case c.why == "":
			if err != nil || string(data) != "12345" {
				t.Errorf("%s: %q, %v", c.name, data, err)
			}
		case err == nil || !strings.HasPrefix(err.Error(), c.why) || data != nil:
			t.Errorf("%s: %q, %v; want %s", c.name, data, err, c.why)
		}
	}
}
