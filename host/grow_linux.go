package host

import (
	"context"

	"golang.org/x/sys/unix"

	"rex/capability"
	"rex/policy"
)

// grow makes a folder under a temporary name in dir and lets build fill it and
// give it its place. Whatever is left under that name afterwards is removed: a
// failure leaves nothing behind. As with cp and tar, the content of a tree is
// not forced to the disk: that would wait for all that others have written.
func (c *call) grow(proc *procfs, dir int, path string, build func(top int, temp string) error) error {
	temp := tempName()
	top, err := newFolderAt(dir, temp)
	if err != nil {
		return cant("make a folder for", path, err)
	}
	defer unix.Close(top)
	defer discard(dir, temp, top)
	if err := build(top, temp); err != nil {
		if fault, ok := err.(unix.Errno); ok {
			return cant("make", path, fault)
		}
		return err
	}
	return nil
}

// discard removes a folder that this run has made, with all below it, if the
// name still stands for it. Failures leave what can't be removed.
func discard(dir int, name string, top int) {
	var st unix.Stat_t
	if unix.Fstat(top, &st) != nil || !isStill(dir, name, &st) {
		return
	}
	empty(top, 0)
	unix.Unlinkat(dir, name, unix.AT_REMOVEDIR)
}

// empty removes what is in a folder, by handles and without following links.
func empty(dir int, depth int) {
	fd, err := unix.Openat(dir, ".", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil || depth > maxDepth {
		return
	}
	f := &folder{fd: fd}
	defer f.close()
	names, err := f.names(context.Background())
	if err != nil {
		return
	}
	for _, name := range names {
		below, err := openat2(fd, name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW, unix.RESOLVE_NO_XDEV)
		if err != nil {
			unix.Unlinkat(fd, name, 0)
			continue
		}
		empty(below, depth+1)
		unix.Close(below)
		unix.Unlinkat(fd, name, unix.AT_REMOVEDIR)
	}
}

// newFolderAt makes a folder and opens it; it must be the one that was made.
// What can't be opened does not stay.
func newFolderAt(dir int, name string) (int, error) {
	if err := unix.Mkdirat(dir, name, 0o700); err != nil {
		return -1, err
	}
	fd, err := unix.Openat(dir, name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	var st unix.Stat_t
	if err == nil {
		if err = unix.Fstat(fd, &st); err != nil {
			unix.Close(fd)
		}
	}
	if err != nil {
		unix.Unlinkat(dir, name, unix.AT_REMOVEDIR)
		return -1, err
	}
	if permissions(&st)&0o777 != 0o700 || int(st.Uid) != unix.Geteuid() {
		unix.Close(fd)
		return -1, errChanged
	}
	return fd, nil
}

// newFileAt makes a file that no one else can open until it is whole.
func newFileAt(dir int, name string) (int, error) {
	return unix.Openat(dir, name, unix.O_CREAT|unix.O_EXCL|unix.O_WRONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
}

// permitsNew asks about an entry that is going to be made below the place that
// the call's parameter to names; it lies on the file system that place is on.
func (c *call) permitsNew(at *folder, path, canonical, typ string) error {
	if why := capability.CheckPath(path); why != "" {
		return faultf(capability.Invalid, "the path %s %s", show(path), why)
	}
	t := policy.Target{
		Canonical: differing(canonical, path), Parent: at.canonical,
		Facts: policy.Facts{Missing: true, Type: typ, Mount: c.grant.Target("to").Facts.Mount},
	}
	actions := []string{"create", "write"}
	if typ == "Dir" {
		actions = actions[:1]
	}
	for _, action := range actions {
		ok, err := c.permits(action, path, t)
		if err != nil {
			return err
		}
		if !ok {
			return faultf(capability.Denied, "making %s is denied", show(path))
		}
	}
	return nil
}
