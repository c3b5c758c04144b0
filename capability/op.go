package capability

import (
	"slices"
	"strconv"
)

// Effect says what an operation does to the world outside the script.
type Effect uint8

// The effects, from none to the gravest.
const (
	Ambient Effect = iota // nothing outside the run: clock, log, print
	Read
	Change
	Destroy
	Execute
	Send
)

var effectNames = []string{"ambient", "read", "change", "destroy", "execute", "send"}

func (e Effect) String() string { return effectNames[e] }

// Op is one host operation: everything that is true of it. The checker, the
// bytecode, the policy, the pre-flight, the documentation and the tests all
// read this row and nothing else.
type Op struct {
	Number  uint16 // stable, never reused
	Name    string // module.verb; print alone has no module
	Params  []OpParam
	Result  *Type // None when it gives nothing
	Asks    []Ask // in order
	Effect  Effect
	Facts   []Fact   // what the result tells the analysis
	Kinds   KindMask // the kinds of failure it can raise besides denied
	Doc     string   // one sentence
	Example string   // a statement that compiles
}

// OpParam is one parameter of an operation. Required ones come first and are
// given by position; optional ones by name only.
type OpParam struct {
	Name     string
	Type     *Type
	Optional bool
	Default  Value // of an optional one; nil for a T? that defaults to nil
	Const    bool  // must be a literal or a const: it decides what is asked
	Rest     bool  // takes all further named arguments, as a map[any]
	Coerce   Coerce
	Doc      string
}

// Coerce says which other types an argument may have and how it becomes the
// parameter's type.
type Coerce uint8

// The coercions.
const (
	CoerceNone    Coerce = iota
	CoerceQuote          // a string for a regex: taken literally
	CoerceBytes          // a string for bytes: its UTF-8
	CoerceProject        // a record for a record with fewer fields: those fields; a bare value: the first field, the others nil
	CoerceText           // anything a hole of a string can hold, for a string: as the hole writes it
)

// Part says which resource an ask makes of its parameter.
type Part uint8

// The parts.
const (
	PartSelf     Part = iota // the named thing itself
	PartParent               // of a path: the folder that holds it
	PartFixed                // the ask's Fixed id, whatever the arguments
	PartAppended             // the named thing with the ask's Fixed appended to its name: what is made beside it
)

// Looked reports whether what a part names is looked at before it is asked about.
func (p Part) Looked() bool { return p == PartSelf || p == PartAppended }

// Target is the name of what the host resolves for an ask: its parameter, with
// what is appended to it.
func (a *Ask) Target() string {
	if a.Part == PartAppended {
		return a.Param + a.Fixed
	}
	return a.Param
}

// Each says how often an ask is put.
type Each uint8

// How often an ask is put.
const (
	Once     Each = iota
	PerEntry      // for each entry of a walk, when it is reached
	PerLevel      // for each missing folder on the way down
	PerHop        // for each redirect, on a resource unknown before
)

// When says under which condition an ask is put.
type When struct {
	Option string   // a Const parameter, "" for no condition on options
	Values []string // the ask is put when the option's text is one of these ("true", "HUP", ..)
	Not    bool     // .. or when it is none of these
	Fact   FactName // the ask is put when this holds of the resource
}

// FactName is a condition of the resource that is known only when it has been looked at.
type FactName uint8

// The conditions.
const (
	NoFact  FactName = iota
	Missing          // the named thing does not exist yet
)

// Ask is one question to Cedar.
type Ask struct {
	Action   string   // its id inside Namespace
	Space    string   // the Cedar namespace: file_system, network, ...
	Entity   []string // the entity types it may be put for, without namespace; a missing file is asked as the first
	Param    string   // the parameter that makes the resource
	Part     Part
	Fixed    string // the id, for PartFixed; what is appended, for PartAppended
	Nofollow bool   // the last link is not followed
	Context  []ContextField
	When     When
	Each     Each
	Or       []Ask // each of these is enough instead
}

// ContextField is something the request's context holds.
type ContextField uint8

// The fields of contexts.
const (
	ContextDestination ContextField = iota // move: destination{path, name, parent_path}
	ContextExecute                         // execute: arguments, environment, user, group, argv
	ContextTarget                          // create: target, the text of a symbolic link
	ContextMode                            // chmod: mode
	ContextOwner                           // chown: owner and group, those that are given
	ContextXattr                           // set_x_attr: xattr{name}
)

// FactKind is a fact about a result, from a closed set: the analysis has one
// transfer function for each, and a test holds the real host to it.
type FactKind uint8

// The facts.
const (
	FactChildren FactKind = iota // a direct child of folder Arg; its name matches the glob in Glob when that is constant
	FactBeneath                  // below folder Arg, any depth
	FactSame                     // the value of Arg
	FactSuffix                   // Arg with Text appended
	FactUnder                    // one component below the fixed folder Text
	FactBaseName                 // the last component of the field Of of the same record
)

// Fact is one fact about one part of a result.
type Fact struct {
	Kind FactKind
	Elem bool   // of each element of a list
	At   string // the field of the record, "" for the value itself
	Arg  string
	Glob string
	Text string
	Of   string
}

// Module is the part of the name before the dot, "" for print.
func (o *Op) Module() string {
	for i := range o.Name {
		if o.Name[i] == '.' {
			return o.Name[:i]
		}
	}
	return ""
}

// Param finds a parameter by name, -1 when there is none.
func (o *Op) Param(name string) int {
	for i := range o.Params {
		if o.Params[i].Name == name {
			return i
		}
	}
	return -1
}

// Required is the number of parameters that must be given.
func (o *Op) Required() int {
	n := 0
	for i := range o.Params {
		if !o.Params[i].Optional && !o.Params[i].Rest {
			n++
		}
	}
	return n
}

// OnRequest reports whether an ask is put only when an option is given, as
// that for delete when a link is replaced. The effect of a row is that of a call
// without options; what an option adds stands in the report with its own verdict.
func (o *Op) OnRequest(a *Ask) bool {
	i := o.Param(a.When.Option)
	if a.When.Option == "" || a.When.Not || i < 0 {
		return false
	}
	usual, ok := o.Params[i].Default.(BoolValue)
	return ok && !slices.Contains(a.When.Values, strconv.FormatBool(bool(usual)))
}
