package host

import (
	"math"
	"slices"

	"rex/capability"
)

// gathered are lines of a result, bounded.
type gathered struct {
	lines []string
	bytes int64
	room  int64
	name  string
}

func (c *call) gather(f *file) *gathered {
	return &gathered{room: c.grant.Meter().ReadLimit(), name: f.path}
}

func (g *gathered) add(text string) error {
	g.lines = append(g.lines, text)
	if g.bytes += int64(len(text)) + 64; g.bytes > g.room {
		return faultf(capability.TooLarge, "the lines of %s have more than %d bytes; lines gives fewer", show(g.name), g.room)
	}
	return nil
}

func (g *gathered) value() capability.Value {
	out := capability.NewList(capability.String)
	for _, text := range g.lines {
		out.Push(capability.StringValue(text))
	}
	return out
}

// take gathers up to n lines of a reader.
func (c *call) take(g *gathered, lines lineReader, n int64) error {
	for range n {
		l, ok, err := lines.next(c.ctx)
		if err != nil || !ok {
			return err
		}
		if err := g.add(lineText(l)); err != nil {
			return err
		}
	}
	return nil
}

// firstLines does fs.head.
func firstLines(c *call) (capability.Value, error) {
	if err := c.atLeastZero("lines"); err != nil {
		return nil, err
	}
	src, f, err := c.unpacked("path")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := newForward(c.ctx, src, f.path, 0, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	g := c.gather(f)
	if err := c.take(g, lines, c.int("lines")); err != nil {
		return nil, err
	}
	return g.value(), nil
}

// lastLines does fs.tail.
func lastLines(c *call) (capability.Value, error) {
	if err := c.atLeastZero("lines", "bytes"); err != nil {
		return nil, err
	}
	f, err := c.content("path")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src, size, err := c.sized(f)
	if err != nil {
		return nil, err
	}
	start := int64(0)
	if n, ok := c.optional("bytes"); ok {
		start = max(0, size-n)
	}
	lines, err := newBackward(src, f.path, start, size)
	if err != nil {
		return nil, err
	}
	g := c.gather(f)
	if err := c.take(g, lines, c.int("lines")); err != nil {
		return nil, err
	}
	slices.Reverse(g.lines)
	return g.value(), nil
}
