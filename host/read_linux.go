package host

import (
	"context"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"rex/capability"
)

// file is a regular file opened for its content. It is read at offsets, so
// that readers share no position.
type file struct {
	fd   int
	path string
	st   unix.Stat_t
}

// content opens the file that the call resolved, for reading. Only a regular
// file has content: a FIFO, a device or a socket is refused without opening it.
func (c *call) content(param string) (*file, error) {
	p, err := handle[*place](c, param)
	if err != nil {
		return nil, err
	}
	f, err := c.openRegular(p, unix.O_RDONLY)
	if err != nil {
		return nil, err
	}
	if was, ok := c.value("same_as").(*capability.Record); ok && !sameAs(&f.st, was) {
		f.Close()
		return nil, faultf(capability.Invalid, "%s is not the file it was: another one has its name now", show(p.path))
	}
	return f, nil
}

// sameAs reports whether an inode is the one that fs.stat told of.
func sameAs(st *unix.Stat_t, was *capability.Record) bool {
	return capability.ScalarBits(was.Lookup("inode")) == st.Ino && capability.ScalarBits(was.Lookup("device")) == uint64(st.Dev)
}

func (m *Machine) openRegular(p *place, flags int) (*file, error) {
	if !isRegular(&p.st) {
		return nil, faultf(capability.WrongKind, "%s is %s, not a file", show(p.path), article(&p.st))
	}
	proc, err := m.system()
	if err != nil {
		return nil, err
	}
	fd, err := proc.reopen(p.fd, flags)
	if err != nil {
		return nil, cant("open", p.path, err)
	}
	f := &file{fd: fd, path: p.path}
	if err := unix.Fstat(fd, &f.st); err != nil {
		f.Close()
		return nil, cant("look at", p.path, err)
	}
	if !same(&f.st, &p.st) {
		f.Close()
		return nil, faultf(capability.IO, "%s became another file while it was opened", show(p.path))
	}
	return f, nil
}

func (f *file) Close() error {
	if f.fd < 0 {
		return nil
	}
	fd := f.fd
	f.fd = -1
	return unix.Close(fd)
}

// readAt reads some bytes at off; none is the end.
func (f *file) readAt(buf []byte, off int64) (int, error) {
	if f.fd < 0 {
		return 0, faultf(capability.IO, "%s was closed", show(f.path))
	}
	for {
		n, err := unix.Pread(f.fd, buf, off)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return 0, cant("read", f.path, err)
		}
		return n, nil
	}
}

// chunk is how much is read between two looks at the context.
const chunk = 256 << 10

// readUpTo reads from off until the end or until it has most bytes, and tells
// whether there is more.
func (f *file) readUpTo(ctx context.Context, off, most int64) (data []byte, more bool, err error) {
	data = make([]byte, 0, min(most, max(f.st.Size-off, 512))+1)
	for int64(len(data)) <= most {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		room := min(int64(cap(data)-len(data)), most+1-int64(len(data)), chunk)
		n, err := f.readAt(data[len(data):int64(len(data))+room], off+int64(len(data)))
		if err != nil {
			return nil, false, err
		}
		if n == 0 {
			return data, false, nil
		}
		data = data[:len(data)+n]
	}
	return data[:most], true, nil
}

// readContent does what fs.read and fs.read_bytes share.
func readContent(c *call) (data []byte, cut bool, err error) {
	if err := c.atLeastZero("offset", "limit", "max"); err != nil {
		return nil, false, err
	}
	f, err := c.content("path")
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	meter := c.grant.Meter()
	most := min(c.int("max"), meter.ReadLimit())
	limit, limited := c.optional("limit")
	if limited && limit <= most {
		return f.readUpTo(c.ctx, c.int("offset"), limit)
	}
	data, more, err := f.readUpTo(c.ctx, c.int("offset"), most)
	switch {
	case err != nil:
		return nil, false, err
	case more && most < c.int("max"):
		return nil, false, meter.TooLarge()
	case more:
		return nil, false, faultf(capability.TooLarge, "%s has more than %d bytes; max allows more, limit reads a part", show(f.path), most)
	}
	return data, false, nil
}

func readBytes(c *call) (capability.Value, error) {
	data, _, err := readContent(c)
	if err != nil {
		return nil, err
	}
	return capability.BytesValue(data), nil
}

func readText(c *call) (capability.Value, error) {
	data, cut, err := readContent(c)
	if err != nil {
		return nil, err
	}
	if cut {
		data = trimCutRune(data)
	}
	if at := invalidAt(data); at >= 0 {
		return nil, faultf(capability.Invalid, "%s is not UTF-8 at byte %d; fs.read_bytes reads it as it is", show(c.text("path")), c.int("offset")+int64(at))
	}
	return capability.StringValue(data), nil
}

// trimCutRune drops the beginning of a code point that a limit cut through, so
// that reading goes on right behind what was given.
func trimCutRune(b []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			return b
		}
	}
	return b
}

// invalidAt finds the first byte that is not UTF-8, -1 when there is none.
func invalidAt(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}
