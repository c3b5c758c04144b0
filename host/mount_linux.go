package host

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"rex/capability"
	"rex/policy"
)

// What is mounted over a folder is found under the folder's names, whatever
// it was called before: a name does not tell what a mount has put there. The
// fact does, for policies that read it: where the file system that holds a
// file is mounted.

// maxMounts bounds the kernel's table of mounts.
const maxMounts = 16 << 20

// mount finds the fact of what an opened folder has under a name; with the
// name "" of what is opened itself. nil when no policy reads it.
func (m *Machine) mount(want policy.Want, fd int, name, path string) (*string, error) {
	if !want.Mount {
		return nil, nil
	}
	proc, err := m.system()
	if err != nil {
		return nil, err
	}
	var st unix.Statx_t
	flags := unix.AT_EMPTY_PATH | unix.AT_SYMLINK_NOFOLLOW | unix.AT_NO_AUTOMOUNT | unix.AT_STATX_DONT_SYNC
	if err := unix.Statx(fd, name, flags, unix.STATX_MNT_ID, &st); err != nil {
		return nil, cant("look at", path, err)
	}
	if st.Mask&unix.STATX_MNT_ID == 0 {
		return nil, faultf(capability.Unsupported, "this kernel does not tell what is mounted (Linux 5.8), and a policy wants to know")
	}
	table, err := proc.mounts()
	if err != nil {
		return nil, cant("read the table of mounts for", path, err)
	}
	at, ok := mountPoint(table, st.Mnt_id)
	if !ok {
		return nil, faultf(capability.IO, "what is mounted at %s can't be told from here", show(path))
	}
	return &at, nil
}

// mounts is the kernel's table of mounts, as this thread sees them.
func (p *procfs) mounts() (string, error) {
	thread, err := readLink(p.root, "thread-self")
	if err != nil {
		return "", err
	}
	return p.read(p.root, thread+"/mountinfo", maxMounts)
}

// mountPoint finds a mount in the kernel's table: a line has its number, its
// parent's, the device, what of it is mounted, and where.
func mountPoint(table string, id uint64) (string, bool) {
	want := strconv.FormatUint(id, 10)
	for line := range strings.Lines(table) {
		if fields := strings.Fields(line); len(fields) > 4 && fields[0] == want {
			at := unescaped(fields[4])
			return at, capability.CheckPath(at) == ""
		}
	}
	return "", false
}

// unescaped reads \040 and its like, which the kernel writes for white space
// and backslashes.
func unescaped(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
