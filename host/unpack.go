package host

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"time"

	"rex/capability"
	"rex/policy"
)

// Bounds of an archive.
const (
	maxArchived = 100_000 // entries
	maxNames    = 32 << 20
)

// archived is one entry of an archive as the archive tells of it.
type archived struct {
	name     string // as it stands there
	kind     string
	size     int64
	mode     uint32
	modified time.Time
	target   string
}

// unpacking reads an archive from its beginning. use may read the content of
// an entry that is a file.
type unpacking struct {
	ctx  context.Context
	src  source
	size int64
	name string
	use  func(e *archived, content io.Reader) error

	entries int
	names   int64
}

// run tells the form by the content and reads all entries.
func (u *unpacking) run() error {
	var head [4]byte
	n, err := u.src.readAt(head[:], 0)
	if err != nil {
		return err
	}
	switch {
	case n >= 2 && head[0] == 0x1f && head[1] == 0x8b:
		in, err := newInflated(u.src, u.name)
		if err != nil {
			return err
		}
		return u.tar(in)
	case n == 4 && bytes.Equal(head[:2], []byte("PK")):
		return u.zip()
	}
	return u.tar(u.src)
}

// entry counts an entry and hands it on.
func (u *unpacking) entry(e *archived, content io.Reader) error {
	if err := u.ctx.Err(); err != nil {
		return err
	}
	u.entries++
	if u.names += int64(len(e.name) + len(e.target)); u.entries > maxArchived || u.names > maxNames {
		return faultf(capability.TooLarge, "%s has more than %d entries, or names that are too long", show(u.name), maxArchived)
	}
	return u.use(e, content)
}

// broken is the failure of reading the archive. What has another cause stays
// what it is.
func (u *unpacking) broken(err error) error {
	var fault *capability.Error
	var limit *capability.LimitError
	var denied *policy.Denied
	var stop *policy.Stop
	if errors.As(err, &fault) || errors.As(err, &limit) || errors.As(err, &denied) || errors.As(err, &stop) || isCancelled(err) {
		return err
	}
	return faultf(capability.Damaged, "%s is no archive, or is cut off or broken: %s", show(u.name), capability.Printable(err.Error()))
}

// tar reads a tar archive. It must end with its mark, and what it is compressed
// in with its checksum: without them it is cut off.
func (u *unpacking) tar(src source) error {
	in := &endKept{in: &sequence{src: src}}
	r := tar.NewReader(in)
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return u.broken(err)
		}
		if err := u.entry(tarEntry(h), r); err != nil {
			return u.broken(err)
		}
	}
	if !in.zero() {
		return u.broken(io.ErrUnexpectedEOF)
	}
	if _, err := io.Copy(io.Discard, &stopping{u.ctx, in}); err != nil {
		return u.broken(err)
	}
	return nil
}

func tarEntry(h *tar.Header) *archived {
	kind := "other"
	switch h.Typeflag {
	case tar.TypeReg, tar.TypeGNUSparse:
		kind = "file"
	case tar.TypeDir:
		kind = "dir"
	case tar.TypeSymlink:
		kind = "symlink"
	case tar.TypeLink:
		kind = "hardlink"
	case tar.TypeChar, tar.TypeBlock:
		kind = "device"
	}
	return &archived{name: h.Name, kind: kind, size: h.Size, mode: uint32(h.Mode) & 0o7777, modified: h.ModTime, target: h.Linkname}
}

// zip reads a zip archive.
func (u *unpacking) zip() error {
	r, err := zip.NewReader(&readerAt{u.src}, u.size)
	if err != nil {
		return u.broken(err)
	}
	for _, f := range r.File {
		e := zipEntry(f)
		content := &lazy{open: f.Open}
		if e.kind == "symlink" && e.size <= capability.MaxPath {
			text, err := io.ReadAll(io.LimitReader(content, capability.MaxPath))
			if err != nil {
				return u.broken(err)
			}
			e.target = string(text)
		}
		err := u.entry(e, content)
		content.close()
		if err != nil {
			return u.broken(err)
		}
	}
	return nil
}

func zipEntry(f *zip.File) *archived {
	mode := f.Mode()
	e := &archived{name: f.Name, kind: "other", size: int64(min(f.UncompressedSize64, 1<<62)), mode: uint32(mode.Perm()), modified: f.Modified}
	switch {
	case mode.IsRegular():
		e.kind = "file"
	case mode.IsDir():
		e.kind = "dir"
	case mode&fs.ModeSymlink != 0:
		e.kind = "symlink"
	case mode&fs.ModeDevice != 0:
		e.kind = "device"
	}
	for bit, set := range map[fs.FileMode]uint32{fs.ModeSetuid: 0o4000, fs.ModeSetgid: 0o2000, fs.ModeSticky: 0o1000} {
		if mode&bit != 0 {
			e.mode |= set
		}
	}
	return e
}

// lazy opens the content of an entry when it is read.
type lazy struct {
	open func() (io.ReadCloser, error)
	in   io.ReadCloser
}

func (l *lazy) Read(buf []byte) (int, error) {
	if l.in == nil {
		in, err := l.open()
		if err != nil {
			return 0, err
		}
		l.in = in
	}
	return l.in.Read(buf)
}

func (l *lazy) close() {
	if l.in != nil {
		l.in.Close()
	}
}

// readerAt reads a source at any place.
type readerAt struct{ src source }

func (r *readerAt) ReadAt(buf []byte, off int64) (int, error) {
	have := 0
	for have < len(buf) {
		n, err := r.src.readAt(buf[have:], off+int64(have))
		if err != nil {
			return have, err
		}
		if n == 0 {
			return have, io.EOF
		}
		have += n
	}
	return have, nil
}

// endKept remembers the last block that was read.
type endKept struct {
	in   io.Reader
	last []byte
}

const tarBlock = 512

func (e *endKept) Read(buf []byte) (int, error) {
	n, err := e.in.Read(buf)
	e.last = append(e.last, buf[:n]...)
	if extra := len(e.last) - tarBlock; extra > 0 {
		e.last = append(e.last[:0], e.last[extra:]...)
	}
	return n, err
}

// zero reports whether the last block is the mark of a tar archive's end.
func (e *endKept) zero() bool {
	return len(e.last) == tarBlock && bytes.Count(e.last, []byte{0}) == tarBlock
}

// stopping is a reader that stops when the run does.
type stopping struct {
	ctx context.Context
	in  io.Reader
}

func (s *stopping) Read(buf []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.in.Read(buf)
}

// relativeName is the name of an entry as a path below a folder; why says what
// makes it unsafe.
func relativeName(name string) (rel, why string) {
	rel = strings.TrimSuffix(name, "/")
	rel = strings.TrimPrefix(rel, "./")
	switch {
	case rel == "." || rel == "":
		return "", ""
	case rel[0] == '/':
		return "", "begins at the root"
	case len(rel) > capability.MaxPath:
		return "", "is too long"
	}
	for part := range strings.SplitSeq(rel, "/") {
		if w := capability.CheckComponent(part); w != "" {
			return "", "has a part that " + w
		}
	}
	return rel, ""
}
