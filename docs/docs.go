// Package docs holds those pages of this folder that a program prints. A page
// becomes part of rexc by being embedded here; rexvm may not import it. What
// the pages say of the language is run by conformance/docs_test.go.
package docs

import _ "embed"

// Card is the language on one page: with the catalogue of operations it is all
// that is needed to write a script.
//
//go:embed card.md
var Card string
