package host

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"rex/capability"
	"rex/policy"
)

// arena is a folder with ok, which the policy permits, and secret, which it
// does not.
func arena(t testing.TB) (*bench, string) {
	t.Helper()
	dir := folderWith(t, "ok/a", "a", "ok/d/b", "b", "secret/s", "secret")
	return newBench(t, Config{}, onlyOK(dir)), dir
}

func onlyOK(dir string) string {
	return `permit (principal, action, resource) when { resource in file_system::Dir::"` + dir + `/ok" || resource == file_system::Dir::"` + dir + `/ok" };`
}

// A01, A04, A26: what is no path reaches no system call.
func TestAttackPaths(t *testing.T) {
	b, dir := arena(t)
	for _, bad := range []string{
		"/ok/../secret/s", "/ok/./../secret/s", "/ok//a", "/ok/", "/ok/a/", "/ok/..", "/ok/../", "/ok/.", "/ok/a\x00b", "/ok/" + strings.Repeat("x", 256),
		"/ok" + strings.Repeat("/x", 3000),
	} {
		for _, op := range []string{"fs.read", "fs.stat", "fs.list", "fs.delete"} {
			b.refuses(op, nil, path(dir+bad))
		}
		b.refuses("fs.write", nil, path(dir+bad), capability.BytesValue("x"))
		b.refuses("fs.move", nil, path(dir+"/ok/a"), path(dir+bad))
	}
	for _, bad := range []string{"", "ok/a", "."} {
		b.refuses("fs.read", nil, path(bad))
	}
	if content(t, dir+"/secret/s") != "secret" || content(t, dir+"/ok/a") != "a" {
		t.Error("something was changed")
	}
}

// refuses wants a denial or a failure, and nothing else.
func (b *bench) refuses(op string, named with, required ...capability.Value) {
	b.t.Helper()
	v, err := b.do(op, named, required...)
	var fault *capability.Error
	var denied *policy.Denied
	if !errors.As(err, &fault) && !errors.As(err, &denied) {
		b.t.Errorf("%s %q gave %v, %v", op, required, v, err)
	}
}

// A02, A03: a link is judged by what it leads to, however it is written.
func TestAttackLinks(t *testing.T) {
	b, dir := arena(t)
	ok(t, os.Symlink(dir+"/secret/s", dir+"/ok/file"))
	ok(t, os.Symlink(dir+"/secret/", dir+"/ok/folder"))
	ok(t, os.Symlink("../secret", dir+"/ok/relative"))
	ok(t, os.Symlink("d", dir+"/ok/inside"))
	for _, op := range []string{"fs.read", "fs.read_bytes", "fs.lines", "fs.stat", "fs.exists"} {
		b.denied(op, nil, path(dir+"/ok/file"))
		b.denied(op, nil, path(dir+"/ok/folder/s"))
		b.denied(op, nil, path(dir+"/ok/relative/s"))
	}
	b.denied("fs.list", nil, path(dir+"/ok/folder"))
	b.denied("fs.find", nil, path(dir+"/ok/relative"))
	for _, name := range []string{"/ok/folder/s", "/ok/relative/s"} {
		b.denied("fs.delete", nil, path(dir+name))
		b.denied("fs.write", nil, path(dir+name), capability.BytesValue("x"))
		b.denied("fs.write", with{"how": str("create")}, path(dir+name+"2"), capability.BytesValue("x"))
		b.denied("fs.move", nil, path(dir+name), path(dir+"/ok/stolen"))
		b.denied("fs.move", nil, path(dir+"/ok/a"), path(dir+name+"2"))
		b.denied("fs.make_dir", nil, path(dir+name+"d"))
		b.denied("fs.make_dir", with{"parents": truth(true)}, path(dir+name+"d/x"))
	}
	if v := b.must("fs.read", nil, path(dir+"/ok/inside/b")); v != str("b") {
		t.Errorf("a link that stays inside gives %v", v)
	}
	onlyThese(t, dir+"/secret", "s")
	if content(t, dir+"/secret/s") != "secret" {
		t.Error("the secret was changed")
	}
}

// A name that leads nowhere behind a link is judged by where it would lead, so
// that the answer does not tell what is there.
func TestAttackExistenceBehindLinks(t *testing.T) {
	b, dir := arena(t)
	ok(t, os.Symlink(dir+"/secret", dir+"/ok/l"))
	ok(t, os.Symlink(dir+"/secret/none", dir+"/ok/dangling"))
	ok(t, os.Symlink("loop", dir+"/ok/loop"))
	for _, name := range []string{"/ok/l/s", "/ok/l/none", "/ok/l/none/deeper", "/ok/l/s/below", "/ok/dangling", "/ok/dangling/x", "/ok/l/../secret/none"} {
		for _, op := range []string{"fs.read", "fs.exists", "fs.stat", "fs.list"} {
			if strings.Contains(name, "..") {
				continue
			}
			b.denied(op, nil, path(dir+name))
		}
	}
	b.fails(capability.NotFound, "fs.read", nil, path(dir+"/ok/none"))
	b.fails(capability.WrongKind, "fs.read", nil, path(dir+"/ok/loop"))
}

func TestSettle(t *testing.T) {
	dir := folderWith(t, "a/f", "", "b/c/g", "")
	ok(t, os.Symlink("../b/c", dir+"/a/l"))
	ok(t, os.Symlink("/nowhere/at/all", dir+"/a/dangling"))
	ok(t, os.Symlink("l/../..", dir+"/a/up"))
	for name, want := range map[string]string{
		"/a/none": dir + "/a/none", "/a/l/none/x": dir + "/b/c/none/x", "/a/dangling/x": "/nowhere/at/all/x",
		"/a/f/x": dir + "/a/f/x", "/a/up/z": dir + "/z", "/none/x/y": dir + "/none/x/y",
	} {
		if got := settle(dir + name); got != want {
			t.Errorf("%s settles as %s, want %s", name, got, want)
		}
	}
	before := descriptors(t)
	settle(dir + "/b/c/none")
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors became %d", before, after)
	}
}

// A10: nothing is created through a dangling link, also not on the way to a denial.
func TestAttackDanglingLink(t *testing.T) {
	b, dir := arena(t)
	ok(t, os.Symlink(dir+"/secret/new", dir+"/ok/x"))
	for _, how := range []string{"create", "replace", "append"} {
		b.refuses("fs.write", with{"how": str(how)}, path(dir+"/ok/x"), capability.BytesValue("x"))
	}
	b.refuses("fs.make_dir", nil, path(dir+"/ok/x"))
	b.refuses("fs.make_dir", with{"parents": truth(true)}, path(dir+"/ok/x/y"))
	b.refuses("fs.move", nil, path(dir+"/ok/a"), path(dir+"/ok/x"))
	onlyThese(t, dir+"/secret", "s")
	onlyThese(t, dir+"/ok", "a", "d", "x")
}

// A11: a FIFO is refused at once, by all that read and write.
func TestAttackFIFO(t *testing.T) {
	b, dir := arena(t)
	fifo := path(dir + "/ok/fifo")
	ok(t, syscall.Mkfifo(dir+"/ok/fifo", 0o666))
	returns(func() {
		b.fails(capability.WrongKind, "fs.read", nil, fifo)
		b.fails(capability.WrongKind, "fs.lines", nil, fifo)
		b.fails(capability.WrongKind, "fs.grep", nil, fifo, capability.RegexValue("x"))
		b.fails(capability.WrongKind, "fs.list", nil, fifo)
		for _, how := range []string{"append", "replace"} {
			b.fails(capability.WrongKind, "fs.write", with{"how": str(how)}, fifo, capability.BytesValue("x"))
		}
		b.fails(capability.WrongKind, "fs.write", with{"in_place": truth(true)}, fifo, capability.BytesValue("x"))
		all := newBench(t, Config{})
		all.fails(capability.WrongKind, "exec.run", nil, fifo)
		if k := field(t, b.must("fs.stat", nil, fifo), "kind"); k != "other" {
			t.Errorf("it is %q", k)
		}
	})
}

// A14, A15: links of /proc that stand for open files lead nowhere, and what is
// told of processes is closed, even when all is permitted.
func TestAttackProc(t *testing.T) {
	b := newBench(t, Config{})
	for _, name := range []string{
		"/proc/self/root/etc/passwd", "/proc/self/cwd/doc.go", "/proc/self/fd/0", "/proc/1/root/etc/passwd", "/proc/thread-self/root/etc/passwd", "/proc/self/exe",
		"/proc/self/environ", "/proc/self/mem", "/proc/self/maps", "/proc/1/environ",
	} {
		b.refuses("fs.read_bytes", with{"limit": size(10)}, path(name))
		b.refuses("fs.lines", nil, path(name))
	}
	b.must("fs.read", nil, path("/proc/meminfo"))
}

// What resolves a magic link is refused by the host itself, whatever the
// policy says.
func TestMagicLinksAreNotFollowed(t *testing.T) {
	for _, name := range []string{"/proc/self/root/etc/passwd", "/proc/self/cwd", "/proc/self/fd/0", "/proc/self/exe"} {
		fd, err := openat2(unix.AT_FDCWD, name, unix.O_PATH, 0)
		if err != unix.ELOOP {
			t.Errorf("%s gives %d, %v", name, fd, err)
		}
	}
}

// A17: only the kernel's procfs is trusted with handles.
func TestAttackFakeProc(t *testing.T) {
	fd, err := unix.Open(t.TempDir(), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	ok(t, err)
	defer unix.Close(fd)
	if genuine(fd) {
		t.Error("a folder passes for procfs")
	}
	sub, err := unix.Open("/proc/self", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	ok(t, err)
	defer unix.Close(sub)
	if genuine(sub) {
		t.Error("a part of procfs passes for its root")
	}
}

// A19: without write nothing is cut off.
func TestAttackTruncate(t *testing.T) {
	dir := folderWith(t, "a", "content")
	b := newBench(t, Config{}, `permit (principal, action in [file_system::Action::"open", file_system::Action::"read", file_system::Action::"stat", file_system::Action::"create"], resource);`)
	for _, how := range []string{"create", "replace", "append"} {
		b.denied("fs.write", with{"how": str(how)}, path(dir+"/a"), capability.BytesValue(""))
	}
	b.denied("fs.write", with{"in_place": truth(true)}, path(dir+"/a"), capability.BytesValue(""))
	b.must("fs.read", nil, path(dir+"/a"))
	if content(t, dir+"/a") != "content" {
		t.Error("the file was cut off")
	}
}

// A20: what may not be moved is not, and gets no other name.
func TestAttackMoveFromReadOnly(t *testing.T) {
	dir := folderWith(t, "r/f", "f", "w/x", "")
	b := newBench(t, Config{}, `
		permit (principal, action in [file_system::Action::"open", file_system::Action::"read"], resource);
		permit (principal, action, resource) when { resource in file_system::Dir::"`+dir+`/w" };`)
	b.denied("fs.move", nil, path(dir+"/r/f"), path(dir+"/w/f"))
	onlyThese(t, dir+"/w", "x")
}

// A26: too many links end in an error.
func TestAttackLinkChains(t *testing.T) {
	b, dir := arena(t)
	last := "a"
	for i := range 45 {
		name := "l" + string(rune('A'+i))
		ok(t, os.Symlink(last, filepath.Join(dir, "ok", name)))
		last = name
	}
	b.fails(capability.WrongKind, "fs.read", nil, path(dir+"/ok/"+last))
}

// D16: a device is not read; an endless file ends at the cap.
func TestAttackEndlessFiles(t *testing.T) {
	b := newBench(t, Config{})
	returns(func() {
		for _, name := range []string{"/dev/zero", "/dev/random", "/dev/tty", "/proc/kmsg"} {
			b.refuses("fs.read", nil, path(name))
		}
		dir := folderWith(t)
		ok(t, os.Truncate(create(t, dir+"/sparse"), 1<<40))
		b.fails(capability.TooLarge, "fs.read", nil, path(dir+"/sparse"))
		b.fails(capability.TooLarge, "fs.grep", nil, path(dir+"/sparse"), capability.RegexValue("x"))
		s := b.must("fs.lines", with{"reverse": truth(true)}, path(dir+"/sparse")).(capability.Stream)
		defer s.Close()
		_, _, err := s.Next(context.Background())
		b.isFault(capability.TooLarge, "fs.lines", nil, err)
	})
}

func create(t testing.TB, name string) string {
	t.Helper()
	put(t, name, "")
	return name
}
