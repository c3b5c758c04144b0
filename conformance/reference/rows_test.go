package reference

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"rex/capability"
	"rex/compiler"
	"rex/lang"
	"rex/library"
)

// operatorForm is an operator with the types of its operands and its result;
// a prefix operator has no left one.
type operatorForm struct {
	op                  string
	left, right, result *capability.Type
}

// operators are all that the compiler takes on scalars and texts: it is asked.
var operators = sync.OnceValue(func() []operatorForm {
	var out []operatorForm
	for op := lang.OpAdd; op <= lang.OpNot; op++ {
		for _, right := range scalarTypes {
			if t := resultOf("param y: %[2]s\nlet z = %[1]sy\nz", op, right, nil); t != nil {
				out = append(out, operatorForm{op.String(), nil, right, t})
			}
			for _, left := range scalarTypes {
				if t := resultOf("param y: %[2]s\nparam x: %[3]s\nlet z = x %[1]s y\nz", op, right, left); t != nil {
					out = append(out, operatorForm{op.String(), left, right, t})
				}
			}
		}
	}
	return out
})

// resultOf is the type of z, nil when the script does not compile.
func resultOf(format string, op lang.Op, right, left *capability.Type) *capability.Type {
	src := fmt.Sprintf(format, op, right, "")
	if left != nil {
		src = fmt.Sprintf(format, op, right, left)
	}
	file, ds := lang.Parse("operator.rex", []byte(src))
	if ds.HasErrors() {
		return nil
	}
	p, ds := compiler.Check(file, nil)
	if ds.HasErrors() {
		return nil
	}
	for _, s := range p.Body.Body.Stmts {
		if l, ok := s.(*compiler.Let); ok {
			return l.Var.Type.Final()
		}
	}
	return nil
}

// ---- rows of the library ----

// callable reports whether generated scripts can call a row.
func callable(r *library.Row) bool { return !r.Internal && !repeats(r) }

// repeats reports whether a row calls a function again as time goes by: retry
// and wait_until. Here the clock is the stand-in's and gives any time; the page
// language/repeat shows them.
func repeats(r *library.Row) bool {
	return r.Expand && len(r.Params) > 0 && r.Params[0].Shape.Kind == capability.KindFunc
}

var methodRows = sync.OnceValue(func() []*library.Row {
	return slices.DeleteFunc(slices.Clone(library.Rows()), func(r *library.Row) bool { return !callable(r) || len(r.Params) == 0 })
})

var changingRows = sync.OnceValue(func() []*library.Row {
	return slices.DeleteFunc(slices.Clone(library.Rows()), func(r *library.Row) bool { return !r.Mutates || r.Internal })
})

// shapeVars is what the variables of a row's shapes stand for.
type shapeVars map[byte]*capability.Type

// bindShape holds a shape against a type and binds its variables.
func bindShape(s *library.Shape, t *capability.Type, vars shapeVars) bool {
	if s.Var != 0 {
		if old := vars[s.Var]; old != nil {
			return old.Equal(t)
		}
		if !standsFor(s.Var, t) {
			return false
		}
		vars[s.Var] = t
		return true
	}
	if s.Kind != t.Kind {
		return false
	}
	switch s.Kind {
	case capability.KindList, capability.KindMap, capability.KindOptional:
		return bindShape(s.Elem, t.Elem, vars)
	case capability.KindRecord:
		if len(s.Fields) != len(t.Fields) {
			return false
		}
		for _, f := range s.Fields {
			i := t.FieldIndex(f.Name)
			if i < 0 || !bindShape(f.Shape, t.Fields[i].Type, vars) {
				return false
			}
		}
		return true
	case capability.KindFunc:
		return false
	}
	u := s.Type(nil)
	return u != nil && u.Equal(t)
}

// standsFor reports whether a type can stand for a variable of signatures.
func standsFor(v byte, t *capability.Type) bool {
	switch v {
	case 'E':
		return t.FitsAny()
	case 'C':
		return library.Comparable(t.Kind)
	case 'N':
		return t.Kind == capability.KindInt || t.Kind == capability.KindFloat || t.Kind == capability.KindSize || t.Kind == capability.KindDuration
	case 'K':
		return slices.Contains([]capability.Kind{capability.KindInt, capability.KindString, capability.KindPath, capability.KindURL, capability.KindIP}, t.Kind)
	case 'R':
		return t.Kind == capability.KindRecord
	}
	return t.FitsAny()
}

// shapeType is the type of a shape; variables that are open get one.
func (g *generator) shapeType(s *library.Shape, vars shapeVars) *capability.Type {
	if s.Var != 0 {
		if vars[s.Var] == nil {
			for vars[s.Var] == nil {
				t := g.dataType(1)
				if s.Var == 'R' {
					t = g.aRecord()
				}
				if standsFor(s.Var, t) {
					vars[s.Var] = t
				}
			}
		}
		return vars[s.Var]
	}
	switch s.Kind {
	case capability.KindList:
		return capability.ListOf(g.shapeType(s.Elem, vars))
	case capability.KindMap:
		return capability.MapOf(g.shapeType(s.Elem, vars))
	case capability.KindOptional:
		return capability.OptionalOf(g.shapeType(s.Elem, vars))
	case capability.KindRecord:
		if t := s.Type(nil); t != nil {
			return t
		}
		var fields []capability.Field
		for _, f := range s.Fields {
			fields = append(fields, capability.Field{Name: f.Name, Type: g.shapeType(f.Shape, vars)})
		}
		return capability.RecordOf(fields...)
	case capability.KindFunc:
		var params []*capability.Type
		for _, p := range s.Params {
			params = append(params, g.shapeType(p, vars))
		}
		result := capability.None
		if s.Result != nil {
			result = g.shapeType(s.Result, vars)
		}
		return capability.FuncOf(params, result)
	}
	return s.Type(nil)
}

// rowOf is a call of a row that gives the type.
func (g *generator) rowOf(t *capability.Type, depth int) string {
	rows := methodRows()
	for range 60 {
		row := rows[g.rand.IntN(len(rows))]
		vars := shapeVars{}
		if row.Result == nil || !bindShape(row.Result, t, vars) || g.pure {
			continue
		}
		return g.rowCallWith(row, vars, "", depth)
	}
	return ""
}

// rowCall calls a row on a receiver.
func (g *generator) rowCall(row *library.Row, t *capability.Type, receiver string, depth int) string {
	vars := shapeVars{}
	if !bindShape(row.Params[0].Shape, t, vars) {
		return ""
	}
	return g.rowCallWith(row, vars, receiver, depth)
}

func (g *generator) rowCallWith(row *library.Row, vars shapeVars, receiver string, depth int) string {
	given := receiver
	chained := strings.HasSuffix(receiver, "?")
	if given == "" {
		t := g.shapeType(row.Params[0].Shape, vars)
		if row.Params[0].Shape.Kind == capability.KindFunc {
			return ""
		}
		given = g.closedExpr(t, depth)
		if row.Mutates { // what the checker knows to be frozen it refuses
			given = fmt.Sprintf("%s(%s)", g.id(t), given)
		}
	} else {
		g.shapeType(row.Params[0].Shape, vars)
	}
	if row.Property {
		return given + "." + row.Name
	}
	var args []string
	for i := range row.Params[1:] {
		p := &row.Params[i+1]
		t := g.shapeType(p.Shape, vars)
		var text string
		switch {
		case p.Optional && g.chance(60):
			continue
		case t.Kind == capability.KindFunc:
			text = g.functionArgument(t, depth)
		case i == 0 && p.Name == "key" && row.Params[0].Shape.Kind == capability.KindMap:
			text = g.key()
		case t.Kind == capability.KindInt && (p.Name == "n" || p.Name == "width" || p.Name == "digits" || p.Name == "index" || p.Name == "max" || p.Name == "indent" || p.Name == "exponent"):
			text = fmt.Sprint(g.rand.IntN(4))
			if g.chance(15) {
				text = g.closedExpr(capability.Int, depth)
			}
		default:
			text = g.closedExpr(t, depth)
			if p.Optional {
				text = g.expr(t, depth)
			}
		}
		if p.Optional {
			text = p.Name + ": " + text
		}
		args = append(args, text)
	}
	switch {
	case row.Module != "":
		return fmt.Sprintf("%s.%s(%s)", row.Module, row.Name, strings.Join(append([]string{given}, args...), ", "))
	case !chained && g.chance(15):
		return fmt.Sprintf("%s(%s)", row.Name, strings.Join(append([]string{given}, args...), ", "))
	case !chained && g.chance(15):
		return fmt.Sprintf("(%s |> %s(%s))", given, row.Name, strings.Join(args, ", "))
	}
	return fmt.Sprintf("%s.%s(%s)", given, row.Name, strings.Join(args, ", "))
}

// functionArgument is a function for a function of the library: mostly a
// closure, sometimes a value that is computed.
func (g *generator) functionArgument(t *capability.Type, depth int) string {
	result := t.Result
	if result.Kind == capability.KindNone {
		result = nil
	}
	if result != nil && g.chance(15) {
		return g.closedExpr(t, depth)
	}
	return g.closure(t.Params, result, depth, false)
}

// ---- host operations ----

// hostCallText asks for some operation.
func (g *generator) hostCallText(depth int) string {
	table := capability.Table()
	for {
		op := table[g.rand.IntN(len(table))]
		if g.chance(40) {
			op = capability.Lookup(g.pick("print", "log.info", "fs.write", "fs.delete", "fs.read"))
		}
		if op.Result.Kind != capability.KindStream {
			return g.opText(op, depth)
		}
	}
}

// hostValue asks for an operation that gives the type.
func (g *generator) hostValue(t *capability.Type, depth int) string {
	if g.pure {
		return ""
	}
	var found []*capability.Op
	for _, op := range capability.Table() {
		if op.Result.Equal(t) {
			found = append(found, op)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return g.opText(found[g.rand.IntN(len(found))], depth)
}

func (g *generator) opText(op *capability.Op, depth int) string {
	var args []string
	for i := range op.Params {
		p := &op.Params[i]
		if p.Rest {
			if g.chance(30) {
				args = append(args, "extra: "+g.expr(capability.Any, depth))
			}
			continue
		}
		if p.Optional && g.chance(75) {
			continue
		}
		var text string
		switch {
		case p.Const && p.Type.File() == capability.FileScalar, p.Const && p.Type.Kind == capability.KindWord:
			text = g.literal(p.Type, 0)
		case p.Const:
			if p.Optional {
				continue
			}
			text = g.literal(p.Type, 0)
		case p.Type.Kind == capability.KindString && asked(op, p.Name): // not every text names something
			text = g.pick(`"nginx"`, `"web-1"`, `"a"`)
		case p.Coerce == capability.CoerceQuote && g.chance(50):
			text = g.closedExpr(capability.String, depth)
		case p.Coerce == capability.CoerceProject:
			text = fmt.Sprint(1 + g.rand.IntN(9))
		case p.Coerce == capability.CoerceText:
			t := g.dataType(1)
			for t.Kind == capability.KindBytes || t.Kind == capability.KindOptional {
				t = g.dataType(1)
			}
			text = g.closedExpr(t, depth)
		default:
			text = g.expr(p.Type, depth)
		}
		if p.Optional {
			text = p.Name + ": " + text
		}
		args = append(args, text)
	}
	return fmt.Sprintf("%s(%s)", op.Name, strings.Join(args, ", "))
}

// asked reports whether a parameter makes the resource of a question.
func asked(op *capability.Op, param string) bool {
	return slices.ContainsFunc(op.Asks, func(a capability.Ask) bool { return a.Param == param })
}

// ---- streams ----

// pipeline is a stream of lines with some stages over it.
func (g *generator) pipeline(_ *capability.Type, depth int) string {
	text := fmt.Sprintf("fs.lines(%s)", g.expr(capability.Path, depth))
	line := []*capability.Type{capability.String}
	for range g.rand.IntN(3) {
		switch g.rand.IntN(8) {
		case 0:
			text += fmt.Sprintf(".take(%s)", g.index())
		case 1:
			text += fmt.Sprintf(".drop(%s)", g.index())
		case 2:
			text += fmt.Sprintf(".map(%s)", g.closure(line, capability.String, depth, false))
		case 3:
			text += fmt.Sprintf(".filter_map(%s)", g.closure(line, capability.OptionalOf(capability.String), depth, false))
		case 4:
			text += fmt.Sprintf(".flat_map(%s)", g.closure(line, capability.ListOf(capability.String), depth, false))
		default:
			text += fmt.Sprintf(".%s(%s)", g.pick("filter", "take_while", "drop_while"), g.closure(line, capability.Bool, depth, false))
		}
	}
	return text
}
