package host

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"rex/capability"
	"rex/policy"
)

// Bounds of a walk: what lies beyond them fails with too_large.
const (
	maxEntries = 200_000 // in a result, and names of one folder
	maxVisited = 2_000_000
	maxDepth   = 512 // folders open at once
)

// folder is an opened folder on a walk.
type folder struct {
	fd        int    // to read from and to look below
	path      string // by the name as written
	canonical string // without links
}

func (f *folder) close() { unix.Close(f.fd) }

// child is the name of an entry, as written and without links.
func (f *folder) child(name string) (path, canonical string) {
	return capability.JoinPath(f.path, name), capability.JoinPath(f.canonical, name)
}

// folderOf opens the folder that the call resolved, for reading.
func (c *call) folderOf(param string) (*folder, error) {
	p, err := handle[*place](c, param)
	if err != nil {
		return nil, err
	}
	if !isDir(&p.st) {
		return nil, faultf(capability.WrongKind, "%s is %s, not a folder", show(p.path), article(&p.st))
	}
	return c.openFolder(p.fd, p.path, p.name)
}

func (m *Machine) openFolder(fd int, path, canonical string) (*folder, error) {
	proc, err := m.system()
	if err != nil {
		return nil, err
	}
	n, err := proc.reopen(fd, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return nil, cant("read the folder", path, err)
	}
	return &folder{fd: n, path: path, canonical: canonical}, nil
}

// names reads the names of the entries, sorted. It never looks one up.
func (f *folder) names(ctx context.Context) ([]string, error) {
	var out []string
	buf := make([]byte, 64<<10)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := unix.Getdents(f.fd, buf)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return nil, cant("read the folder", f.path, err)
		}
		if n == 0 {
			slices.Sort(out)
			return out, nil
		}
		if out = appendNames(out, buf[:n]); len(out) > maxEntries {
			return nil, faultf(capability.TooLarge, "%s has more than %d entries", show(f.path), maxEntries)
		}
	}
}

// A linux_dirent64 is an inode and an offset of 8 bytes each, the record's
// length in 2, a type in 1, and the name up to a NUL.
const (
	direntLength = 16
	direntName   = 19
)

func appendNames(out []string, buf []byte) []string {
	for len(buf) >= direntName {
		size := int(binary.NativeEndian.Uint16(buf[direntLength:]))
		if size < direntName || size > len(buf) {
			break
		}
		name := string(buf[direntName:size])
		if i := strings.IndexByte(name, 0); i >= 0 {
			name = name[:i]
		}
		if capability.CheckComponent(name) == "" { // not . and ..
			out = append(out, name)
		}
		buf = buf[size:]
	}
	return out
}

// seen is an entry that was looked at, by the folder's handle and its name.
type seen struct {
	name, path, canonical string
	st                    unix.Stat_t
}

// look finds out what an entry is; false when it is gone already.
func (f *folder) look(name string) (*seen, bool, error) {
	e := &seen{name: name}
	e.path, e.canonical = f.child(name)
	if len(e.path) > capability.MaxPath {
		return nil, false, faultf(capability.TooLarge, "the path of an entry of %s is longer than 4095 bytes", show(f.path))
	}
	err := unix.Fstatat(f.fd, name, &e.st, unix.AT_SYMLINK_NOFOLLOW)
	if err == unix.ENOENT {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, cant("look at", e.path, err)
	}
	return e, true, nil
}

// permitsEntry asks about an entry that was looked at.
func (c *call) permitsEntry(action string, f *folder, e *seen) (bool, error) {
	t := policy.Target{
		Canonical: differing(e.canonical, e.path), Parent: capability.ParentPath(e.canonical),
		Facts: c.facts(&e.st),
	}
	var err error
	if t.Facts.Mount, err = c.mount(c.grant.Want(), f.fd, e.name, e.path); err != nil {
		return false, err
	}
	return c.permits(action, e.path, t)
}

// record is the entry as a value; false when it is gone already.
func (m *Machine) record(f *folder, e *seen) (*capability.Record, bool, error) {
	target, err := linkTarget(f.fd, e.name, &e.st)
	if err == unix.ENOENT || err == unix.EINVAL { // another thing by now
		return nil, false, nil
	}
	if err != nil {
		return nil, false, cant("read the link", e.path, err)
	}
	r := capability.NewRecord(capability.EntryType)
	m.describe(r, e.path, &e.st, target)
	return r, true, nil
}
