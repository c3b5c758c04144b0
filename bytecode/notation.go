package bytecode

import (
	"fmt"
	"strconv"
	"strings"

	"rex/capability"
)

// The notation that Disassemble writes and Assemble reads: one line for each
// thing, words apart by spaces or commas, texts in Go's quotes, a comment
// behind a semicolon. Whatever is not in a comment is read back, so the two
// are inverse to each other; comments say what the numbers mean.
//
//	source "demo.rex" 5e88…
//	import "lib/a.rex" 2c26…
//	type fs.Stat = record named "fs.Stat" path: path, size: size
//	const 0 path "/etc/hosts"
//	template 0 path "/var/log/" {string} ".log"
//	param n int default 3 in 1 ..= 9 doc "How many."
//	op 4 fs.stat 0123456789abcdef
//	uses fs.stat "/etc/**"
//	func 0 "" params int result none
//	  S int, bool
//	  0 kint S1, 1 @1:9
//	  handler 0..4 -> 5 R1 denied, not_found
//
// A type is called by what follows `type`; #3 is the fourth in any case.

// prefixes is what stands before an operand's number.
var prefixes = map[Operand]string{
	WriteS: "S", ReadS: "S", WriteT: "T", ReadT: "T", WriteR: "R", ReadR: "R",
	WriteResult: "", Count: "", SlotNumber: "", ParamNumber: "", Short: "", Number: "",
	ShortType: "#", Jump: "->", ConstIndex: "k", TypeIndex: "#", FuncIndex: "f", TextIndex: "t",
	LibNumber: "lib", OpNumber: "op", WideIndex: "w", MoreS: "S", MoreSS: "S", Registers: "",
}

// operands gives the numbers an instruction's text shows, in order, each with
// the kind of operand it is. It is the one place that knows how operands lie
// in a word; setOperands is its inverse.
func operands(in Instr, pc int) []numbered {
	row := &Rows[in.Op]
	if row.A == Registers {
		return argWord(in)
	}
	var out []numbered
	for i, o := range [3]Operand{row.A, row.B, row.C} {
		switch n := int([3]uint8{in.A, in.B, in.C}[i]); {
		case o == Unused || i == 2 && (o == Short || o == ShortType):
		case o == Short:
			out = append(out, numbered{o, int(in.I16())})
		case o == ShortType:
			out = append(out, numbered{o, in.TypeIndex()})
		default:
			out = append(out, numbered{o, n})
		}
	}
	switch row.Imm {
	case Unused:
	case Jump:
		out = append(out, numbered{Jump, in.Target(pc)})
	case MoreS:
		out = append(out, numbered{MoreS, int(in.Arg(3))})
	case MoreSS:
		out = append(out, numbered{MoreSS, int(in.Arg(3))}, numbered{MoreSS, int(in.Arg(4))})
	default:
		out = append(out, numbered{row.Imm, int(in.Imm)})
	}
	return out
}

// argWord gives the registers of an ARG word, without the zeros at its end.
func argWord(in Instr) []numbered {
	n := ArgsPerWord
	for n > 1 && in.Arg(n-1) == 0 {
		n--
	}
	out := make([]numbered, n)
	for i := range out {
		out[i] = numbered{Registers, int(in.Arg(i))}
	}
	return out
}

// numbered is one operand as the notation shows it.
type numbered struct {
	Operand
	n int
}

func (o numbered) String() string { return prefixes[o.Operand] + strconv.Itoa(o.n) }

// setOperands puts the numbers of an instruction's text into its word. It
// takes as many as operands gives; of an ARG word the rest is zero.
func setOperands(in *Instr, pc int, numbers []int) {
	row := &Rows[in.Op]
	bytes := [3]*uint8{&in.A, &in.B, &in.C}
	if row.A == Registers {
		imm := uint32(0)
		for i, n := range numbers {
			if i < 3 {
				*bytes[i] = uint8(n)
			} else {
				imm |= uint32(uint8(n)) << (8 * (i - 3))
			}
		}
		in.Imm = int32(imm)
		return
	}
	for i, o := range [3]Operand{row.A, row.B, row.C} {
		switch {
		case o == Unused || i == 2 && (o == Short || o == ShortType):
			continue
		case o == Short || o == ShortType:
			in.B, in.C = uint8(numbers[0]), uint8(numbers[0]>>8)
		default:
			*bytes[i] = uint8(numbers[0])
		}
		numbers = numbers[1:]
	}
	switch row.Imm {
	case Unused:
	case Jump:
		in.Imm = int32(numbers[0] - pc - 1)
	case MoreS:
		in.Imm = int32(numbers[0])
	case MoreSS:
		in.Imm = int32(numbers[0] | numbers[1]<<8)
	default:
		in.Imm = int32(numbers[0])
	}
}

// quoteName writes a name as it is when it is a plain one, else in quotes.
func quoteName(s string) string {
	for _, part := range strings.Split(s, ".") {
		if !isName(part) {
			return strconv.Quote(s)
		}
	}
	return s
}

// scalarText writes the bits of a scalar so that they can be read back.
func scalarText(k capability.Kind, bits uint64) string {
	switch {
	case k == capability.KindBool && bits <= 1:
		return strconv.FormatBool(bits == 1)
	case k == capability.KindFloat && checkScalar(k, bits) == "":
		return fmt.Sprint(capability.BoxScalar(k, bits))
	case k == capability.KindFloat || k == capability.KindBool:
		return fmt.Sprintf("0x%x", bits)
	}
	return strconv.FormatInt(int64(bits), 10)
}

// typeLabels gives each type the name by which the notation refers to it: as
// the language writes it when that is one plain word, else its number.
func typeLabels(types []*capability.Type) []string {
	labels := make([]string, len(types))
	seen := map[string]bool{}
	for _, word := range strings.Fields("none named captures result required default in nil") {
		seen[word] = true
	}
	for i, t := range types {
		labels[i] = "#" + strconv.Itoa(i)
		if s := t.String(); isLabel(s) && !seen[s] {
			labels[i] = s
			seen[s] = true
		}
	}
	return labels
}

// isLabel reports whether s can stand as one word of the notation.
func isLabel(s string) bool {
	for i, r := range s {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !strings.ContainsRune(".[]?0123456789", r)) {
			return false
		}
	}
	return s != "" && len(s) < 80
}
