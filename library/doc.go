// Package library is what a script computes without asking the host: one row
// per function, with its type, its cost and what it does to a pattern.
//
// The rows stand in the files of their families (strings.go, lists.go, ...,
// internal.go for what only the compiler calls), each above the natives that
// do the work. A row is a number that is never given to another, a signature
// in the language's own spelling, a transfer for the analysis, the kinds of
// error it can raise, a native, a sentence and an example:
//
//	{7, "trim_suffix(s: string, suffix: string) -> string", TrimSuffix, none, trimSuffix,
//		"Without the suffix, if it ends with it.", `"a.tar.gz".trim_suffix(".gz") // "a.tar"`},
//
// rows.go makes Rows of them when one is looked up first, families.go groups
// them for the reference page, signature.go reads the signatures, match.go
// holds the types of a call's arguments against one: the compiler and the
// verifier ask it, so they agree. To add a function, add a row and its native
// to the file of its family, and a call to a table in natives_test.go; tests
// demand the call and the number's place in testdata/rows.golden, and compile
// and run the example. A function that takes functions is a row of expanded.go
// and a loop in the compiler.
//
// A native (call.go has what they share) charges fuel for its input before it
// works and memory for its result before it makes it; it writes its result
// only when it succeeds; on a register that was never set it raises absent
// (references) or invalid (path, url, ip, cidr).
//
// The rest are the functions of values that the other rooms share: what a hole
// writes (text.go, human.go), JSON (json_write.go, json_read.go), casts
// (cast.go), == and keys (equal.go), < (order.go), literals (literal.go),
// URLs (url.go), templates (holes.go), globs (glob.go) and the binding of
// arguments (args.go). Every walk over a value is a walk of walk.go, which
// bounds depth and steps: values may hold themselves. YAML, TOML, CSV and
// versions are read by libraries; formats.go keeps those within bounds.
package library
