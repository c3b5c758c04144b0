package library

import "strings"

// Texts to sort by: comparing the keys of two texts, by code point, gives the
// order that is wanted of the texts.

func natural(c *Call) error {
	if err := c.makes(4 * int64(len(c.T[0]))); err != nil {
		return err
	}
	c.OutT = naturalKey(c.T[0])
	return nil
}

// naturalKey replaces each number by one of the same place among other
// characters that sorts by its value; the text itself comes behind, so that
// different texts have different keys.
func naturalKey(s string) string {
	var b strings.Builder
	for rest := s; rest != ""; {
		n := 0
		for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			n++
		}
		if n == 0 {
			i := strings.IndexAny(rest, "0123456789")
			if i < 0 {
				i = len(rest)
			}
			b.WriteString(rest[:i])
			rest = rest[i:]
			continue
		}
		writeNumberKey(&b, rest[:n])
		rest = rest[n:]
	}
	b.WriteByte(0)
	b.WriteString(s)
	return b.String()
}

// writeNumberKey writes digits so that a greater number is a greater text: a
// digit, which keeps the number's place among other characters, then how many
// there are as a code point, then themselves.
func writeNumberKey(b *strings.Builder, digits string) {
	digits = strings.TrimLeft(digits, "0")
	b.WriteByte('0')
	length := rune(len(digits)) + 1
	for ; length >= maxLengthMark; length -= maxLengthMark {
		b.WriteRune(maxLengthMark)
	}
	b.WriteRune(length)
	b.WriteString(digits)
}

// maxLengthMark says that the length goes on in another code point; it lies
// below the surrogates, which are none.
const maxLengthMark = 0xd7ff
