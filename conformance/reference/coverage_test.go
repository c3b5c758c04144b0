package reference

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rex/capability"
	"rex/compiler"
	"rex/lang"
	"rex/library"
)

// coverage is what generated programs that compiled have had in them.
type coverage map[string]bool

// missing tells what the language has and no program had: the forms of the
// syntax, the operators with their operands, and the rows of the library. Host
// operations are all alike to what is compared here.
func (c coverage) missing(t *testing.T) []string {
	want := map[string]bool{}
	for _, form := range syntaxForms(t) {
		want[form] = true
	}
	for _, o := range operators() {
		want[operatorKey(o.op, o.left, o.right)] = true
	}
	for _, form := range catchForms {
		want[form] = true
	}
	for _, r := range library.Rows() {
		if !repeats(r) {
			want["row "+rowKey(r)] = true
		}
	}
	for name := range unwritten {
		delete(want, name)
	}
	return slices.Sorted(maps.Keys(maps.Collect(func(yield func(string, bool) bool) {
		for w := range want {
			if !c[w] && !yield(w, true) {
				return
			}
		}
	})))
}

// unwritten is what no generated program has, with the reason.
var unwritten = map[string]string{
	"Uses":                   "it promises, and nothing of it is evaluated",
	"Uses.Globs":             "the same",
	"String.Form 2":          "a raw string has no holes",
	"String.Form 3":          "the same",
	"operator path / string": "the compiler makes a template or path.join1 of it",
	"operator url / string":  "the compiler makes url.join1 of it",
	"row error.make":         "only instructions make one",
	"row error.new":          "part of fail",
	"row error.caused":       "part of wait_until",
	"row list.order":         "part of sort_by with several keys",
	"row list.select":        "the same",
	"row value.has":          "part of a pattern of fields",
	"row list.concat":        "an operator",
	"row list.range":         "a node of the tree",
	"row list.sort_by_keys":  "half of sort_by",
	"row number.nearest":     "an instruction of /",
	"row value.freeze":       "a node of the tree",
	"row value.key":          "part of unique",
	"row value.text":         "nothing calls it",
}

// syntaxForms are the nodes of the tree, each optional part there and not
// there, each flag on and off, each operator: read from the tree's own text.
func syntaxForms(t *testing.T) []string {
	file, err := parser.ParseFile(token.NewFileSet(), "../../lang/ast.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range g.Specs {
			spec, ok := s.(*ast.TypeSpec)
			if !ok {
				continue
			}
			if st, ok := spec.Type.(*ast.StructType); ok && embedsBase(st) && !strings.HasPrefix(spec.Name.Name, "Bad") && spec.Name.Name != "Comment" {
				out = append(out, formsOf(spec.Name.Name, st)...)
			}
		}
	}
	return out
}

func embedsBase(s *ast.StructType) bool {
	return slices.ContainsFunc(s.Fields.List, func(f *ast.Field) bool {
		id, ok := f.Type.(*ast.Ident)
		return ok && len(f.Names) == 0 && id.Name == "Base"
	})
}

func formsOf(name string, s *ast.StructType) []string {
	out := []string{name}
	for _, f := range s.Fields.List {
		for _, n := range f.Names {
			key := name + "." + n.Name
			optional := strings.Contains(f.Comment.Text(), "or nil") || strings.Contains(f.Comment.Text(), "nil for") || strings.Contains(f.Comment.Text(), "nil:")
			switch typ := f.Type.(type) {
			case *ast.Ident:
				switch typ.Name {
				case "bool":
					out = append(out, key+" true", key+" false")
				case "StringForm":
					out = append(out, key+" 0", key+" 1", key+" 2", key+" 3")
				case "Expr", "Type", "Pattern":
					out = append(out, key)
					if optional {
						out = append(out, key+" nil")
					}
				}
			case *ast.StarExpr:
				out = append(out, key)
				if optional {
					out = append(out, key+" nil")
				}
			case *ast.ArrayType:
				out = append(out, key)
			}
		}
	}
	return out
}

// catchForms are the ways to write a handler.
var catchForms = func() []string {
	var out []string
	for n := range 8 {
		out = append(out, catchForm(n&1 != 0, n&2 != 0, n&4 != 0))
	}
	return out
}()

func catchForm(kinds, name, braces bool) string {
	return fmt.Sprintf("catch kinds %t name %t braces %t", kinds, name, braces)
}

// note adds what a program has.
func (c coverage) note(file *lang.File, p *compiler.Program) {
	c.noteTree(reflect.ValueOf(file).Elem())
	c.noteProgram(reflect.ValueOf(p), map[any]bool{})
}

// noteTree walks the tree of the syntax.
func (c coverage) noteTree(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			c.noteTree(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			c.noteTree(v.Index(i))
		}
	case reflect.Struct:
		t := v.Type()
		if t == reflect.TypeFor[lang.Source]() {
			return
		}
		c[t.Name()] = true
		for i := range t.NumField() {
			c.noteField(t.Name()+"."+t.Field(i).Name, v.Field(i))
			c.noteTree(v.Field(i))
		}
		if k, ok := v.Interface().(lang.Catch); ok {
			c[catchForm(len(k.Kinds) > 0, k.Name != nil, k.Body.Braces)] = true
		}
	}
}

func (c coverage) noteField(key string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			c[key+" true"] = true
		} else {
			c[key+" false"] = true
		}
	case reflect.Uint8:
		c[key+" "+strconv.Itoa(int(v.Uint()))] = true
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			c[key+" nil"] = true
		} else {
			c[key] = true
		}
	case reflect.Slice:
		if v.Len() > 0 {
			c[key] = true
		}
	}
}

// noteProgram walks the typed tree.
func (c coverage) noteProgram(v reflect.Value, seen map[any]bool) {
	switch v.Kind() {
	case reflect.Interface:
		c.noteProgram(v.Elem(), seen)
	case reflect.Pointer:
		if v.IsNil() || !v.CanInterface() || seen[v.Interface()] || v.Type().Elem().PkgPath() != reflect.TypeFor[compiler.Program]().PkgPath() {
			return
		}
		seen[v.Interface()] = true
		switch x := v.Interface().(type) {
		case *compiler.Type:
			return
		case *compiler.LibCall:
			c["row "+rowKey(x.Row)] = true
		case *compiler.Expand:
			c["row "+expandKey(x)] = true
		case *compiler.With:
			if len(x.Fields) == 0 {
				c["row copy(r: R) -> R"] = true
			}
		case *compiler.Binary:
			c[operatorKey(x.Op.String(), x.X.Type(), x.Y.Type())] = true
		case *compiler.Unary:
			c[operatorKey(x.Op.String(), nil, x.X.Type())] = true
		}
		c.noteProgram(v.Elem(), seen)
	case reflect.Slice:
		for i := range v.Len() {
			c.noteProgram(v.Index(i), seen)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				c.noteProgram(v.Field(i), seen)
			}
		}
	}
}

func operatorKey(op string, left, right *capability.Type) string {
	if left == nil {
		return fmt.Sprintf("operator %s %s", op, right.Kind)
	}
	return fmt.Sprintf("operator %s %s %s", left.Kind, op, right.Kind)
}

// rowKey is a row by its signature; those for syntax by their name.
func rowKey(r *library.Row) string {
	if r.Internal {
		return r.FullName()
	}
	return r.Signature()
}

// expandKey is the row that an expansion is of: those of one name differ in
// what they take or in what their function gives.
func expandKey(x *compiler.Expand) string {
	for _, r := range library.Named("", x.Name) {
		if x.X == nil { // of a function alone
			return rowKey(r)
		}
		if !r.Expand || r.Params[0].Shape.Kind != x.X.Type().Kind && x.X.Type().Kind != capability.KindStream {
			continue
		}
		if x.Name == "sort_by" && (r.Params[1].Shape.Result.Kind == capability.KindOptional) != (x.Fns[0].Type().Result.Kind == capability.KindOptional) {
			continue
		}
		return rowKey(r)
	}
	return x.Name
}
