package host

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"rex/capability"
)

// gzipped is content as a gzip file, one member for each text.
func gzipped(t testing.TB, members ...string) string {
	t.Helper()
	var b bytes.Buffer
	for _, m := range members {
		w := gzip.NewWriter(&b)
		_, err := w.Write([]byte(m))
		ok(t, err)
		ok(t, w.Close())
	}
	return b.String()
}

// listed are the texts of a list.
func listed(v capability.Value) []string {
	out := []string{}
	l := v.(*capability.List)
	for i := range l.Len() {
		out = append(out, capability.TextOf(l.At(i)))
	}
	return out
}

func TestHeadAndTail(t *testing.T) {
	dir := folderWith(t, "a", "1\n2\r\n3\n4", "empty", "", "one", "\n", "gz", gzipped(t, "1\n2\n", "3\n"))
	b := newBench(t, Config{})
	two, gz := with{"lines": integer(2)}, with{"lines": integer(2), "decompress": truth(true)}
	equal(t, "head", listed(b.must("fs.head", two, path(dir+"/a"))), []string{"1", "2"})
	equal(t, "head of all", listed(b.must("fs.head", nil, path(dir+"/a"))), []string{"1", "2", "3", "4"})
	equal(t, "head of gzip", listed(b.must("fs.head", gz, path(dir+"/gz"))), []string{"1", "2"})
	equal(t, "tail", listed(b.must("fs.tail", two, path(dir+"/a"))), []string{"3", "4"})
	equal(t, "tail of none", listed(b.must("fs.tail", with{"lines": integer(0)}, path(dir+"/a"))), []string{})
	equal(t, "tail of 4 bytes", listed(b.must("fs.tail", with{"bytes": size(4)}, path(dir+"/a"))), []string{"3", "4"})
	equal(t, "tail of 2 bytes", listed(b.must("fs.tail", with{"bytes": size(2)}, path(dir+"/a"))), []string{"4"})
	equal(t, "one empty line", listed(b.must("fs.tail", nil, path(dir+"/one"))), []string{""})
	for _, op := range []string{"fs.head", "fs.tail"} {
		equal(t, op+" of an empty file", listed(b.must(op, nil, path(dir+"/empty"))), []string{})
		b.fails(capability.Range, op, with{"lines": integer(-1)}, path(dir+"/a"))
		b.fails(capability.WrongKind, op, nil, path(dir))
	}
}

func TestHeadIsBounded(t *testing.T) {
	dir := folderWith(t, "a", strings.Repeat("xxxxxxxxx\n", 100))
	limits := capability.DefaultLimits()
	limits.ReadSize = 1000
	b := limitedBench(t, Config{}, limits)
	for _, op := range []string{"fs.head", "fs.tail"} {
		b.fails(capability.TooLarge, op, with{"lines": integer(100)}, path(dir+"/a"))
		b.must(op, with{"lines": integer(5)}, path(dir+"/a"))
	}
}

// A line's end is where a later call goes on, also behind a byte order mark
// and with any line end.
func TestLinesAt(t *testing.T) {
	dir := folderWith(t, "a", "\xef\xbb\xbfone\r\ntwo\nthr")
	b := newBench(t, Config{})
	var got []string
	for at := int64(0); ; {
		v := b.must("fs.lines_at", with{"offset": size(at)}, path(dir+"/a")).(capability.Stream)
		r, more, err := v.Next(context.Background())
		ok(t, err)
		v.Close()
		if !more {
			break
		}
		got = append(got, field(t, r, "text")+" "+strconv.FormatInt(number(t, r, "start"), 10)+" "+strconv.FormatInt(number(t, r, "complete"), 10))
		at = number(t, r, "end")
	}
	equal(t, "lines", got, []string{"one 3 1", "two 8 1", "thr 12 0"})
}

func TestCountHashAndGzipInfo(t *testing.T) {
	packed := gzipped(t, "hello world\n", "foo\n")
	dir := folderWith(t, "a", "hello world\nfoo\n", "b", "no end", "empty", "", "gz", packed)
	b := newBench(t, Config{})
	for name, want := range map[string][3]int64{"/a": {2, 3, 16}, "/b": {0, 2, 6}, "/empty": {0, 0, 0}, "/gz": {2, 3, 16}} {
		v := b.must("fs.count", with{"decompress": truth(name == "/gz")}, path(dir+name))
		if got := [3]int64{number(t, v, "lines"), number(t, v, "words"), number(t, v, "bytes")}; got != want {
			t.Errorf("%s has %v, want %v", name, got, want)
		}
	}
	for algorithm, want := range map[string]string{
		"sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"sha1":   "da39a3ee5e6b4b0d3255bfef95601890afd80709", "md5": "d41d8cd98f00b204e9800998ecf8427e",
		"sha512": "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
	} {
		if v := b.must("fs.hash", with{"algorithm": str(algorithm)}, path(dir+"/empty")); v != str(want) {
			t.Errorf("%s of nothing is %s", algorithm, v)
		}
	}
	v := b.must("fs.gzip_info", nil, path(dir+"/gz"))
	if number(t, v, "size") != 16 || number(t, v, "compressed") != int64(len(packed)) {
		t.Errorf("gzip_info gives %v and %v", number(t, v, "size"), number(t, v, "compressed"))
	}
}

// Data that is cut off, broken or no gzip at all is damaged, never an answer.
func TestDamagedGzip(t *testing.T) {
	whole := gzipped(t, strings.Repeat("line\n", 5000))
	broken := []byte(whole)
	broken[len(broken)-6] ^= 1 // the checksum
	dir := folderWith(t, "cut", whole[:len(whole)-9], "header", whole[:5], "sum", string(broken), "text", "not gzip at all", "empty", "")
	b := newBench(t, Config{})
	for _, name := range []string{"/cut", "/header", "/sum", "/text", "/empty"} {
		b.fails(capability.Damaged, "fs.gzip_info", nil, path(dir+name))
		b.fails(capability.Damaged, "fs.count", with{"decompress": truth(true)}, path(dir+name))
		b.fails(capability.Damaged, "fs.head", with{"decompress": truth(true), "lines": integer(9000)}, path(dir+name))
	}
	b.fails(capability.Invalid, "fs.lines_at", with{"decompress": truth(true), "offset": size(1)}, path(dir+"/sum"))
}

func TestSameAs(t *testing.T) {
	dir := folderWith(t, "a", "old")
	b := newBench(t, Config{})
	was := b.must("fs.stat", nil, path(dir+"/a"))
	b.must("fs.read_bytes", with{"same_as": was}, path(dir+"/a"))
	put(t, dir+"/new", "new")
	ok(t, os.Rename(dir+"/new", dir+"/a"))
	for _, op := range []string{"fs.read_bytes", "fs.lines_at"} {
		b.fails(capability.Invalid, op, with{"same_as": was}, path(dir+"/a"))
	}
}

func TestReadLinkAndRealPath(t *testing.T) {
	dir := folderWith(t, "d/f", "x")
	ok(t, os.Symlink("d/f", dir+"/l"))
	ok(t, os.Symlink("/nowhere", dir+"/dangling"))
	b := newBench(t, Config{})
	if v := b.must("fs.read_link", nil, path(dir+"/l")); v != str("d/f") {
		t.Errorf("got %s", v)
	}
	if v := b.must("fs.read_link", nil, path(dir+"/dangling")); v != str("/nowhere") {
		t.Errorf("got %s", v)
	}
	b.fails(capability.WrongKind, "fs.read_link", nil, path(dir+"/d"))
	if v := b.must("fs.real_path", nil, path(dir+"/l")); v != path(dir+"/d/f") {
		t.Errorf("got %s", v)
	}
	b.fails(capability.NotFound, "fs.real_path", nil, path(dir+"/dangling"))
	// What a link says is its content: stat alone does not show it.
	b = newBench(t, Config{}, `permit (principal, action in [file_system::Action::"open", file_system::Action::"stat"], resource);`)
	b.denied("fs.read_link", nil, path(dir+"/l"))
}

func TestUsage(t *testing.T) {
	dir := folderWith(t, "a/x", strings.Repeat("x", 5000), "a/b/y", "y", "z", "z")
	ok(t, os.Link(dir+"/a/x", dir+"/a/x2"))
	ok(t, os.Symlink("/etc", dir+"/a/out"))
	b := newBench(t, Config{})
	v := b.must("fs.usage", nil, path(dir))
	equal(t, "folders", column(t, lookup(t, v, "entries"), "path"), []string{dir + "/a"})
	if f, d := number(t, v, "files"), number(t, v, "folders"); f != 4 || d != 2 {
		t.Errorf("%d files in %d folders", f, d)
	}
	var total int64
	for _, name := range []string{"", "/a", "/a/x", "/a/b", "/a/b/y", "/z", "/a/out"} {
		var st unix.Stat_t
		ok(t, unix.Lstat(dir+name, &st))
		total += st.Blocks * 512
	}
	if got := number(t, v, "allocated"); got != total {
		t.Errorf("allocated %d, want %d", got, total)
	}
	v = b.must("fs.usage", with{"depth": integer(2)}, path(dir))
	equal(t, "folders", column(t, lookup(t, v, "entries"), "path"), []string{dir + "/a/b", dir + "/a"})
	// What is denied is neither counted nor told.
	b = newBench(t, Config{}, permitAll, permitAll+`forbid (principal, action == file_system::Action::"stat", resource in file_system::Dir::"`+dir+`/a");`)
	v = b.must("fs.usage", nil, path(dir))
	if f, d := number(t, v, "files"), number(t, v, "folders"); f != 1 || d != 0 {
		t.Errorf("%d files in %d folders", f, d)
	}
	if b.gate.RefusedCount() == 0 {
		t.Error("nothing was counted as left out")
	}
}

func TestMounts(t *testing.T) {
	b := newBench(t, Config{})
	places := column(t, b.must("fs.mounts", nil), "path")
	if len(places) == 0 {
		t.Error("nothing is mounted")
	}
	r := mountRecord(`25 1 0:22 / /mnt/c\134d rw,relatime shared:2 - ext4 /dev/a\040b rw`)
	if field(t, r, "path") != `/mnt/c\d` || field(t, r, "device") != "/dev/a b" {
		t.Errorf("got %q and %q", field(t, r, "path"), field(t, r, "device"))
	}
	for _, bad := range []string{"", "a b", "1 2 3 / relative rw - ext4 x rw", `1 2 3 / /x\000y rw - ext4 x rw`, "1 2 3 / /x rw - ext4", "1 2 3 / /x - ext4 x rw"} {
		if mountRecord(bad) != nil {
			t.Errorf("%q gives a record", bad)
		}
	}
}

func FuzzMounts(f *testing.F) {
	f.Add(`25 1 0:22 / /mnt/c\134d rw,relatime shared:2 - ext4 /dev/a\040b rw`)
	f.Fuzz(func(t *testing.T, line string) {
		if r := mountRecord(line); r != nil && capability.CheckPath(field(t, r, "path")) != "" {
			t.Errorf("%q gives the path %q", line, field(t, r, "path"))
		}
	})
}
