package bytecode

import (
	"fmt"
	"slices"

	"rex/capability"
)

// check is the proof of one function, at one instruction.
type check struct {
	*verifier
	fn      int
	f       *Func
	pc      int
	in      Instr
	row     *Row
	words   []Instr // behind the instruction
	a, b, c *capability.Type
	begins  []bool // where instructions start
}

func (c *check) fail(pc int, message string) *VerifyError {
	e := &VerifyError{Func: c.fn, PC: pc, Message: message}
	if c.f.Name != "" {
		e.Name = " (" + c.f.Name + ")"
	}
	if pc >= 0 && pc < len(c.f.Code) {
		e.Instr = " (" + c.f.Code[pc].Op.String() + ")"
	}
	return e
}

func (v *verifier) function(i int) error {
	c := &check{verifier: v, fn: i, f: &v.m.Funcs[i]}
	if why := c.signature(); why != "" {
		return c.fail(-1, why)
	}
	if pc, why := c.layout(); why != "" {
		return c.fail(pc, why)
	}
	for _, step := range []func() string{c.handlers, c.lines} {
		if why := step(); why != "" {
			return c.fail(-1, why)
		}
	}
	for pc, in := range c.f.Instrs() {
		if why := c.instruction(pc, in); why != "" {
			return c.fail(pc, why)
		}
		if v.work < 0 {
			return c.fail(pc, "proving this takes too much work: its types are too large")
		}
	}
	return nil
}

// signature checks the register table, and that parameters come first in it.
func (c *check) signature() string {
	for file := capability.FileScalar; file <= capability.FileRef; file++ {
		for n, t := range c.f.Regs(file) {
			if t.File() != file {
				return fmt.Sprintf("register %s has type %s, which is of another file", Reg{file, n}, t)
			}
		}
	}
	if c.f.Result.Kind == capability.KindIterator {
		return "the result is an iterator"
	}
	for i, r := range c.f.ParamRegs() {
		t := c.f.Params[i]
		if t.Kind == capability.KindIterator {
			return fmt.Sprintf("parameter %d is an iterator", i)
		}
		if c.f.RegType(r) != t {
			return fmt.Sprintf("parameter %d is a %s, but register %s is not", i, t, r)
		}
	}
	return ""
}

// layout finds where instructions start and that code does not run off its end.
func (c *check) layout() (int, string) {
	code := c.f.Code
	c.begins = make([]bool, len(code))
	last := -1
	for pc := 0; pc < len(code); {
		n, why := c.wordsBehind(code[pc])
		if why != "" {
			return pc, why
		}
		for i := pc + 1; i <= pc+n; i++ {
			if i >= len(code) || !code[i].Op.isWord() {
				return pc, "words with its arguments are missing"
			}
		}
		c.begins[pc] = true
		last = pc
		pc += 1 + n
	}
	if last < 0 {
		return -1, "there is no code"
	}
	if code[last].Op.Falls() {
		return last, "the code ends here without a return"
	}
	return 0, ""
}

// wordsBehind is how many ARG and KARG words an instruction has.
func (c *check) wordsBehind(in Instr) (int, string) {
	switch {
	case in.Op >= OpcodeCount:
		return 0, fmt.Sprintf("%d is no opcode", in.Op)
	case in.Op == TRAP:
		return 0, "it is no instruction"
	case in.Op.isWord():
		return 0, "it stands only behind a call that counts it"
	case !in.Op.hasArgs():
		return 0, ""
	}
	n := (int(in.B) + ArgsPerWord - 1) / ArgsPerWord
	if in.Op == HOST {
		op, why := hostOp(in)
		if why != "" {
			return 0, why
		}
		n += constParams(op)
	}
	return n, ""
}

func hostOp(in Instr) (*capability.Op, string) {
	if in.Imm < 0 || in.Imm > 0xffff {
		return nil, fmt.Sprintf("%d is no number of an operation", in.Imm)
	}
	op := capability.Numbered(uint16(in.Imm))
	if op == nil {
		return nil, fmt.Sprintf("operation %d does not exist here: the module needs a newer rexvm", in.Imm)
	}
	return op, ""
}

func constParams(op *capability.Op) int {
	n := 0
	for i := range op.Params {
		if op.Params[i].Const {
			n++
		}
	}
	return n
}

// handlers checks the table of handlers. They lie behind their range, so that
// only LOOP and FORI go backwards.
func (c *check) handlers() string {
	for i, h := range c.f.Handlers {
		why := ""
		switch {
		case h.From >= h.To || int64(h.To) > int64(len(c.begins)):
			why = "has no range within the code"
		case !c.begins[h.From] || int(h.To) < len(c.begins) && !c.begins[h.To]:
			why = "begins or ends inside an instruction"
		case int64(h.Target) >= int64(len(c.begins)) || !c.begins[h.Target]:
			why = "goes to where no instruction is"
		case h.Target < h.To:
			why = "goes to before the end of its range"
		case h.Mask == 0 || h.Mask&^capability.AllKinds != 0:
			why = "catches no or unknown kinds"
		case h.Defer && h.Mask != capability.AllKinds:
			why = "is for a defer and does not catch everything"
		case int(h.Err) >= len(c.f.R) || c.f.R[h.Err].Kind != capability.KindError:
			why = "puts the error where none can be"
		}
		if why != "" {
			return fmt.Sprintf("handler %d %s", i, why)
		}
	}
	return ""
}

func (c *check) lines() string {
	for i, l := range c.f.Lines {
		if int64(l.PC) >= int64(len(c.f.Code)) {
			return fmt.Sprintf("position %d is for an instruction behind the end", i)
		}
		if l.Line == 0 || l.Column == 0 {
			return fmt.Sprintf("position %d is line %d, column %d: they count from 1", i, l.Line, l.Column)
		}
	}
	return ""
}

// instruction checks the operands as the row says, then their types by its rule.
func (c *check) instruction(pc int, in Instr) string {
	c.pc, c.in, c.row = pc, in, &Rows[in.Op]
	c.words = c.f.Code[pc+1 : c.f.Next(pc)]
	var why string
	if c.a, why = c.operand(c.row.A, in.A, "A"); why != "" {
		return why
	}
	if c.b, why = c.operand(c.row.B, in.B, "B"); why != "" {
		return why
	}
	if c.c, why = c.operand(c.row.C, in.C, "C"); why != "" {
		return why
	}
	if why := c.immediate(); why != "" {
		return why
	}
	if rule := rules[c.row.Rule]; rule != nil {
		return rule(c)
	}
	return ""
}

// operand checks one of the three operand bytes and gives the type of the
// register it names.
func (c *check) operand(o Operand, n uint8, name string) (*capability.Type, string) {
	switch o {
	case Unused:
		if n != 0 {
			return nil, fmt.Sprintf("operand %s is %d, but not used", name, n)
		}
	case ShortType:
		if name == "C" && c.in.TypeIndex() >= len(c.m.Types) {
			return nil, fmt.Sprintf("type %d does not exist", c.in.TypeIndex())
		}
	}
	file := o.File()
	if file == capability.FileNone {
		return nil, ""
	}
	return c.register(file, int(n))
}

func (c *check) register(file capability.File, n int) (*capability.Type, string) {
	if t := c.f.RegType(Reg{file, n}); t != nil {
		return t, ""
	}
	return nil, fmt.Sprintf("there is no register %s", Reg{file, n})
}

// immediate checks the immediate. Where it is an index, it is one of something.
func (c *check) immediate() string {
	n := int(c.in.Imm)
	switch c.row.Imm {
	case Unused:
		if n != 0 {
			return fmt.Sprintf("the immediate is %d, but not used", n)
		}
	case Jump:
		return c.jump()
	case ConstIndex:
		return within(n, len(c.m.Consts), "constant")
	case TypeIndex:
		return within(n, len(c.m.Types), "type")
	case FuncIndex:
		return within(n, len(c.m.Funcs), "function")
	case TextIndex:
		return within(n, len(c.m.Templates), "template")
	case MoreS:
		return c.more(1)
	case MoreSS:
		return c.more(2)
	}
	return ""
}

func within(n, size int, what string) string {
	if n < 0 || n >= size {
		return fmt.Sprintf("%s %d does not exist", what, n)
	}
	return ""
}

// more checks the registers in the low bytes of the immediate; the others are zero.
func (c *check) more(n int) string {
	for i := 3; i < ArgsPerWord; i++ {
		r := c.in.Arg(i)
		if i-3 < n {
			if _, why := c.register(capability.FileScalar, int(r)); why != "" {
				return why
			}
		} else if r != 0 {
			return "bytes of the immediate are set, but not used"
		}
	}
	return ""
}

// jump checks a target. Only LOOP and FORI, which charge fuel, go backwards,
// and they do nothing else: so there is no way around in circles but by them.
func (c *check) jump() string {
	back := c.in.Op == LOOP || c.in.Op == FORI
	if back != (c.in.Imm < 0) {
		if back {
			return "it must jump backwards"
		}
		return "it must not jump backwards"
	}
	to := int64(c.pc) + 1 + int64(c.in.Imm)
	if to < 0 || to >= int64(len(c.begins)) || !c.begins[to] {
		return fmt.Sprintf("it jumps to %d, where no instruction is", to)
	}
	return ""
}

// args gives the registers of the ARG words, of which there must be as many
// as want; the bytes left over are zero.
func (c *check) args(want int) ([]uint8, string) {
	if int(c.in.B) != want {
		return nil, fmt.Sprintf("it passes %d arguments, not %d", c.in.B, want)
	}
	out := make([]uint8, 0, want)
	for _, w := range c.words[:(want+ArgsPerWord-1)/ArgsPerWord] {
		if w.Op != ARG {
			return nil, "its arguments are not in ARG words"
		}
		for n := range ArgsPerWord {
			if len(out) < want {
				out = append(out, w.Arg(n))
			} else if w.Arg(n) != 0 {
				return nil, "an ARG word has more registers than there are arguments"
			}
		}
	}
	return out, ""
}

// pass checks the arguments of a call against the parameters' types.
func (c *check) pass(params []*capability.Type) string {
	args, why := c.args(len(params))
	for i, p := range params {
		if why != "" {
			return why
		}
		why = c.passOne(i, args[i], p)
	}
	return why
}

func (c *check) passOne(i int, reg uint8, want *capability.Type) string {
	t, why := c.register(want.File(), int(reg))
	if why == "" && !c.fits(t, want) {
		why = fmt.Sprintf("argument %d is a %s, not a %s", i, t, want)
	}
	return why
}

// result checks that operand A can take a result of type t.
func (c *check) result(t *capability.Type) string {
	if t.Kind == capability.KindNone {
		if c.in.A != 0 {
			return "it gives nothing, but operand A is used"
		}
		return ""
	}
	into, why := c.register(t.File(), int(c.in.A))
	if why == "" && !c.fits(t, into) {
		why = fmt.Sprintf("it gives a %s, register %s holds a %s", t, Reg{t.File(), int(c.in.A)}, into)
	}
	return why
}

func (r Reg) String() string {
	return string("?STR"[min(int(r.File), 3)]) + fmt.Sprint(r.N)
}

// kinds of registers a rule allows.
func oneOf(t *capability.Type, kinds ...capability.Kind) bool {
	return t != nil && slices.Contains(kinds, t.Kind)
}
