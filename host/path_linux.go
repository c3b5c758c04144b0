package host

import (
	"errors"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"rex/capability"
)

const (
	openTries = 128 // openat2 gives EAGAIN when a rename is going on
	maxLinks  = 40  // as the kernel
)

// platform is what a Machine holds of Linux.
type platform struct {
	once  sync.Once
	proc  *procfs
	err   error // why there is none
	temps temps
}

// procfs is the kernel's procfs, opened once and known to be genuine. fds is
// the folder of this process's own descriptors: what is opened again or named
// through it is the handle and nothing else.
type procfs struct {
	root, fds int
	boot      func() (int64, error) // see process_linux.go
}

// system gives the genuine procfs and makes sure of openat2, once.
func (m *Machine) system() (*procfs, error) {
	m.once.Do(func() { m.proc, m.err = openProcfs() })
	return m.proc, m.err
}

func (m *Machine) closeSystem() error {
	m.temps.remove()
	m.once.Do(func() {})
	if m.proc != nil {
		unix.Close(m.proc.fds)
		unix.Close(m.proc.root)
	}
	m.proc, m.err = nil, faultf(capability.IO, "the machine is closed")
	return nil
}

func openProcfs() (*procfs, error) {
	root, err := openat2(unix.AT_FDCWD, "/proc", unix.O_PATH|unix.O_DIRECTORY, unix.RESOLVE_NO_SYMLINKS)
	switch {
	case errors.Is(err, unix.ENOSYS), errors.Is(err, unix.EPERM):
		return nil, faultf(capability.Unsupported, "this kernel, or what confines this process, has no openat2 (Linux 5.6): files can't be opened safely")
	case err != nil:
		return nil, faultf(capability.Unsupported, "can't open /proc: %s; files can't be opened safely without it", err)
	}
	if !genuine(root) {
		unix.Close(root)
		return nil, faultf(capability.Unsupported, "what is mounted at /proc is not the kernel's procfs; files can't be opened safely without it")
	}
	fds, err := openat2(root, "self/fd", unix.O_PATH|unix.O_DIRECTORY, unix.RESOLVE_BENEATH|unix.RESOLVE_NO_XDEV)
	if err != nil {
		unix.Close(root)
		return nil, faultf(capability.Unsupported, "can't open /proc/self/fd: %s; something may be mounted over it", err)
	}
	p := &procfs{root: root, fds: fds}
	p.boot = sync.OnceValues(p.readBoot)
	return p, nil
}

// procRoot is the inode of the root of every procfs.
const procRoot = 1

func genuine(fd int) bool {
	var fs unix.Statfs_t
	var st unix.Stat_t
	return unix.Fstatfs(fd, &fs) == nil && fs.Type == unix.PROC_SUPER_MAGIC &&
		unix.Fstat(fd, &st) == nil && st.Ino == procRoot
}

// openat2 opens a name for a handle; links of /proc that stand for open files
// are never followed.
func openat2(dir int, path string, flags, resolve uint64) (int, error) {
	how := unix.OpenHow{Flags: flags | unix.O_CLOEXEC, Resolve: resolve | unix.RESOLVE_NO_MAGICLINKS}
	for range openTries {
		fd, err := unix.Openat2(dir, path, &how)
		if err != unix.EAGAIN && err != unix.EINTR {
			return fd, err
		}
	}
	return -1, unix.EBUSY
}

// reopen opens the inode behind a handle with final flags. O_NONBLOCK keeps
// what is not an ordinary file from blocking.
func (p *procfs) reopen(fd int, flags int) (int, error) {
	for {
		n, err := unix.Openat(p.fds, strconv.Itoa(fd), flags|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
		if err != unix.EINTR {
			return n, err
		}
	}
}

// path is a name by which the kernel itself finds the handle again.
func (p *procfs) path(fd int) string { return "/proc/self/fd/" + strconv.Itoa(fd) }

// deleted is what the kernel adds to the name of what was unlinked.
const deleted = " (deleted)"

// canonical is the path of a handle without links.
func (p *procfs) canonical(fd int) (string, error) {
	name, err := readLink(p.fds, strconv.Itoa(fd))
	if err != nil {
		return "", err
	}
	if strings.HasSuffix(name, deleted) && !sameInode(fd, name) {
		return "", unix.ENOENT
	}
	if why := capability.CheckPath(name); why != "" {
		return "", faultf(capability.WrongKind, "its path can't be told from here: %s", show(name))
	}
	return name, nil
}

// sameInode reports whether the path leads to what the handle is.
func sameInode(fd int, path string) bool {
	var a, b unix.Stat_t
	return unix.Fstat(fd, &a) == nil && unix.Fstatat(unix.AT_FDCWD, path, &b, unix.AT_SYMLINK_NOFOLLOW) == nil && same(&a, &b)
}

func same(a, b *unix.Stat_t) bool { return a.Dev == b.Dev && a.Ino == b.Ino }

// readLink reads a link below a handle; "" is the handle itself.
func readLink(dir int, name string) (string, error) {
	var buf [capability.MaxPath + 1 + len(deleted)]byte
	n, err := unix.Readlinkat(dir, name, buf[:])
	if err != nil {
		return "", err
	}
	if n == len(buf) {
		return "", unix.ENAMETOOLONG
	}
	return string(buf[:n]), nil
}

// settle follows a name that could not be opened as far as it goes, and gives
// the name without links of what it would be: the part that exists, then the
// rest as written. So a name behind a link is asked as what it stands for, and
// the answer reveals nothing that is not permitted.
func settle(path string) string {
	s := settling{todo: strings.Split(path[1:], "/")}
	defer s.close()
	for len(s.todo) > 0 && s.step() {
	}
	rest := strings.Join(s.todo, "/")
	clean, why := capability.CleanPath("/" + strings.Join(append(s.done, rest), "/"))
	if why != "" {
		return path
	}
	return clean
}

// settling is a walk over the components of a path. opened[i] is the handle
// of the folder that the first i components lead to; the root is not kept.
type settling struct {
	done   []string
	todo   []string
	opened []int
	links  int
}

func (s *settling) close() { s.up(len(s.opened)) }

// up leaves n folders.
func (s *settling) up(n int) {
	for range n {
		last := len(s.opened) - 1
		unix.Close(s.opened[last])
		s.opened, s.done = s.opened[:last], s.done[:last]
	}
}

// step takes one component; false when it leads no further.
func (s *settling) step() bool {
	c := s.todo[0]
	switch c {
	case "", ".":
		s.todo = s.todo[1:]
		return true
	case "..":
		s.todo = s.todo[1:]
		s.up(min(1, len(s.opened)))
		return true
	}
	dir, name := unix.AT_FDCWD, "/"+c
	if n := len(s.opened); n > 0 {
		dir, name = s.opened[n-1], c
	}
	fd, err := openat2(dir, name, unix.O_PATH|unix.O_NOFOLLOW, 0)
	if err != nil || len(s.done) > capability.MaxPath/2 {
		return false
	}
	target, err := readLink(fd, "")
	if err != nil { // no link
		s.todo, s.done, s.opened = s.todo[1:], append(s.done, c), append(s.opened, fd)
		return true
	}
	unix.Close(fd)
	if s.links++; s.links > maxLinks || target == "" {
		return false
	}
	if target[0] == '/' {
		s.up(len(s.opened))
	}
	s.todo = append(strings.Split(target, "/"), s.todo[1:]...)
	return true
}
