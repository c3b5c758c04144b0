package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"rex/capability"
)

// WriteJSON writes a document for programs that is safe on a terminal too.
func WriteJSON(w io.Writer, document any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(document); err != nil {
		return err
	}
	_, err := w.Write(SafeJSON(b.Bytes()))
	return err
}

// SafeJSON writes what a terminal would obey, and what makes text look like
// other text, as \u escapes. JSON has such runes inside of strings alone, so
// that the document stays the same one.
func SafeJSON(document []byte) []byte {
	var out []byte
	kept := 0 // what is before it has been copied
	for i := 0; i < len(document); {
		r, n := utf8.DecodeRune(document[i:])
		if r >= 0x7f && capability.Unprintable(r) {
			out = append(out, document[kept:i]...)
			out = appendEscape(out, r)
			kept = i + n
		}
		i += n
	}
	if kept == 0 {
		return document
	}
	return append(out, document[kept:]...)
}

func appendEscape(b []byte, r rune) []byte {
	if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
		return fmt.Appendf(b, `\u%04x\u%04x`, high, low)
	}
	return fmt.Appendf(b, `\u%04x`, r)
}
