package console

import (
	"io"
	"os"
	"path/filepath"
)

// WriteFile writes a file whole or not at all: into a new file beside it,
// which then takes its name.
func WriteFile(name string, data []byte) error {
	return writeAs(name, data, func(f *os.File) error { return f.Chmod(0o644) })
}

// RewriteFile replaces the content of a file that is there, whole or not at
// all. It keeps its permissions and owner, and a link stays one.
func RewriteFile(name string, data []byte) error {
	name, err := filepath.EvalSymlinks(name)
	if err != nil {
		return plainError(err)
	}
	f, err := os.OpenFile(name, os.O_WRONLY|nonBlocking, 0) // a new file in its place needs no right to write the old one: ask for it
	if err != nil {
		return plainError(err)
	}
	defer f.Close()
	old, err := f.Stat()
	if err != nil {
		return plainError(err)
	}
	if err := mustBeRegular(name, old); err != nil {
		return err
	}
	return writeAs(name, data, func(f *os.File) error {
		if err := keepOwner(f, old); err != nil {
			return err
		}
		return f.Chmod(old.Mode()) // behind the owner, whose change takes bits away
	})
}

// writeAs puts a new file in the place of name, when it is written and dressed.
func writeAs(name string, data []byte, dress func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return plainError(err)
	}
	_, err = f.Write(data)
	if e := dress(f); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
		return plainError(err)
	}
	return nil
}

// OutIsTerminal reports whether standard output is a terminal.
func (c *IO) OutIsTerminal() bool { return isTerminal(c.Out) }

// ErrIsTerminal reports whether standard error is one.
func (c *IO) ErrIsTerminal() bool { return isTerminal(c.Err) }

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && IsTerminal(f)
}
