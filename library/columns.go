package library

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"rex/capability"
)

// columnsOf is how many columns a code point takes on a terminal: two for wide
// ones, none for marks that combine with the one before.
func columnsOf(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

func columns(s string) int {
	n := 0
	for _, r := range s {
		n += columnsOf(r)
	}
	return n
}

// columnOffset is where the part of s ends that takes at most n columns.
func columnOffset(s string, n int) int {
	for i, r := range s {
		if n -= columnsOf(r); n < 0 {
			return i
		}
	}
	return len(s)
}

func pad(c *Call) error {
	width, err := c.natural(1, "width")
	if err != nil {
		return err
	}
	if utf8.RuneCountInString(c.T[3]) != 1 || columns(c.T[3]) != 1 {
		return fault(capability.Invalid, "with must be one character of one column, it is "+quoteShort(c.T[3]))
	}
	if err := c.reads(4 * len(c.T[0])); err != nil {
		return err
	}
	missing := max(0, width-columns(c.T[0]))
	if err := c.makes(int64(len(c.T[0])) + mul(int64(missing), int64(len(c.T[3])))); err != nil {
		return err
	}
	left := 0
	switch c.T[2] {
	case "right":
		left = missing
	case "center":
		left = missing / 2
	}
	c.OutT = strings.Repeat(c.T[3], left) + c.T[0] + strings.Repeat(c.T[3], missing-left)
	return nil
}

func shorten(c *Call) error {
	width, err := c.natural(1, "width")
	switch {
	case err != nil:
		return err
	case width == 0:
		return fault(capability.Range, "width must be at least 1")
	}
	if err := c.makes(int64(min(width, len(c.T[0])))); err != nil {
		return err
	}
	if err := c.reads(4 * min(width, len(c.T[0]))); err != nil {
		return err
	}
	c.OutT = c.T[0]
	if columnOffset(c.T[0], width) < len(c.T[0]) {
		c.OutT = c.T[0][:columnOffset(c.T[0], width-1)] + "…"
	}
	return nil
}
