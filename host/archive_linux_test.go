package host

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"strings"
	"testing"

	"rex/capability"
)

// tarred is a tar archive of these entries.
func tarred(t testing.TB, entries ...tar.Header) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range entries {
		content := ""
		if h.Typeflag == 0 {
			h.Typeflag, content = tar.TypeReg, "content of "+h.Name
			h.Size = int64(len(content))
		}
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		ok(t, w.WriteHeader(&h))
		_, err := w.Write([]byte(content))
		ok(t, err)
	}
	ok(t, w.Close())
	return b.String()
}

func zipped(t testing.TB, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate}
		link := strings.HasPrefix(name, "link")
		if h.SetMode(0o640); link {
			h.SetMode(0o777 | fs.ModeSymlink)
		}
		to, err := w.CreateHeader(h)
		ok(t, err)
		_, err = to.Write([]byte("content of " + name))
		ok(t, err)
	}
	ok(t, w.Close())
	return b.String()
}

func TestCompress(t *testing.T) {
	text := strings.Repeat("a line of the log\n", 20000)
	dir := folderWith(t, "a.log", text, "b.log", text)
	ok(t, os.Chmod(dir+"/a.log", 0o640))
	b := newBench(t, Config{})
	v := b.must("fs.compress", nil, path(dir+"/a.log"))
	if field(t, v, "path") != dir+"/a.log.gz" || number(t, v, "before") != int64(len(text)) || number(t, v, "after") >= int64(len(text))/10 || mode(t, dir+"/a.log.gz") != 0o640 {
		t.Errorf("got %v", v)
	}
	b.fails(capability.Exists, "fs.compress", nil, path(dir+"/a.log"))
	b.must("fs.compress", with{"replace": truth(true), "remove": truth(true), "level": integer(9)}, path(dir+"/a.log"))
	onlyThese(t, dir, "a.log.gz", "b.log")
	b.must("fs.decompress", with{"remove": truth(true)}, path(dir+"/a.log.gz"), path(dir+"/c.log"))
	if content(t, dir+"/c.log") != text || mode(t, dir+"/c.log") != 0o640 {
		t.Error("it came back as another")
	}
	onlyThese(t, dir, "b.log", "c.log")
	b.fails(capability.Range, "fs.compress", with{"level": integer(0)}, path(dir+"/b.log"))
	b.fails(capability.Damaged, "fs.decompress", nil, path(dir+"/b.log"), path(dir+"/x"))
	b.must("fs.compress", nil, path(dir+"/b.log"))
	b.fails(capability.Exists, "fs.decompress", nil, path(dir+"/b.log.gz"), path(dir+"/c.log"))
	b.fails(capability.Invalid, "fs.decompress", with{"replace": truth(true)}, path(dir+"/b.log.gz"), path(dir+"/b.log.gz"))
	onlyThese(t, dir, "b.log", "b.log.gz", "c.log")
}

// The file beside it is asked about by its own name, and removing takes delete.
func TestCompressIsAsked(t *testing.T) {
	dir := folderWith(t, "ok/a", "a", "ok/b", "b", "out/keep", "")
	ok(t, os.Symlink(dir+"/out", dir+"/ok/l"))
	put(t, dir+"/out/x", "x")
	for _, c := range []struct{ rule, file string }{
		{`forbid (principal, action == file_system::Action::"create", resource == file_system::File::"` + dir + `/ok/a.gz");`, "/ok/a"},
		{`forbid (principal, action == file_system::Action::"write", resource) when { resource.path like "*.gz" };`, "/ok/a"},
		{`forbid (principal, action == file_system::Action::"read", resource);`, "/ok/a"},
		{`forbid (principal, action == file_system::Action::"delete", resource);`, "/ok/a"},
		{`forbid (principal, action, resource in file_system::Dir::"` + dir + `/out");`, "/ok/l/x"},
	} {
		b := newBench(t, Config{}, permitAll+c.rule)
		b.denied("fs.compress", with{"remove": truth(true)}, path(dir+c.file))
	}
	onlyThese(t, dir+"/ok", "a", "b", "l")
	onlyThese(t, dir+"/out", "keep", "x")
}

// D14: a bomb ends at a bound and leaves nothing.
func TestAttackBombs(t *testing.T) {
	zeros := strings.Repeat("\x00", 4<<20)
	dir := folderWith(t, "bomb.gz", gzipped(t, zeros), "bomb.tar.gz", gzipped(t, tarred(t, tar.Header{Name: "a"}, tar.Header{Name: "b"})+zeros))
	b := newBench(t, Config{})
	b.fails(capability.TooLarge, "fs.decompress", with{"max": size(1 << 20)}, path(dir+"/bomb.gz"), path(dir+"/x"))
	b.fails(capability.TooLarge, "fs.extract", with{"max": size(12)}, path(dir+"/bomb.tar.gz"), path(dir+"/x"))
	limits := capability.DefaultLimits()
	limits.BytesWritten = 1 << 20
	b = limitedBench(t, Config{}, limits)
	_, err := b.do("fs.decompress", nil, path(dir+"/bomb.gz"), path(dir+"/x"))
	isLimit(t, err, "bytes-written")
	onlyThese(t, dir, "bomb.gz", "bomb.tar.gz")
}

func TestArchiveAndExtract(t *testing.T) {
	dir := folderWith(t, "d/a", "a", "d/e/b", "b")
	ok(t, os.MkdirAll(dir+"/d/empty", 0o711))
	ok(t, os.Chmod(dir+"/d/a", 0o750))
	b := newBench(t, Config{})
	for _, form := range []string{".tar", ".tar.gz", ".tgz", ".zip"} {
		archive, out := dir+"/x"+form, dir+"/out"+form
		v := b.must("fs.archive", nil, path(dir+"/d"), path(archive))
		if number(t, v, "files") != 2 || number(t, v, "folders") != 2 || number(t, v, "size") != 2 {
			t.Errorf("%s: %v", form, v)
		}
		equal(t, form, column(t, b.must("fs.archive_list", nil, path(archive)), "name"), []string{"a", "e/", "e/b", "empty/"})
		b.must("fs.extract", nil, path(archive), path(out))
		if content(t, out+"/a") != "a" || content(t, out+"/e/b") != "b" || mode(t, out+"/a") != 0o750 || mode(t, out+"/empty")&0o777 != 0o711 {
			t.Errorf("%s came back as another", form)
		}
		b.fails(capability.Exists, "fs.extract", nil, path(archive), path(out))
		ok(t, os.RemoveAll(out))
		put(t, out+"/there", "already")
		b.must("fs.extract", nil, path(archive), path(out))
		onlyThese(t, out, "a", "e", "empty", "there")
		b.fails(capability.Exists, "fs.archive", nil, path(dir+"/d"), path(archive))
		b.must("fs.archive", with{"replace": truth(true)}, path(dir+"/d"), path(archive))
	}
	b.fails(capability.Invalid, "fs.archive", nil, path(dir+"/d"), path(dir+"/x.rar"))
	b.fails(capability.Invalid, "fs.archive", nil, path(dir+"/d"), path(dir+"/d/x.tar"))
}

// A22, W13: what an archive says of places outside, of links and of devices is
// refused before anything is written.
func TestAttackArchives(t *testing.T) {
	link := func(kind byte) tar.Header { return tar.Header{Name: "l", Typeflag: kind, Linkname: "/etc/passwd"} }
	archives := map[string]string{
		"up":       tarred(t, tar.Header{Name: "fine"}, tar.Header{Name: "../evil"}),
		"deep up":  tarred(t, tar.Header{Name: "a/../../evil"}),
		"absolute": tarred(t, tar.Header{Name: "/etc/evil"}),
		"empty":    tarred(t, tar.Header{Name: "a//b"}),
		"symlink":  tarred(t, tar.Header{Name: "fine"}, link(tar.TypeSymlink), tar.Header{Name: "l/evil"}),
		"hardlink": tarred(t, link(tar.TypeLink)),
		"device":   tarred(t, tar.Header{Name: "d", Typeflag: tar.TypeBlock, Devmajor: 8}),
		"fifo":     tarred(t, tar.Header{Name: "f", Typeflag: tar.TypeFifo}),
		"twice":    tarred(t, tar.Header{Name: "a"}, tar.Header{Name: "./a"}),
		"both":     tarred(t, tar.Header{Name: "a"}, tar.Header{Name: "a/b"}),
		"long":     tarred(t, tar.Header{Name: strings.Repeat("x", 300)}),
		"zip up":   zipped(t, "fine", "../evil"),
		"zip back": zipped(t, `..`),
		"zip link": zipped(t, "link"),
		"zip dup":  zipped(t, "a", "a"),
	}
	for name, archive := range archives {
		dir := folderWith(t, "ok/x", archive, "ok/into/there", "")
		b := newBench(t, Config{})
		b.fails(capability.Invalid, "fs.extract", nil, path(dir+"/ok/x"), path(dir+"/ok/into"))
		b.fails(capability.Invalid, "fs.extract", nil, path(dir+"/ok/x"), path(dir+"/ok/new"))
		onlyThese(t, dir+"/ok", "into", "x")
		onlyThese(t, dir+"/ok/into", "there")
		onlyThese(t, dir, "ok")
		if b.must("fs.archive_list", nil, path(dir+"/ok/x")).(*capability.List).Len() == 0 {
			t.Errorf("%s: what is unsafe is not listed", name)
		}
	}
	dir := folderWith(t, "x", tarred(t, tar.Header{Name: "fine", Mode: 0o6755}, link(tar.TypeSymlink)))
	b := newBench(t, Config{})
	b.must("fs.extract", with{"links": str("skip")}, path(dir+"/x"), path(dir+"/out"))
	onlyThese(t, dir+"/out", "fine")
	if st, _ := os.Stat(dir + "/out/fine"); st.Mode()&(fs.ModeSetuid|fs.ModeSetgid) != 0 {
		t.Error("a set-id bit came out")
	}
}

func TestDamagedArchives(t *testing.T) {
	whole := tarred(t, tar.Header{Name: "a"}, tar.Header{Name: "b"})
	packed, zip := gzipped(t, whole), zipped(t, "a", "b")
	changed := []byte(zip)
	changed[len("PK..")+40] ^= 0x55
	dir := folderWith(t)
	b := newBench(t, Config{})
	for name, data := range map[string]string{
		"no end": whole[:2048], "cut": whole[:1600], "in a header": whole[:700], "gzip cut": packed[:len(packed)-5], "zip cut": zip[:len(zip)-5],
		"text": strings.Repeat("text ", 200), "nothing": "", "short": "PK", "zip changed": string(changed),
	} {
		put(t, dir+"/x", data)
		if name != "zip changed" {
			b.fails(capability.Damaged, "fs.archive_list", nil, path(dir+"/x"))
		}
		b.fails(capability.Damaged, "fs.extract", nil, path(dir+"/x"), path(dir+"/out"))
		onlyThese(t, dir, "x")
	}
}

// F: every entry is asked about before the first byte is written.
func TestExtractAsksForEachEntry(t *testing.T) {
	dir := folderWith(t, "x", tarred(t, tar.Header{Name: "a"}, tar.Header{Name: "d/keep"}))
	for _, rule := range []string{
		`forbid (principal, action == file_system::Action::"create", resource == file_system::Dir::"` + dir + `/out/d");`,
		`forbid (principal, action == file_system::Action::"write", resource == file_system::File::"` + dir + `/out/d/keep");`,
		`forbid (principal, action == file_system::Action::"create", resource == file_system::Dir::"` + dir + `/out");`,
		`forbid (principal, action == file_system::Action::"read", resource);`,
	} {
		b := newBench(t, Config{}, permitAll+rule)
		b.denied("fs.extract", nil, path(dir+"/x"), path(dir+"/out"))
		onlyThese(t, dir, "x")
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte(tarred(f, tar.Header{Name: "a"})))
	f.Add([]byte(gzipped(f, tarred(f, tar.Header{Name: "d/a"}))))
	f.Add([]byte(zipped(f, "a", "../b")))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		put(t, dir+"/x", string(data))
		b := newBench(t, Config{})
		for _, links := range []string{"refuse", "skip"} {
			b.do("fs.extract", with{"links": str(links), "max": size(1 << 20)}, path(dir+"/x"), path(dir+"/out"))
			for _, e := range mustReadDir(t, dir) {
				if e != "x" && e != "out" {
					t.Errorf("%s was made", e)
				}
			}
		}
		b.do("fs.archive_list", nil, path(dir+"/x"))
	})
}

// What appears at the new name in the meantime is theirs and stays.
func TestNewNamesAreNotTaken(t *testing.T) {
	for op, c := range map[string]struct {
		named with
		args  []string // below the folder; the last is the new name
	}{
		"fs.copy":       {with{"replace": truth(true)}, []string{"a", "new"}},
		"fs.extract":    {nil, []string{"x", "new"}},
		"fs.archive":    {with{"replace": truth(true)}, []string{"d", "new.tar"}},
		"fs.decompress": {with{"replace": truth(true)}, []string{"gz", "new"}},
		"fs.compress":   {with{"replace": truth(true)}, []string{"a", "a.gz"}},
		"fs.touch":      {nil, []string{"new"}},
	} {
		_, dir := arena(t)
		put(t, dir+"/ok/x", tarred(t, tar.Header{Name: "f"}))
		put(t, dir+"/ok/gz", gzipped(t, "text"))
		fresh := dir + "/ok/" + c.args[len(c.args)-1]
		b := between(t, dir, func() { put(t, fresh, "theirs") })
		var args []capability.Value
		for i, name := range c.args {
			if capability.Lookup(op).Params[i].Type == capability.Path { // fs.compress finds its name itself
				args = append(args, path(dir+"/ok/"+name))
			}
		}
		_, err := b.do(op, c.named, args...)
		b.isFault(capability.Exists, op, nil, err)
		if content(t, fresh) != "theirs" {
			t.Errorf("%s took the name", op)
		}
		for _, e := range mustReadDir(t, dir+"/ok") {
			if strings.HasPrefix(e, ".rex-") {
				t.Errorf("%s leaves %s", op, e)
			}
		}
	}
}
