package host

import (
	"strings"

	"golang.org/x/sys/unix"
)

// keep gives the file fd the owner, mode, labels and other extended attributes
// of the file old, which is reached by path. It fails when one can't be kept.
func keep(fd int, path string, old *unix.Stat_t) (what string, err error) {
	var now unix.Stat_t
	if err := unix.Fstat(fd, &now); err != nil {
		return "the owner", err
	}
	if now.Uid != old.Uid || now.Gid != old.Gid {
		if err := unix.Fchown(fd, int(old.Uid), int(old.Gid)); err != nil {
			return "the owner", err
		}
	}
	if err := unix.Fchmod(fd, permissions(old)); err != nil {
		return "the permissions", err
	}
	names, err := attributes(path)
	if err != nil {
		return "the extended attributes", err
	}
	for _, name := range names {
		if err := keepAttribute(fd, path, name); err != nil {
			return "the attribute " + name, err
		}
	}
	return "", nil
}

// attributes lists the names of extended attributes; none where there are none.
func attributes(path string) ([]string, error) {
	n, err := unix.Listxattr(path, nil)
	if err == unix.EOPNOTSUPP || err == nil && n == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	buf := make([]byte, n)
	if n, err = unix.Listxattr(path, buf); err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(buf[:n]), "\x00"), "\x00"), nil
}

func keepAttribute(fd int, path, name string) error {
	n, err := unix.Getxattr(path, name, nil)
	if err == unix.ENODATA {
		return nil
	}
	if err != nil {
		return err
	}
	value := make([]byte, n)
	if n, err = unix.Getxattr(path, name, value); err != nil {
		return err
	}
	have := make([]byte, len(value)+1)
	if m, err := unix.Fgetxattr(fd, name, have); err == nil && string(have[:m]) == string(value[:n]) {
		return nil // as a label that the folder gives
	}
	return unix.Fsetxattr(fd, name, value[:n], 0)
}
