package capability

// Value is a value of the language as it crosses the boundary between script
// and host, and as it is held inside containers, T? and any. The set of
// dynamic types is closed: nil (absent), the named scalars and texts below,
// and pointers to the containers. Registers hold scalars and texts unboxed;
// they become Values only here.
type Value interface{ Kind() Kind }

// The scalars and texts. A Size is in bytes, a DurationValue in nanoseconds,
// a TimeValue in Unix nanoseconds (years 1678 to 2262).
type (
	BoolValue     bool
	IntValue      int64
	FloatValue    float64
	DurationValue int64
	SizeValue     int64
	TimeValue     int64
	StringValue   string
	BytesValue    string
	PathValue     string
	URLValue      string
	IPValue       string
	CIDRValue     string
	RegexValue    string
)

func (BoolValue) Kind() Kind     { return KindBool }
func (IntValue) Kind() Kind      { return KindInt }
func (FloatValue) Kind() Kind    { return KindFloat }
func (DurationValue) Kind() Kind { return KindDuration }
func (SizeValue) Kind() Kind     { return KindSize }
func (TimeValue) Kind() Kind     { return KindTime }
func (StringValue) Kind() Kind   { return KindString }
func (BytesValue) Kind() Kind    { return KindBytes }
func (PathValue) Kind() Kind     { return KindPath }
func (URLValue) Kind() Kind      { return KindURL }
func (IPValue) Kind() Kind       { return KindIP }
func (CIDRValue) Kind() Kind     { return KindCIDR }
func (RegexValue) Kind() Kind    { return KindRegex }
func (*List) Kind() Kind         { return KindList }
func (*Map) Kind() Kind          { return KindMap }
func (*Record) Kind() Kind       { return KindRecord }
func (*Error) Kind() Kind        { return KindError }

// Cells holds the elements of a container unboxed, in the one slice that fits
// the register file of its element type.
type Cells struct {
	S []uint64
	T []string
	R []Value
}

// Get boxes element i, whose type is t.
func (c *Cells) Get(t *Type, i int) Value {
	switch t.File() {
	case FileScalar:
		return BoxScalar(t.Kind, c.S[i])
	case FileText:
		return BoxText(t.Kind, c.T[i])
	}
	return c.R[i]
}

// Set stores v, of type t, as element i.
func (c *Cells) Set(t *Type, i int, v Value) {
	switch t.File() {
	case FileScalar:
		c.S[i] = ScalarBits(v)
	case FileText:
		c.T[i] = TextOf(v)
	default:
		c.R[i] = v
	}
}

// Append adds v, of type t, at the end.
func (c *Cells) Append(t *Type, v Value) {
	switch t.File() {
	case FileScalar:
		c.S = append(c.S, ScalarBits(v))
	case FileText:
		c.T = append(c.T, TextOf(v))
	default:
		c.R = append(c.R, v)
	}
}

// Len is the number of elements; only one of the slices is in use.
func (c *Cells) Len() int { return len(c.S) + len(c.T) + len(c.R) }

// List is a list. It keeps its element type for life. Version counts changes
// of length, so that a walk in progress notices them.
type List struct {
	Elem    *Type
	Frozen  bool
	Version uint32
	Cells
}

// NewList gives an empty list with elements of type elem.
func NewList(elem *Type, values ...Value) *List {
	l := &List{Elem: elem}
	for _, v := range values {
		l.Append(elem, v)
	}
	return l
}

// At boxes element i.
func (l *List) At(i int) Value { return l.Get(l.Elem, i) }

// Push adds v at the end.
func (l *List) Push(v Value) { l.Append(l.Elem, v); l.Version++ }

// Record is a record of one type. A field lies at Type.Slot(i).
type Record struct {
	Type   *Type
	Frozen bool
	Cells
}

// NewRecord gives a record whose fields are the zeros of their types; a
// reference that is not optional is a nil Value until it is set.
func NewRecord(t *Type) *Record {
	r := &Record{Type: t}
	if n := t.SlotCount(FileScalar); n > 0 {
		r.S = make([]uint64, n)
	}
	if n := t.SlotCount(FileText); n > 0 {
		r.T = make([]string, n)
	}
	if n := t.SlotCount(FileRef); n > 0 {
		r.R = make([]Value, n)
	}
	return r
}

// Field boxes the i-th field.
func (r *Record) Field(i int) Value { return r.Get(r.Type.Fields[i].Type, r.Type.Slot(i).Index) }

// SetField stores the i-th field.
func (r *Record) SetField(i int, v Value) {
	r.Set(r.Type.Fields[i].Type, r.Type.Slot(i).Index, v)
}

// Named stores the field called name; a name that is not there is a mistake
// of the caller and panics. It returns r, so that a host function can build
// its result in one expression.
func (r *Record) With(name string, v Value) *Record {
	r.SetField(r.Type.FieldIndex(name), v)
	return r
}

// Lookup boxes the field called name, nil when there is none.
func (r *Record) Lookup(name string) Value {
	if i := r.Type.FieldIndex(name); i >= 0 {
		return r.Field(i)
	}
	return nil
}

// Map is a map with text keys that keeps insertion order. Keys[i] belongs to
// element i; removing a key closes the gap.
type Map struct {
	Elem    *Type
	Frozen  bool
	Version uint32
	Keys    []string
	Index   map[string]int32
	Cells
}

// NewMap gives an empty map with values of type elem.
func NewMap(elem *Type) *Map { return &Map{Elem: elem, Index: map[string]int32{}} }

// Find gives the position of a key, -1 when it isn't there.
func (m *Map) Find(key string) int {
	if i, ok := m.Index[key]; ok {
		return int(i)
	}
	return -1
}

// Place gives the position of a key, adding it with a zero value when it isn't there.
func (m *Map) Place(key string) int {
	if i, ok := m.Index[key]; ok {
		return int(i)
	}
	i := len(m.Keys)
	m.Keys = append(m.Keys, key)
	m.Index[key] = int32(i)
	switch m.Elem.File() {
	case FileScalar:
		m.S = append(m.S, 0)
	case FileText:
		m.T = append(m.T, "")
	default:
		m.R = append(m.R, nil)
	}
	m.Version++
	return i
}

// Put stores v under key.
func (m *Map) Put(key string, v Value) { m.Set(m.Elem, m.Place(key), v) }

// At boxes the value at position i.
func (m *Map) At(i int) Value { return m.Get(m.Elem, i) }

// Remove takes out the entry at position i; the entries behind it move up.
func (m *Map) Remove(i int) {
	delete(m.Index, m.Keys[i])
	m.Keys = append(m.Keys[:i], m.Keys[i+1:]...)
	switch m.Elem.File() {
	case FileScalar:
		m.S = append(m.S[:i], m.S[i+1:]...)
	case FileText:
		m.T = append(m.T[:i], m.T[i+1:]...)
	default:
		m.R = append(m.R[:i], m.R[i+1:]...)
	}
	for j := i; j < len(m.Keys); j++ {
		m.Index[m.Keys[j]] = int32(j)
	}
	m.Version++
}
