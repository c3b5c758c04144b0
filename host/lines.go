package host

import (
	"bytes"
	"context"
	"strings"

	"rex/capability"
)

// maxLine is the longest line that is given; a longer one is too_large.
const maxLine = 16 << 20

// source is content that can be read at any offset; no bytes are its end.
type source interface {
	readAt(buf []byte, off int64) (int, error)
}

// line is one line without its end. ended tells whether it had one. start is
// where it begins and end where the next one does; a backward reader does not
// tell them.
type line struct {
	text       []byte
	ended      bool
	start, end int64
}

// lineReader gives the lines of a source one after the other.
type lineReader interface {
	// next gives ok false at the end. The text is good until the next call.
	next(ctx context.Context) (l line, ok bool, err error)
}

// forward reads lines from off to end.
type forward struct {
	src  source
	name string
	off  int64 // of the next byte to read
	end  int64 // where reading stops
	buf  []byte
	at   int // of the next unread byte in buf
	done bool
}

// newForward begins at off. A line that was cut there is skipped.
func newForward(ctx context.Context, src source, name string, off, end int64) (*forward, error) {
	f := &forward{src: src, name: name, off: off, end: end}
	if off == 0 {
		return f, f.skipMark()
	}
	cut, err := cutAt(src, off)
	if err != nil || !cut {
		return f, err
	}
	return f, f.skipLine(ctx)
}

// cutAt reports whether off lies inside a line.
func cutAt(src source, off int64) (bool, error) {
	var before [1]byte
	n, err := src.readAt(before[:], off-1)
	return n == 1 && before[0] != '\n', err
}

// byteOrderMark may begin a text; it is not part of the first line.
const byteOrderMark = "\xef\xbb\xbf"

func (f *forward) skipMark() error {
	for len(f.buf) < len(byteOrderMark) && !f.done {
		if err := f.fill(); err != nil {
			return err
		}
	}
	if strings.HasPrefix(string(f.buf[:min(len(f.buf), len(byteOrderMark))]), byteOrderMark) {
		f.at = len(byteOrderMark)
	}
	return nil
}

// skipLine passes over the rest of a line, however long, without keeping it.
func (f *forward) skipLine(ctx context.Context) error {
	for {
		if i := bytes.IndexByte(f.buf[f.at:], '\n'); i >= 0 {
			f.at += i + 1
			return nil
		}
		f.at = len(f.buf)
		if f.done {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f.fill(); err != nil {
			return err
		}
	}
}

// blockSize is how much of a source is read at once.
const blockSize = 64 << 10

// fill reads one more block behind what is unread.
func (f *forward) fill() error {
	if f.at > 0 {
		f.buf = f.buf[:copy(f.buf, f.buf[f.at:])]
		f.at = 0
	}
	room := min(blockSize, f.end-f.off)
	if room <= 0 {
		f.done = true
		return nil
	}
	have := len(f.buf)
	f.buf = append(f.buf, make([]byte, room)...)
	n, err := f.src.readAt(f.buf[have:], f.off)
	f.buf = f.buf[:have+n]
	f.off += int64(n)
	f.done = n == 0
	return err
}

// place is where the next unread byte lies in the source.
func (f *forward) place() int64 { return f.off - int64(len(f.buf)-f.at) }

func (f *forward) next(ctx context.Context) (line, bool, error) {
	searched := 0
	for {
		if i := bytes.IndexByte(f.buf[f.at+searched:], '\n'); i >= 0 {
			end := f.at + searched + i
			text := f.buf[f.at:end]
			if len(text) > maxLine {
				return line{}, false, tooLong(f.name)
			}
			start := f.place()
			f.at = end + 1
			return line{bytes.TrimSuffix(text, []byte("\r")), true, start, f.place()}, true, nil
		}
		searched = len(f.buf) - f.at
		if searched > maxLine {
			return line{}, false, tooLong(f.name)
		}
		if f.done {
			text, start := f.buf[f.at:], f.place()
			f.at = len(f.buf)
			return line{text, false, start, f.place()}, len(text) > 0, nil
		}
		if err := ctx.Err(); err != nil {
			return line{}, false, err
		}
		if err := f.fill(); err != nil {
			return line{}, false, err
		}
	}
}

func tooLong(name string) error {
	return faultf(capability.TooLarge, "%s has a line of more than 16 MiB; fs.read_bytes reads it in parts", show(name))
}

// backward reads lines from end to start.
type backward struct {
	src   source
	name  string
	start int64
	end   int64  // of what is unread in the source
	buf   []byte // what is unread behind it
	first bool   // the last line of the file has not been given yet
}

// newBackward begins at end. A line that was cut at start is left out.
func newBackward(src source, name string, start, end int64) (*backward, error) {
	b := &backward{src: src, name: name, start: start, end: max(start, end), first: true}
	if start == 0 || b.end == start {
		return b, nil
	}
	cut, err := cutAt(src, start)
	if err != nil || !cut {
		return b, err
	}
	return b, b.skipCut()
}

// skipCut moves start behind the line that was cut there.
func (b *backward) skipCut() error {
	buf := make([]byte, blockSize)
	for b.start < b.end {
		n, err := b.src.readAt(buf[:min(blockSize, b.end-b.start)], b.start)
		if err != nil {
			return err
		}
		if n == 0 {
			return b.shrunk()
		}
		if i := bytes.IndexByte(buf[:n], '\n'); i >= 0 {
			b.start += int64(i) + 1
			return nil
		}
		b.start += int64(n)
	}
	return nil
}

func (b *backward) shrunk() error {
	return faultf(capability.Invalid, "%s became shorter while it was read backwards", show(b.name))
}

// fill reads the block before what is unread; one as long as that, so that a
// long line costs no more than its length.
func (b *backward) fill() error {
	size := min(int64(max(blockSize, len(b.buf))), b.end-b.start)
	block := make([]byte, size, int(size)+len(b.buf))
	for have := int64(0); have < size; {
		n, err := b.src.readAt(block[have:], b.end-size+have)
		if err != nil {
			return err
		}
		if n == 0 {
			return b.shrunk()
		}
		have += int64(n)
	}
	b.end -= size
	b.buf = append(block, b.buf...)
	return nil
}

func (b *backward) next(ctx context.Context) (line, bool, error) {
	ended := !b.first
	for {
		if b.first && len(b.buf) > 0 {
			// The end of the last line is no line of its own.
			b.first = false
			if n := len(b.buf) - 1; b.buf[n] == '\n' {
				b.buf, ended = b.buf[:n], true
			}
		}
		if i := bytes.LastIndexByte(b.buf, '\n'); i >= 0 {
			text := b.buf[i+1:]
			if len(text) > maxLine {
				return line{}, false, tooLong(b.name)
			}
			b.buf = b.buf[:i]
			return b.give(text, ended), true, nil
		}
		if len(b.buf) > maxLine {
			return line{}, false, tooLong(b.name)
		}
		if b.end == b.start {
			return b.top(ended)
		}
		if err := ctx.Err(); err != nil {
			return line{}, false, err
		}
		if err := b.fill(); err != nil {
			return line{}, false, err
		}
	}
}

// top gives the first line, the last one of a backward reader.
func (b *backward) top(ended bool) (line, bool, error) {
	if b.buf == nil {
		return line{}, false, nil
	}
	text := b.buf
	b.buf = nil
	if b.start == 0 {
		text = bytes.TrimPrefix(text, []byte(byteOrderMark))
	}
	if len(text) == 0 && !ended {
		return line{}, false, nil
	}
	return b.give(text, ended), true, nil
}

func (b *backward) give(text []byte, ended bool) line {
	if ended {
		text = bytes.TrimSuffix(text, []byte("\r"))
	}
	return line{text: text, ended: ended}
}

// lineText is a line as a value: bytes that are not UTF-8 are replaced.
func lineText(l line) string { return strings.ToValidUTF8(string(l.text), "\uFFFD") }

// memory is a source that is held as a whole.
type memory []byte

func (m memory) readAt(buf []byte, off int64) (int, error) {
	if off >= int64(len(m)) {
		return 0, nil
	}
	return copy(buf, m[off:]), nil
}
