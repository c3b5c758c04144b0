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

// output is a file that an operation puts in its place: it appears with its
// whole content, or what was there stays.
type output struct {
	*call
	proc      *procfs
	p         *place
	fill      func(fd int) error // writes the content
	finish    func(fd int) error // what else is set before it appears; may be nil
	mode      *uint32            // as asked for, nil when it was not
	replaces  bool               // a file that is there
	hardLinks bool               // also one with several names
}

// writing is one fs.write.
type writing struct {
	output
	data string
}

func writeFile(c *call) (capability.Value, error) {
	mode, err := c.mode("permissions")
	if err != nil {
		return nil, err
	}
	out, err := c.output("path")
	if err != nil {
		return nil, err
	}
	w := &writing{output: *out, data: c.text("data")}
	w.mode, w.replaces, w.hardLinks = mode, c.text("how") != "create", c.bool("in_place")
	w.fill = func(fd int) error { return writeAll(c.ctx, fd, w.data) }
	if err := w.check(); err != nil {
		return nil, err
	}
	if err := c.grant.Meter().Written(int64(len(w.data))); err != nil {
		return nil, err
	}
	switch {
	case w.p.missing:
		return nil, w.create()
	case c.text("how") == "append":
		return nil, w.append()
	case c.bool("in_place"):
		return nil, w.overwrite()
	}
	return nil, w.replace()
}

// output is the file that a parameter names.
func (c *call) output(param string) (*output, error) {
	p, err := handle[*place](c, param)
	if err != nil {
		return nil, err
	}
	proc, err := c.system()
	if err != nil {
		return nil, err
	}
	return &output{call: c, proc: proc, p: p}, nil
}

// put makes the file or replaces the one that is there.
func (w *output) put() error {
	if err := w.check(); err != nil {
		return err
	}
	if w.p.missing {
		return w.create()
	}
	return w.replace()
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
func (w *output) check() error {
	p := w.p
	switch {
	case p.missing:
		return nil
	case isLink(&p.st):
		return faultf(capability.WrongKind, "%s is a symbolic link, which is not followed when writing; write to what it points to", show(p.path))
	case !isRegular(&p.st):
		return faultf(capability.WrongKind, "%s is %s, not a file", show(p.path), article(&p.st))
	case !w.replaces:
		return faultf(capability.Exists, "%s is there already", show(p.path))
	case p.st.Nlink > 1 && !w.hardLinks:
		return w.severalLinks(p.path, &p.st)
	}
	return nil
}

// severalLinks is the failure of changing a file that has other names, which
// were not asked about. It names the option that says that this is meant.
func (c *call) severalLinks(path string, st *unix.Stat_t) error {
	hint := ""
	for _, option := range []string{"in_place", "hard_links"} {
		if c.op.Param(option) >= 0 {
			hint = "; " + option + ": true says that this is meant"
		}
	}
	return faultf(capability.Invalid, "%s has %d hard links, so changing it changes it under other names too%s", show(path), st.Nlink, hint)
}

// create makes the file with its whole content or leaves nothing.
func (w *output) create() error {
	s, err := stage(w.proc, w.p.dir, w.fill)
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
	if err := w.ready(s.fd); err != nil {
		return err
	}
	if err := s.create(w.p.base); err != nil {
		return w.failed("create", err)
	}
	return w.failed("write", syncFolder(w.proc, w.p.dir))
}

// ready does what is left to do before the file appears.
func (w *output) ready(fd int) error {
	if w.finish != nil {
		if err := w.finish(fd); err != nil {
			return w.failed("write", err)
		}
	}
	return w.failed("write", unix.Fsync(fd))
}

// replace writes a new file beside the old one and lets it take its name.
func (w *output) replace() error {
	s, err := stage(w.proc, w.p.dir, w.fill)
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
	if err := w.ready(s.fd); err != nil {
		return err
	}
	if err := s.replace(w.p.base, &w.p.st); err != nil {
		return w.notReplaced(err)
	}
	return w.failed("write", syncFolder(w.proc, w.p.dir))
}

// notReplaced tells of the other way where the folder may not be changed, or
// the file is one that is mounted.
func (w *output) notReplaced(err error) error {
	if errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) || errors.Is(err, unix.EBUSY) {
		kind, why := explain(err)
		hint := ""
		if w.op.Param("in_place") >= 0 {
			hint = "; in_place: true writes to the file itself"
		}
		return faultf(kind, "can't put a new file in the place of %s: %s%s", show(w.p.path), why, hint)
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

func (w *output) setMode(f *file) error {
	if w.mode == nil {
		return nil
	}
	return w.failed("set the permissions of", unix.Fchmod(f.fd, *w.mode))
}

// failed names the file in an error of the system; nil stays nil.
func (w *output) failed(doing string, err error) error {
	var fault *capability.Error
	var limit *capability.LimitError
	if err == nil || isCancelled(err) || errors.As(err, &limit) || errors.As(err, &fault) && fault != errChanged {
		return err
	}
	return cant(doing, w.p.path, err)
}
