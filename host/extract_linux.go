package host

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"rex/capability"
)

func (c *call) unpack(f *file, use func(e *archived, content io.Reader) error) error {
	return (&unpacking{ctx: c.ctx, src: f, size: f.st.Size, name: f.path, use: use}).run()
}

// listArchive does fs.archive_list.
func listArchive(c *call) (capability.Value, error) {
	f, err := c.content("path")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := capability.NewList(capability.ArchivedType)
	err = c.unpack(f, func(e *archived, _ io.Reader) error {
		r := capability.NewRecord(capability.ArchivedType).
			With("name", capability.StringValue(capability.ShowPath(e.name))).
			With("kind", capability.StringValue(e.kind)).
			With("size", capability.SizeValue(e.size)).
			With("permissions", capability.IntValue(e.mode)).
			With("modified", capability.TimeValue(instant(e.modified)))
		if e.target != "" {
			r.With("target", capability.StringValue(capability.ShowPath(e.target)))
		}
		r.Frozen = true
		out.Push(r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// instant is a time as the language holds it; one beyond its years is zero.
func instant(t time.Time) int64 {
	if y := t.Year(); y < 1678 || y > 2261 {
		return 0
	}
	return t.UnixNano()
}

func resolveExtract(r *resolution) error {
	if err := r.followed("path", mustExist); err != nil {
		return err
	}
	if err := r.entry("to", mayBeThere); err != nil {
		return err
	}
	if to := &r.targets[1]; to.Facts.Missing {
		to.Facts.Type = "Dir"
	}
	return nil
}

// extracting is one fs.extract. The first pass checks every entry and asks for
// it; the second, over the same handle, asks again and writes below a folder
// under a temporary name, so that a failure leaves nothing.
type extracting struct {
	*call
	to    *place
	at    *folder         // the place, for questions
	kinds map[string]bool // of each name: is it a folder
	tops  []string        // names directly below the place
	dirs  []string        // in their order
	modes map[string]uint32
	size  int64
	files int64
	left  int64 // bytes
	top   int   // the folder that is filled, -1 in the first pass
}

// extractArchive does fs.extract.
func extractArchive(c *call) (capability.Value, error) {
	if err := c.atLeastZero("max"); err != nil {
		return nil, err
	}
	f, err := c.content("path")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out, err := c.output("to")
	if err != nil {
		return nil, err
	}
	if p := out.p; !p.missing && !isDir(&p.st) {
		return nil, faultf(capability.WrongKind, "%s is %s, not a folder", show(p.path), article(&p.st))
	}
	first := c.newExtracting(out.p, -1)
	if err := c.unpack(f, first.entry); err != nil {
		return nil, err
	}
	if out.p.missing {
		err = c.grow(out.proc, out.p.dir, out.p.path, func(top int, temp string) error {
			if err := first.again(f, top); err != nil {
				return err
			}
			if err := unix.Fchmod(top, newFolder); err != nil {
				return err
			}
			return renameNew(out.p.dir, temp, out.p.dir, out.p.base)
		})
	} else {
		err = c.extractInto(f, out, first)
	}
	if err != nil {
		return nil, err
	}
	r := capability.NewRecord(capability.ExtractedType).
		With("files", capability.IntValue(first.files)).
		With("folders", capability.IntValue(int64(len(first.dirs)))).
		With("size", capability.SizeValue(first.size))
	r.Frozen = true
	return r, nil
}

func (c *call) newExtracting(to *place, top int) *extracting {
	return &extracting{
		call: c, to: to, at: &folder{fd: -1, path: to.path, canonical: to.name}, top: top,
		kinds: map[string]bool{}, modes: map[string]uint32{}, left: c.int("max"),
	}
}

// again makes the second pass into a new folder.
func (x *extracting) again(f *file, top int) error {
	second := x.newExtracting(x.to, top)
	if err := x.unpack(f, second.entry); err != nil {
		return err
	}
	return second.finish()
}

// extractInto fills a folder that is there: what lies directly in it is moved
// to its place at last, and back if that fails.
func (c *call) extractInto(f *file, out *output, x *extracting) error {
	into, err := out.proc.reopen(out.p.fd, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return cant("open", out.p.path, err)
	}
	defer unix.Close(into)
	for _, name := range x.tops {
		var st unix.Stat_t
		if err := unix.Fstatat(into, name, &st, unix.AT_SYMLINK_NOFOLLOW); err == nil {
			return faultf(capability.Exists, "%s is there already; nothing was extracted", show(capability.JoinPath(out.p.path, name)))
		}
	}
	return c.grow(out.proc, into, out.p.path, func(top int, _ string) error {
		if err := x.again(f, top); err != nil {
			return err
		}
		for i, name := range x.tops {
			if err := renameNew(top, name, into, name); err != nil {
				for _, done := range x.tops[:i] {
					renameNew(into, done, top, done)
				}
				return err
			}
		}
		return nil
	})
}

func (x *extracting) entry(e *archived, content io.Reader) error {
	rel, why := relativeName(e.name)
	if why != "" {
		return faultf(capability.Invalid, "the entry %s of %s %s; nothing was extracted", show(e.name), show(x.text("path")), why)
	}
	switch {
	case rel == "" && e.kind == "dir":
		return nil // the folder itself
	case rel == "":
		return faultf(capability.Invalid, "an entry of %s has no name; nothing was extracted", show(x.text("path")))
	case e.kind != "file" && e.kind != "dir":
		if x.text("links") == "skip" {
			return nil
		}
		return faultf(capability.Invalid, "the entry %s of %s is a %s, which is not extracted; links: \"skip\" leaves it out", show(e.name), show(x.text("path")), e.kind)
	}
	if parent, _ := cutName(rel); parent != "." {
		if err := x.folders(parent); err != nil {
			return err
		}
	}
	if e.kind == "dir" {
		x.modes[rel] = e.mode & 0o777
		return x.folders(rel)
	}
	return x.file(rel, e, content)
}

// folders sees to a folder and those above it.
func (x *extracting) folders(rel string) error {
	if isFolder, known := x.kinds[rel]; known {
		if !isFolder {
			return faultf(capability.Invalid, "%s holds %s twice, as a file and as a folder", show(x.text("path")), show(rel))
		}
		return nil
	}
	if parent, _ := cutName(rel); parent != "." {
		if err := x.folders(parent); err != nil {
			return err
		}
	}
	if err := x.permit(rel, "Dir"); err != nil {
		return err
	}
	x.kinds[rel], x.dirs = true, append(x.dirs, rel)
	if x.top < 0 {
		return nil
	}
	dir, base, err := x.parent(rel)
	if err != nil {
		return err
	}
	defer unix.Close(dir)
	fd, err := newFolderAt(dir, base)
	if err != nil {
		return cant("make the folder", x.path(rel), err)
	}
	unix.Close(fd)
	return nil
}

func (x *extracting) path(rel string) string { return capability.JoinPath(x.to.path, rel) }

func (x *extracting) permit(rel, typ string) error {
	if !strings.Contains(rel, "/") {
		x.tops = append(x.tops, rel)
	}
	if len(x.kinds) >= maxArchived {
		return faultf(capability.TooLarge, "%s has more than %d entries", show(x.text("path")), maxArchived)
	}
	return x.permitsNew(x.at, x.path(rel), capability.JoinPath(x.to.name, rel), typ)
}

// parent opens the folder that holds a name, among those made here.
func (x *extracting) parent(rel string) (dir int, base string, err error) {
	flags := uint64(unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_XDEV)
	above, base := cutName(rel)
	dir, err = openat2(x.top, above, unix.O_PATH|unix.O_DIRECTORY, flags)
	if err != nil {
		return -1, "", cant("open", x.path(above), err)
	}
	return dir, base, nil
}

// cutName cuts a relative path before its last component; "." is the folder itself.
func cutName(rel string) (parent, base string) {
	if i := strings.LastIndexByte(rel, '/'); i >= 0 {
		return rel[:i], rel[i+1:]
	}
	return ".", rel
}

func (x *extracting) file(rel string, e *archived, content io.Reader) error {
	if _, known := x.kinds[rel]; known {
		return faultf(capability.Invalid, "%s holds %s twice", show(x.text("path")), show(rel))
	}
	if err := x.permit(rel, "File"); err != nil {
		return err
	}
	x.kinds[rel] = false
	x.files++
	if x.top < 0 {
		return x.measure(content)
	}
	dir, base, err := x.parent(rel)
	if err != nil {
		return err
	}
	defer unix.Close(dir)
	fd, err := newFileAt(dir, base)
	if err != nil {
		return cant("create", x.path(rel), err)
	}
	defer unix.Close(fd)
	to := &bounded{to: &sink{x.call, fd, x.path(rel)}, left: x.left, name: x.text("path")}
	if _, err := io.Copy(to, &stopping{x.ctx, content}); err != nil {
		return err
	}
	x.left = to.left
	if err := unix.Fchmod(fd, e.mode&0o777); err != nil {
		return cant("set the permissions of", x.path(rel), err)
	}
	at := unix.NsecToTimespec(instant(e.modified))
	proc, err := x.system()
	if err != nil {
		return err
	}
	return setTimes(proc, fd, []unix.Timespec{at, at})
}

// measure reads the content in the first pass: what is too large or broken is
// found before anything is written.
func (x *extracting) measure(content io.Reader) error {
	to := &bounded{to: io.Discard, left: x.left, name: x.text("path")}
	n, err := io.Copy(to, &stopping{x.ctx, content})
	x.left, x.size = to.left, x.size+n
	return err
}

// finish sets the permissions of folders, the lowest first, when all is in them.
func (x *extracting) finish() error {
	for _, rel := range slices.Backward(x.dirs) {
		mode, given := x.modes[rel]
		if !given {
			mode = newFolder
		}
		dir, base, err := x.parent(rel)
		if err != nil {
			return err
		}
		err = unix.Fchmodat(dir, base, mode, unix.AT_SYMLINK_NOFOLLOW)
		if err == unix.EOPNOTSUPP { // before Linux 6.6; the folder is ours
			err = unix.Fchmodat(dir, base, mode, 0)
		}
		unix.Close(dir)
		if err != nil {
			return cant("set the permissions of", x.path(rel), err)
		}
	}
	return nil
}

// packing is one fs.archive.
type packing struct {
	walk
	to      archiveWriter
	files   int64
	folders int64
	size    int64
	top     string
}

// archiveWriter is a form of archive that is written.
type archiveWriter interface {
	add(name string, st *unix.Stat_t, target string, content io.Reader) error
	close() error
}

// makeArchive does fs.archive.
func makeArchive(c *call) (capability.Value, error) {
	from, err := handle[*place](c, "path")
	if err != nil {
		return nil, err
	}
	out, err := c.output("to")
	if err != nil {
		return nil, err
	}
	out.replaces = c.bool("replace")
	switch {
	case !isDir(&from.st):
		return nil, faultf(capability.WrongKind, "%s is %s, not a folder", show(from.path), article(&from.st))
	case capability.Beneath(out.p.name, from.name):
		return nil, faultf(capability.Invalid, "%s lies in the folder that it is to hold", show(out.p.path))
	case archiveForm(out.p.base) == nil:
		return nil, faultf(capability.Invalid, "the name %s does not say what archive it is: .tar, .tar.gz, .tgz or .zip", show(out.p.base))
	}
	w := &packing{walk: walk{call: c, resolve: unix.RESOLVE_NO_XDEV}, top: from.path}
	out.fill = func(fd int) error {
		w.to = archiveForm(out.p.base)(&sink{c, fd, out.p.path})
		f, err := c.openFolder(from.fd, from.path, from.name)
		if err != nil {
			return err
		}
		if err := w.folder(f, 1); err != nil {
			return err
		}
		return w.to.close()
	}
	if err := out.put(); err != nil {
		return nil, err
	}
	r := capability.NewRecord(capability.ExtractedType).
		With("files", capability.IntValue(w.files)).
		With("folders", capability.IntValue(w.folders)).
		With("size", capability.SizeValue(w.size))
	r.Frozen = true
	return r, nil
}

// archiveForm finds the form that a name asks for, nil when it asks for none.
func archiveForm(name string) func(io.Writer) archiveWriter {
	switch {
	case strings.HasSuffix(name, ".tar"):
		return func(w io.Writer) archiveWriter { return &tarWriter{Writer: tar.NewWriter(w)} }
	case strings.HasSuffix(name, ".tar.gz"), strings.HasSuffix(name, ".tgz"):
		return func(w io.Writer) archiveWriter {
			z := gzip.NewWriter(w)
			return &tarWriter{tar.NewWriter(z), z}
		}
	case strings.HasSuffix(name, ".zip"):
		return func(w io.Writer) archiveWriter { return &zipWriter{zip.NewWriter(w)} }
	}
	return nil
}

func (w *packing) folder(f *folder, depth int64) error {
	defer f.close()
	return w.each(f, depth, func(e *seen) error { return w.entry(f, e, depth) })
}

func (w *packing) entry(f *folder, e *seen, depth int64) error {
	if ok, err := w.permitsAll(f, e, "open", "read"); err != nil || !ok {
		return err
	}
	name := strings.TrimPrefix(e.path[len(w.top):], "/")
	switch kindWord(&e.st) {
	case "dir":
		below, err := w.enter(f, e)
		if err != nil {
			if kind, _ := explain(err); kind == capability.WrongKind {
				return nil // a mounted file system
			}
			return err
		}
		if below == nil {
			return nil
		}
		w.folders++
		if err := w.to.add(name+"/", &e.st, "", nil); err != nil {
			below.close()
			return err
		}
		return w.folder(below, depth+1)
	case "file":
		return w.file(f, e, name)
	case "symlink":
		target, err := readLink(f.fd, e.name)
		if err != nil {
			return cant("read the link", e.path, err)
		}
		return w.to.add(name, &e.st, target, nil)
	}
	return faultf(capability.WrongKind, "%s is %s, which can't be archived", show(e.path), article(&e.st))
}

func (w *packing) file(f *folder, e *seen, name string) error {
	fd, ok, err := f.opened(e)
	if err != nil || !ok {
		return err
	}
	defer unix.Close(fd)
	src, err := w.openRegular(&place{path: e.path, fd: fd, dir: -1, st: e.st}, unix.O_RDONLY)
	if err != nil {
		return err
	}
	defer src.Close()
	// A file that grows meanwhile is archived as far as it was long.
	content := &io.LimitedReader{R: &stopping{w.ctx, &sequence{src: src}}, N: src.st.Size}
	if err := w.to.add(name, &src.st, "", content); err != nil {
		return err
	}
	if content.N > 0 {
		return faultf(capability.Busy, "%s became shorter while it was archived", show(e.path))
	}
	w.files++
	w.size += src.st.Size
	return nil
}

func goTime(t unix.Timespec) time.Time { return time.Unix(int64(t.Sec), int64(t.Nsec)).UTC() }

type tarWriter struct {
	*tar.Writer
	outer io.Closer // what it is compressed in, nil for nothing
}

func (w *tarWriter) add(name string, st *unix.Stat_t, target string, content io.Reader) error {
	h := &tar.Header{
		Name: name, Linkname: target, Mode: int64(permissions(st)), Uid: int(st.Uid), Gid: int(st.Gid), ModTime: goTime(st.Mtim).Truncate(time.Second),
	}
	switch {
	case isDir(st):
		h.Typeflag = tar.TypeDir
	case isLink(st):
		h.Typeflag = tar.TypeSymlink
	default:
		h.Typeflag, h.Size = tar.TypeReg, st.Size
	}
	if err := w.WriteHeader(h); err != nil || content == nil {
		return err
	}
	_, err := io.Copy(w, content)
	return err
}

func (w *tarWriter) close() error {
	if err := w.Close(); err != nil {
		return err
	}
	if w.outer == nil {
		return nil
	}
	return w.outer.Close()
}

type zipWriter struct{ *zip.Writer }

func (w *zipWriter) add(name string, st *unix.Stat_t, target string, content io.Reader) error {
	h := &zip.FileHeader{Name: name, Modified: goTime(st.Mtim), Method: zip.Deflate}
	mode := fs.FileMode(permissions(st) & 0o777)
	switch {
	case isDir(st):
		mode, h.Method = mode|fs.ModeDir, zip.Store
	case isLink(st):
		mode, content = mode|fs.ModeSymlink, strings.NewReader(target)
	}
	h.SetMode(mode)
	to, err := w.CreateHeader(h)
	if err != nil || content == nil {
		return err
	}
	_, err = io.Copy(to, content)
	return err
}

func (w *zipWriter) close() error { return w.Close() }
