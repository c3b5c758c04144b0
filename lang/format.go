package lang

import (
	"errors"
	"fmt"
)

// ErrBounds is the error of [Format] for a source that in its layout would
// exceed a bound of the language.
var ErrBounds = errors.New("formatted, the source would exceed a bound of the language")

// Format gives a source that was parsed without errors in Rex's one layout. The
// result has the same tree and the same comments: it is read again and
// compared, and a difference, which is a fault of ours, is an error.
//
// Lines break where they must: what fits in 100 columns stands on one line.
// Two things are the author's: a newline behind the opening bracket of a block,
// a record, a list or the arms of a match keeps it broken, and an empty line
// between statements or entries stays, but only one.
func Format(file *File) (out []byte, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			out, err = nil, fmt.Errorf("the formatter failed: %v", fault)
		}
	}()
	d, err := formatted(file)
	if err != nil {
		return nil, err
	}
	out, ok := d.print(MaxSource)
	if !ok {
		return nil, ErrBounds
	}
	return out, checkFormatted(file, out)
}

// formatted makes the doc of a file.
func formatted(file *File) (*doc, error) {
	var diags Diagnostics
	tokens, comments, ok := scan(file.Source, &diags)
	if !ok || diags.HasErrors() {
		return nil, errors.New("a source with errors has no layout")
	}
	f := &formatter{src: string(file.Src), comments: comments}
	for _, t := range tokens {
		if t.kind != kTerm {
			f.tokens = append(f.tokens, t)
		}
	}
	f.skipMark()
	return f.file(file), nil
}

// checkFormatted holds a layout against the file it was made of.
func checkFormatted(file *File, out []byte) error {
	again, diags := Parse(file.Name, out)
	for _, d := range diags {
		switch {
		case d.Severity != Error:
		case d.Code >= "E0130" && d.Code <= "E0138":
			return ErrBounds
		default:
			return fmt.Errorf("the formatter failed: its text has an error: %s", d.String())
		}
	}
	if !sameTree(file, again) {
		return errors.New("the formatter failed: its text has another tree")
	}
	if !sameComments(file, again) {
		return errors.New("the formatter failed: its text has other comments")
	}
	return nil
}
