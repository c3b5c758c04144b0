package compiler

import (
	"slices"

	"rex/lang"
)

// maxMendRounds bounds how often a source is mended and read again. A fix lets
// what stood around it be understood, so each round may find more; a source
// that still changes after so many is left as it is then.
const maxMendRounds = 25

// Mended is a source after its safe fixes.
type Mended struct {
	Src     []byte
	Applied lang.Diagnostics // what was mended, each against the text of its round
	Left    lang.Diagnostics // what is wrong with Src
}

// Mend applies the safe fixes of a source, again and again until none is left.
// A fix that would make things worse is not applied, so that nobody is worse
// off for having asked: the count of errors in the text never grows, and unless
// it falls the count of errors in names and types doesn't either.
func Mend(name string, src []byte, loader Loader) Mended {
	m := mender{Mended: Mended{Src: src}, name: name, loader: loader}
	m.Left = m.diagnose(src)
	for range maxMendRounds {
		if !m.round() {
			break
		}
	}
	return m.Mended
}

// mender is a source that is being mended.
type mender struct {
	Mended
	name   string
	loader Loader
}

// round applies the safe fixes there are, and reports whether it changed anything.
func (m *mender) round() bool {
	source := mainSource(m.Left, m.Src)
	found := m.Left.SafeFixes(source)
	if text, _ := countErrors(found); text > 0 { // then the meaning is looked at again
		found = slices.DeleteFunc(found, func(d lang.Diagnostic) bool { return !inText(d) })
	}
	if len(found) == 0 || m.try(source, found) {
		return len(found) > 0
	}
	// Together they do harm: find those that don't.
	var good lang.Diagnostics
	for _, d := range found {
		try := append(good[:len(good):len(good)], d)
		if fixed := source.ApplyFixes(try); !worse(m.Left, m.diagnose(fixed)) {
			good = try
		}
	}
	return len(good) > 0 && m.try(source, good)
}

// try applies fixes unless that makes things worse.
func (m *mender) try(source *lang.Source, found lang.Diagnostics) bool {
	fixed := source.ApplyFixes(found)
	left := m.diagnose(fixed)
	if worse(m.Left, left) {
		return false
	}
	m.Src, m.Left, m.Applied = fixed, left, append(m.Applied, found...)
	return true
}

func (m *mender) diagnose(src []byte) lang.Diagnostics {
	_, ds := Compile(m.name, src, m.loader)
	return ds
}

// mainSource finds the source that is mended among those of its diagnostics;
// what it imports is mended by its own name.
func mainSource(ds lang.Diagnostics, src []byte) *lang.Source {
	for _, d := range ds {
		if d.Source != nil && len(d.Source.Src) == len(src) && (len(src) == 0 || &d.Source.Src[0] == &src[0]) {
			return d.Source
		}
	}
	return nil
}

// worse compares what is wrong before and after. Errors in the text hide those
// in names and types, which are then not new when they appear.
func worse(before, after lang.Diagnostics) bool {
	text, meaning := countErrors(before)
	newText, newMeaning := countErrors(after)
	return newText > text || newText == text && newMeaning > meaning
}

// inText tells errors in the text from those in what it means.
func inText(d lang.Diagnostic) bool { return d.Code < "E03" }

// countErrors counts errors in the text (E01xx, E02xx) and in what it means.
func countErrors(ds lang.Diagnostics) (text, meaning int) {
	for _, d := range ds {
		switch {
		case d.Severity != lang.Error:
		case inText(d):
			text++
		default:
			meaning++
		}
	}
	return text, meaning
}
