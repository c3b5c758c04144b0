package host

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strconv"

	"golang.org/x/sys/unix"

	"rex/capability"
)

// staged is a new file with its whole content that has no name yet, or only a
// temporary one. It lies in the folder where it is going to be, so that giving
// it its name is one step.
type staged struct {
	proc *procfs
	dir  int
	fd   int
	temp string // "" while it has no name at all
}

// stage makes the file and lets fill write its content. Where the file system
// knows files without a name, nothing is left behind even when the machine
// stops in between.
func stage(proc *procfs, dir int, fill func(fd int) error) (*staged, error) {
	s := &staged{proc: proc, dir: dir}
	folder, err := proc.reopen(dir, unix.O_RDONLY|unix.O_DIRECTORY)
	if err == nil {
		s.fd, err = unix.Openat(folder, ".", unix.O_TMPFILE|unix.O_WRONLY|unix.O_CLOEXEC, 0o600)
		unix.Close(folder)
	}
	if err != nil {
		s.temp = tempName()
		s.fd, err = unix.Openat(dir, s.temp, unix.O_CREAT|unix.O_EXCL|unix.O_WRONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	}
	if err != nil {
		return nil, err
	}
	if err := fill(s.fd); err != nil {
		s.drop()
		return nil, err
	}
	return s, nil
}

func tempName() string {
	var b [8]byte
	rand.Read(b[:])
	return ".rex-" + hex.EncodeToString(b[:])
}

// writeAll writes everything, looking at the context between pieces.
func writeAll(ctx context.Context, fd int, data string) error {
	for len(data) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := unix.Write(fd, []byte(data[:min(len(data), 1<<20)]))
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// drop gives the file up.
func (s *staged) drop() {
	if s.temp != "" {
		unix.Unlinkat(s.dir, s.temp, 0)
	}
	if s.fd >= 0 {
		unix.Close(s.fd)
	}
}

// create gives it its name unless something has it.
func (s *staged) create(base string) error {
	if s.temp == "" {
		return s.link(base)
	}
	err := renameNew(s.dir, s.temp, s.dir, base)
	if err == nil {
		s.temp = ""
	}
	return err
}

func (s *staged) link(name string) error {
	return unix.Linkat(s.proc.fds, strconv.Itoa(s.fd), s.dir, name, unix.AT_SYMLINK_FOLLOW)
}

// renameNew renames without replacing. Where the file system can't do that in
// one step, a file is linked and unlinked.
func renameNew(fromDir int, from string, toDir int, to string) error {
	err := unix.Renameat2(fromDir, from, toDir, to, unix.RENAME_NOREPLACE)
	if err != unix.EINVAL && err != unix.ENOSYS {
		return err
	}
	if linked := unix.Linkat(fromDir, from, toDir, to, 0); linked != nil {
		if errors.Is(linked, unix.EEXIST) {
			return linked
		}
		return err
	}
	return unix.Unlinkat(fromDir, from, 0)
}

// errChanged tells that the name stands for another thing than the one that
// was asked about.
var errChanged = faultf(capability.Busy, "it was replaced by something else in the meantime; nothing was changed")

// replace gives it the name of old. The two change places and only then it is
// looked whether the other one is old indeed; if not, they change back.
func (s *staged) replace(base string, old *unix.Stat_t) error {
	if s.temp == "" {
		temp := tempName()
		if err := s.link(temp); err != nil {
			return err
		}
		s.temp = temp
	}
	err := unix.Renameat2(s.dir, s.temp, s.dir, base, unix.RENAME_EXCHANGE)
	if err == unix.EINVAL || err == unix.ENOSYS {
		return s.rename(base, old)
	}
	if err != nil {
		return err
	}
	if !isStill(s.dir, s.temp, old) {
		if err := unix.Renameat2(s.dir, s.temp, s.dir, base, unix.RENAME_EXCHANGE); err != nil {
			s.temp = "" // it holds what was there; never delete that
			return err
		}
		return errChanged
	}
	return nil // drop removes the temporary name, which is old's now
}

// rename is replace for file systems that can't exchange.
func (s *staged) rename(base string, old *unix.Stat_t) error {
	if !isStill(s.dir, base, old) {
		return errChanged
	}
	if err := unix.Renameat(s.dir, s.temp, s.dir, base); err != nil {
		return err
	}
	s.temp = ""
	return nil
}

// isStill reports whether a name in a folder stands for this inode.
func isStill(dir int, name string, was *unix.Stat_t) bool {
	var now unix.Stat_t
	return unix.Fstatat(dir, name, &now, unix.AT_SYMLINK_NOFOLLOW) == nil && same(&now, was)
}

// syncFolder makes a new name last.
func syncFolder(proc *procfs, dir int) error {
	fd, err := proc.reopen(dir, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.Fsync(fd)
}
