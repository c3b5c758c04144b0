package library

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"rex/capability"
)

// The methods of bytes, and the encodings of bytes as text.
var bytesRows = []spec{
	{340, "len(b: bytes) -> int", Unknown, none, bytesLen,
		"The number of bytes.", `"né".bytes().len() // 3`},
	{341, "is_empty(b: bytes) -> bool", Unknown, none, stringIsEmpty,
		"Whether there are none.", `"".bytes().is_empty() // true`},
	{342, `text(b: bytes, encoding: "utf-8" | "latin1" = "utf-8") -> string`, Unknown, invalid, bytesText,
		"As text; bytes that aren't UTF-8 are refused, while latin1 makes a code point of each byte.", `hex.decode("6ee9").text(encoding: "latin1") // "né"`},
	{343, "index(b: bytes, part: bytes) -> int?", Unknown, none, bytesIndex,
		"Where the part occurs first, nil when it doesn't.", `"a=b".bytes().index("=".bytes()) // 1`},
	{344, "split(b: bytes, by: bytes) -> list[bytes]", PiecesOf, invalid, bytesSplit,
		"The pieces between the separators; an empty one is refused.", `"a\0b".bytes().split("\0".bytes()).len() // 2`},
	{345, "starts_with(b: bytes, part: bytes) -> bool", Unknown, none, startsWith,
		"Whether it starts with the part.", `"#!/bin/sh".bytes().starts_with("#!".bytes()) // true`},
	{346, "ends_with(b: bytes, part: bytes) -> bool", Unknown, none, endsWith,
		"Whether it ends with the part.", `"a\n".bytes().ends_with("\n".bytes()) // true`},
	{347, "contains(b: bytes, part: bytes) -> bool", Unknown, none, stringContains,
		"Whether the part occurs in it.", `"a\0b".bytes().contains("\0".bytes()) // true`},
	{348, "base64.encode(b: bytes) -> string", Unknown, none, base64Encode,
		"In base64.", `base64.encode("hello".bytes()) // "aGVsbG8="`},
	{349, "base64.decode(s: string) -> bytes", Unknown, invalid, base64Decode,
		"What base64 text stands for.", `base64.decode("aGVsbG8=").text() // "hello"`},
	{350, "hex.encode(b: bytes) -> string", NoSeparator, none, hexEncode,
		"In hexadecimal, small letters.", `hex.encode("né".bytes()) // "6ec3a9"`},
	{351, "hex.decode(s: string) -> bytes", Unknown, invalid, hexDecode,
		"What hexadecimal text stands for.", `hex.decode("6869").text() // "hi"`},
	{352, "sha256(b: bytes) -> string", NoSeparator, none, sha256Sum,
		"The SHA-256 in hexadecimal.", `sha256("".bytes()).take(8) // "e3b0c442"`},
	{353, "sha256(s: string) -> string", NoSeparator, none, sha256Sum,
		"The SHA-256 of the UTF-8 in hexadecimal.", `sha256("").take(8) // "e3b0c442"`},
	{354, "base64.encode(s: string) -> string", Unknown, none, base64Encode,
		"The UTF-8 in base64.", `base64.encode("hello") // "aGVsbG8="`},
	{355, "base64.decode(b: bytes) -> bytes", Unknown, invalid, base64Decode,
		"What base64 text stands for.", `base64.decode("aGk=".bytes()).text() // "hi"`},
	{356, "hex.encode(s: string) -> string", NoSeparator, none, hexEncode,
		"The UTF-8 in hexadecimal, small letters.", `hex.encode("hi") // "6869"`},
	{357, "hex.decode(b: bytes) -> bytes", Unknown, invalid, hexDecode,
		"What hexadecimal text stands for.", `hex.decode("6869".bytes()).text() // "hi"`},
}

func bytesLen(c *Call) error {
	c.OutS = uint64(len(c.T[0]))
	return nil
}

func bytesText(c *Call) error {
	if c.T[1] == "latin1" {
		return c.latin1()
	}
	if err := c.reads(len(c.T[0])); err != nil {
		return err
	}
	text, err := utf8Text(c.T[0])
	c.OutT = text
	return err
}

// latin1 makes a code point of each byte.
func (c *Call) latin1() error {
	if err := c.makes(2 * int64(len(c.T[0]))); err != nil {
		return err
	}
	out := make([]rune, len(c.T[0]))
	for i := range out {
		out[i] = rune(c.T[0][i])
	}
	c.OutT = string(out)
	return nil
}

// utf8Text gives bytes as text and names the first one that is none.
func utf8Text(b string) (string, error) {
	if utf8.ValidString(b) {
		return b, nil
	}
	at := 0
	for {
		r, n := utf8.DecodeRuneInString(b[at:])
		if r == utf8.RuneError && n == 1 {
			return "", fault(capability.Invalid, "the bytes are not UTF-8: byte "+strconv.Itoa(at)+" begins no code point")
		}
		at += n
	}
}

func bytesIndex(c *Call) error {
	if err := c.reads(len(c.T[0])); err != nil {
		return err
	}
	if i := strings.Index(c.T[0], c.T[1]); i >= 0 {
		c.OutR = capability.IntValue(i)
	}
	return nil
}

func bytesSplit(c *Call) error { return c.splitAt(math.MaxInt) }

func encodeBase64(b string) string { return base64.StdEncoding.EncodeToString([]byte(b)) }

func decodeBase64(s string) (string, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	return string(b), err
}

func base64Encode(c *Call) error {
	if err := c.makes(mul(int64(len(c.T[0])), 2)); err != nil {
		return err
	}
	c.OutT = encodeBase64(c.T[0])
	return nil
}

// decodes makes a native of a decoder of text.
func decodes(name string, decode func(string) (string, error)) Native {
	return func(c *Call) error {
		if err := c.makes(int64(len(c.T[0]))); err != nil {
			return err
		}
		out, err := decode(strings.TrimSpace(c.T[0]))
		if err != nil {
			return fault(capability.Invalid, "the text is not "+name+": "+strings.TrimPrefix(err.Error(), "encoding/hex: "))
		}
		c.OutT = out
		return nil
	}
}

var (
	base64Decode = decodes("base64", decodeBase64)
	hexDecode    = decodes("hexadecimal", func(s string) (string, error) {
		b, err := hex.DecodeString(s)
		return string(b), err
	})
)

func hexEncode(c *Call) error {
	if err := c.makes(mul(int64(len(c.T[0])), 2)); err != nil {
		return err
	}
	c.OutT = hex.EncodeToString([]byte(c.T[0]))
	return nil
}

func sha256Sum(c *Call) error {
	if err := c.fuel(1 + int64(len(c.T[0]))/4); err != nil {
		return err
	}
	digest := sha256.Sum256([]byte(c.T[0]))
	c.OutT = hex.EncodeToString(digest[:])
	return nil
}
