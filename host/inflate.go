package host

import (
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"

	"rex/capability"
)

// inflated is what a gzip file holds, as a source that is read once from its
// beginning. Several members one behind the other are one content.
type inflated struct {
	name string
	in   *gzip.Reader
	at   int64
}

func newInflated(src source, name string) (*inflated, error) {
	in, err := gzip.NewReader(&sequence{src: src})
	if err != nil {
		return nil, damaged(name, err)
	}
	return &inflated{name: name, in: in}, nil
}

func (s *inflated) readAt(buf []byte, off int64) (int, error) {
	if off != s.at {
		return 0, faultf(capability.Invalid, "%s is compressed and can only be read from its beginning", show(s.name))
	}
	for {
		n, err := s.in.Read(buf)
		s.at += int64(n)
		if err != nil && err != io.EOF {
			return 0, damaged(s.name, err)
		}
		if n > 0 || err == io.EOF {
			return n, nil
		}
	}
}

// damaged is the failure of reading compressed data. What is cut off or fails
// its checksum is damaged; a failure of the system stays what it is.
func damaged(name string, err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return faultf(capability.Damaged, "%s is cut off: it ends inside its compressed data", show(name))
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return faultf(capability.Damaged, "%s is not gzip, or is broken: %s", show(name), err)
	}
	return err
}

// sequence reads a source from its beginning.
type sequence struct {
	src source
	at  int64
}

func (s *sequence) Read(buf []byte) (int, error) {
	if len(buf) == 0 {
		return 0, nil
	}
	n, err := s.src.readAt(buf, s.at)
	s.at += int64(n)
	if err == nil && n == 0 {
		err = io.EOF
	}
	return n, err
}
