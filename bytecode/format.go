package bytecode

import (
	"fmt"

	"rex/capability"
)

// The file (.rexb), format version 2:
//
//	magic, version, then the sections in the order below, each an id byte,
//	the length of what follows as a varint, and that many bytes.
//
// Numbers are unsigned varints of the fewest bytes, signed ones zigzag; texts
// and lists begin with their length. A reference to a type is 0 for none,
// else its index in the types plus one. Whatever has a set order is in that
// order, so a module has exactly one encoding, and hashing the bytes is
// hashing the module.
const magic = "\x00rexb"

// The sections.
const (
	sectionSource = 1 + iota
	sectionTypes
	sectionConsts
	sectionTemplates
	sectionParams
	sectionFuncs
	sectionLines
	sectionOps
	sectionUses
	sectionEnd
)

var sectionNames = [sectionEnd]string{
	"", "source", "types", "constants", "templates", "parameters", "functions", "positions", "operations", "uses",
}

// The bounds of a module beyond its size (capability.MaxModule). They keep
// what a decoder takes in proportion to what it is given.
const (
	MaxImports    = 1 << 10 // files that a program imports
	MaxTypes      = 1 << 16 // JIS and JISNT name a type with 16 bits
	MaxTypeDepth  = 200     // nesting
	MaxTypeKey    = 1 << 16 // bytes of one type written out
	MaxTypeText   = 1 << 22 // .. of all types together
	MaxFields     = 256     // of a record: a slot number is one byte
	MaxConsts     = 1 << 20
	MaxTemplates  = 1 << 18
	MaxPieces     = 1 << 10 // of a template, its holes at most 255
	MaxParams     = 255     // of a module or function: an argument count is one byte
	MaxValues     = 1 << 17 // all values in defaults and bounds of parameters
	MaxTexts      = 1 << 18 // words of types and globs, all together
	MaxFuncs      = 1 << 16
	MaxRegisters  = 1 << 16 // of one file of a function
	MaxTotalRegs  = 1 << 21 // of all functions together
	MaxHandlers   = 1 << 18 // of all functions together
	MaxRegexBytes = 4096
)

// The flags of a parameter.
const (
	flagRequired = 1 << iota
	flagDefault
	flagInterval
	flagInclusive
	flagsKnown = 1<<iota - 1
)

// FormatError says where bytes are not a module.
type FormatError struct {
	Offset  int
	Message string
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("byte %d: %s", e.Offset, capability.Printable(e.Message))
}

// IsModule reports whether data begins as a module's file does; it may still
// be one that doesn't decode.
func IsModule(data []byte) bool { return len(data) >= len(magic) && string(data[:len(magic)]) == magic }
