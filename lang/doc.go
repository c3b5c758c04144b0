// Package lang turns source text into a tree and says where it went wrong.
//
// The way of a text through the package:
//
//	source.go       bytes with a name, and the table from offsets to lines
//	token.go        the kinds of token
//	lexer.go ...    bytes -> tokens: newline rules, strings with holes, numbers
//	                with units, limits; it never stops at an error
//	parser.go ...   tokens -> tree, through participle: declarations are struct
//	                tags (productions.go), blocks, statements and expressions
//	                are custom productions that climb precedence
//	ast.go          the tree
//	diagnostic.go   what went wrong, with codes (codes.go) and fixes
//	render.go       diagnostics as text with carets, and as JSON
//
// [Parse] is the entry. It always gives a tree, with Bad nodes where the text
// could not be understood, and every diagnostic it can find in one go. The
// package knows the shape of the language only: what names and types mean is
// for the compiler.
//
// All positions are byte offsets into the source as it was given; lines and
// columns are computed at the edge, by [Lines].
package lang
