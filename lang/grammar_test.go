package lang

import (
	"reflect"
	"testing"

	"github.com/alecthomas/participle/v2/ebnf"
)

// The grammar reads as EBNF, and everything in it is defined once and used.
func TestGrammar(t *testing.T) {
	grammar, err := ebnf.ParseString(Grammar())
	if err != nil {
		t.Fatal(err)
	}
	defined := map[string]bool{}
	for _, p := range grammar.Productions {
		if defined[p.Production] {
			t.Errorf("%s is defined twice", p.Production)
		}
		defined[p.Production] = true
	}
	used := map[string]bool{"File": true}
	collectNames(reflect.ValueOf(grammar), used)
	for name := range used {
		if !defined[name] {
			t.Errorf("%s is used and not defined", name)
		}
	}
	for name := range defined {
		if !used[name] {
			t.Errorf("%s is defined and not used", name)
		}
	}
}

// collectNames finds the productions that a grammar's terms name.
func collectNames(v reflect.Value, used map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			collectNames(v.Elem(), used)
		}
	case reflect.Slice:
		for i := range v.Len() {
			collectNames(v.Index(i), used)
		}
	case reflect.Struct:
		if term, ok := v.Interface().(ebnf.Term); ok && term.Name != "" {
			used[term.Name] = true
		}
		for i := range v.NumField() {
			collectNames(v.Field(i), used)
		}
	}
}
