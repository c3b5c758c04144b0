package host

import (
	"compress/gzip"
	"io"

	"golang.org/x/sys/unix"

	"rex/capability"
)

// packed is the end of the name of what fs.compress makes.
const packed = ".gz"

// resolveCompress looks at the file and at the name beside it.
func resolveCompress(r *resolution) error {
	if err := r.entry("path", mustExist); err != nil {
		return err
	}
	return r.named("path"+packed, r.text("path")+packed, mayBeThere)
}

func resolveTwoNames(r *resolution) error {
	if err := r.entry("path", mustExist); err != nil {
		return err
	}
	return r.entry("to", mayBeThere)
}

// sink writes to a file, charging what it writes.
type sink struct {
	*call
	fd   int
	path string
}

func (s *sink) Write(data []byte) (int, error) {
	if err := s.grant.Meter().Written(int64(len(data))); err != nil {
		return 0, err
	}
	if err := writeAll(s.ctx, s.fd, string(data)); err != nil {
		if isCancelled(err) {
			return 0, err
		}
		return 0, cant("write", s.path, err)
	}
	return len(data), nil
}

// repack is what fs.compress and fs.decompress have in common: one file is
// read and another is written, in one step, from what did not change meanwhile.
func (c *call) repack(target string, write func(fd int, from *file) error) (capability.Value, error) {
	from, err := handle[*place](c, "path")
	if err != nil {
		return nil, err
	}
	out, err := c.output(target)
	if err != nil {
		return nil, err
	}
	out.replaces = c.bool("replace")
	if isLink(&from.st) {
		return nil, faultf(capability.WrongKind, "%s is a symbolic link; name what it points to", show(from.path))
	}
	if !out.p.missing && same(&from.st, &out.p.st) {
		return nil, faultf(capability.Invalid, "%s and %s are names of one file", show(from.path), show(out.p.path))
	}
	f, err := c.openRegular(from, unix.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var made unix.Stat_t
	out.fill = func(fd int) error { return write(fd, f) }
	out.finish = func(fd int) error {
		if err := c.preserve(out.proc, fd, f); err != nil {
			return err
		}
		if err := unix.Fstat(fd, &made); err != nil {
			return err
		}
		return unchanged(f.fd, &f.st)
	}
	if err := out.put(); err != nil {
		return nil, err
	}
	if c.bool("remove") {
		if err := remove(from.dir, from.base, &from.st); err != nil {
			return nil, cant("delete", from.path, err)
		}
	}
	r := capability.NewRecord(capability.PackedType).
		With("path", capability.PathValue(out.p.path)).
		With("before", capability.SizeValue(f.st.Size)).
		With("after", capability.SizeValue(made.Size))
	r.Frozen = true
	return r, nil
}

// compressFile does fs.compress.
func compressFile(c *call) (capability.Value, error) {
	level := c.int("level")
	if level < gzip.BestSpeed || level > gzip.BestCompression {
		return nil, faultf(capability.Range, "level is %d; it goes from 1 to 9", level)
	}
	return c.repack("path"+packed, func(fd int, from *file) error {
		w, err := gzip.NewWriterLevel(&sink{c, fd, from.path + packed}, int(level))
		if err != nil {
			return err
		}
		w.ModTime = goTime(from.st.Mtim)
		if err := c.stream(w, from); err != nil {
			return err
		}
		return w.Close()
	})
}

// stream writes all of a source.
func (c *call) stream(to io.Writer, src source) error {
	var failed error
	_, err := each(c.ctx, src, func(piece []byte) {
		if failed == nil {
			_, failed = to.Write(piece)
		}
	})
	if failed != nil {
		return failed
	}
	return err
}

// decompressFile does fs.decompress.
func decompressFile(c *call) (capability.Value, error) {
	if err := c.atLeastZero("max"); err != nil {
		return nil, err
	}
	return c.repack("to", func(fd int, from *file) error {
		src, err := newInflated(from, from.path)
		if err != nil {
			return err
		}
		return c.stream(&bounded{to: &sink{c, fd, c.text("to")}, left: c.int("max"), name: from.path}, src)
	})
}

// bounded writes up to so many bytes.
type bounded struct {
	to   io.Writer
	left int64
	name string
}

func (b *bounded) Write(data []byte) (int, error) {
	if b.left -= int64(len(data)); b.left < 0 {
		return 0, faultf(capability.TooLarge, "%s holds more than max allows; nothing was written", show(b.name))
	}
	return b.to.Write(data)
}
