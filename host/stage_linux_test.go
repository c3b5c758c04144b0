package host

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"rex/capability"
)

// opened is a folder as Resolve opens it.
func opened(t testing.TB, dir string) int {
	t.Helper()
	fd, err := openat2(unix.AT_FDCWD, dir, unix.O_PATH|unix.O_DIRECTORY, 0)
	ok(t, err)
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

func systemOf(t testing.TB) *procfs {
	t.Helper()
	m := New(Config{})
	t.Cleanup(func() { m.Close() })
	proc, err := m.system()
	ok(t, err)
	return proc
}

// A write that is given up leaves nothing, with and without a temporary name.
func TestStageLeavesNothing(t *testing.T) {
	dir := folderWith(t, "a", "a")
	proc, fd := systemOf(t), opened(t, dir)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := stage(proc, fd, filling(ended, "x")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	s, err := stage(proc, fd, filling(context.Background(), "x"))
	ok(t, err)
	s.drop()
	named(t, proc, fd, "x").drop()
	onlyThese(t, dir, "a")
}

func filling(ctx context.Context, data string) func(fd int) error {
	return func(fd int) error { return writeAll(ctx, fd, data) }
}

// named is a staged file as it is where files without a name do not exist.
func named(t testing.TB, proc *procfs, dir int, data string) *staged {
	t.Helper()
	s := &staged{proc: proc, dir: dir, temp: tempName()}
	var err error
	s.fd, err = unix.Openat(dir, s.temp, unix.O_CREAT|unix.O_EXCL|unix.O_WRONLY|unix.O_CLOEXEC, 0o600)
	ok(t, err)
	ok(t, writeAll(context.Background(), s.fd, data))
	return s
}

func TestStageWithATemporaryName(t *testing.T) {
	dir := folderWith(t, "a", "a")
	proc, fd := systemOf(t), opened(t, dir)
	s := named(t, proc, fd, "new")
	if err := s.create("a"); !errors.Is(err, unix.EEXIST) {
		t.Errorf("got %v", err)
	}
	ok(t, s.create("b"))
	s.drop()

	var old unix.Stat_t
	ok(t, unix.Lstat(dir+"/a", &old))
	s = named(t, proc, fd, "newer")
	ok(t, s.replace("a", &old))
	s.drop()
	// Another inode than the one that was asked about stays.
	s = named(t, proc, fd, "newest")
	if err := s.replace("a", &old); !errors.Is(err, errChanged) {
		t.Errorf("got %v", err)
	}
	if err := s.rename("a", &old); !errors.Is(err, errChanged) {
		t.Errorf("got %v", err)
	}
	var now unix.Stat_t
	ok(t, unix.Lstat(dir+"/a", &now))
	ok(t, s.rename("a", &now))
	s.drop()
	if content(t, dir+"/a") != "newest" || content(t, dir+"/b") != "new" {
		t.Errorf("got %q and %q", content(t, dir+"/a"), content(t, dir+"/b"))
	}
	onlyThese(t, dir, "a", "b")
}

// A full disk fails with full, changes nothing and leaves nothing.
func TestWriteOnAFullDisk(t *testing.T) {
	inOwnMounts(t, func() {
		dir := folderWith(t)
		ok(t, unix.Mount("none", dir, "tmpfs", 0, "size=64k"))
		put(t, dir+"/a", "old")
		b := newBench(t, Config{})
		big := capability.BytesValue(make([]byte, 256<<10))
		for _, how := range []string{"create", "replace"} {
			name := map[string]string{"create": "/new", "replace": "/a"}[how]
			b.fails(capability.Full, "fs.write", with{"how": str(how)}, path(dir+name), big)
		}
		onlyThese(t, dir, "a")
		if content(t, dir+"/a") != "old" {
			t.Errorf("the file became %q", content(t, dir+"/a"))
		}
		b.must("fs.write", nil, path(dir+"/a"), capability.BytesValue("new")) // and there is room again
	})
}

// A file that is mounted can't be replaced; the failure tells how to write it.
func TestWriteToAMountedFile(t *testing.T) {
	inOwnMounts(t, func() {
		dir := folderWith(t, "a", "a", "b", "b")
		ok(t, unix.Mount(dir+"/b", dir+"/a", "", unix.MS_BIND, ""))
		b := newBench(t, Config{})
		e := b.fails(capability.Busy, "fs.write", nil, path(dir+"/a"), capability.BytesValue("new"))
		if !strings.Contains(e.Message, "in_place") {
			t.Errorf("the failure does not help: %s", e.Message)
		}
		b.must("fs.write", with{"in_place": truth(true)}, path(dir+"/a"), capability.BytesValue("new"))
		if content(t, dir+"/b") != "new" {
			t.Errorf("got %q", content(t, dir+"/b"))
		}
		onlyThese(t, dir, "a", "b")
	})
}

// A17: something else mounted at /proc, or over a part of it, is noticed.
func TestAttackMountedOverProc(t *testing.T) {
	for _, at := range []string{"/proc", "/proc/self/fd"} {
		inOwnMounts(t, func() {
			ok(t, unix.Mount("none", at, "tmpfs", 0, ""))
			ok(t, os.MkdirAll("/proc/self/fd", 0o755))
			_, err := openProcfs()
			if kind, _ := explain(err); kind != capability.Unsupported {
				t.Errorf("with a tmpfs at %s: %v", at, err)
			}
		})
	}
}
