package bytecode

import (
	"fmt"

	"rex/capability"
)

// rules has one function for each Rule: it checks the types of an
// instruction's operands, which are in c.a, c.b and c.c where these are
// registers, and gives what is wrong, "" when nothing is.
var rules = [...]func(c *check) string{
	RuleFits:   func(c *check) string { return c.into(c.b, c.a) },
	RuleBox:    ruleBox,
	RuleOpen:   ruleOpen,
	RuleNumber: ruleNumber,
	RuleConst:  ruleConst,
	RuleNil:    func(c *check) string { return c.want(c.a, "A", capability.KindOptional, capability.KindAny) },
	RuleBool:   func(c *check) string { return c.all(capability.KindBool) },
	RuleInt:    func(c *check) string { return c.all(capability.KindInt) },
	RuleFloat:  ruleFloat,
	RuleAdd:    ruleAdd,
	RuleSub:    ruleSub,
	RuleMul:    ruleMul,
	RuleRem:    func(c *check) string { return c.alike(capability.KindInt, capability.KindDuration) },
	RuleNeg: func(c *check) string {
		return c.alike(capability.KindInt, capability.KindDuration, capability.KindSize)
	},
	RuleAddI:     ruleAddI,
	RuleDivide:   ruleDivide,
	RuleScale:    ruleScale,
	RuleToFloat:  ruleToFloat,
	RuleSame:     ruleSame,
	RuleShort:    ruleShort,
	RuleOptional: func(c *check) string { return c.want(c.a, "A", capability.KindOptional, capability.KindAny) },
	RuleIs:       ruleIs,
	RuleIter:     ruleIter,
	RuleNext:     func(c *check) string { return c.want(c.a, "A", capability.KindIterator) },
	RuleItem:     ruleItem,
	RulePosition: rulePosition,
	RuleKey:      ruleKey,
	RuleText:     ruleText,
	RuleJoin:     ruleJoin,
	RuleEqual:    ruleEqual,
	RuleCast:     ruleCast,
	RulePart:     rulePart,
	RuleElem:     ruleElem,
	RuleNew:      ruleNew,
	RulePush:     rulePush,
	RuleAt:       ruleAt,
	RuleSetAt:    ruleSetAt,
	RuleLen:      ruleLen,
	RuleField:    ruleField,
	RuleSetField: ruleSetField,
	RuleMapAt:    ruleMapAt,
	RuleMapPut:   ruleMapPut,
	RuleClosure:  ruleClosure,
	RuleCall:     ruleCall,
	RuleCallFunc: ruleCallFunc,
	RuleLib:      ruleLib,
	RuleHost:     ruleHost,
	RuleReturn:   ruleReturn,
	RuleRaise:    func(c *check) string { return c.want(c.a, "A", capability.KindError) },
	RuleStream:   func(c *check) string { return c.want(c.a, "A", capability.KindStream) },
	RuleWideGet:  ruleWideGet,
	RuleWidePut:  ruleWidePut,
	RuleWord:     func(*check) string { return "it stands only behind a call" },
}

// into checks that a value of type t can be put into a register of type reg.
func (c *check) into(t, reg *capability.Type) string {
	if !c.fits(t, reg) {
		return fmt.Sprintf("a %s does not fit a %s", t, reg)
	}
	return ""
}

// want checks that an operand has one of these kinds.
func (c *check) want(t *capability.Type, name string, kinds ...capability.Kind) string {
	if !oneOf(t, kinds...) {
		return fmt.Sprintf("operand %s is a %s", name, t)
	}
	return ""
}

// wants checks operands A, B and C for one kind each; KindNone is for any.
func (c *check) wants(a, b, cc capability.Kind) string {
	for i, k := range [3]capability.Kind{a, b, cc} {
		if t := [3]*capability.Type{c.a, c.b, c.c}[i]; k != capability.KindNone && !oneOf(t, k) {
			return fmt.Sprintf("operand %c is a %s, not a %s", 'A'+i, t, k)
		}
	}
	return ""
}

// all checks that all registers are of one kind.
func (c *check) all(k capability.Kind) string {
	for i, t := range [3]*capability.Type{c.a, c.b, c.c} {
		if t != nil && t.Kind != k {
			return fmt.Sprintf("operand %c is a %s, not a %s", 'A'+i, t, k)
		}
	}
	return ""
}

// alike checks that all registers are of the same kind, one of these.
func (c *check) alike(kinds ...capability.Kind) string {
	if why := c.want(c.a, "A", kinds...); why != "" {
		return why
	}
	return c.all(c.a.Kind)
}

func ruleBox(c *check) string {
	if why := c.want(c.a, "A", capability.KindOptional, capability.KindAny); why != "" {
		return why
	}
	c.work.spend(len(c.b.Key()))
	if !c.b.Fits(c.a) {
		return fmt.Sprintf("a %s does not fit a %s", c.b, c.a)
	}
	return ""
}

func ruleOpen(c *check) string {
	if why := c.want(c.b, "B", capability.KindOptional); why != "" {
		return why
	}
	return c.into(c.b.Elem, c.a)
}

func ruleNumber(c *check) string {
	if c.a.Kind == capability.KindBool && c.in.Imm != 0 && c.in.Imm != 1 {
		return "a bool is 0 or 1"
	}
	return c.want(c.a, "A", capability.KindInt, capability.KindDuration, capability.KindSize, capability.KindTime, capability.KindBool)
}

func ruleConst(c *check) string {
	if k := &c.m.Consts[c.in.Imm]; !c.constFits(k, c.a) {
		return fmt.Sprintf("the constant is a %s, operand A a %s", k.Type, c.a)
	}
	return ""
}

// constFits reports whether a constant is a value of type t. A string that is
// one of its words is a value of a word type.
func (c *check) constFits(k *Const, t *capability.Type) bool {
	if k.Type.Kind == capability.KindString && t.Kind == capability.KindWord {
		return t.HasWord(k.Text)
	}
	return c.fits(k.Type, t)
}

func ruleFloat(c *check) string {
	if why := c.all(capability.KindFloat); why != "" {
		return why
	}
	for i, more := 0, map[Operand]int{MoreS: 1, MoreSS: 2}[c.row.Imm]; i < more; i++ {
		if t := c.f.S[c.in.Arg(3+i)]; t.Kind != capability.KindFloat {
			return fmt.Sprintf("operand %c is a %s, not a float", 'd'+i, t)
		}
	}
	return ""
}

func ruleAdd(c *check) string {
	if c.b.Kind == capability.KindTime {
		return c.wants(capability.KindTime, capability.KindTime, capability.KindDuration)
	}
	return c.alike(capability.KindInt, capability.KindDuration, capability.KindSize)
}

func ruleSub(c *check) string {
	switch {
	case c.b.Kind == capability.KindTime && c.c.Kind == capability.KindTime:
		return c.wants(capability.KindDuration, capability.KindTime, capability.KindTime)
	case c.b.Kind == capability.KindTime:
		return c.wants(capability.KindTime, capability.KindTime, capability.KindDuration)
	}
	return c.alike(capability.KindInt, capability.KindDuration, capability.KindSize)
}

func ruleMul(c *check) string {
	if why := c.want(c.b, "B", capability.KindInt, capability.KindDuration, capability.KindSize); why != "" {
		return why
	}
	return c.wants(c.b.Kind, c.b.Kind, capability.KindInt)
}

func ruleAddI(c *check) string {
	return c.alike(capability.KindInt, capability.KindDuration, capability.KindSize, capability.KindTime)
}

func ruleDivide(c *check) string {
	if why := c.want(c.b, "B", capability.KindInt, capability.KindDuration, capability.KindSize); why != "" {
		return why
	}
	return c.wants(capability.KindFloat, c.b.Kind, c.b.Kind)
}

func ruleScale(c *check) string {
	if why := c.want(c.b, "B", capability.KindDuration, capability.KindSize); why != "" {
		return why
	}
	return c.wants(c.b.Kind, c.b.Kind, capability.KindFloat)
}

func ruleToFloat(c *check) string {
	return c.wants(capability.KindFloat, capability.KindInt, capability.KindNone)
}

// plainText is the kind of a text for comparing and joining: a word is a string.
func plainText(t *capability.Type) capability.Kind {
	if t.Kind == capability.KindWord {
		return capability.KindString
	}
	return t.Kind
}

func ruleSame(c *check) string {
	kind := plainText(c.a)
	switch {
	case kind != plainText(c.b):
		return fmt.Sprintf("a %s is not compared with a %s", c.a, c.b)
	case kind == capability.KindFloat:
		return "floats are compared by instructions of their own"
	case c.in.Op == TJLT || c.in.Op == TJLE:
		return c.want(c.a, "A", capability.KindString, capability.KindWord, capability.KindPath, capability.KindURL, capability.KindIP)
	}
	return ""
}

func ruleShort(c *check) string {
	return c.want(c.a, "A", capability.KindInt, capability.KindBool, capability.KindDuration, capability.KindSize, capability.KindTime)
}

// inAny checks that values of type t may stand in an any.
func (c *check) inAny(t *capability.Type) string {
	c.work.spend(len(t.Key()))
	if !t.FitsAny() {
		return fmt.Sprintf("a %s does not stand in an any", t)
	}
	return ""
}

func ruleIs(c *check) string {
	if why := c.want(c.a, "A", capability.KindAny); why != "" {
		return why
	}
	return c.inAny(c.m.Types[c.in.TypeIndex()])
}

func ruleIter(c *check) string {
	if why := c.want(c.b, "B", capability.KindList, capability.KindMap, capability.KindStream); why != "" {
		return why
	}
	if !oneOf(c.a, capability.KindIterator) || !c.same(c.a.Elem, c.b.Elem) {
		return fmt.Sprintf("operand A is a %s and can't walk a %s", c.a, c.b)
	}
	return ""
}

func ruleItem(c *check) string {
	if why := c.want(c.b, "B", capability.KindIterator); why != "" {
		return why
	}
	return c.into(c.b.Elem, c.a)
}

func rulePosition(c *check) string {
	return c.wants(capability.KindInt, capability.KindIterator, capability.KindNone)
}

func ruleKey(c *check) string {
	return c.wants(capability.KindString, capability.KindIterator, capability.KindNone)
}

func ruleText(c *check) string {
	t := &c.m.Templates[c.in.Imm]
	var holes []*capability.Type
	for _, p := range t.Pieces {
		if p.Hole != nil {
			holes = append(holes, p.Hole)
		}
	}
	if why := c.pass(holes); why != "" {
		return why
	}
	return c.into(t.Type, c.a)
}

func ruleJoin(c *check) string {
	if why := c.want(c.a, "A", capability.KindString, capability.KindBytes); why != "" {
		return why
	}
	for _, t := range []*capability.Type{c.b, c.c} {
		if plainText(t) != c.a.Kind {
			return fmt.Sprintf("a %s is not joined to a %s", t, c.a)
		}
	}
	return ""
}

func ruleEqual(c *check) string {
	if !c.same(c.b, c.c) {
		return fmt.Sprintf("a %s is not compared with a %s", c.b, c.c)
	}
	if why := c.inAny(c.b); why != "" {
		return why
	}
	return c.want(c.a, "A", capability.KindBool)
}

func ruleCast(c *check) string {
	t := c.m.Types[c.in.Imm]
	if why := c.want(c.b, "B", capability.KindAny); why != "" {
		return why
	}
	if why := c.inAny(t); why != "" {
		return why
	}
	return c.into(t, c.a)
}

func rulePart(c *check) string {
	if plainText(c.c) != capability.KindString {
		return fmt.Sprintf("operand C is a %s, not a string", c.c)
	}
	return c.wants(capability.KindAny, capability.KindAny, capability.KindNone)
}

func ruleElem(c *check) string {
	return c.wants(capability.KindAny, capability.KindAny, capability.KindInt)
}

func ruleNew(c *check) string {
	t := c.m.Types[c.in.Imm]
	kind := map[Opcode]capability.Kind{LIST: capability.KindList, REC: capability.KindRecord, MAP: capability.KindMap}[c.in.Op]
	if t.Kind != kind {
		return fmt.Sprintf("it does not make a %s", t)
	}
	if !c.same(t, c.a) {
		return fmt.Sprintf("it makes a %s, operand A is a %s", t, c.a)
	}
	return ""
}

func rulePush(c *check) string {
	if why := c.want(c.a, "A", capability.KindList); why != "" {
		return why
	}
	return c.into(c.b, c.a.Elem)
}

func ruleAt(c *check) string {
	if why := c.wants(capability.KindNone, capability.KindList, capability.KindInt); why != "" {
		return why
	}
	return c.into(c.b.Elem, c.a)
}

func ruleSetAt(c *check) string {
	if why := c.wants(capability.KindList, capability.KindInt, capability.KindNone); why != "" {
		return why
	}
	return c.into(c.c, c.a.Elem)
}

func ruleLen(c *check) string {
	if why := c.want(c.b, "B", capability.KindList, capability.KindMap); why != "" {
		return why
	}
	return c.want(c.a, "A", capability.KindInt)
}

func ruleField(c *check) string {
	slot := c.slot(c.b, c.row.A.File(), c.in.C)
	if slot == nil {
		return fmt.Sprintf("a %s has no such slot %d", c.b, c.in.C)
	}
	return c.into(slot, c.a)
}

func ruleSetField(c *check) string {
	slot := c.slot(c.a, c.row.C.File(), c.in.B)
	if slot == nil {
		return fmt.Sprintf("a %s has no such slot %d", c.a, c.in.B)
	}
	return c.into(c.c, slot)
}

func ruleMapAt(c *check) string {
	switch {
	case !oneOf(c.b, capability.KindMap):
		return fmt.Sprintf("operand B is a %s, not a map", c.b)
	case plainText(c.c) != capability.KindString:
		return fmt.Sprintf("operand C is a %s, not a string", c.c)
	}
	return c.into(c.b.Elem, c.a)
}

func ruleMapPut(c *check) string {
	switch {
	case !oneOf(c.a, capability.KindMap):
		return fmt.Sprintf("operand A is a %s, not a map", c.a)
	case plainText(c.b) != capability.KindString:
		return fmt.Sprintf("operand B is a %s, not a string", c.b)
	}
	return c.into(c.c, c.a.Elem)
}

func ruleReturn(c *check) string {
	if c.in.Op == RETN {
		if c.f.Result.Kind != capability.KindNone {
			return fmt.Sprintf("the function gives a %s", c.f.Result)
		}
		return ""
	}
	if c.f.Result.Kind == capability.KindNone {
		return "the function gives nothing"
	}
	return c.into(c.a, c.f.Result)
}

func ruleWideGet(c *check) string {
	t, why := c.register(c.row.A.File(), int(c.in.Imm))
	if why != "" {
		return why
	}
	return c.into(t, c.a)
}

func ruleWidePut(c *check) string {
	t, why := c.register(c.row.A.File(), int(c.in.Imm))
	if why != "" {
		return why
	}
	return c.into(c.a, t)
}
