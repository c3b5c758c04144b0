package host

import (
	"time"

	"golang.org/x/sys/unix"

	"rex/capability"
	"rex/policy"
)

// entityOf is the Cedar type of what was found, "" when it is neither.
func entityOf(st *unix.Stat_t) string {
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		return "File"
	case unix.S_IFDIR:
		return "Dir"
	}
	return ""
}

// kindOf says exactly what was found, for policies.
func kindOf(st *unix.Stat_t) string {
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		return "file"
	case unix.S_IFDIR:
		return "dir"
	case unix.S_IFLNK:
		return "symlink"
	case unix.S_IFIFO:
		return "fifo"
	case unix.S_IFSOCK:
		return "socket"
	case unix.S_IFCHR:
		return "char_device"
	case unix.S_IFBLK:
		return "block_device"
	}
	return "other"
}

// kindWord is the same in the words of fs.stat.
func kindWord(st *unix.Stat_t) string {
	switch k := kindOf(st); k {
	case "file", "dir", "symlink":
		return k
	}
	return "other"
}

// article is how a message calls it.
func article(st *unix.Stat_t) string {
	switch kindOf(st) {
	case "file":
		return "a file"
	case "dir":
		return "a folder"
	case "symlink":
		return "a symbolic link"
	case "fifo":
		return "a FIFO"
	case "socket":
		return "a socket"
	case "char_device", "block_device":
		return "a device"
	}
	return "neither file nor folder"
}

func isRegular(st *unix.Stat_t) bool { return st.Mode&unix.S_IFMT == unix.S_IFREG }
func isDir(st *unix.Stat_t) bool     { return st.Mode&unix.S_IFMT == unix.S_IFDIR }
func isLink(st *unix.Stat_t) bool    { return st.Mode&unix.S_IFMT == unix.S_IFLNK }

// permissions are the low twelve bits: rwx for three, set-id and sticky.
func permissions(st *unix.Stat_t) uint32 { return st.Mode & 0o7777 }

// facts are what Cedar is told of a file.
func (m *Machine) facts(st *unix.Stat_t) policy.Facts {
	kind, owner, group := kindOf(st), m.names.user(st.Uid), m.names.group(st.Gid)
	mode, links, size := int64(permissions(st)), int64(st.Nlink), st.Size
	return policy.Facts{
		Type: entityOf(st), Kind: &kind, Owner: &owner, Group: &group,
		Mode: &mode, Links: &links, Size: &size,
	}
}

func timeValue(t unix.Timespec) capability.TimeValue {
	return capability.TimeValue(int64(t.Sec)*int64(time.Second) + int64(t.Nsec))
}
