package host

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"rex/capability"
)

// folderWith makes a folder with these files: name, content, name, content.
func folderWith(t testing.TB, files ...string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(files); i += 2 {
		put(t, filepath.Join(dir, files[i]), files[i+1])
	}
	return dir
}

func put(t testing.TB, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func content(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func there(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestRead(t *testing.T) {
	dir := folderWith(t, "a", "häuser\r\n", "bad", "ab\xffcd", "empty", "")
	b := newBench(t, Config{})
	if v := b.must("fs.read", nil, path(dir+"/a")); v != str("häuser\r\n") {
		t.Errorf("got %q", v)
	}
	if v := b.must("fs.read", nil, path(dir+"/empty")); v != str("") {
		t.Errorf("got %q", v)
	}
	// A limit cuts; a code point that it cuts through is left out.
	for limit, want := range map[int64]string{0: "", 1: "h", 2: "h", 3: "hä", 100: "häuser\r\n"} {
		if v := b.must("fs.read", with{"limit": size(limit)}, path(dir+"/a")); v != str(want) {
			t.Errorf("limit %d gives %q, want %q", limit, v, want)
		}
	}
	if v := b.must("fs.read", with{"offset": size(3)}, path(dir+"/a")); v != str("user\r\n") {
		t.Errorf("got %q", v)
	}
	if v := b.must("fs.read", with{"offset": size(300)}, path(dir+"/a")); v != str("") {
		t.Errorf("behind the end: got %q", v)
	}
	b.fails(capability.TooLarge, "fs.read", with{"max": size(8)}, path(dir+"/a"))
	b.must("fs.read", with{"max": size(9)}, path(dir+"/a"))
	b.fails(capability.Range, "fs.read", with{"offset": size(-1)}, path(dir+"/a"))
	b.fails(capability.NotFound, "fs.read", nil, path(dir+"/none"))
	b.fails(capability.WrongKind, "fs.read", nil, path(dir))
	b.fails(capability.WrongKind, "fs.read", nil, path(dir+"/a/b"))
	e := b.fails(capability.Invalid, "fs.read", nil, path(dir+"/bad"))
	if !strings.Contains(e.Message, "fs.read_bytes") || !strings.Contains(e.Message, "byte 2") || e.Resource != dir+"/bad" {
		t.Errorf("the failure does not help: %+v", e)
	}
	if v := b.must("fs.read_bytes", nil, path(dir+"/bad")); v != capability.BytesValue("ab\xffcd") {
		t.Errorf("got %q", v)
	}
	if v := b.must("fs.read", nil, path("/proc/meminfo")); !strings.Contains(capability.TextOf(v), "MemTotal") {
		t.Errorf("a file that claims to be empty is read as %q", v)
	}
}

// The run's bound on one read can't be moved by the script, nor caught.
func TestReadIsBoundedByTheRun(t *testing.T) {
	dir := folderWith(t, "a", strings.Repeat("x", 100))
	limits := capability.DefaultLimits()
	limits.ReadSize = 50
	b := limitedBench(t, Config{}, limits)
	_, err := b.do("fs.read", nil, path(dir+"/a"))
	isLimit(t, err, "read-size")
	b.must("fs.read", with{"limit": size(50)}, path(dir+"/a"))
}

func isLimit(t testing.TB, err error, name string) {
	t.Helper()
	l, ok := err.(*capability.LimitError)
	if !ok || l.Limit != name {
		t.Errorf("got %v, want the limit %s", err, name)
	}
}

func TestStatAndExists(t *testing.T) {
	dir := folderWith(t, "a", "hello", "d/x", "")
	ok(t, syscall.Chmod(dir+"/a", 0o4640))
	ok(t, os.Symlink("a", dir+"/l"))
	ok(t, os.Symlink("nowhere", dir+"/dangling"))
	ok(t, syscall.Mkfifo(dir+"/fifo", 0o600))
	ok(t, os.Link(dir+"/a", dir+"/a2"))
	b := newBench(t, Config{})
	s := b.must("fs.stat", nil, path(dir+"/l"))
	if field(t, s, "kind") != "file" || number(t, s, "size") != 5 || number(t, s, "permissions") != 0o4640 || number(t, s, "links") != 2 {
		t.Errorf("got %v", s)
	}
	// Paths in results are those that were written.
	if field(t, s, "path") != dir+"/l" || field(t, s, "name") != "l" || lookup(t, s, "target") != nil {
		t.Errorf("got %v", s)
	}
	info, err := os.Stat(dir + "/a")
	ok(t, err)
	if number(t, s, "modified") != info.ModTime().UnixNano() || number(t, s, "inode") == 0 || field(t, s, "owner") == "" {
		t.Errorf("got %v", s)
	}
	l := b.must("fs.stat", with{"follow": truth(false)}, path(dir+"/l"))
	if field(t, l, "kind") != "symlink" || field(t, l, "target") != "a" {
		t.Errorf("got %v", l)
	}
	if k := field(t, b.must("fs.stat", nil, path(dir+"/fifo")), "kind"); k != "other" {
		t.Errorf("a FIFO is %q", k)
	}
	if s := b.must("fs.stat", nil, path("/")); field(t, s, "kind") != "dir" || field(t, s, "name") != "" {
		t.Errorf("the root is %v", s)
	}
	b.must("fs.stat", with{"follow": truth(false)}, path("/"))
	b.fails(capability.NotFound, "fs.stat", nil, path(dir+"/dangling"))
	for name, want := range map[string]bool{"a": true, "l": true, "d": true, "none": false, "dangling": false, "none/x": false} {
		if v := b.must("fs.exists", nil, path(dir+"/"+name)); v != truth(want) {
			t.Errorf("fs.exists(%s) is %v", name, v)
		}
	}
	for name, want := range map[string]bool{"dangling": true, "none": false, "none/x": false} {
		if v := b.must("fs.exists", with{"follow": truth(false)}, path(dir+"/"+name)); v != truth(want) {
			t.Errorf("fs.exists(%s, follow: false) is %v", name, v)
		}
	}
	b.fails(capability.WrongKind, "fs.exists", nil, path(dir+"/a/b"))
}

func TestWriteCreate(t *testing.T) {
	dir := folderWith(t, "old", "old")
	b := newBench(t, Config{})
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)
	bytes := capability.BytesValue("one\n")
	b.must("fs.write", with{"how": str("create")}, path(dir+"/new"), bytes)
	b.must("fs.write", with{"how": str("create"), "permissions": integer(0o664)}, path(dir+"/new2"), bytes)
	if content(t, dir+"/new") != "one\n" || mode(t, dir+"/new") != 0o644 || mode(t, dir+"/new2") != 0o664 {
		t.Errorf("got %q with %o and %o", content(t, dir+"/new"), mode(t, dir+"/new"), mode(t, dir+"/new2"))
	}
	b.fails(capability.Exists, "fs.write", with{"how": str("create")}, path(dir+"/old"), bytes)
	b.fails(capability.NotFound, "fs.write", with{"how": str("create")}, path(dir+"/none/x"), bytes)
	b.fails(capability.Invalid, "fs.write", with{"permissions": integer(0o10000)}, path(dir+"/y"), bytes)
	if there(dir + "/y") {
		t.Error("a wrong mode leaves a file")
	}
	onlyThese(t, dir, "new", "new2", "old")
}

func mode(t testing.TB, name string) uint32 {
	t.Helper()
	var st syscall.Stat_t
	ok(t, syscall.Lstat(name, &st))
	return st.Mode & 0o7777
}

// onlyThese checks that no temporary file is left.
func onlyThese(t testing.TB, dir string, want ...string) {
	t.Helper()
	all, err := os.ReadDir(dir)
	ok(t, err)
	got := []string{}
	for _, e := range all {
		got = append(got, e.Name())
	}
	equal(t, "files in "+dir, got, want)
}

func TestWriteReplace(t *testing.T) {
	dir := folderWith(t, "a", "old content")
	ok(t, syscall.Chmod(dir+"/a", 0o4750))
	if os.Geteuid() == 0 {
		ok(t, os.Chown(dir+"/a", 12, 34))
		ok(t, syscall.Chmod(dir+"/a", 0o4750))
	}
	labelled := syscall.Setxattr(dir+"/a", "user.rex", []byte("label"), 0) == nil
	var before, after syscall.Stat_t
	ok(t, syscall.Lstat(dir+"/a", &before))
	b := newBench(t, Config{})
	b.must("fs.write", nil, path(dir+"/a"), capability.BytesValue("new"))
	ok(t, syscall.Lstat(dir+"/a", &after))
	if content(t, dir+"/a") != "new" || after.Mode != before.Mode || after.Uid != before.Uid || after.Gid != before.Gid {
		t.Errorf("got %q, %o %d %d; was %o %d %d", content(t, dir+"/a"), after.Mode, after.Uid, after.Gid, before.Mode, before.Uid, before.Gid)
	}
	if after.Ino == before.Ino {
		t.Error("the file was written over, not replaced")
	}
	value := make([]byte, 100)
	if n, err := syscall.Getxattr(dir+"/a", "user.rex", value); labelled && (err != nil || string(value[:n]) != "label") {
		t.Errorf("the extended attribute is lost: %v", err)
	}
	b.must("fs.write", with{"permissions": integer(0o600)}, path(dir+"/a"), capability.BytesValue(""))
	if content(t, dir+"/a") != "" || mode(t, dir+"/a") != 0o600 {
		t.Errorf("got %q with %o", content(t, dir+"/a"), mode(t, dir+"/a"))
	}
	onlyThese(t, dir, "a")
}

func TestWriteToLinks(t *testing.T) {
	dir := folderWith(t, "a", "one", "b", "two")
	ok(t, os.Link(dir+"/a", dir+"/hard"))
	ok(t, os.Symlink("b", dir+"/soft"))
	b := newBench(t, Config{})
	data := capability.BytesValue("x")
	for _, how := range []string{"replace", "append"} {
		b.fails(capability.Invalid, "fs.write", with{"how": str(how)}, path(dir+"/hard"), data)
		b.fails(capability.WrongKind, "fs.write", with{"how": str(how)}, path(dir+"/soft"), data)
	}
	if content(t, dir+"/a") != "one" || content(t, dir+"/b") != "two" {
		t.Error("a refused write wrote")
	}
	b.must("fs.write", with{"in_place": truth(true)}, path(dir+"/hard"), data)
	if content(t, dir+"/a") != "x" {
		t.Errorf("in place: %q", content(t, dir+"/a"))
	}
	b.must("fs.write", with{"in_place": truth(true), "how": str("append")}, path(dir+"/hard"), data)
	if content(t, dir+"/a") != "xx" {
		t.Errorf("in place: %q", content(t, dir+"/a"))
	}
}

func TestWriteAppend(t *testing.T) {
	dir := folderWith(t, "a", "\xff")
	b := newBench(t, Config{})
	for _, name := range []string{"a", "new"} {
		b.must("fs.write", with{"how": str("append")}, path(dir+"/"+name), capability.BytesValue("1"))
		b.must("fs.write", with{"how": str("append")}, path(dir+"/"+name), capability.BytesValue("2"))
	}
	// W20: what is there stays, also when it is not UTF-8.
	if content(t, dir+"/a") != "\xff12" || content(t, dir+"/new") != "12" {
		t.Errorf("got %q and %q", content(t, dir+"/a"), content(t, dir+"/new"))
	}
}

func TestWritesAreCharged(t *testing.T) {
	dir := folderWith(t)
	limits := capability.DefaultLimits()
	limits.BytesWritten = 10
	b := limitedBench(t, Config{}, limits)
	b.must("fs.write", nil, path(dir+"/a"), capability.BytesValue("12345678"))
	_, err := b.do("fs.write", nil, path(dir+"/b"), capability.BytesValue("123"))
	isLimit(t, err, "bytes-written")
	onlyThese(t, dir, "a")
}

func TestMakeDir(t *testing.T) {
	dir := folderWith(t, "file", "")
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)
	b := newBench(t, Config{})
	b.must("fs.make_dir", nil, path(dir+"/a"))
	b.must("fs.make_dir", with{"permissions": integer(0o2777)}, path(dir+"/b"))
	if mode(t, dir+"/a") != 0o755 || mode(t, dir+"/b") != 0o2777 {
		t.Errorf("got %o and %o", mode(t, dir+"/a"), mode(t, dir+"/b"))
	}
	b.fails(capability.Exists, "fs.make_dir", nil, path(dir+"/a"))
	b.fails(capability.NotFound, "fs.make_dir", nil, path(dir+"/x/y"))
	b.fails(capability.Range, "fs.make_dir", with{"permissions": integer(-1)}, path(dir+"/c"))
	parents := with{"parents": truth(true), "permissions": integer(0o700)}
	b.must("fs.make_dir", parents, path(dir+"/x/y/z"))
	b.must("fs.make_dir", parents, path(dir+"/x/y/z"))
	if mode(t, dir+"/x") != 0o755 || mode(t, dir+"/x/y/z") != 0o700 {
		t.Errorf("got %o and %o", mode(t, dir+"/x"), mode(t, dir+"/x/y/z"))
	}
	b.fails(capability.Exists, "fs.make_dir", parents, path(dir+"/file"))
	b.fails(capability.WrongKind, "fs.make_dir", parents, path(dir+"/file/x"))
	b.fails(capability.Exists, "fs.make_dir", nil, path("/"))
}

// W9: each folder on the way is asked, and nothing is made below a refusal.
func TestMakeDirAsksEachLevel(t *testing.T) {
	dir := folderWith(t)
	b := newBench(t, Config{}, permitAll+`
		forbid (principal, action == file_system::Action::"create", resource == file_system::Dir::"`+dir+`/a/b");`)
	d := b.denied("fs.make_dir", with{"parents": truth(true)}, path(dir+"/a/b/c"))
	if d.Name != dir+"/a/b" {
		t.Errorf("denied for %q", d.Name)
	}
	if there(dir + "/a/b") {
		t.Error("a folder was made below a refusal")
	}
}

func TestMove(t *testing.T) {
	dir := folderWith(t, "a", "a", "b", "b", "d/x", "x")
	ok(t, os.Symlink("a", dir+"/l"))
	b := newBench(t, Config{})
	p := func(name string) capability.Value { return path(dir + "/" + name) }
	replace := with{"replace": truth(true)}
	b.fails(capability.Exists, "fs.move", nil, p("a"), p("b"))
	b.must("fs.move", replace, p("a"), p("b"))
	if there(dir+"/a") || content(t, dir+"/b") != "a" {
		t.Error("not replaced")
	}
	b.must("fs.move", replace, p("b"), p("c"))
	b.must("fs.move", nil, p("d"), p("d2"))
	b.must("fs.move", nil, p("l"), p("d2/l"))
	if target, err := os.Readlink(dir + "/d2/l"); err != nil || target != "a" {
		t.Errorf("the link became %q, %v", target, err)
	}
	b.fails(capability.NotFound, "fs.move", nil, p("none"), p("x"))
	b.fails(capability.NotFound, "fs.move", nil, p("c"), p("none/x"))
	b.fails(capability.WrongKind, "fs.move", replace, p("c"), p("d2"))
	b.fails(capability.WrongKind, "fs.move", replace, p("d2"), p("c"))
	b.fails(capability.Invalid, "fs.move", nil, p("d2"), p("d2/sub"))
	b.fails(capability.Invalid, "fs.move", replace, p("c"), p("c"))
	if os.Geteuid() == 0 {
		e := b.fails(capability.WrongKind, "fs.move", nil, p("c"), path("/dev/shm/rex-test-c"))
		if !strings.Contains(e.Message, "file system") {
			t.Errorf("the failure does not help: %s", e.Message)
		}
	}
}

func TestDelete(t *testing.T) {
	dir := folderWith(t, "a", "a", "d/x", "x", "kept", "k")
	ok(t, os.Symlink("kept", dir+"/l"))
	ok(t, os.Mkdir(dir+"/empty", 0o755))
	b := newBench(t, Config{})
	for _, name := range []string{"a", "l", "empty"} {
		b.must("fs.delete", nil, path(dir+"/"+name))
	}
	onlyThese(t, dir, "d", "kept")
	b.fails(capability.WrongKind, "fs.delete", nil, path(dir+"/d"))
	b.fails(capability.NotFound, "fs.delete", nil, path(dir+"/a"))
}
