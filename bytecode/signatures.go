package bytecode

import (
	"rex/capability"
	"rex/library"
)

// libraryRow is the library function with this number, nil when there is none
// that bytecode may call.
func libraryRow(n uint16) *library.Row { return nil }

func matchRow(r *library.Row, args []*capability.Type) (*capability.Type, bool) { return nil, false }
