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
	op       *capability.Op
	path     string
	complete bool // leaves out a last line without its end
	places   bool // gives records with the place of each line
	release  func()
}

func (*lineStream) Kind() capability.Kind { return capability.KindStream }

// Next gives the next line.
func (s *lineStream) Next(ctx context.Context) (capability.Value, bool, error) {
	for {
		l, ok, err := s.next(ctx)
		if err != nil || !ok {
			return nil, false, finish(s.op, s.path, err)
		}
		switch {
		case s.places:
			return lineRecord(l), true, nil
		case l.ended || !s.complete:
			return capability.StringValue(lineText(l)), true, nil
		}
	}
}

func lineRecord(l line) capability.Value {
	r := capability.NewRecord(capability.LineType).
		With("text", capability.StringValue(lineText(l))).
		With("start", capability.SizeValue(l.start)).
		With("end", capability.SizeValue(l.end)).
		With("complete", capability.BoolValue(l.ended))
	r.Frozen = true
	return r
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
	if c.bool("decompress") && c.int("offset") != 0 {
		return nil, faultf(capability.Invalid, "with decompress, lines are read from the beginning, without an offset")
	}
	src, f, err := c.unpacked("path")
	if err != nil {
		return nil, err
	}
	meter := c.grant.Meter()
	if err := meter.Handle(1); err != nil {
		f.Close()
		return nil, err
	}
	s := &lineStream{
		op: c.op, path: c.text("path"), complete: c.bool("complete"), places: c.op.Result.Elem == capability.LineType,
		release: func() { f.Close(); meter.Handle(-1) },
	}
	if s.lineReader, err = c.lineReader(src, f); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// lineReader picks the reader that the options of fs.lines ask for.
func (c *call) lineReader(content source, f *file) (lineReader, error) {
	from, end := c.int("offset"), int64(math.MaxInt64)
	if limit, ok := c.optional("limit"); ok && limit < math.MaxInt64-from {
		end = from + limit
	}
	if !c.bool("reverse") {
		return newForward(c.ctx, content, f.path, from, end)
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
