package host

import (
	"context"
	"math"

	"rex/capability"
)

// lineStream is the result of fs.lines. It holds its own handle of the file
// and one of the run's handles until it is closed.
type lineStream struct {
	lineReader
	complete bool
	release  func()
}

func (*lineStream) Kind() capability.Kind { return capability.KindStream }

// Next gives the next line.
func (s *lineStream) Next(ctx context.Context) (capability.Value, bool, error) {
	for {
		l, ok, err := s.next(ctx)
		if err != nil || !ok {
			return nil, false, finish(capability.Lookup("fs.lines"), "", err)
		}
		if l.ended || !s.complete {
			return capability.StringValue(lineText(l)), true, nil
		}
	}
}

// Close gives the handles back; it can be called again.
func (s *lineStream) Close() error {
	if s.release != nil {
		s.release()
		s.release = nil
	}
	return nil
}

func readLines(c *call) (capability.Value, error) {
	if err := c.atLeastZero("offset", "limit"); err != nil {
		return nil, err
	}
	f, err := c.content("path")
	if err != nil {
		return nil, err
	}
	meter := c.grant.Meter()
	if err := meter.Handle(1); err != nil {
		f.Close()
		return nil, err
	}
	s := &lineStream{complete: c.bool("complete"), release: func() { f.Close(); meter.Handle(-1) }}
	if s.lineReader, err = c.lineReader(f); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// lineReader picks the reader that the options of fs.lines ask for.
func (c *call) lineReader(f *file) (lineReader, error) {
	from, end := c.int("offset"), int64(math.MaxInt64)
	if limit, ok := c.optional("limit"); ok && limit < math.MaxInt64-from {
		end = from + limit
	}
	if !c.bool("reverse") {
		return newForward(c.ctx, f, f.path, from, end)
	}
	src, size, err := c.sized(f)
	if err != nil {
		return nil, err
	}
	return newBackward(src, f.path, from, min(end, size))
}

// sized gives a source whose length is known. Files of /proc and its like
// claim to be empty; they are read as a whole.
func (c *call) sized(f *file) (source, int64, error) {
	if f.st.Size > 0 {
		return f, f.st.Size, nil
	}
	data, more, err := f.readUpTo(c.ctx, 0, maxLine)
	if err != nil {
		return nil, 0, err
	}
	if more {
		return nil, 0, faultf(capability.TooLarge, "%s does not tell its length and has more than 16 MiB; it can't be read backwards", show(f.path))
	}
	return memory(data), int64(len(data)), nil
}
