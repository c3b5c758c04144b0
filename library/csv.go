package library

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"rex/capability"
)

// CSV is RFC 4180, read by encoding/csv: quotes stand around a whole field and
// are doubled in it; empty lines are skipped; CR LF is LF, in fields as well.

// csvReader makes a reader of the text that is argument 0.
func (c *Call) csvReader() (*csv.Reader, *metered, error) {
	if err := checkText("CSV", c.T[0]); err != nil {
		return nil, nil, err
	}
	comma, err := c.separator(1)
	if err != nil {
		return nil, nil, err
	}
	in := &metered{c: c, text: strings.TrimPrefix(c.T[0], "\ufeff"), marks: c.T[1] + "\n", perMark: 64}
	r := csv.NewReader(in)
	r.Comma, r.ReuseRecord, r.FieldsPerRecord = comma, false, -1
	return r, in, nil
}

// separator is argument i, one character.
func (c *Call) separator(i int) (rune, error) {
	comma, n := utf8.DecodeRuneInString(c.T[i])
	if n == 0 || n < len(c.T[i]) || comma == '"' || comma == '\r' || comma == '\n' || comma == utf8.RuneError {
		return 0, fault(capability.Invalid, "sep must be one character, no quote and no end of a line; it is "+quoteShort(c.T[i]))
	}
	return comma, nil
}

// csvRecord reads a record; done at the end of the text.
func csvRecord(r *csv.Reader, in *metered) (record []string, done bool, err error) {
	record, err = r.Read()
	var at *csv.ParseError
	switch {
	case in.err != nil:
		return nil, true, in.err
	case errors.Is(err, io.EOF):
		return nil, true, nil
	case errors.As(err, &at):
		return nil, true, badInput("CSV", at.Line, at.Column, at.Err.Error())
	}
	return record, false, err
}

func csvRows(c *Call) error {
	r, in, err := c.csvReader()
	if err != nil {
		return err
	}
	out := c.like()
	for {
		record, done, err := csvRecord(r, in)
		if err != nil {
			return err
		}
		if done {
			c.OutR = out
			return nil
		}
		if err := c.builds(len(record), capability.String); err != nil {
			return err
		}
		row := capability.NewList(capability.String)
		row.T = record
		out.R = append(out.R, row)
	}
}

func csvParse(c *Call) error {
	r, in, err := c.csvReader()
	if err != nil {
		return err
	}
	out := c.like()
	c.OutR = out
	header, done, err := csvRecord(r, in)
	if err != nil || done {
		return err
	}
	seen := map[string]bool{}
	for i, name := range header {
		if seen[name] {
			line, column := r.FieldPos(i)
			return badInput("CSV", line, column, "the column "+quoteShort(name)+" stands twice in the header")
		}
		seen[name] = true
	}
	for {
		record, done, err := csvRecord(r, in)
		if err != nil || done {
			return err
		}
		if len(record) != len(header) {
			line, _ := r.FieldPos(0)
			return badInput("CSV", line, 1, "the line has another number of fields than the header: "+strconv.Itoa(len(record))+", not "+strconv.Itoa(len(header)))
		}
		if err := c.memory(containerBytes + mul(int64(len(record)), entryBytes)); err != nil {
			return err
		}
		row := capability.NewMap(capability.String)
		for i, name := range header {
			row.T[row.Place(name)] = record[i]
		}
		row.Version = 0
		out.R = append(out.R, row)
	}
}

// csvFormat writes records and maps below a header, lists as they are.
func csvFormat(c *Call) error {
	l, err := c.list(0)
	if err != nil {
		return err
	}
	comma, err := c.separator(1)
	if err != nil {
		return err
	}
	out := &meteredText{c: c}
	w := &csvWriter{c: c, text: out, out: csv.NewWriter(out)}
	w.out.Comma = comma
	if err := w.rows(l); err != nil {
		return err
	}
	w.out.Flush()
	if out.err != nil {
		return out.err
	}
	c.OutT = out.text.String()
	return nil
}

type csvWriter struct {
	c       *Call
	text    *meteredText
	out     *csv.Writer
	columns []string
}

func (w *csvWriter) rows(l *capability.List) error {
	if err := w.header(l); err != nil {
		return err
	}
	if w.columns != nil {
		if err := w.write(w.columns); err != nil {
			return err
		}
	}
	for i := range l.Len() {
		fields, err := w.fields(l.At(i))
		if err == nil {
			err = w.write(fields)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// header finds the columns: the fields of the records, or all keys of the maps.
func (w *csvWriter) header(l *capability.List) error {
	seen := map[string]bool{}
	for i := range l.Len() {
		names := namesOf(l.At(i))
		if err := w.c.fuel(1 + int64(len(names))); err != nil {
			return err
		}
		for _, name := range names {
			if !seen[name] {
				if err := w.c.memory(entryBytes); err != nil {
					return err
				}
				seen[name] = true
				w.columns = append(w.columns, name)
			}
		}
	}
	return nil
}

// namesOf are the keys of a map, or the fields of a record.
func namesOf(v capability.Value) []string {
	switch v := v.(type) {
	case *capability.Map:
		if v != nil {
			return v.Keys
		}
	case *capability.Record:
		if v == nil {
			return nil
		}
		var names []string
		for _, f := range v.Type.Fields {
			names = append(names, f.Name)
		}
		return names
	}
	return nil
}

// fields are the fields of one row.
func (w *csvWriter) fields(v capability.Value) ([]string, error) {
	n := len(w.columns)
	var at func(i int) capability.Value
	switch v := v.(type) {
	case *capability.List:
		if v == nil {
			return nil, zeroValue("row")
		}
		if w.columns != nil {
			return nil, fault(capability.Invalid, "the rows must all be lists, or all be maps or records")
		}
		n, at = v.Len(), v.At
	case *capability.Map:
		if v == nil {
			return nil, zeroValue("row")
		}
		at = func(i int) capability.Value {
			if j := v.Find(w.columns[i]); j >= 0 {
				return v.At(j)
			}
			return nil
		}
	case *capability.Record:
		if v == nil {
			return nil, zeroValue("row")
		}
		at = func(i int) capability.Value { return v.Lookup(w.columns[i]) }
	default:
		return nil, fault(capability.Invalid, "a row must be a list, a map or a record")
	}
	if err := w.c.fuel(1 + int64(n)); err != nil {
		return nil, err
	}
	if err := w.c.memory(mul(int64(n), elementBytes)); err != nil {
		return nil, err
	}
	fields := make([]string, n)
	for i := range fields {
		field, err := csvField(at(i))
		if err != nil {
			return nil, err
		}
		fields[i] = field
	}
	return fields, nil
}

// csvField is a value in one field; nil is an empty one.
func csvField(v capability.Value) (string, error) {
	switch v.(type) {
	case nil:
		return "", nil
	case *capability.List, *capability.Map, *capability.Record, *capability.Error:
		return "", fault(capability.Invalid, "a field of CSV can't hold a "+v.Kind().String()+": json.format(..) makes text of it")
	}
	return TextWith(nil, v)
}

// write writes a row. One of a single empty field is written in quotes: an
// empty line would be no row when it is read.
func (w *csvWriter) write(fields []string) error {
	switch {
	case len(fields) == 0:
		return fault(capability.Invalid, "a row without fields can't be written")
	case len(fields) == 1 && fields[0] == "":
		w.out.Flush()
		_, err := w.text.Write([]byte("\"\"\n"))
		return err
	}
	return w.out.Write(fields)
}
