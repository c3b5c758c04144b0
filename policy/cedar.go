package policy

import (
	"encoding/json"
	"strings"
	"sync"

	"github.com/cedar-policy/cedar-go"
	stableast "github.com/cedar-policy/cedar-go/ast"
	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/eval"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"
)

// This file alone imports cedar-go's experimental packages, whose names may
// change. It reads policies into our expressions and writes them back, lets
// cedar-go compute an operation on known values, and validates.

// scope is what a policy's head says, as far as policies are sorted by it.
type scope struct {
	anyAction bool
	actions   []types.EntityUID // else: the action is, or lies in, one of these
	resource  types.EntityType  // the type its resource must have, "" for any
}

// lower reads a policy: its condition, head included, and its scope.
func lower(p *cedar.Policy) (*expr, scope) {
	tree := (*ast.Policy)(p.AST())
	s := scope{}
	cond := exprTrue
	cond = both(cond, lowerScope("principal", tree.Principal))
	cond = both(cond, lowerScope("action", tree.Action))
	cond = both(cond, lowerScope("resource", tree.Resource))
	// && leans to the right, as in cedar-go: a long list of conditions is no
	// deeper on the left.
	var body []*expr
	for _, c := range tree.Conditions {
		e := lowerNode(c.Body)
		if !bool(c.Condition) {
			e = &expr{kind: exprNot, args: []*expr{e}}
		}
		body = append(body, e)
	}
	rest := exprTrue
	for i := len(body) - 1; i >= 0; i-- {
		// A condition must stay even where it is the literal true: it may be
		// no boolean at all, which is an error.
		if rest == exprTrue {
			rest = body[i]
		} else {
			rest = &expr{kind: exprAnd, args: []*expr{body[i], rest}}
		}
	}
	switch a := tree.Action.(type) {
	case ast.ScopeTypeAll:
		s.anyAction = true
	case ast.ScopeTypeEq:
		s.actions = []types.EntityUID{a.Entity}
	case ast.ScopeTypeIn:
		s.actions = []types.EntityUID{a.Entity}
	case ast.ScopeTypeInSet:
		s.actions = a.Entities
	default:
		s.anyAction = true
	}
	switch r := tree.Resource.(type) {
	case ast.ScopeTypeEq:
		s.resource = r.Entity.Type
	case ast.ScopeTypeIs:
		s.resource = r.Type
	case ast.ScopeTypeIsIn:
		s.resource = r.Type
	}
	return both(cond, rest), s
}

func lowerScope(variable string, s ast.IsScopeNode) *expr {
	v := &expr{kind: exprVariable, name: variable, node: ast.NodeTypeVariable{Name: types.String(variable)}}
	value := func(x types.Value) *expr { return &expr{kind: exprValue, value: x} }
	switch s := s.(type) {
	case ast.ScopeTypeAll:
		return exprTrue
	case ast.ScopeTypeEq:
		return &expr{kind: exprEqual, args: []*expr{v, value(s.Entity)}}
	case ast.ScopeTypeIn:
		return &expr{kind: exprIn, args: []*expr{v, value(s.Entity)}}
	case ast.ScopeTypeInSet:
		set := make([]types.Value, len(s.Entities))
		for i, e := range s.Entities {
			set[i] = e
		}
		return &expr{kind: exprIn, args: []*expr{v, value(types.NewSet(set...))}}
	case ast.ScopeTypeIs:
		return &expr{kind: exprIs, name: string(s.Type), args: []*expr{v}}
	case ast.ScopeTypeIsIn:
		return &expr{kind: exprIsIn, name: string(s.Type), args: []*expr{v, value(s.Entity)}}
	}
	return &expr{kind: exprUnknown}
}

// lowerNode reads one node. A form it does not know becomes exprUnknown.
func lowerNode(n ast.IsNode) *expr {
	e := &expr{node: n}
	switch n := n.(type) {
	case ast.NodeValue:
		e.kind, e.value = exprValue, n.Value
	case ast.NodeTypeVariable:
		e.kind, e.name = exprVariable, string(n.Name)
	case ast.NodeTypeAnd:
		e.binary(exprAnd, n.BinaryNode)
	case ast.NodeTypeOr:
		e.binary(exprOr, n.BinaryNode)
	case ast.NodeTypeNot:
		e.unary(exprNot, n.Arg)
	case ast.NodeTypeIfThenElse:
		e.kind, e.args = exprIf, []*expr{lowerNode(n.If), lowerNode(n.Then), lowerNode(n.Else)}
	case ast.NodeTypeEquals:
		e.binary(exprEqual, n.BinaryNode)
	case ast.NodeTypeNotEquals:
		e.binary(exprNotEqual, n.BinaryNode)
	case ast.NodeTypeLessThan:
		e.binary(exprLess, n.BinaryNode)
	case ast.NodeTypeLessThanOrEqual:
		e.binary(exprLessEqual, n.BinaryNode)
	case ast.NodeTypeGreaterThan:
		e.binary(exprGreater, n.BinaryNode)
	case ast.NodeTypeGreaterThanOrEqual:
		e.binary(exprGreaterEqual, n.BinaryNode)
	case ast.NodeTypeAdd:
		e.binary(exprAdd, n.BinaryNode)
	case ast.NodeTypeSub:
		e.binary(exprSubtract, n.BinaryNode)
	case ast.NodeTypeMult:
		e.binary(exprMultiply, n.BinaryNode)
	case ast.NodeTypeNegate:
		e.unary(exprNegate, n.Arg)
	case ast.NodeTypeIn:
		e.binary(exprIn, n.BinaryNode)
	case ast.NodeTypeIs:
		e.unary(exprIs, n.Left)
		e.name = string(n.EntityType)
	case ast.NodeTypeIsIn:
		e.kind, e.args = exprIsIn, []*expr{lowerNode(n.Left), lowerNode(n.Entity)}
		e.name = string(n.EntityType)
	case ast.NodeTypeHas:
		e.unary(exprHas, n.Arg)
		e.name = string(n.Value)
	case ast.NodeTypeAccess:
		e.unary(exprAccess, n.Arg)
		e.name = string(n.Value)
	case ast.NodeTypeHasTag:
		e.binary(exprHasTag, n.BinaryNode)
	case ast.NodeTypeGetTag:
		e.binary(exprGetTag, n.BinaryNode)
	case ast.NodeTypeLike:
		lowerLike(e, n)
	case ast.NodeTypeContains:
		e.binary(exprContains, n.BinaryNode)
	case ast.NodeTypeContainsAll:
		e.binary(exprContainsAll, n.BinaryNode)
	case ast.NodeTypeContainsAny:
		e.binary(exprContainsAny, n.BinaryNode)
	case ast.NodeTypeIsEmpty:
		e.unary(exprIsEmpty, n.Arg)
	case ast.NodeTypeSet:
		e.kind = exprSet
		for _, x := range n.Elements {
			e.args = append(e.args, lowerNode(x))
		}
	case ast.NodeTypeRecord:
		e.kind = exprRecord
		for _, x := range n.Elements {
			e.keys = append(e.keys, string(x.Key))
			e.args = append(e.args, lowerNode(x.Value))
		}
	case ast.NodeTypeExtensionCall:
		e.kind, e.name = exprCall, string(n.Name)
		for _, x := range n.Args {
			e.args = append(e.args, lowerNode(x))
		}
	}
	return e
}

func (e *expr) binary(k exprKind, n ast.BinaryNode) {
	e.kind, e.args = k, []*expr{lowerNode(n.Left), lowerNode(n.Right)}
}

func (e *expr) unary(k exprKind, n ast.IsNode) { e.kind, e.args = k, []*expr{lowerNode(n)} }

// lowerLike takes the pattern apart. Its parts are private to cedar-go, so
// they come by way of its JSON.
func lowerLike(e *expr, n ast.NodeTypeLike) {
	raw, err := n.Value.MarshalJSON()
	var parts []any
	if err == nil {
		err = json.Unmarshal(raw, &parts)
	}
	if err != nil {
		return
	}
	glob := []string{""}
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			glob = append(glob, "")
		case map[string]any:
			s, ok := p["Literal"].(string)
			if !ok {
				return
			}
			glob[len(glob)-1] += s
		default:
			return
		}
	}
	e.unary(exprLike, n.Arg)
	e.glob, e.like = glob, n.Value
}

// raise is the node of an expression, for the printer and the evaluator.
func raise(e *expr) ast.IsNode {
	if n, ok := e.node.(ast.IsNode); ok {
		return n
	}
	args := make([]ast.IsNode, len(e.args))
	for i, a := range e.args {
		args[i] = raise(a)
	}
	return makeNode(e, args)
}

// makeNode is the node of kind e.kind over other operands.
func makeNode(e *expr, args []ast.IsNode) ast.IsNode {
	two := func() ast.BinaryNode { return ast.BinaryNode{Left: args[0], Right: args[1]} }
	switch e.kind {
	case exprValue:
		return ast.NodeValue{Value: e.value}
	case exprVariable:
		return ast.NodeTypeVariable{Name: types.String(e.name)}
	case exprAnd:
		return ast.NodeTypeAnd{BinaryNode: two()}
	case exprOr:
		return ast.NodeTypeOr{BinaryNode: two()}
	case exprNot:
		return ast.NodeTypeNot{UnaryNode: ast.UnaryNode{Arg: args[0]}}
	case exprIf:
		return ast.NodeTypeIfThenElse{If: args[0], Then: args[1], Else: args[2]}
	case exprEqual:
		return ast.NodeTypeEquals{BinaryNode: two()}
	case exprNotEqual:
		return ast.NodeTypeNotEquals{BinaryNode: two()}
	case exprLess:
		return ast.NodeTypeLessThan{BinaryNode: two()}
	case exprLessEqual:
		return ast.NodeTypeLessThanOrEqual{BinaryNode: two()}
	case exprGreater:
		return ast.NodeTypeGreaterThan{BinaryNode: two()}
	case exprGreaterEqual:
		return ast.NodeTypeGreaterThanOrEqual{BinaryNode: two()}
	case exprAdd:
		return ast.NodeTypeAdd{BinaryNode: two()}
	case exprSubtract:
		return ast.NodeTypeSub{BinaryNode: two()}
	case exprMultiply:
		return ast.NodeTypeMult{BinaryNode: two()}
	case exprNegate:
		return ast.NodeTypeNegate{UnaryNode: ast.UnaryNode{Arg: args[0]}}
	case exprIn:
		return ast.NodeTypeIn{BinaryNode: two()}
	case exprIs:
		return ast.NodeTypeIs{Left: args[0], EntityType: types.EntityType(e.name)}
	case exprIsIn:
		return ast.NodeTypeIsIn{NodeTypeIs: ast.NodeTypeIs{Left: args[0], EntityType: types.EntityType(e.name)}, Entity: args[1]}
	case exprHas:
		return ast.NodeTypeHas{StrOpNode: ast.StrOpNode{Arg: args[0], Value: types.String(e.name)}}
	case exprAccess:
		return ast.NodeTypeAccess{StrOpNode: ast.StrOpNode{Arg: args[0], Value: types.String(e.name)}}
	case exprHasTag:
		return ast.NodeTypeHasTag{BinaryNode: two()}
	case exprGetTag:
		return ast.NodeTypeGetTag{BinaryNode: two()}
	case exprLike:
		return ast.NodeTypeLike{Arg: args[0], Value: e.like}
	case exprContains:
		return ast.NodeTypeContains{BinaryNode: two()}
	case exprContainsAll:
		return ast.NodeTypeContainsAll{BinaryNode: two()}
	case exprContainsAny:
		return ast.NodeTypeContainsAny{BinaryNode: two()}
	case exprIsEmpty:
		return ast.NodeTypeIsEmpty{UnaryNode: ast.UnaryNode{Arg: args[0]}}
	case exprSet:
		return ast.NodeTypeSet{Elements: args}
	case exprRecord:
		n := ast.NodeTypeRecord{}
		for i, k := range e.keys {
			n.Elements = append(n.Elements, ast.RecordElementNode{Key: types.String(k), Value: args[i]})
		}
		return n
	case exprCall:
		return ast.NodeTypeExtensionCall{Name: types.Path(e.name), Args: args}
	}
	return ast.NodeValue{Value: types.False}
}

// compute lets cedar-go apply e to known operands. known says that e is a
// form cedar-go can be asked about.
func compute(e *expr, operands []types.Value, entities types.EntityGetter) (v types.Value, err error) {
	args := make([]ast.IsNode, len(operands))
	for i, o := range operands {
		args[i] = ast.NodeValue{Value: o}
	}
	return eval.Eval(makeNode(e, args), eval.Env{Entities: entities})
}

// exprText prints an expression as Cedar writes it.
func exprText(e *expr) string {
	p := ast.Permit().When(ast.NewNode(raise(e)))
	text := strings.TrimSpace(string(cedar.NewPolicyFromAST((*stableast.Policy)(p)).MarshalCedar()))
	if i := strings.Index(text, "when {"); i >= 0 {
		text = text[i+len("when {"):]
	}
	text = strings.TrimSuffix(text, ";")
	text = strings.TrimSuffix(strings.TrimSpace(text), "}")
	return strings.TrimSpace(text)
}

// permitText prints a permit: for principal (any when zero), for one action or
// several, for a resource or for a type, under a condition or none.
func permitText(principal types.EntityUID, actions []types.EntityUID, resource *expr, typ types.EntityType, cond *expr) string {
	p := ast.Permit()
	if !principal.IsZero() {
		p = p.PrincipalEq(principal)
	}
	if len(actions) == 1 {
		p = p.ActionEq(actions[0])
	} else {
		p = p.ActionInSet(actions...)
	}
	switch {
	case resource == nil:
		p = p.ResourceIs(typ)
	case resource.kind == exprIn:
		p = p.ResourceIsIn(typ, resource.value.(types.EntityUID))
	default:
		p = p.ResourceEq(resource.value.(types.EntityUID))
	}
	if cond != nil {
		p = p.When(ast.NewNode(raise(cond)))
	}
	return string(cedar.NewPolicyFromAST((*stableast.Policy)(p)).MarshalCedar())
}

// forbidText makes the text of a forbid on the actions for exactly one resource.
func forbidText(id string, actions []types.EntityUID, resource types.EntityUID) string {
	p := ast.Annotation("id", types.String(id)).Forbid().ActionInSet(actions...).ResourceEq(resource)
	return string(cedar.NewPolicyFromAST((*stableast.Policy)(p)).MarshalCedar())
}

// forbidBelow is forbidText for a folder and all that is below it.
func forbidBelow(id string, actions []types.EntityUID, folder types.EntityUID) string {
	p := ast.Annotation("id", types.String(id)).Forbid().ActionInSet(actions...).ResourceIn(folder)
	return string(cedar.NewPolicyFromAST((*stableast.Policy)(p)).MarshalCedar())
}

// validator checks policies against our schema, as strictly as Cedar does by
// default: what the ancestor's validator accepts for its schema passes here.
var validator = sync.OnceValues(func() (*validate.Validator, error) {
	var s schema.Schema
	s.SetFilename("rex.cedarschema")
	if err := s.UnmarshalCedar([]byte(Schema())); err != nil {
		return nil, err
	}
	r, err := s.Resolve()
	if err != nil {
		return nil, err
	}
	return validate.New(r), nil
})

// validatePolicy says what is wrong with a policy, nil when nothing is.
func validatePolicy(p *cedar.Policy) error {
	v, err := validator()
	if err != nil {
		return err
	}
	return v.Policy("", (*ast.Policy)(p.AST()))
}
