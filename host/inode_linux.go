package host

import (
	"golang.org/x/sys/unix"

	"rex/capability"
)

// ownFile gives the regular file that the call names, opened for writing. It
// changes under all of its names, so one that has several must be meant.
func (c *call) ownFile() (*file, error) {
	p, err := handle[*place](c, "path")
	if err != nil {
		return nil, err
	}
	if isLink(&p.st) {
		return nil, faultf(capability.WrongKind, "%s is a symbolic link, which is not followed when writing; name what it points to", show(p.path))
	}
	if err := c.oneName(p.path, &p.st); err != nil {
		return nil, err
	}
	return c.openRegular(p, unix.O_WRONLY)
}

// truncateFile does fs.truncate.
func truncateFile(c *call) (capability.Value, error) {
	return nil, c.resize("cut", unix.Ftruncate)
}

// allocateFile does fs.allocate.
func allocateFile(c *call) (capability.Value, error) {
	if c.int("size") == 0 {
		return nil, faultf(capability.Range, "size is 0: there is nothing to allocate")
	}
	return nil, c.resize("allocate room for", func(fd int, size int64) error {
		return unix.Fallocate(fd, 0, 0, size)
	})
}

// resize does something about a file's size. What it gains is charged, also
// where the file system stores no zeros.
func (c *call) resize(doing string, do func(fd int, size int64) error) error {
	if err := c.atLeastZero("size"); err != nil {
		return err
	}
	f, err := c.ownFile()
	if err != nil {
		return err
	}
	defer f.Close()
	if err := c.grant.Meter().Written(max(0, c.int("size")-f.st.Size)); err != nil {
		return err
	}
	if err := do(f.fd, c.int("size")); err != nil {
		return cant(doing, f.path, err)
	}
	return nil
}

// touchFile does fs.touch.
func touchFile(c *call) (capability.Value, error) {
	out, err := c.output("path")
	if err != nil {
		return nil, err
	}
	p := out.p
	times := []unix.Timespec{{Nsec: unix.UTIME_OMIT}, {Nsec: unix.UTIME_NOW}}
	if at, ok := c.optional("modified"); ok {
		times[1] = unix.NsecToTimespec(at)
	}
	if p.missing {
		out.fill = func(fd int) error { return setTimes(out.proc, fd, times) }
		return nil, out.put()
	}
	if isLink(&p.st) || !isRegular(&p.st) {
		return nil, faultf(capability.WrongKind, "%s is %s, not a file", show(p.path), article(&p.st))
	}
	if err := setTimes(out.proc, p.fd, times); err != nil {
		return nil, cant("set the time of", p.path, err)
	}
	return nil, nil
}

func setTimes(proc *procfs, fd int, times []unix.Timespec) error {
	return unix.UtimesNanoAt(unix.AT_FDCWD, proc.path(fd), times, 0)
}

// setAttribute does fs.set_xattr.
func setAttribute(c *call) (capability.Value, error) {
	p, proc, err := c.attributed()
	if err != nil {
		return nil, err
	}
	if err := c.oneName(p.path, &p.st); err != nil {
		return nil, err
	}
	if err := unix.Setxattr(proc.path(p.fd), c.text("name"), []byte(c.text("value")), 0); err != nil {
		return nil, cant("set the attribute "+show(c.text("name"))+" of", p.path, err)
	}
	return nil, nil
}

// getAttribute does fs.get_xattr.
func getAttribute(c *call) (capability.Value, error) {
	p, proc, err := c.attributed()
	if err != nil {
		return nil, err
	}
	value := make([]byte, 64<<10) // the kernel's bound
	n, err := unix.Getxattr(proc.path(p.fd), c.text("name"), value)
	if err == unix.ENODATA {
		return nil, nil
	}
	if err != nil {
		return nil, cant("read the attribute "+show(c.text("name"))+" of", p.path, err)
	}
	return capability.BytesValue(value[:n]), nil
}

// attributed is what an operation on extended attributes is about. A device or
// its like has none that matter here, and a link is not followed.
func (c *call) attributed() (*place, *procfs, error) {
	p, err := handle[*place](c, "path")
	if err != nil {
		return nil, nil, err
	}
	if !isRegular(&p.st) && !isDir(&p.st) {
		return nil, nil, faultf(capability.WrongKind, "%s is %s, neither file nor folder", show(p.path), article(&p.st))
	}
	proc, err := c.system()
	return p, proc, err
}
