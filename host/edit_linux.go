package host

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"rex/capability"
)

// editFile does fs.edit.
func editFile(c *call) (capability.Value, error) {
	if err := c.atLeastZero("expect"); err != nil {
		return nil, err
	}
	re, err := compile(c.text("pattern"), false)
	if err != nil {
		return nil, err
	}
	if err := checkReplacement(re, c.text("replacement")); err != nil {
		return nil, err
	}
	out, err := c.output("path")
	if err != nil {
		return nil, err
	}
	out.replaces = true
	if err := out.check(); err != nil {
		return nil, err
	}
	old, st, err := c.wholeFile(out.p)
	if err != nil {
		return nil, err
	}
	e := newEdit(re, c.text("replacement"), c.grant.Meter().ReadLimit())
	if err := e.run(old, func() error { return c.ctx.Err() }); err != nil {
		return nil, err
	}
	if want, ok := c.optional("expect"); ok && want != int64(e.changed) {
		return nil, faultf(capability.Invalid, "%d lines of %s would change, not %d; nothing was changed", e.changed, show(out.p.path), want)
	}
	if e.changed > 0 {
		if err := c.grant.Meter().Written(int64(len(e.out))); err != nil {
			return nil, err
		}
		out.fill = func(fd int) error { return writeAll(c.ctx, fd, string(e.out)) }
		out.finish = func(int) error { return unchanged(out.p.fd, st) }
		if err := out.replace(); err != nil {
			return nil, err
		}
	}
	r := capability.NewRecord(capability.EditType).
		With("lines", capability.IntValue(e.changed)).
		With("diff", capability.StringValue(e.diff()))
	r.Frozen = true
	return r, nil
}

var reference = regexp.MustCompile(`\$(\$|\w+|\{\w+\}|)`)

// checkReplacement refuses a reference to a group that the pattern has not:
// regexp would put nothing in its place.
func checkReplacement(re *regexp.Regexp, text string) error {
	for _, m := range reference.FindAllStringSubmatch(text, -1) {
		name := strings.Trim(m[1], "{}")
		if n, err := strconv.Atoi(name); name == "$" || err == nil && n <= re.NumSubexp() || name != "" && re.SubexpIndex(name) >= 0 {
			continue
		}
		return faultf(capability.Invalid, "the replacement speaks of %s, which is no group of the pattern; $$ is a dollar sign", show(m[0]))
	}
	return nil
}

// wholeFile reads a file that is going to be replaced.
func (c *call) wholeFile(p *place) ([]byte, *unix.Stat_t, error) {
	f, err := c.openRegular(p, unix.O_RDONLY)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	meter := c.grant.Meter()
	data, more, err := f.readUpTo(c.ctx, 0, meter.ReadLimit())
	if err != nil {
		return nil, nil, err
	}
	if more {
		return nil, nil, meter.TooLarge()
	}
	return data, &f.st, nil
}

// unchanged fails when a file was written to since it was looked at: what was
// read is not what would be replaced.
func unchanged(fd int, was *unix.Stat_t) error {
	var now unix.Stat_t
	if err := unix.Fstat(fd, &now); err != nil {
		return err
	}
	if now.Size != was.Size || now.Mtim != was.Mtim || now.Ctim != was.Ctim {
		return errChanged
	}
	return nil
}

// edit replaces what matches, line by line. A line's end is no part of it, so
// it stays as it is, and so does every byte that does not match, whatever it is.
type edit struct {
	re      *regexp.Regexp
	with    []byte
	room    int64
	out     []byte
	changed int
	lines   []editedLine
}

// editedLine is a line before and after, for the diff.
type editedLine struct{ old, new []byte }

func newEdit(re *regexp.Regexp, replacement string, room int64) *edit {
	return &edit{re: re, with: []byte(replacement), room: room}
}

func (e *edit) run(data []byte, stop func() error) error {
	for n := 0; len(data) > 0; n++ {
		if n%1024 == 0 {
			if err := stop(); err != nil {
				return err
			}
		}
		text, end := data, []byte(nil)
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			text, end, data = data[:i], data[i:i+1], data[i+1:]
			if bytes.HasSuffix(text, []byte("\r")) {
				text, end = text[:len(text)-1], append([]byte("\r"), end...)
			}
		} else {
			data = nil
		}
		if err := e.line(text, end); err != nil {
			return err
		}
	}
	return nil
}

func (e *edit) line(text, end []byte) error {
	start := len(e.out)
	at := 0
	for _, m := range e.re.FindAllSubmatchIndex(text, -1) {
		e.out = append(e.out, text[at:m[0]]...)
		e.out = e.re.Expand(e.out, e.with, text, m)
		at = m[1]
		if int64(len(e.out)) > e.room {
			return faultf(capability.TooLarge, "the file would have more than %d bytes", e.room)
		}
	}
	e.out = append(e.out, text[at:]...)
	changed := !bytes.Equal(e.out[start:], text)
	if changed {
		e.changed++
	}
	e.lines = append(e.lines, editedLine{text, nil})
	if changed {
		e.lines[len(e.lines)-1].new = append([]byte{}, e.out[start:]...)
	}
	e.out = append(e.out, end...)
	return nil
}

// Bounds of a diff: lines around a change, and bytes in all.
const (
	diffContext = 3
	maxDiff     = 256 << 10
)

// diff is the change in the unified form, without names of files.
func (e *edit) diff() string {
	var b strings.Builder
	shift := 0
	for i := 0; i < len(e.lines); i++ {
		if e.lines[i].new == nil {
			continue
		}
		from, to := max(0, i-diffContext), i
		for j := i; j < len(e.lines) && j <= to+2*diffContext; j++ {
			if e.lines[j].new != nil {
				to = j
			}
		}
		i = to
		shift += e.hunk(&b, from, min(len(e.lines), to+1+diffContext), shift)
		if b.Len() > maxDiff {
			return cutText(b.String(), maxDiff) + "\n... the diff is cut off here\n"
		}
	}
	return b.String()
}

// hunk writes the lines from..to and tells how many there are more than before.
func (e *edit) hunk(b *strings.Builder, from, to, shift int) int {
	var body strings.Builder
	added := 0
	for _, l := range e.lines[from:to] {
		if l.new == nil {
			fmt.Fprintf(&body, " %s\n", diffText(l.old))
			continue
		}
		fmt.Fprintf(&body, "-%s\n", diffText(l.old))
		for _, part := range bytes.Split(l.new, []byte("\n")) {
			fmt.Fprintf(&body, "+%s\n", diffText(part))
			added++
		}
		added--
	}
	fmt.Fprintf(b, "@@ -%d,%d +%d,%d @@\n%s", from+1, to-from, from+1+shift, to-from+added, body.String())
	return added
}

func diffText(line []byte) string { return strings.ToValidUTF8(string(line), "\uFFFD") }

// cutText cuts a text at a code point.
func cutText(s string, most int) string {
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
