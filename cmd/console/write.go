package console

import (
	"os"
	"path/filepath"
)

// WriteFile writes a file whole or not at all: into a new file beside it,
// which then takes its name.
func WriteFile(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return plainError(err)
	}
	_, err = f.Write(data)
	if e := f.Chmod(0o644); err == nil {
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
func (c *IO) OutIsTerminal() bool {
	f, ok := c.Out.(*os.File)
	return ok && IsTerminal(f)
}
