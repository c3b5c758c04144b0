package library

import (
	"strings"

	"rex/capability"
)

// grid is a table while it is made: its columns, and their cells row by row.
type grid struct {
	names   []string
	places  map[string]int
	rows    [][]string
	widths  []int
	numbers []bool // whether the column holds numbers only
}

// tableText writes records or maps below the names of their fields, numbers to the
// right, for people.
func tableText(c *Call) error {
	l, err := c.list(0)
	if err != nil {
		return err
	}
	g := &grid{places: map[string]int{}}
	if l.Elem.Kind == capability.KindRecord {
		for _, f := range l.Elem.Fields {
			g.column(f.Name)
		}
	}
	for i := range l.Len() {
		if err := c.tableRow(g, l.At(i)); err != nil {
			return err
		}
	}
	return c.writeTable(g)
}

func (g *grid) column(name string) int {
	i, ok := g.places[name]
	if !ok {
		i = len(g.names)
		g.places[name] = i
		shown := capability.Printable(name)
		g.names = append(g.names, shown)
		g.widths = append(g.widths, columns(shown))
		g.numbers = append(g.numbers, true)
	}
	return i
}

func (c *Call) tableRow(g *grid, v capability.Value) error {
	row := make([]string, len(g.names))
	put := func(name string, v capability.Value) error {
		i := g.column(name)
		for i >= len(row) {
			row = append(row, "")
		}
		if err := c.memory(elementBytes); err != nil {
			return err
		}
		text, number, err := c.tableCell(v)
		row[i] = text
		g.widths[i] = max(g.widths[i], columns(text))
		g.numbers[i] = g.numbers[i] && (number || v == nil)
		return err
	}
	switch v := v.(type) {
	case *capability.Record:
		for i, f := range v.Type.Fields {
			if err := put(f.Name, v.Field(i)); err != nil {
				return err
			}
		}
	case *capability.Map:
		for i, k := range v.Keys {
			if err := put(k, v.At(i)); err != nil {
				return err
			}
		}
	default:
		return zeroValue("row")
	}
	g.rows = append(g.rows, row)
	return c.memory(containerBytes)
}

// tableCell is what one cell shows, and whether that is a number. What can't
// be seen is shown escaped, so that a name can't break the table.
func (c *Call) tableCell(v capability.Value) (text string, number bool, err error) {
	switch v.(type) {
	case nil:
		return "-", false, nil
	case capability.IntValue, capability.FloatValue, capability.SizeValue, capability.DurationValue:
		text, number = Human(v), true
	case capability.TimeValue:
		text = Human(v)
	default:
		if text, err = TextWith(c.Meter, v); err != nil {
			return "", false, err
		}
		text = capability.Printable(text)
	}
	return text, number, c.makes(int64(len(text)))
}

const gap = "  " // between two columns

func (c *Call) writeTable(g *grid) error {
	out := c.builder()
	line := func(cells []string) {
		var text strings.Builder
		for i, w := range g.widths {
			cell := ""
			if i < len(cells) {
				cell = cells[i]
			}
			space := w - columns(cell)
			if i > 0 {
				text.WriteString(gap)
			}
			if out.err = c.makes(int64(space) + bytesPerFuel); out.err != nil {
				return
			}
			if g.numbers[i] {
				text.WriteString(strings.Repeat(" ", space))
			}
			text.WriteString(cell)
			if !g.numbers[i] {
				text.WriteString(strings.Repeat(" ", space))
			}
		}
		out.write(strings.TrimRight(text.String(), " "))
	}
	line(g.names)
	for _, row := range g.rows {
		if out.err != nil {
			break
		}
		out.write("\n")
		line(row)
	}
	var err error
	c.OutT, err = out.finish()
	return err
}
