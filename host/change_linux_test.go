package host

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"rex/capability"
)

func TestLink(t *testing.T) {
	dir := folderWith(t, "f", "x", "d/k", "k")
	b := newBench(t, Config{})
	b.must("fs.link", nil, path(dir+"/l"), str("releases/1"))
	b.fails(capability.Exists, "fs.link", nil, path(dir+"/l"), str("releases/2"))
	b.must("fs.link", with{"replace": truth(true)}, path(dir+"/l"), str("releases/2"))
	if to, _ := os.Readlink(dir + "/l"); to != "releases/2" {
		t.Errorf("it leads to %s", to)
	}
	b.fails(capability.WrongKind, "fs.link", with{"replace": truth(true)}, path(dir+"/f"), str("x"))
	b.fails(capability.WrongKind, "fs.link", with{"replace": truth(true)}, path(dir+"/d"), str("x"))
	for _, bad := range []string{"", "a\x00b", strings.Repeat("x", 4096)} {
		b.fails(capability.Invalid, "fs.link", nil, path(dir+"/new"), str(bad))
	}
	onlyThese(t, dir, "d", "f", "l")
}

// The target stands in the context; switching a link takes the right to delete it.
func TestLinkIsAsked(t *testing.T) {
	dir := folderWith(t)
	b := newBench(t, Config{}, permitAll+`forbid (principal, action == file_system::Action::"create", resource) when { context has target && context.target like "/etc/*" };`+
		`forbid (principal, action == file_system::Action::"delete", resource);`)
	b.denied("fs.link", nil, path(dir+"/l"), str("/etc/shadow"))
	b.must("fs.link", nil, path(dir+"/l"), str("x"))
	b.denied("fs.link", with{"replace": truth(true)}, path(dir+"/l"), str("y"))
	if to, _ := os.Readlink(dir + "/l"); to != "x" {
		t.Errorf("it leads to %s", to)
	}
}

func TestChmod(t *testing.T) {
	dir := folderWith(t, "d/a", "", "d/e/b", "")
	ok(t, os.Symlink("/etc/passwd", dir+"/d/l"))
	b := newBench(t, Config{})
	before := mode(t, "/etc/passwd")
	v := b.must("fs.chmod", with{"recursive": truth(true), "only": str("dir")}, path(dir+"/d"), integer(0o750))
	if n := number(t, v, "done"); n != 2 || mode(t, dir+"/d") != 0o750 || mode(t, dir+"/d/e") != 0o750 || mode(t, dir+"/d/a") != 0o644 {
		t.Errorf("%d were set", n)
	}
	b.must("fs.chmod", with{"recursive": truth(true)}, path(dir+"/d"), integer(0o500))
	if mode(t, dir+"/d/e/b") != 0o500 || mode(t, "/etc/passwd") != before {
		t.Error("it went too far, or not far enough")
	}
	b.must("fs.chmod", nil, path(dir+"/d/a"), integer(0o4711))
	if mode(t, dir+"/d/a")&0o777 != 0o711 {
		t.Errorf("got %o", mode(t, dir+"/d/a"))
	}
	b.fails(capability.WrongKind, "fs.chmod", nil, path(dir+"/d/l"), integer(0o600))
	b.fails(capability.Invalid, "fs.chmod", nil, path(dir+"/d/a"), integer(0o10000))
	b.fails(capability.Invalid, "fs.chmod", with{"only": str("dir")}, path(dir+"/d/a"), integer(0o600))
	b.must("fs.chmod", with{"recursive": truth(true)}, path(dir+"/d"), integer(0o700))
}

// The mode is in the context, also that of each entry.
func TestChmodIsAsked(t *testing.T) {
	dir := folderWith(t, "d/a", "", "d/keep", "")
	b := newBench(t, Config{}, permitAll+`forbid (principal, action == file_system::Action::"chmod", resource) when { context has mode && context.mode == 511 };`+
		`forbid (principal, action == file_system::Action::"chmod", resource == file_system::File::"`+dir+`/d/keep");`)
	b.denied("fs.chmod", nil, path(dir+"/d/a"), integer(0o777))
	// W8, W14: one entry is refused, so nothing is done and the call says so.
	if d := b.denied("fs.chmod", with{"recursive": truth(true)}, path(dir+"/d"), integer(0o700)); d.Name != dir+"/d/keep" {
		t.Errorf("the denial is about %s", d.Name)
	}
	if mode(t, dir+"/d/a") != 0o644 {
		t.Error("something was changed")
	}
	v := b.must("fs.chmod", with{"recursive": truth(true), "partial": truth(true)}, path(dir+"/d"), integer(0o700))
	equal(t, "refused", listed(lookup(t, v, "refused")), []string{dir + "/d/keep"})
	if mode(t, dir+"/d/a") != 0o700 || mode(t, dir+"/d/keep") != 0o644 {
		t.Error("the wrong ones were changed")
	}
	if len(b.gate.Denials()) < 3 {
		t.Error("what was left out is no denial")
	}
}

// A file with several hard links has names that nobody asked about.
func TestChangesMindHardLinks(t *testing.T) {
	dir := folderWith(t, "ok/d/x", "", "secret/s", "secret")
	ok(t, os.Link(dir+"/secret/s", dir+"/ok/d/s"))
	b := newBench(t, Config{}, onlyOK(dir))
	before := mode(t, dir+"/secret/s")
	b.fails(capability.Invalid, "fs.chmod", nil, path(dir+"/ok/d/s"), integer(0o777))
	b.fails(capability.Invalid, "fs.chmod", with{"recursive": truth(true)}, path(dir+"/ok/d"), integer(0o777))
	b.fails(capability.Invalid, "fs.truncate", nil, path(dir+"/ok/d/s"))
	b.fails(capability.Invalid, "fs.allocate", nil, path(dir+"/ok/d/s"), size(100))
	b.fails(capability.Invalid, "fs.set_xattr", nil, path(dir+"/ok/d/s"), str("user.x"), capability.BytesValue("y"))
	b.fails(capability.Invalid, "fs.edit", nil, path(dir+"/ok/d/s"), capability.RegexValue("s"), str("x"))
	b.fails(capability.Invalid, "fs.copy", with{"replace": truth(true)}, path(dir+"/ok/d/x"), path(dir+"/ok/d/s"))
	if mode(t, dir+"/secret/s") != before || content(t, dir+"/secret/s") != "secret" || mode(t, dir+"/ok/d/x") != 0o644 {
		t.Error("something was changed")
	}
	b.must("fs.truncate", with{"hard_links": truth(true), "size": size(3)}, path(dir+"/ok/d/s"))
	if content(t, dir+"/secret/s") != "sec" {
		t.Error("it was meant")
	}
}

func TestChown(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may give a file to another user")
	}
	dir := folderWith(t, "d/a", "", "d/e/b", "")
	ok(t, os.Symlink("/etc/passwd", dir+"/d/l"))
	b := newBench(t, Config{})
	b.must("fs.chown", with{"owner": str("#54321"), "recursive": truth(true)}, path(dir+"/d"))
	for _, name := range []string{"/d", "/d/a", "/d/e/b", "/d/l"} {
		var st unix.Stat_t
		ok(t, unix.Lstat(dir+name, &st))
		if st.Uid != 54321 || st.Gid != uint32(os.Getegid()) {
			t.Errorf("%s belongs to %d:%d", name, st.Uid, st.Gid)
		}
	}
	var st unix.Stat_t
	ok(t, unix.Stat("/etc/passwd", &st))
	if st.Uid == 54321 {
		t.Error("the link was followed")
	}
	// There is one way to write a name, so that a policy can forbid it.
	for _, bad := range []string{"0", "#0", "#00", "no such user", "", "#-1", "#4294967295"} {
		b.fails(capability.Invalid, "fs.chown", with{"owner": str(bad)}, path(dir+"/d/a"))
	}
	b.fails(capability.Invalid, "fs.chown", nil, path(dir+"/d/a"))
	b = newBench(t, Config{}, permitAll+`forbid (principal, action == file_system::Action::"chown", resource) when { context has owner && context.owner == "root" };`)
	b.denied("fs.chown", with{"owner": str("root")}, path(dir+"/d/a"))
	b.must("fs.chown", with{"group": str("root")}, path(dir+"/d/a"))
}

func TestDeleteTree(t *testing.T) {
	dir := folderWith(t, "d/a", "", "d/e/b", "", "out/keep", "x")
	ok(t, os.Symlink(dir+"/out", dir+"/d/l"))
	b := newBench(t, Config{})
	b.fails(capability.WrongKind, "fs.delete_tree", nil, path(dir+"/d/l"))
	b.fails(capability.WrongKind, "fs.delete_tree", nil, path(dir+"/d/a"))
	b.fails(capability.NotFound, "fs.delete_tree", nil, path(dir+"/none"))
	if v := b.must("fs.delete_tree", nil, path(dir+"/d")); number(t, v, "done") != 5 {
		t.Errorf("%d were deleted", number(t, v, "done"))
	}
	onlyThese(t, dir, "out")
	onlyThese(t, dir+"/out", "keep")
}

// W8: an entry that may not be deleted keeps all, or with partial itself.
func TestDeleteTreeAsksForEachEntry(t *testing.T) {
	dir := folderWith(t, "d/a", "", "d/e/keep", "", "d/e/x", "")
	b := newBench(t, Config{}, permitAll+`forbid (principal, action == file_system::Action::"delete", resource == file_system::File::"`+dir+`/d/e/keep");`)
	b.denied("fs.delete_tree", nil, path(dir+"/d"))
	onlyThese(t, dir+"/d", "a", "e")
	v := b.must("fs.delete_tree", with{"partial": truth(true)}, path(dir+"/d"))
	equal(t, "refused", listed(lookup(t, v, "refused")), []string{dir + "/d/e/keep"})
	onlyThese(t, dir+"/d", "e")
	onlyThese(t, dir+"/d/e", "keep")
}

// What is mounted below is not deleted, and nothing else is either.
func TestDeleteTreeStopsAtMounts(t *testing.T) {
	inOwnMounts(t, func() {
		dir := folderWith(t, "d/a", "", "d/m/x", "", "out/keep", "x")
		ok(t, unix.Mount(dir+"/out", dir+"/d/m", "", unix.MS_BIND, ""))
		b := newBench(t, Config{})
		b.fails(capability.Busy, "fs.delete_tree", nil, path(dir+"/d"))
		onlyThese(t, dir+"/out", "keep")
		onlyThese(t, dir+"/d", "a", "m")
		b.fails(capability.Busy, "fs.chmod", with{"recursive": truth(true)}, path(dir+"/d"), integer(0o700))
	})
}

func TestTouchTruncateAllocate(t *testing.T) {
	dir := folderWith(t, "a", "hello")
	b := newBench(t, Config{})
	at := time.Date(2020, 2, 3, 4, 5, 6, 0, time.UTC)
	b.must("fs.touch", with{"modified": capability.TimeValue(at.UnixNano())}, path(dir+"/a"))
	b.must("fs.touch", with{"modified": capability.TimeValue(at.UnixNano())}, path(dir+"/new"))
	for _, name := range []string{"/a", "/new"} {
		st, err := os.Stat(dir + name)
		ok(t, err)
		if !st.ModTime().Equal(at) {
			t.Errorf("%s has %s", name, st.ModTime())
		}
	}
	b.must("fs.touch", nil, path(dir+"/a"))
	if st, _ := os.Stat(dir + "/a"); !st.ModTime().After(at) || content(t, dir+"/a") != "hello" {
		t.Error("touch changed the content, or no time")
	}
	b.fails(capability.WrongKind, "fs.touch", nil, path(dir))
	b.must("fs.truncate", with{"size": size(7)}, path(dir+"/a"))
	b.must("fs.allocate", nil, path(dir+"/a"), size(9))
	if content(t, dir+"/a") != "hello\x00\x00\x00\x00" {
		t.Errorf("got %q", content(t, dir+"/a"))
	}
	b.must("fs.truncate", nil, path(dir+"/a"))
	if content(t, dir+"/a") != "" {
		t.Error("it is not empty")
	}
	b.fails(capability.Range, "fs.truncate", with{"size": size(-1)}, path(dir+"/a"))
	b.fails(capability.Range, "fs.allocate", nil, path(dir+"/a"), size(0))
	// D13: what a file gains is charged, also when it is a hole.
	for _, op := range []string{"fs.truncate", "fs.allocate"} {
		_, err := b.do(op, with{"size": size(1 << 60)}, path(dir+"/a"))
		isLimit(t, err, "bytes-written")
	}
}

func TestXattr(t *testing.T) {
	dir := folderWith(t, "a", "")
	b := newBench(t, Config{})
	if _, err := b.do("fs.set_xattr", nil, path(dir+"/a"), str("user.origin"), capability.BytesValue("x\x00y")); err != nil {
		var fault *capability.Error
		if errors.As(err, &fault) && fault.Why == capability.Unsupported {
			t.Skip("the file system of the temporary folder has no extended attributes: ", fault.Message)
		}
		t.Fatal(err)
	}
	if v := b.must("fs.get_xattr", nil, path(dir+"/a"), str("user.origin")); v != capability.BytesValue("x\x00y") {
		t.Errorf("got %q", v)
	}
	if v := b.must("fs.get_xattr", nil, path(dir+"/a"), str("user.none")); v != nil {
		t.Errorf("got %q", v)
	}
	b = newBench(t, Config{}, permitAll+`forbid (principal, action == file_system::Action::"set_x_attr", resource) when { context.xattr.name like "security.*" };`)
	b.denied("fs.set_xattr", nil, path(dir+"/a"), str("security.selinux"), capability.BytesValue("x"))
}

func TestEdit(t *testing.T) {
	text := "# comment  \r\nPort 22\r\n\nkey=\xff1\nkey=2\nlast key=3"
	dir := folderWith(t, "a", text)
	ok(t, os.Chmod(dir+"/a", 0o640))
	b := newBench(t, Config{})
	v := b.must("fs.edit", nil, path(dir+"/a"), capability.RegexValue(`^key=(.)`), str("${1}=key"))
	want := "# comment  \r\nPort 22\r\n\n\xff=key1\n2=key\nlast key=3"
	if content(t, dir+"/a") != want || number(t, v, "lines") != 2 || mode(t, dir+"/a") != 0o640 {
		t.Errorf("%d lines: %q", number(t, v, "lines"), content(t, dir+"/a"))
	}
	if diff := field(t, v, "diff"); !strings.HasPrefix(diff, "@@ -1,6 +1,6 @@\n # comment") || !strings.Contains(diff, "-key=2\n+2=key\n") {
		t.Errorf("the diff is\n%s", diff)
	}
	var before, after unix.Stat_t
	ok(t, unix.Stat(dir+"/a", &before))
	v = b.must("fs.edit", nil, path(dir+"/a"), capability.RegexValue("none of this"), str("x"))
	ok(t, unix.Stat(dir+"/a", &after))
	if number(t, v, "lines") != 0 || before.Ino != after.Ino || field(t, v, "diff") != "" {
		t.Error("a file in which nothing matches was written")
	}
	for _, bad := range []string{"$2", "$1x", "${name}", "5$", "${1", "$ "} {
		b.fails(capability.Invalid, "fs.edit", nil, path(dir+"/a"), capability.RegexValue("(Port)"), str(bad))
	}
	b.fails(capability.Invalid, "fs.edit", with{"expect": integer(2)}, path(dir+"/a"), capability.RegexValue("Port"), str("Tor"))
	if content(t, dir+"/a") != want {
		t.Error("something was changed")
	}
	// W20: who may not read may not edit.
	b = newBench(t, Config{}, permitAll+`forbid (principal, action == file_system::Action::"read", resource);`)
	b.denied("fs.edit", nil, path(dir+"/a"), capability.RegexValue("Port"), str("Tor"))
}

// What was written to the file in the meantime is not lost.
func TestEditOfAFileThatChanges(t *testing.T) {
	_, dir := arena(t)
	var st unix.Stat_t
	ok(t, unix.Stat(dir+"/ok/a", &st))
	fd, err := unix.Open(dir+"/ok/a", unix.O_RDONLY, 0)
	ok(t, err)
	defer unix.Close(fd)
	ok(t, unchanged(fd, &st))
	put(t, dir+"/ok/a", "another, longer")
	if err := unchanged(fd, &st); !errors.Is(err, errChanged) {
		t.Errorf("got %v", err)
	}
}

func FuzzEditKeepsTheRest(f *testing.F) {
	f.Add("a\r\nb\n\xffc", "b", "x")
	f.Fuzz(func(t *testing.T, text, pattern, with string) {
		re, err := compile(pattern, false)
		if err != nil || len(pattern) > 200 || len(text)*len(with) > 1<<16 {
			return
		}
		same := newEdit(re, "$0", 1<<20)
		ok(t, same.run([]byte(text), func() error { return nil }))
		if string(same.out) != text || same.changed != 0 {
			t.Errorf("putting back what matched makes %q of %q", same.out, text)
		}
		e := newEdit(re, with, 1<<20)
		ok(t, e.run([]byte(text), func() error { return nil }))
		if strings.Count(string(e.out), "\n") < strings.Count(text, "\n") {
			t.Errorf("a line end of %q is lost: %q", text, e.out)
		}
		e.diff()
	})
}

func TestCopy(t *testing.T) {
	dir := folderWith(t, "a", "content", "b", "old")
	ok(t, os.Chmod(dir+"/a", 0o4750))
	ok(t, os.Chtimes(dir+"/a", time.Unix(1000, 0), time.Unix(2000, 5)))
	ok(t, os.Symlink("a", dir+"/l"))
	b := newBench(t, Config{})
	b.must("fs.copy", nil, path(dir+"/l"), path(dir+"/c"))
	if content(t, dir+"/c") != "content" || mode(t, dir+"/c") != 0o750 {
		t.Errorf("got %q with %o", content(t, dir+"/c"), mode(t, dir+"/c"))
	}
	b.fails(capability.Exists, "fs.copy", nil, path(dir+"/a"), path(dir+"/b"))
	b.must("fs.copy", with{"replace": truth(true), "preserve": truth(true)}, path(dir+"/a"), path(dir+"/b"))
	st, err := os.Stat(dir + "/b")
	ok(t, err)
	// O6: the times are not swapped.
	atime := st.Sys().(*syscall.Stat_t).Atim.Sec
	if content(t, dir+"/b") != "content" || !st.ModTime().Equal(time.Unix(2000, 5)) || atime < 1000 || mode(t, dir+"/b")&0o777 != 0o750 {
		t.Errorf("%q, %s, %d", content(t, dir+"/b"), st.ModTime(), atime)
	}
	b.fails(capability.WrongKind, "fs.copy", with{"replace": truth(true)}, path(dir+"/a"), path(dir+"/l"))
	b.fails(capability.Invalid, "fs.copy", with{"replace": truth(true)}, path(dir+"/a"), path(dir+"/a"))
	b.fails(capability.WrongKind, "fs.copy", nil, path(dir), path(dir+"/x"))
	b.fails(capability.NotFound, "fs.copy", nil, path(dir+"/none"), path(dir+"/x"))
	onlyThese(t, dir, "a", "b", "c", "l")
	for _, action := range []string{"read", "write", "create"} { // C10
		b = newBench(t, Config{}, permitAll+`forbid (principal, action == file_system::Action::"`+action+`", resource);`)
		b.denied("fs.copy", nil, path(dir+"/a"), path(dir+"/x"))
	}
	onlyThese(t, dir, "a", "b", "c", "l")
}

func TestCopyTree(t *testing.T) {
	dir := folderWith(t, "d/a", "a", "d/e/b", "b", "out/s", "s")
	ok(t, os.Symlink(dir+"/out/s", dir+"/d/l"))
	ok(t, os.Chmod(dir+"/d/e", 0o2711))
	ok(t, os.Chmod(dir+"/d/a", 0o4700))
	b := newBench(t, Config{})
	all := with{"recursive": truth(true)}
	b.must("fs.copy", all, path(dir+"/d"), path(dir+"/c"))
	if content(t, dir+"/c/a") != "a" || content(t, dir+"/c/e/b") != "b" || mode(t, dir+"/c/a") != 0o700 || mode(t, dir+"/c/e")&0o777 != 0o711 {
		t.Error("the copy is another")
	}
	if to, err := os.Readlink(dir + "/c/l"); err != nil || to != dir+"/out/s" {
		t.Errorf("the link leads to %q, %v", to, err)
	}
	b.fails(capability.Exists, "fs.copy", all, path(dir+"/d"), path(dir+"/c"))
	b.fails(capability.Invalid, "fs.copy", all, path(dir+"/d"), path(dir+"/d/e/f"))
	ok(t, syscall.Mkfifo(dir+"/d/fifo", 0o600))
	b.fails(capability.WrongKind, "fs.copy", all, path(dir+"/d"), path(dir+"/x"))
	onlyThese(t, dir, "c", "d", "out")
}

// An entry that may not be read, or not be made, keeps all of it from being copied.
func TestCopyTreeAsksForEachEntry(t *testing.T) {
	dir := folderWith(t, "d/a", "a", "d/e/b", "b")
	for _, rule := range []string{
		`forbid (principal, action == file_system::Action::"read", resource == file_system::File::"` + dir + `/d/e/b");`,
		`forbid (principal, action == file_system::Action::"create", resource == file_system::Dir::"` + dir + `/c/e");`,
		`forbid (principal, action == file_system::Action::"write", resource in file_system::Dir::"` + dir + `/c/e");`,
	} {
		b := newBench(t, Config{}, permitAll+rule)
		b.denied("fs.copy", with{"recursive": truth(true)}, path(dir+"/d"), path(dir+"/c"))
		onlyThese(t, dir, "d")
	}
}

// A23: what is swapped in while a tree is changed is not touched outside.
func TestRaceTreesAreNotLeft(t *testing.T) {
	for _, op := range []string{"fs.delete_tree", "fs.chmod", "fs.copy"} {
		_, dir := arena(t)
		ok(t, os.Symlink(dir+"/secret", dir+"/ok/evil"))
		before := mode(t, dir+"/secret/s")
		n := 0
		attack(t, func(int) { swapNames(dir+"/ok/t/d", dir+"/ok/evil") }, func() {
			os.MkdirAll(dir+"/ok/t/d/x", 0o755)
			n++
			b := newBench(t, Config{}, permitAll)
			args, named := []capability.Value{path(dir + "/ok/t")}, with{}
			switch op {
			case "fs.chmod":
				args, named = append(args, integer(0o777)), with{"recursive": truth(true)}
			case "fs.copy":
				args, named = append(args, path(dir+"/ok/copy"+strconv.Itoa(n))), with{"recursive": truth(true)}
			}
			if _, err := b.do(op, named, args...); err != nil {
				tolerable(t, err)
			}
			b.machine.Close()
			for i := 1; i <= n && op == "fs.copy"; i++ {
				d := fmt.Sprintf("%s/ok/copy%d/d", dir, i)
				if st, err := os.Lstat(d); err == nil && st.IsDir() && there(d+"/s") {
					t.Fatal("the secret was copied") // a copied link may lead to it
				}
			}
		})
		if content(t, dir+"/secret/s") != "secret" || mode(t, dir+"/secret/s") != before {
			t.Errorf("%s left the tree", op)
		}
	}
}

// What has the name by then is not what was asked about.
func TestSwapBeforeChanging(t *testing.T) {
	for op, more := range map[string][]capability.Value{
		"fs.edit": {capability.RegexValue("a"), str("b")}, "fs.delete_tree": nil, "fs.copy": {nil},
	} {
		_, dir := arena(t)
		subject := dir + "/ok/a"
		if op == "fs.delete_tree" {
			subject = dir + "/ok/d"
		}
		b := between(t, dir, func() {
			ok(t, os.Rename(subject, dir+"/ok/gone"))
			put(t, subject, "another")
		})
		args := append([]capability.Value{path(subject)}, more...)
		var named with
		if op == "fs.copy" {
			put(t, dir+"/ok/src", "from")
			args, named = []capability.Value{path(dir + "/ok/src"), path(subject)}, with{"replace": truth(true)}
		}
		_, err := b.do(op, named, args...)
		b.isFault(capability.Busy, op, nil, err)
		if content(t, subject) != "another" {
			t.Errorf("%s changed it", op)
		}
	}
}

// FIFOs, devices and sockets are refused without waiting for them.
func TestChangesRefuseSpecialFiles(t *testing.T) {
	dir := folderWith(t, "a", "a")
	ok(t, syscall.Mkfifo(dir+"/fifo", 0o600))
	b := newBench(t, Config{})
	for _, name := range []string{dir + "/fifo", "/dev/null"} {
		for op, more := range map[string][]capability.Value{
			"fs.touch": nil, "fs.truncate": nil, "fs.allocate": {size(10)}, "fs.edit": {capability.RegexValue("a"), str("b")},
			"fs.head": nil, "fs.tail": nil, "fs.count": nil, "fs.hash": nil, "fs.gzip_info": nil, "fs.lines_at": nil, "fs.copy": {path(dir + "/new")},
			"fs.set_xattr": {str("user.x"), capability.BytesValue("")}, "fs.get_xattr": {str("user.x")},
		} {
			b.fails(capability.WrongKind, op, nil, append([]capability.Value{path(name)}, more...)...)
		}
	}
	onlyThese(t, dir, "a", "fifo")
}
