package host

import (
	"os"
	"strings"
	"testing"

	"rex/capability"
)

// What is temporary is private, and gone when the run ends, also when it was
// replaced or filled; a link that was put there is not followed.
func TestTemporaryFilesGo(t *testing.T) {
	out := folderWith(t, "keep", "x")
	b := newBench(t, Config{})
	file, dir := capability.TextOf(b.must("fs.temp_file", nil)), capability.TextOf(b.must("fs.temp_dir", nil))
	for _, p := range []string{file, dir} {
		if capability.ParentPath(p) != capability.TempFolder || !strings.HasPrefix(capability.BaseName(p), "rex-") || mode(t, p)&0o077 != 0 {
			t.Errorf("%s has %o", p, mode(t, p))
		}
	}
	b.must("fs.write", nil, path(file), capability.BytesValue("data"))
	put(t, dir+"/a/b", "c")
	ok(t, os.Symlink(out, dir+"/l"))
	ok(t, b.machine.Close())
	if there(file) || there(dir) {
		t.Error("something is left")
	}
	onlyThese(t, out, "keep")
}

func TestTemporaryFilesAreAsked(t *testing.T) {
	b := newBench(t, Config{}, permitAll+`forbid (principal, action == file_system::Action::"create", resource in file_system::Dir::"/tmp");`)
	b.denied("fs.temp_file", nil)
	b.denied("fs.temp_dir", nil)
	if len(b.machine.temps.held) != 0 {
		t.Error("something was made")
	}
}

func TestStrings(t *testing.T) {
	dir := folderWith(t, "a", "\x00abc\x01hello\tworld\xffxyz1\nend!")
	b := newBench(t, Config{})
	equal(t, "strings", listed(b.must("fs.strings", nil, path(dir+"/a"))), []string{"hello\tworld", "xyz1", "end!"})
	equal(t, "longer ones", listed(b.must("fs.strings", with{"min": integer(5)}, path(dir+"/a"))), []string{"hello\tworld"})
	equal(t, "of the beginning", listed(b.must("fs.strings", with{"limit": size(10)}, path(dir+"/a"))), []string{"hello"})
	b.fails(capability.Range, "fs.strings", with{"min": integer(-1)}, path(dir+"/a"))
}
