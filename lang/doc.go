// Package lang turns source text into a tree and says where it went wrong.
//
// The way of a text through the package:
//
//	source.go       bytes with a name, and the table from offsets to lines
//	token.go        the kinds of token
//	lexer.go        bytes -> tokens: the newline rules, the bounds; it never stops
//	                at an error (lexer_brackets.go, lexer_strings.go,
//	                lexer_text.go have its parts)
//	parser.go       tokens -> tree, through participle, one top-level statement at
//	                a time, with the recovery from errors
//	productions.go  the declarations, as participle's struct tags
//	parse_*.go      blocks, statements, expressions, patterns and types, as custom
//	                productions
//	mend_*.go       what other languages write, read as what it means and reported
//	numbers.go      the values of literals, and strings.go
//	ast.go          the tree
//	diagnostic.go   what went wrong, with codes (codes_*.go) and fixes (fix.go)
//	render.go       diagnostics as text with carets; json.go and sarif.go for programs
//	grammar.go      the grammar as EBNF
//	format.go       the tree and its tokens -> the one layout: a document of what
//	                may break (format_*.go), printed by layout.go, then read
//	                again and compared by same.go
//
// [Parse] is the entry, [Format] the way back to text. Parse always gives a
// tree, with Bad nodes where the text could not be understood, and every
// diagnostic it can find in one go. The package knows the shape of the language
// only: what names and types mean is for the compiler.
//
// All positions are byte offsets into the source as it was given; lines and
// columns are computed at the edge, by [Lines].
package lang
