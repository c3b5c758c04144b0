package host

import (
	"context"
	"math"
	"regexp"
	"slices"

	"rex/capability"
)

// maxPattern bounds the text of a regular expression.
const maxPattern = 64 << 10

// grepFile does fs.grep.
func grepFile(c *call) (capability.Value, error) {
	if err := c.atLeastZero("before", "after", "max"); err != nil {
		return nil, err
	}
	re, err := compile(c.text("needle"), c.bool("ignore_case"))
	if err != nil {
		return nil, err
	}
	f, err := c.content("path")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := newForward(c.ctx, f, f.path, 0, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	g := &grep{
		re: re, invert: c.bool("invert"), before: c.int("before"), after: c.int("after"),
		most: math.MaxInt64, last: c.bool("reverse"), room: c.grant.Meter().ReadLimit(), name: f.path,
	}
	if n, ok := c.optional("max"); ok {
		g.most = n
	}
	if g.most > 0 {
		if err := g.run(c.ctx, lines); err != nil {
			return nil, err
		}
	}
	return g.result(c.text("path")), nil
}

func compile(pattern string, ignoreCase bool) (*regexp.Regexp, error) {
	if len(pattern) > maxPattern {
		return nil, faultf(capability.Invalid, "the pattern has more than 64 KiB")
	}
	if ignoreCase {
		pattern = "(?i)" + pattern
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, faultf(capability.Invalid, "not a regular expression: %s", err)
	}
	return re, nil
}

// grep gathers the lines that match and those around them. A file is always
// read from its beginning, so that lines are numbered; the last matches are
// found by forgetting the earlier ones.
type grep struct {
	re            *regexp.Regexp
	invert, last  bool
	before, after int64
	most          int64 // matches to give
	room          int64 // bytes the result may hold
	name          string

	number  int64   // of the line in hand, from 1
	kept    []found // the result
	recent  []found // the lines before this one that are not in the result
	hits    []int64 // numbers of the matches that count
	trailer int64   // lines still to give after a match
	bytes   int64
}

type found struct {
	number int64
	text   string
}

func (g *grep) run(ctx context.Context, lines lineReader) error {
	for {
		l, ok, err := lines.next(ctx)
		if err != nil || !ok {
			return err
		}
		if g.number++; g.number%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		g.line(found{g.number, lineText(l)})
		if g.bytes > g.room {
			return faultf(capability.TooLarge, "the lines found in %s have more than %d bytes; max finds fewer", show(g.name), g.room)
		}
		if g.full() && g.trailer == 0 {
			return nil
		}
	}
}

// full tells that no further match is wanted.
func (g *grep) full() bool { return !g.last && int64(len(g.hits)) >= g.most }

func (g *grep) line(l found) {
	if !g.full() && g.re.MatchString(l.text) != g.invert {
		g.hit(l)
		return
	}
	if g.trailer > 0 {
		g.trailer--
		g.keep(l)
		return
	}
	if g.before > 0 {
		g.bytes += l.size()
		if g.recent = append(g.recent, l); int64(len(g.recent)) > g.before {
			g.bytes -= g.recent[0].size()
			g.recent = g.recent[1:]
		}
	}
}

// size is what a line costs in the result.
func (f found) size() int64 { return int64(len(f.text)) + 64 }

func (g *grep) keep(l found) {
	g.kept = append(g.kept, l)
	g.bytes += l.size()
}

func (g *grep) hit(l found) {
	g.kept = append(g.kept, g.recent...)
	g.recent = nil
	g.keep(l)
	g.trailer = g.after
	g.hits = append(g.hits, l.number)
	if g.last && int64(len(g.hits)) > g.most {
		g.hits = g.hits[1:]
		g.forget(g.hits[0] - g.before)
	}
}

// forget drops the lines of the result before number.
func (g *grep) forget(number int64) {
	i := 0
	for i < len(g.kept) && g.kept[i].number < number {
		g.bytes -= g.kept[i].size()
		i++
	}
	g.kept = g.kept[i:]
}

func (g *grep) result(path string) capability.Value {
	if g.last {
		slices.Reverse(g.kept)
	}
	out := capability.NewList(capability.MatchType)
	for _, l := range g.kept {
		r := capability.NewRecord(capability.MatchType).
			With("path", capability.PathValue(path)).
			With("line", capability.IntValue(l.number)).
			With("text", capability.StringValue(l.text))
		r.Frozen = true
		out.Push(r)
	}
	return out
}
