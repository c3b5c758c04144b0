package host

import (
	"errors"

	"golang.org/x/sys/unix"

	"rex/capability"
)

const (
	newFile   = 0o644
	newFolder = 0o755
)

// writing is one fs.write.
type writing struct {
	*call
	proc *procfs
	p    *place
	data string
	mode *uint32 // as asked for, nil when it was not
}

func writeFile(c *call) (capability.Value, error) {
	mode, err := c.mode("permissions")
	if err != nil {
		return nil, err
	}
	p, err := handle[*place](c, "path")
	if err != nil {
		return nil, err
	}
	proc, err := c.system()
	if err != nil {
		return nil, err
	}
	w := &writing{call: c, proc: proc, p: p, data: c.text("data"), mode: mode}
	if err := w.check(); err != nil {
		return nil, err
	}
	if err := c.grant.Meter().Written(int64(len(w.data))); err != nil {
		return nil, err
	}
	switch {
	case p.missing:
		return nil, w.create()
	case c.text("how") == "append":
		return nil, w.append()
	case c.bool("in_place"):
		return nil, w.overwrite()
	}
	return nil, w.replace()
}

// mode reads an option that holds permissions, nil when it is not given.
func (c *call) mode(name string) (*uint32, error) {
	n, given := c.optional(name)
	if !given {
		return nil, nil
	}
	if n < 0 || n > 0o7777 {
		return nil, faultf(capability.Invalid, "%s is no mode: %#o; the largest is 0o7777", name, n)
	}
	mode := uint32(n)
	return &mode, nil
}

// check refuses what can't be written as asked before anything is touched.
func (w *writing) check() error {
	p := w.p
	switch {
	case p.missing:
		return nil
	case isLink(&p.st):
		return faultf(capability.WrongKind, "%s is a symbolic link, which is not followed when writing; write to what it points to", show(p.path))
	case !isRegular(&p.st):
		return faultf(capability.WrongKind, "%s is %s, not a file", show(p.path), article(&p.st))
	case w.text("how") == "create":
		return faultf(capability.Exists, "%s is there already", show(p.path))
	case p.st.Nlink > 1 && !w.bool("in_place"):
		return faultf(capability.Invalid, "%s has %d hard links, so writing changes it under other names too; in_place: true says that this is meant", show(p.path), p.st.Nlink)
	}
	return nil
}

// create makes the file with its whole content or leaves nothing.
func (w *writing) create() error {
	s, err := stage(w.ctx, w.proc, w.p.dir, w.data)
	if err != nil {
		return w.failed("write", err)
	}
	defer s.drop()
	mode := uint32(newFile)
	if w.mode != nil {
		mode = *w.mode
	}
	if err := unix.Fchmod(s.fd, mode); err != nil {
		return w.failed("set the permissions of", err)
	}
	if err := unix.Fsync(s.fd); err != nil {
		return w.failed("write", err)
	}
	if err := s.create(w.p.base); err != nil {
		return w.failed("create", err)
	}
	return w.failed("write", syncFolder(w.proc, w.p.dir))
}

// replace writes a new file beside the old one and lets it take its name.
func (w *writing) replace() error {
	s, err := stage(w.ctx, w.proc, w.p.dir, w.data)
	if err != nil {
		return w.notReplaced(err)
	}
	defer s.drop()
	if what, err := keep(s.fd, w.proc.path(w.p.fd), &w.p.st); err != nil {
		return w.failed("keep "+what+" of", err)
	}
	if w.mode != nil {
		if err := unix.Fchmod(s.fd, *w.mode); err != nil {
			return w.failed("set the permissions of", err)
		}
	}
	if err := unix.Fsync(s.fd); err != nil {
		return w.failed("write", err)
	}
	if err := s.replace(w.p.base, &w.p.st); err != nil {
		return w.notReplaced(err)
	}
	return w.failed("write", syncFolder(w.proc, w.p.dir))
}

// notReplaced tells of the other way where the folder may not be changed, or
// the file is one that is mounted.
func (w *writing) notReplaced(err error) error {
	if errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) || errors.Is(err, unix.EBUSY) {
		kind, why := explain(err)
		return faultf(kind, "can't put a new file in the place of %s: %s; in_place: true writes to the file itself", show(w.p.path), why)
	}
	return w.failed("replace", err)
}

// append adds at the end, wherever that is by then.
func (w *writing) append() error {
	f, err := w.openRegular(w.p, unix.O_WRONLY|unix.O_APPEND)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := writeAll(w.ctx, f.fd, w.data); err != nil {
		return w.failed("append to", err)
	}
	return w.setMode(f)
}

// overwrite changes the content of the file itself, for all of its names. The
// new content is written over the old before the rest is cut off, so that a
// full disk is noticed while most of it is still there.
func (w *writing) overwrite() error {
	f, err := w.openRegular(w.p, unix.O_WRONLY)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := writeAll(w.ctx, f.fd, w.data); err != nil {
		return w.failed("write", err)
	}
	if err := unix.Ftruncate(f.fd, int64(len(w.data))); err != nil {
		return w.failed("write", err)
	}
	if err := w.setMode(f); err != nil {
		return err
	}
	return w.failed("write", unix.Fsync(f.fd))
}

func (w *writing) setMode(f *file) error {
	if w.mode == nil {
		return nil
	}
	return w.failed("set the permissions of", unix.Fchmod(f.fd, *w.mode))
}

// failed names the file in an error of the system; nil stays nil.
func (w *writing) failed(doing string, err error) error {
	if err == nil || isCancelled(err) {
		return err
	}
	return cant(doing, w.p.path, err)
}
