package console

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// ReadInput reads a file, or standard input for "-", up to max bytes.
func (c *IO) ReadInput(name string, max int64) ([]byte, error) {
	if name == "-" {
		return readBounded(c.In, "standard input", max)
	}
	f, err := openRegular(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readBounded(f, name, max)
}

// OpenInput opens what is read piece by piece, however long it is.
func (c *IO) OpenInput(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(c.In), nil
	}
	return openRegular(name)
}

// openRegular opens a regular file without blocking on a FIFO or starting a
// device: what it is is looked at before and after it is opened.
func openRegular(name string) (*os.File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, plainError(err)
	}
	if err := mustBeRegular(name, info); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name, os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		return nil, plainError(err)
	}
	if info, err = f.Stat(); err == nil {
		err = mustBeRegular(name, info)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// ReadBelow reads a regular file below a folder, up to max bytes. No name leads
// out of the folder, and the file itself is no link: so what is read bears the
// name that was asked for, and /etc/shadow is not read as a script by way of
// one. It blocks on nothing. The error says what is wrong, without the name.
func ReadBelow(root *os.Root, name string, max int64) ([]byte, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, Reason(err)
	}
	switch {
	case info.Mode()&os.ModeSymlink != 0:
		return nil, errors.New("it is a link; name the file that it leads to")
	case info.IsDir():
		return nil, errors.New("it is a folder")
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a regular file")
	}
	f, err := root.OpenFile(name, os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		return nil, Reason(err)
	}
	defer f.Close()
	opened, err := f.Stat()
	if err != nil {
		return nil, Reason(err)
	}
	if !os.SameFile(info, opened) {
		return nil, errors.New("it was replaced while it was opened")
	}
	data, err := io.ReadAll(io.LimitReader(f, max+1))
	if err != nil {
		return nil, Reason(err)
	}
	if int64(len(data)) > max {
		return nil, fmt.Errorf("it is larger than %s", bytesText(max))
	}
	return data, nil
}

func mustBeRegular(name string, info os.FileInfo) error {
	switch {
	case info.IsDir():
		return fmt.Errorf("%s is a folder, not a file", name)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file", name)
	}
	return nil
}

func readBounded(r io.Reader, name string, max int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, max+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, plainError(err))
	}
	if int64(len(data)) > max {
		return nil, fmt.Errorf("%s is larger than %s", name, bytesText(max))
	}
	return data, nil
}

func bytesText(n int64) string {
	if n%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}

// plainError drops the name of the system call that Go puts before a path.
func plainError(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return fmt.Errorf("%s: %w", path.Path, path.Err)
	}
	return err
}

// Reason drops the name of the system call and the path that Go puts before
// what is wrong. What is not the system's is [os.Root]'s only refusal.
func Reason(err error) error {
	var path *os.PathError
	if !errors.As(err, &path) {
		return err
	}
	var errno syscall.Errno
	if !errors.As(path.Err, &errno) {
		return errors.New("a link leads out of the folder")
	}
	return path.Err
}
