package host

import (
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"rex/capability"
)

// injector lets one system call of a thread fail. The kernel hands each call of
// the kinds in injected to a supervisor (a seccomp filter with a listener),
// which lets it go on or answers in its place; so the code under test is the
// real one, without a seam.
type injector struct {
	at    atomic.Int64 // the call that fails, counted from 1; 0: none
	seen  atomic.Int64
	fired atomic.Int64 // its number, -1 when none has failed
}

var injected = []uint32{
	unix.SYS_OPENAT, unix.SYS_OPENAT2, unix.SYS_WRITE, unix.SYS_PREAD64, unix.SYS_FSYNC, unix.SYS_SYNCFS, unix.SYS_FTRUNCATE, unix.SYS_FALLOCATE,
	unix.SYS_LINKAT, unix.SYS_SYMLINKAT, unix.SYS_RENAMEAT2, unix.SYS_RENAMEAT, unix.SYS_UNLINKAT, unix.SYS_MKDIRAT, unix.SYS_FCHMOD, unix.SYS_FCHMODAT,
	unix.SYS_FCHOWN, unix.SYS_FCHOWNAT, unix.SYS_UTIMENSAT, unix.SYS_FSETXATTR, unix.SYS_GETXATTR, unix.SYS_LISTXATTR, unix.SYS_GETDENTS64,
	unix.SYS_NEWFSTATAT, unix.SYS_FSTAT, unix.SYS_READLINKAT,
}

const (
	seccompSetFilter   = 1
	seccompNewListener = 1 << 3
	seccompNotify      = 0x7fc00000
	seccompAllow       = 0x7fff0000
	notifyReceive      = 0xc0502100
	notifySend         = 0xc0182101
	notifyContinue     = 1
)

// notification and verdict are struct seccomp_notif and seccomp_notif_resp.
type notification struct {
	id         uint64
	pid, flags uint32
	nr, arch   uint32
	ip         uint64
	args       [6]uint64
}

type verdict struct {
	id    uint64
	val   int64
	err   int32
	flags uint32
}

// withFaults runs f on a thread whose calls can be made to fail. The thread
// ends with it.
func withFaults(t *testing.T, f func(in *injector)) {
	t.Helper()
	in := &injector{}
	refused, done := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		fd, err := listen()
		if refused <- err; err != nil {
			return
		}
		go in.supervise(fd, done)
		f(in)
	}()
	if err := <-refused; err != nil {
		t.Skipf("needs seccomp's listener: %v", err)
	}
	<-done
}

// listen gives the thread its filter.
func listen() (int, error) {
	filter := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}}
	for i, nr := range injected {
		filter = append(filter, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: uint8(len(injected) - i), K: nr})
	}
	filter = append(filter, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: seccompAllow}, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: seccompNotify})
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return -1, err
	}
	fd, _, errno := unix.Syscall(unix.SYS_SECCOMP, seccompSetFilter, seccompNewListener, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return -1, errno
	}
	return int(fd), nil
}

// supervise answers until the thread has nothing more to ask. A call that a
// signal has interrupted is gone when it is received, and comes again.
func (in *injector) supervise(fd int, done <-chan struct{}) {
	defer unix.Close(fd)
	for {
		select {
		case <-done:
			return
		default:
		}
		if n, _ := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 50); n <= 0 {
			continue
		}
		var n notification
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), notifyReceive, uintptr(unsafe.Pointer(&n)))
		if errno != 0 {
			continue
		}
		a := verdict{id: n.id, flags: notifyContinue}
		if in.hits(&n) {
			a.flags, a.err = 0, -int32(unix.EIO)
		}
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), notifySend, uintptr(unsafe.Pointer(&a))); errno != 0 && in.at.Load() != 0 {
			in.seen.Add(-1) // interrupted while it was answered: it comes again
		}
	}
}

// hits counts a call and tells whether it is the one. What the runtime itself
// writes to is no file.
func (in *injector) hits(n *notification) bool {
	if in.at.Load() == 0 {
		return false
	}
	if n.nr == unix.SYS_WRITE {
		var st unix.Stat_t
		if unix.Fstat(int(n.args[0]), &st) != nil || !isRegular(&st) {
			return false
		}
	}
	if in.seen.Add(1) != in.at.Load() {
		return false
	}
	in.fired.Store(int64(n.nr))
	return true
}

// each runs act again and again in worlds of its own, with the first call
// failing, then the second, until none is left to fail. check sees what the
// world has become.
func (in *injector) each(t *testing.T, world func() string, act func(dir string) error, check func(dir string, err error, call uint32)) {
	t.Helper()
	for n := int64(1); ; n++ {
		if n > 2000 {
			t.Fatal("the operation makes no end of system calls")
		}
		dir := world()
		in.seen.Store(0)
		in.fired.Store(-1)
		in.at.Store(n)
		err := act(dir)
		in.at.Store(0)
		call := in.fired.Load()
		if call < 0 {
			if err != nil {
				t.Errorf("it fails with nothing failing: %v", err)
			}
			if n < 10 {
				t.Errorf("only %d system calls were seen", n)
			}
			return
		}
		check(dir, err, uint32(call))
	}
}

// A failure of any system call leaves the old or the new, never a mixture and
// never something left over. What a failed removal leaves is all that may be.
func TestAnyFailureLeavesOldOrNew(t *testing.T) {
	old, fresh := strings.Repeat("old\n", 3000), strings.Repeat("new\n", 5000)
	gz, archive := gzipped(t, fresh), packedTree(t)
	operations := map[string]struct {
		op    string
		named with
		more  []capability.Value
	}{
		"replace":     {"fs.write", nil, []capability.Value{capability.BytesValue(fresh)}},
		"edit":        {"fs.edit", nil, []capability.Value{capability.RegexValue("old"), str("new")}},
		"switch":      {"fs.link", with{"replace": truth(true)}, []capability.Value{str("new")}},
		"create":      {"fs.write", with{"how": str("create")}, []capability.Value{capability.BytesValue(fresh)}},
		"copy":        {"fs.copy", with{"replace": truth(true), "preserve": truth(true)}, nil},
		"copy a tree": {"fs.copy", with{"recursive": truth(true)}, nil},
		"make a dir":  {"fs.make_dir", nil, nil},
		"extract":     {"fs.extract", nil, nil},
		"decompress":  {"fs.decompress", with{"replace": truth(true)}, nil},
		"move":        {"fs.move", with{"replace": truth(true)}, nil},
	}
	for name, c := range operations {
		t.Run(name, func(t *testing.T) {
			withFaults(t, func(in *injector) {
				world := func() string {
					dir := folderWith(t, "src", fresh, "tree/a", "a", "tree/b/c", "c", "gz", gz, "tar", archive)
					switch name {
					case "create", "copy a tree", "make a dir", "extract":
					case "switch":
						ok(t, os.Symlink("old", dir+"/a"))
					default:
						put(t, dir+"/a", old)
					}
					return dir
				}
				act := func(dir string) error {
					b := newBench(t, Config{})
					defer b.machine.Close()
					args := append([]capability.Value{path(dir + "/a")}, c.more...)
					switch name {
					case "copy", "move":
						args = []capability.Value{path(dir + "/src"), path(dir + "/a")}
					case "extract":
						args = []capability.Value{path(dir + "/tar"), path(dir + "/a")}
					case "decompress":
						args = []capability.Value{path(dir + "/gz"), path(dir + "/a")}
					case "copy a tree":
						args = []capability.Value{path(dir + "/tree"), path(dir + "/a")}
					}
					_, err := b.do(c.op, c.named, args...)
					return err
				}
				in.each(t, world, act, func(dir string, err error, call uint32) {
					leftOldOrNew(t, dir, name, err, call, old, fresh)
				})
			})
		})
	}
}

// packedTree is the tree of the test as an archive.
func packedTree(t *testing.T) string {
	t.Helper()
	dir := folderWith(t, "tree/a", "a", "tree/b/c", "c")
	b := newBench(t, Config{})
	b.must("fs.archive", nil, path(dir+"/tree"), path(dir+"/x.tar"))
	return content(t, dir+"/x.tar")
}

func leftOldOrNew(t *testing.T, dir, name string, err error, call uint32, old, fresh string) {
	t.Helper()
	var fault *capability.Error
	if err != nil && !errors.As(err, &fault) {
		t.Errorf("with call %d failing: %v", call, err)
	}
	var state string
	switch to, e := os.Readlink(dir + "/a"); {
	case e == nil:
		state = to
	case !there(dir + "/a"):
		state = "none"
	case name == "make a dir":
		state = "mixed"
		if mode(t, dir+"/a") == 0o755 {
			state = "new"
		}
	case name == "copy a tree" || name == "extract":
		state = "mixed"
		if there(dir+"/a/a") && there(dir+"/a/b/c") && content(t, dir+"/a/a")+content(t, dir+"/a/b/c") == "ac" {
			state = "new"
		}
	default:
		switch content(t, dir+"/a") {
		case old:
			state = "old"
		case fresh, strings.ReplaceAll(old, "old", "new"):
			state = "new"
		default:
			state = "mixed"
		}
	}
	before := "old"
	if name == "create" || name == "copy a tree" || name == "make a dir" || name == "extract" {
		before = "none"
	}
	if state != "new" && (state != before || err == nil) {
		t.Errorf("with call %d failing (%v): %s", call, err, state)
	}
	for _, e := range mustReadDir(t, dir) {
		if !slices.Contains([]string{"a", "src", "tree", "gz", "tar"}, e) && call != unix.SYS_UNLINKAT {
			t.Errorf("with call %d failing (%v): %s is left", call, err, e)
		}
	}
	if name == "move" && state == "old" && content(t, dir+"/src") != fresh {
		t.Errorf("with call %d failing, what was to be moved is lost", call)
	}
}
