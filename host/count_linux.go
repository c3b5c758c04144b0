package host

import (
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"math"

	"rex/capability"
)

// each reads a source from its beginning and gives it to use in pieces.
func each(ctx context.Context, src source, use func(piece []byte)) (size int64, err error) {
	buf := make([]byte, chunk)
	for {
		if err := ctx.Err(); err != nil {
			return size, err
		}
		n, err := src.readAt(buf, size)
		if err != nil || n == 0 {
			return size, err
		}
		use(buf[:n])
		size += int64(n)
	}
}

// unpacked opens the content of the file that the call names: with
// decompress, that of the gzip file.
func (c *call) unpacked(param string) (source, *file, error) {
	f, err := c.content(param)
	if err != nil || !c.bool("decompress") {
		return f, f, err
	}
	src, err := newInflated(f, f.path)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return src, f, nil
}

// countFile does fs.count.
func countFile(c *call) (capability.Value, error) {
	src, f, err := c.unpacked("path")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var w wordCount
	size, err := each(c.ctx, src, w.add)
	if err != nil {
		return nil, err
	}
	r := capability.NewRecord(capability.CountType).
		With("lines", capability.IntValue(w.lines)).
		With("words", capability.IntValue(w.words)).
		With("bytes", capability.SizeValue(size))
	r.Frozen = true
	return r, nil
}

// wordCount counts line ends and words between white space.
type wordCount struct {
	lines, words int64
	inside       bool // a word
}

func (w *wordCount) add(piece []byte) {
	for _, b := range piece {
		space := b == ' ' || b >= '\t' && b <= '\r'
		if !space && !w.inside {
			w.words++
		}
		if b == '\n' {
			w.lines++
		}
		w.inside = !space
	}
}

var hashes = map[string]func() hash.Hash{"sha256": sha256.New, "sha512": sha512.New, "sha1": sha1.New, "md5": md5.New}

// hashFile does fs.hash.
func hashFile(c *call) (capability.Value, error) {
	f, err := c.content("path")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h := hashes[c.text("algorithm")]()
	if _, err := each(c.ctx, f, func(piece []byte) { h.Write(piece) }); err != nil {
		return nil, err
	}
	return capability.StringValue(hex.EncodeToString(h.Sum(nil))), nil
}

// gzipInfo does fs.gzip_info.
func gzipInfo(c *call) (capability.Value, error) {
	f, err := c.content("path")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	packed := &measured{source: f}
	src, err := newInflated(packed, f.path)
	if err != nil {
		return nil, err
	}
	size, err := each(c.ctx, src, func([]byte) {})
	if err != nil {
		return nil, err
	}
	ratio := 0.0
	if packed.size > 0 {
		ratio = math.Round(float64(size)/float64(packed.size)*100) / 100
	}
	r := capability.NewRecord(capability.GzipType).
		With("path", capability.PathValue(c.text("path"))).
		With("compressed", capability.SizeValue(packed.size)).
		With("size", capability.SizeValue(size)).
		With("ratio", capability.FloatValue(ratio))
	if src.in.Name != "" {
		r.With("name", capability.StringValue(capability.ShowPath(src.in.Name)))
	}
	r.Frozen = true
	return r, nil
}

// measured remembers how far a source was read.
type measured struct {
	source
	size int64
}

func (s *measured) readAt(buf []byte, off int64) (int, error) {
	n, err := s.source.readAt(buf, off)
	s.size = max(s.size, off+int64(n))
	return n, err
}

// fileStrings does fs.strings.
func fileStrings(c *call) (capability.Value, error) {
	if err := c.atLeastZero("min", "limit"); err != nil {
		return nil, err
	}
	f, err := c.content("path")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var src source = f
	if limit, ok := c.optional("limit"); ok {
		src = &beginning{f, limit}
	}
	g := c.gather(f)
	var run []byte
	var failed error
	end := func() {
		if int64(len(run)) >= max(1, c.int("min")) && failed == nil {
			failed = g.add(string(run))
		}
		run = run[:0]
	}
	_, err = each(c.ctx, src, func(piece []byte) {
		for _, b := range piece {
			if b < ' ' && b != '\t' || b > '~' {
				end()
			} else if int64(len(run)) <= g.room {
				run = append(run, b)
			}
		}
	})
	end()
	if failed != nil {
		return nil, failed
	}
	if err != nil {
		return nil, err
	}
	return g.value(), nil
}

// beginning is the first part of a source.
type beginning struct {
	source
	size int64
}

func (b *beginning) readAt(buf []byte, off int64) (int, error) {
	return b.source.readAt(buf[:max(0, min(int64(len(buf)), b.size-off))], off)
}
