package library

import "rex/capability"

// Family is a group of rows that stand together on the reference page.
type Family struct {
	Name string
	Doc  string
	Rows []*Row // those of one name beside each other
}

// families are the specs by family, in the order of the page. Expanded rows
// stand with the type of their receiver; those for the compiler's use only are
// in none.
var families = []struct {
	name, doc string
	specs     [][]spec
	expanded  []capability.Kind
}{
	{"Strings", "Positions, lengths and counts are code points.", [][]spec{stringRows}, nil},
	{"Regular expressions", "The syntax is RE2's; searching takes time in proportion to the text.", [][]spec{regexRows}, nil},
	{"Lists", "What is marked with `!` changes its list (the mark is not written); everything else leaves it as it is.", [][]spec{listRows, orderRows}, []capability.Kind{capability.KindList}},
	{"Maps and records", "Maps keep the order in which keys were added. A key is text; a `path`, `url`, `ip` or `int` stands for its text.", [][]spec{mapRows}, []capability.Kind{capability.KindMap, 0}},
	{"Numbers", "What does not fit into 64 bits fails with `range`.", [][]spec{numberRows}, nil},
	{"Sizes and durations", "", [][]spec{quantityRows}, nil},
	{"Times", "A time is an instant; what has a calendar in it is UTC unless a zone is named.", [][]spec{timeRows}, nil},
	{"Paths", "Paths have none of the methods of strings. What would not be a clean path is `invalid`.", [][]spec{pathRows}, nil},
	{"URLs", "", [][]spec{urlRows}, nil},
	{"Addresses", "", [][]spec{addressRows}, nil},
	{"Bytes", "", [][]spec{bytesRows}, nil},
	{"Data", "Input is a `string` or `bytes`. Over 16 MiB it fails with `too_large`; what is wrong with it is told with line and column.", [][]spec{dataRows}, nil},
	{"Errors", "What `catch |e|` gives, and what calls again after a failure.", [][]spec{errorRows}, []capability.Kind{capability.KindFunc}},
	{"Conversions", "They are named like the type they make. White space around numbers and times is ignored.", [][]spec{conversionRows}, nil},
}

// Families gives the rows that a script can call, as the reference page groups them.
func Families() []Family { return table().families }
