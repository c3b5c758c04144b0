package lang

import (
	"reflect"
	"slices"
	"strings"
)

// sameTree tells whether two files have the same tree, wherever in their source
// it stands and whether `{a: a}` was written short.
func sameTree(a, b *File) bool {
	return a.Doc == b.Doc && sameValue(reflect.ValueOf(a.Items), reflect.ValueOf(b.Items))
}

var baseType = reflect.TypeFor[Base]()
var spanType = reflect.TypeFor[Span]()

func sameValue(a, b reflect.Value) bool {
	if a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() && b.IsNil()
		}
		return sameValue(a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !sameValue(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		return sameStruct(a, b)
	}
	return a.Equal(b)
}

func sameStruct(a, b reflect.Value) bool {
	for i := range a.NumField() {
		f := a.Type().Field(i)
		if f.Type == baseType || f.Type == spanType || f.Name == "Short" {
			continue
		}
		if !sameValue(a.Field(i), b.Field(i)) {
			return false
		}
	}
	return true
}

// sameComments tells whether two files have the same comments in the same order.
func sameComments(a, b *File) bool {
	return slices.EqualFunc(a.Comments, b.Comments, func(x, y Comment) bool {
		return a.commentText(x) == b.commentText(y)
	})
}

// commentText is a comment without blanks at its end.
func (s *Source) commentText(c Comment) string { return strings.TrimRight(s.Text(c.At), " \t\r") }
