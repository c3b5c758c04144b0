package capability

// Param is a parameter of a module: what a run must or may be given.
type Param struct {
	Name     string
	Type     *Type
	Required bool
	Default  Value // when not required; nil for a T?
	Doc      string
	In       *Interval // in 1..=100, in 1s..=1h, also of float and size
	Words    []string  // in ["a", "b"]: the globs of a path or url; for a string its type is the word type
	Matching string    // RE2 text that holds the whole value; "" for none
}

// Interval is the closed or half-open interval of a parameter's `in`. The bounds
// have the parameter's type (for a list, its element's).
type Interval struct {
	From, To  Value
	Inclusive bool
}

// Position is a place in a source file, 1-based; Column counts code points.
type Position struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// Abstract is what the analysis knows of one value. The zero Abstract is
// impossible (no value at all); Any is no knowledge.
type Abstract struct {
	Any    bool                // nothing is known
	Nil    bool                // it may be nil
	Texts  []Pattern           // a text: one of these
	Ints   []int64             // a scalar's bits: one of these
	AnyInt bool                // a scalar, any
	Tuple  []Abstract          // a list: its first elements, in order
	Rest   *Abstract           // a list: what any further element is; nil when the length is exactly len(Tuple)
	List   bool                // it is a list (Tuple and Rest apply)
	Fields map[string]Abstract // a record, by field
	Values *Abstract           // a map: what any value is
	Keys   []Pattern           // a map: what its keys are
	Why    string              // when something is unknown: the reason, in source terms
}

// Site is one host instruction of a module.
type Site struct {
	Func int
	PC   int
}

// Touch is one place where a program can touch the host, with everything the
// analysis found out about it.
type Touch struct {
	Site  Site
	Op    *Op
	Pos   Position
	Trail []string     // how the script gets there: call sites, outermost first
	Join  []Abstract   // one per parameter: every call lies within, the envelope
	Rows  [][]Abstract // one row of arguments per context; every call lies within one
	Must  bool         // every run that ends well comes by here
	Once  bool         // at most once in a run
	Loop  bool         // inside a loop
	Fatal bool         // after a denial here no run ends well
}

// Report is what a module can touch.
type Report struct {
	Module  string // hash of the module, hex
	Source  string // name of the script
	Table   string // hash of the operation table the module was held against
	Params  []Param
	Bound   []Value // the arguments, when they were known; nil for an open report
	Touches []Touch
	Budget  bool // the budget was spent: the touches are true but coarse
	Steps   int
}

// Touch finds the touch at a site, nil when the report has none.
func (r *Report) Touch(s Site) *Touch {
	for i := range r.Touches {
		if r.Touches[i].Site == s {
			return &r.Touches[i]
		}
	}
	return nil
}
