package lang

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// sexpr writes a node as an S-expression, so that tests show a tree on one line.
func sexpr(n any) string {
	switch n := n.(type) {
	case nil:
		return "nil"
	case *Int:
		return strconv.FormatInt(n.Value, 10)
	case *Float:
		return strconv.FormatFloat(n.Value, 'g', -1, 64)
	case *Duration:
		return fmt.Sprintf("%dns", n.Value)
	case *Size:
		return fmt.Sprintf("%dB", n.Value)
	case *Bool:
		return strconv.FormatBool(n.Value)
	case *Text:
		return strconv.Quote(n.Value)
	case *Ident:
		return n.Name
	case Name:
		return n.Text
	case *Name:
		return n.Text
	case *Paren:
		return sexpr(n.X)
	case *String:
		return list("string", n.Parts)
	case *Unary:
		return list(n.Op.String(), n.X)
	case *Binary:
		return list(n.Op.String(), n.X, n.Y)
	case *Range:
		if n.Inclusive {
			return list("..=", n.From, n.To)
		}
		return list("..", n.From, n.To)
	case *Coalesce:
		return list("??", n.X, n.Y)
	case *Member:
		if n.Optional {
			return list("?.", n.X, n.Name)
		}
		return list(".", n.X, n.Name)
	case *ExprStmt:
		return sexpr(n.X)
	case *NamedType:
		text := n.Name.Text
		if n.Module != nil {
			text = n.Module.Text + "." + text
		}
		if n.Arg != nil {
			text += "[" + sexpr(n.Arg) + "]"
		}
		return text
	case *OptionalType:
		return sexpr(n.X) + "?"
	case *Block:
		if !n.Braces && len(n.Stmts) == 1 {
			return sexpr(n.Stmts[0])
		}
		return list("block", n.Stmts)
	case Part:
		if n.Hole == nil {
			return strconv.Quote(n.Text)
		}
		return sexpr(n.Hole)
	case Op:
		return n.String() + "="
	}
	return sexprOther(reflect.ValueOf(n))
}

// sexprOther writes a struct as its type's name and its fields that are set.
func sexprOther(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Slice:
		var parts []string
		for i := range v.Len() {
			parts = append(parts, sexpr(v.Index(i).Interface()))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case reflect.Pointer:
		if v.IsNil() {
			return "nil"
		}
		return sexprOther(v.Elem())
	case reflect.Struct:
		words := []any{}
		for i := range v.NumField() {
			f := v.Field(i)
			if v.Type().Field(i).Name == "Base" || f.IsZero() {
				continue
			}
			words = append(words, f.Interface())
		}
		return list(strings.ToLower(v.Type().Name()), words...)
	}
	return fmt.Sprint(v.Interface())
}

func list(head string, args ...any) string {
	for _, a := range args {
		head += " " + sexpr(a)
	}
	return "(" + head + ")"
}
