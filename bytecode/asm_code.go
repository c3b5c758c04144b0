package bytecode

import (
	"strconv"
	"strings"

	"rex/capability"
)

func (a *assembler) funcLine() {
	a.inOrder(len(a.m.Funcs))
	f := Func{Name: a.next()}
	a.expect("params")
	for a.more() && a.tokens[0].text != "captures" && a.tokens[0].text != "result" {
		f.Params = append(f.Params, a.typ())
	}
	if a.accept("captures") {
		f.Captures = a.number("")
	}
	a.expect("result")
	f.Result = a.typ()
	if a.accept("of") {
		f.Source = a.number("")
	}
	a.m.Funcs = append(a.m.Funcs, f)
}

// inFunc reads a line that belongs to the function above it.
func (a *assembler) inFunc(word string) {
	if len(a.m.Funcs) == 0 {
		a.fail("%q stands outside of a function", word)
		return
	}
	f := &a.m.Funcs[len(a.m.Funcs)-1]
	switch word {
	case "S", "T", "R":
		into := map[string]*[]*capability.Type{"S": &f.S, "T": &f.T, "R": &f.R}[word]
		for a.more() {
			*into = append(*into, a.typ())
		}
	case "handler":
		a.handler(f)
	case "line":
		a.position(f, a.number(""))
	default:
		a.instruction(f, word)
	}
}

// position takes @line:column when it comes next.
func (a *assembler) position(f *Func, pc int) {
	if !a.more() {
		return
	}
	word, ok := strings.CutPrefix(a.tokens[0].text, "@")
	line, column, ok2 := strings.Cut(word, ":")
	if !ok || !ok2 {
		return
	}
	a.next()
	l, err := strconv.ParseUint(line, 10, 32)
	c, err2 := strconv.ParseUint(column, 10, 32)
	if err != nil || err2 != nil {
		a.fail("%q is no position", word)
	}
	f.Lines = append(f.Lines, Line{uint32(pc), uint32(l), uint32(c)})
}

func (a *assembler) handler(f *Func) {
	from, to, _ := strings.Cut(a.next(), "..")
	var h Handler
	for _, x := range []struct {
		text string
		into *uint32
	}{{from, &h.From}, {to, &h.To}} {
		n, err := strconv.ParseUint(x.text, 10, 32)
		if err != nil {
			a.fail("%q is no place in the code", x.text)
		}
		*x.into = uint32(n)
	}
	a.expect("->")
	h.Target = uint32(a.number(""))
	h.Err = uint8(a.number("R"))
	h.Defer = a.accept("defer")
	for a.more() {
		h.Mask |= a.mask()
	}
	f.Handlers = append(f.Handlers, h)
}

func (a *assembler) mask() capability.KindMask {
	word := a.next()
	if word == "all" {
		return capability.AllKinds
	}
	if k, ok := capability.ErrorKindNamed(word); ok {
		return capability.Kinds(k)
	}
	n, err := strconv.ParseUint(word, 0, 32)
	if err != nil {
		a.fail("%q is no kind of error", word)
	}
	return capability.KindMask(n)
}

var opcodes = func() map[string]Opcode {
	m := map[string]Opcode{}
	for op := range OpcodeCount {
		m[op.String()] = op
	}
	return m
}()

// instruction reads one word of code. Its number, when it has one, must be right.
func (a *assembler) instruction(f *Func, word string) {
	pc := len(f.Code)
	if n, err := strconv.Atoi(word); err == nil {
		if n != pc {
			a.fail("the number is %d, the next one is %d", n, pc)
		}
		word = a.next()
	}
	in, ok := Instr{}, false
	if n, err := strconv.ParseUint(word, 0, 8); err == nil {
		in.Op = Opcode(n)
	} else if in.Op, ok = opcodes[word]; !ok {
		a.fail("%q is no instruction", word)
		return
	} else {
		shape := operands(Instr{Op: in.Op}, pc)
		numbers := make([]int, len(shape))
		for i, o := range shape {
			numbers[i] = a.operand(o.Operand)
		}
		for in.Op == ARG && len(numbers) < ArgsPerWord && a.more() && isDigit(a.tokens[0].text) {
			numbers = append(numbers, a.number(""))
		}
		setOperands(&in, pc, numbers)
		for i, o := range operands(in, pc) {
			if o.n != numbers[i] {
				a.fail("operand %d does not fit", numbers[i])
			}
		}
	}
	a.bytes(&in)
	a.position(f, pc)
	f.Code = append(f.Code, in)
}

func isDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// operand takes the number of one operand; for a type its label will do.
func (a *assembler) operand(o Operand) int {
	if (o == TypeIndex || o == ShortType) && a.more() && a.tokens[0].text != "" && a.tokens[0].text[0] != '#' {
		return a.types.Add(a.typ())
	}
	return a.number(prefixes[o])
}

// bytes sets bytes of a word that its row does not use.
func (a *assembler) bytes(in *Instr) {
	for a.more() {
		name, digits, _ := strings.Cut(a.tokens[0].text, ":")
		n, err := strconv.ParseInt(digits, 0, 64)
		if err != nil || strings.HasPrefix(name, "@") {
			return
		}
		a.next()
		switch name {
		case "A":
			in.A = uint8(n)
		case "B":
			in.B = uint8(n)
		case "C":
			in.C = uint8(n)
		case "imm":
			in.Imm = int32(n)
		default:
			a.fail("%q is no byte of a word", name)
		}
	}
}
