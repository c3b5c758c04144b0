package bytecode

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// fn is a module with one function that has these registers and this code.
func fn(registers string, code ...string) string {
	return "func 0 \"\" params result none\n" + registers + "\n" + strings.Join(code, "\n") + "\nretn\n"
}

// refusals: for each check of the verifier a module that fails it, and a part
// of what it must say. Where it matters, the module differs from a good one
// in this alone.
var refusals = []struct{ name, text, want string }{
	// what stands where
	{"no function", `source "x"`, "no function"},
	{"no code", `func 0 "" params result none`, "no code"},
	{"falls off", "func 0 \"\" params result none\nS int\nkint S0, 1", "the code ends here"},
	{"falls off a call", "func 0 \"\" params result none\ncall 0, 0, f0", "the code ends here"},
	{"conditional end", "func 0 \"\" params result none\nS int\nkint S0, 1\nfori S0, S0, ->0", "the code ends here"},
	{"trap", fn("", "trap"), "no instruction"},
	{"unknown opcode", fn("", "0xf0"), "no opcode"},
	{"first unknown opcode", fn("", fmt.Sprintf("0x%x", uint8(OpcodeCount))), "no opcode"},
	{"word alone", fn("", "arg 0"), "only behind a call"},
	{"constant word alone", "const 0 int 1\n" + fn("", "karg 0 k0"), "only behind a call"},
	{"word too many", fn("", "call 0, 0, f0", "arg 0"), "only behind a call"},
	{"word missing", fn("S int", "call 0, 1, f0"), "words with its arguments are missing"},
	{"word cut off", "func 0 \"\" params result none\nS int\ncall 0, 1, f0", "words with its arguments are missing"},

	// operands in range
	{"register", fn("S int", "kint S1, 1"), "no register S1"},
	{"register read", fn("T string", "movt T0, T1"), "no register T1"},
	{"register C", fn("S int", "add S0, S0, S9"), "no register S9"},
	{"register d", fn("S float", "fmuladd S0, S0, S0, S1"), "no register S1"},
	{"register e", fn("S float", "fmma S0, S0, S0, S0, S1"), "no register S1"},
	{"wide register", fn("S int", "wgets S0, w1"), "no register S1"},
	{"negative wide register", fn("S int", "wputs S0, w-1"), "no register S-1"},
	{"constant", fn("S int", "knum S0, k0"), "constant 0 does not exist"},
	{"negative constant", "const 0 int 1\n" + fn("S int", "knum S0, k-1"), "constant -1 does not exist"},
	{"type", fn("R list[int]", "list R0, #99"), "type 99 does not exist"},
	{"short type", fn("R any", "jis R0, #99, ->1"), "type 99 does not exist"},
	{"function", fn("", "call 0, 0, f1"), "function 1 does not exist"},
	{"template", fn("T string", "text T0, 0, t0"), "template 0 does not exist"},
	{"unused operand", fn("S int", "kint S0, 1 B:1"), "operand B is 1, but not used"},
	{"unused operand A", fn("", "jmp ->1 A:1"), "operand A is 1, but not used"},
	{"unused immediate", fn("S int", "movs S0, S0 imm:1"), "the immediate is 1, but not used"},
	{"unused bytes of the immediate", fn("S float", "fmuladd S0, S0, S0, S0 imm:256"), "bytes of the immediate"},
	{"unused byte in a return", "func 0 \"\" params result none\nretn C:3", "operand C is 3, but not used"},

	// jumps
	{"jump to the end", fn("", "jmp ->2"), "it jumps to 2, where no instruction is"},
	{"jump far", fn("", "jmp ->1000000"), "where no instruction is"},
	{"jump back", fn("", "jmp ->0"), "must not jump backwards"},
	{"branch back", fn("S bool", "jt S0, ->0"), "must not jump backwards"},
	{"loop forwards", "func 0 \"\" params result none\nretn\nloop ->2", "must jump backwards"},
	{"fori forwards", fn("S int", "fori S0, S0, ->1"), "must jump backwards"},
	{"loop before the start", "func 0 \"\" params result none\nretn\nloop ->-1", "it jumps to -1"},
	{"jump on an argument", fn("T string", "jmp ->2", "host 0, 1, op106", "arg 0"), "it jumps to 2, where no instruction is"},
	{"jump on a constant", "const 0 path \"/\"\nconst 1 bool true\nop fs.exists\n" + fn("S bool\nT path", "jmp ->3", "host 0, 1, op5", "arg 0", "karg 1 k1"), "it jumps to 3, where no instruction is"},

	// types of operands
	{"move", fn("S int, bool", "movs S0, S1"), "a bool does not fit a int"},
	{"move of text", fn("T string, path", "movt T0, T1"), "a path does not fit a string"},
	{"string to word", "type m = word \"a\"\n" + fn("T string, m", "movt T1, T0"), "does not fit"},
	{"larger word to word", "type m = word \"a\"\ntype n = word \"a\" \"b\"\n" + fn("T m, n", "movt T0, T1"), "does not fit"},
	{"optional to bare", fn("R list[int], list[int]?", "movr R0, R1"), "does not fit"},
	{"list of another", fn("R list[int], list[bool]", "movr R0, R1"), "does not fit"},
	{"any to list", fn("R list[int], any", "movr R0, R1"), "does not fit"},
	{"function to any", "type f = fn -> int\n" + fn("R any, f", "movr R0, R1"), "does not fit"},
	{"box into a list", fn("S int\nR list[int]", "boxs R0, S0"), "operand A is a list[int]"},
	{"box of another", fn("S bool\nR int?", "boxs R0, S0"), "does not fit"},
	{"open an any", fn("S int\nR any", "opens S0, R0"), "operand B is a any"},
	{"open to another", fn("S bool\nR int?", "opens S0, R0"), "does not fit"},
	{"kint float", fn("S float", "kint S0, 1"), "operand A is a float"},
	{"kint bool", fn("S bool", "kint S0, 2"), "a bool is 0 or 1"},
	{"const type", "const 0 int 1\n" + fn("S bool", "knum S0, k0"), "the constant is a int"},
	{"const text", "const 0 string \"x\"\n" + fn("T path", "ktext T0, k0"), "the constant is a string"},
	{"const of the other file", "const 0 string \"x\"\n" + fn("S int", "knum S0, k0"), "the constant is a string"},
	{"const nil", "const 0 none\n" + fn("S int", "knum S0, k0"), "the constant is a none"},
	{"const no word", "type m = word \"a\"\nconst 0 string \"b\"\n" + fn("T m", "ktext T0, k0"), "the constant is a string"},
	{"nil", fn("R list[int]", "knil R0"), "operand A is a list[int]"},
	{"not", fn("S int, bool", "not S1, S0"), "operand B is a int"},
	{"branch on int", fn("S int", "jt S0, ->1"), "operand A is a int"},
	{"add", fn("S int, bool", "add S0, S0, S1"), "operand C is a bool"},
	{"add times", fn("S time", "add S0, S0, S0"), "operand C is a time, not a duration"},
	{"add floats", fn("S float", "add S0, S0, S0"), "operand A is a float"},
	{"sub times", fn("S time", "sub S0, S0, S0"), "operand A is a time, not a duration"},
	{"sub time from duration", fn("S time, duration", "sub S1, S1, S0"), "operand C is a time"},
	{"mul durations", fn("S duration", "mul S0, S0, S0"), "operand C is a duration"},
	{"mul int by size", fn("S int, size", "mul S1, S0, S1"), "operand A is a size"},
	{"rem sizes", fn("S size", "rem S0, S0, S0"), "operand A is a size"},
	{"neg time", fn("S time", "neg S0, S0"), "operand A is a time"},
	{"addi bool", fn("S bool", "addi S0, S0, 1"), "operand A is a bool"},
	{"addi mixed", fn("S int, size", "addi S0, S1, 1"), "operand B is a size"},
	{"divide", fn("S int, float", "divf S0, S0, S0"), "operand A is a int"},
	{"divide mixed", fn("S int, float, size", "divf S1, S0, S2"), "operand C is a size"},
	{"float op on int", fn("S int, float", "fadd S1, S0, S1"), "operand B is a int"},
	{"fused on int", fn("S int, float", "fmuladd S1, S1, S1, S0"), "operand d is a int"},
	{"fused on int, second", fn("S int, float", "fmms S1, S1, S1, S1, S0"), "operand e is a int"},
	{"scale int", fn("S int, float", "scale S0, S0, S1"), "operand B is a int"},
	{"scale by int", fn("S int, size", "scaled S1, S1, S0"), "operand C is a int"},
	{"to float", fn("S float", "itof S0, S0"), "operand B is a float"},
	{"compare floats by bits", fn("S float", "jeq S0, S0, ->1"), "floats are compared"},
	{"compare mixed", fn("S int, size", "jlt S0, S1, ->1"), "is not compared"},
	{"compare short with float", fn("S float", "jlti S0, 1, ->1"), "operand A is a float"},
	{"compare float op", fn("S int", "fjlt S0, S0, ->1"), "operand A is a int"},
	{"compare texts", fn("T string, path", "tjeq T0, T1, ->1"), "is not compared"},
	{"order regexes", fn("T regex", "tjlt T0, T0, ->1"), "operand A is a regex"},
	{"nil of a list", fn("R list[int]", "jnil R0, ->1"), "operand A is a list[int]"},
	{"is of an optional", fn("R int?", "jis R0, int, ->1"), "operand A is a int?"},
	{"is a function", "type f = fn -> int\n" + fn("R any", "jis R0, f, ->1"), "does not stand in an any"},
	{"fori on time", fn("S time\n", "kint S0, 0", "fori S0, S0, ->0"), "operand A is a time"},
	{"iterate an any", fn("R iterator[any], any", "iter R0, R1"), "operand B is a any"},
	{"iterate another", fn("R iterator[int], list[bool]", "iter R0, R1"), "can't walk"},
	{"iterate into a list", fn("R list[int], list[int]", "iter R0, R1"), "can't walk"},
	{"next of a list", fn("R list[int]", "next R0, ->1"), "operand A is a list[int]"},
	{"item of another", fn("S bool\nR iterator[int]", "items S0, R0"), "does not fit"},
	{"item of a list", fn("S int\nR list[int]", "items S0, R0"), "operand B is a list[int]"},
	{"item of the other file", fn("T string\nR iterator[int]", "itemt T0, R0"), "does not fit"},
	{"position", fn("S bool\nR iterator[int]", "pos S0, R0"), "operand A is a bool"},
	{"key", fn("T path\nR iterator[int]", "key T0, R0"), "operand A is a path"},
	{"join", fn("T string, bytes", "cat T0, T0, T1"), "is not joined"},
	{"join paths", fn("T path", "cat T0, T0, T0"), "operand A is a path"},
	{"equal of two", fn("S bool\nR list[int], list[bool]", "eq S0, R0, R1"), "is not compared"},
	{"equal of functions", "type f = fn -> int\n" + fn("S bool\nR f", "eq S0, R0, R0"), "does not stand in an any"},
	{"equal into int", fn("S int\nR list[int]", "eq S0, R0, R0"), "operand A is a int"},
	{"cast of a list", fn("S int\nR list[int]", "casts S0, R0, int"), "operand B is a list[int]"},
	{"cast to another", fn("S int\nR any", "casts S0, R0, bool"), "does not fit"},
	{"cast to the other file", fn("S int\nR any", "casts S0, R0, string"), "does not fit"},
	{"cast to a function", "type f = fn -> int\n" + fn("R any, f", "castr R1, R0, f"), "does not stand in an any"},
	{"part", fn("T path\nR any", "part R0, R0, T0"), "operand C is a path"},
	{"part of a map", fn("T string\nR any, map[any]", "part R0, R1, T0"), "operand B is a map"},
	{"element", fn("S bool\nR any", "elem R0, R0, S0"), "operand C is a bool"},
	{"new list of another", fn("R list[int]", "list R0, list[bool]"), "it makes a list[bool]"},
	{"new record as list", fn("R any", "list R0, fs.Stat"), "it does not make"},
	{"new map as record", fn("R map[int]", "rec R0, map[int]"), "it does not make"},
	{"push another", fn("S bool\nR list[int]", "pushs R0, S0"), "does not fit"},
	{"push the other file", fn("T string\nR list[int]", "pusht R0, T0"), "does not fit"},
	{"push to a map", fn("S int\nR map[int]", "pushs R0, S0"), "operand A is a map[int]"},
	{"at of a map", fn("S int\nR map[int]", "ats S0, R0, S0"), "operand B is a map[int]"},
	{"at by bool", fn("S int, bool\nR list[int]", "ats S0, R0, S1"), "operand C is a bool"},
	{"at of the other file", fn("S int\nT string\nR list[int]", "att T0, R0, S0"), "does not fit"},
	{"set another", fn("S int, bool\nR list[int]", "sets R0, S0, S1"), "does not fit"},
	{"set in an any", fn("S int\nR any", "sets R0, S0, S0"), "operand A is a any"},
	{"length of any", fn("S int\nR any", "len S0, R0"), "operand B is a any"},
	{"field of a list", fn("S int\nR list[int]", "flds S0, R0, 0"), "no such slot"},
	{"field beyond", fn("S size\nR fs.Stat", "flds S0, R0, 9"), "no such slot 9"},
	{"field of another type", fn("S bool\nR fs.Stat", "flds S0, R0, 0"), "does not fit"},
	{"set field beyond", fn("T string\nR fs.Stat", "sfldt R0, 77, T0"), "no such slot 77"},
	{"set field of another type", fn("T bytes\nR fs.Stat", "sfldt R0, 0, T0"), "does not fit"},
	{"map at of a list", fn("S int\nT string\nR list[int]", "mats S0, R0, T0, ->1"), "not a map"},
	{"map at by path", fn("S int\nT path\nR map[int]", "mats S0, R0, T0, ->1"), "operand C is a path"},
	{"map at of another", fn("S bool\nT string\nR map[int]", "mats S0, R0, T0, ->1"), "does not fit"},
	{"map put another", fn("S bool\nT string\nR map[int]", "mputs R0, T0, S0"), "does not fit"},
	{"map put by bytes", fn("S int\nT bytes\nR map[int]", "mputs R0, T0, S0"), "operand B is a bytes"},
	{"raise a string", fn("R any", "raise R0"), "operand A is a any"},
	{"close a list", fn("R list[int]", "close R0"), "operand A is a list[int]"},
	{"wide get", fn("S int, bool", "wgets S0, w1"), "does not fit"},
	{"wide put", fn("S int, bool", "wputs S0, w1"), "does not fit"},

	// calls
	{"too few arguments", fn("S int", "call 0, 1, f1", "arg 0") + "func 1 \"\" params int, int result none\nS int, int\nretn", "passes 1 arguments, not 2"},
	{"too many arguments", fn("S int", "call 0, 1, f0", "arg 0"), "passes 1 arguments, not 0"},
	{"argument type", fn("S bool", "call 0, 1, f1", "arg 0") + "func 1 \"\" params int result none\nS int\nretn", "argument 0 is a bool, not a int"},
	{"argument register", fn("S int", "call 0, 1, f1", "arg 5") + "func 1 \"\" params int result none\nS int\nretn", "no register S5"},
	{"argument in the wrong word", "const 0 int 0\n" + fn("S int", "call 0, 1, f1", "karg 0 k0") + "func 1 \"\" params int result none\nS int\nretn", "not in ARG words"},
	{"bytes behind the arguments", fn("S int", "call 0, 1, f1", "arg 0 0 1") + "func 1 \"\" params int result none\nS int\nretn", "more registers than there are arguments"},
	{"result of another type", fn("S bool", "call 0, 0, f1") + "func 1 \"\" params result int\nS int\nrets S0", "it gives a int, register S0 holds a bool"},
	{"result without register", fn("", "call 0, 0, f1") + "func 1 \"\" params result int\nS int\nrets S0", "no register S0"},
	{"result of nothing", fn("S int, int", "call 1, 0, f0"), "it gives nothing, but operand A is used"},
	{"call of a list", fn("R list[int]", "callc 0, 0, R0"), "operand C is a list[int]"},
	{"call of a closure with another", "type f = fn int -> int\n" + fn("S bool, int\nR f", "callc 1, 1, R0", "arg 0"), "argument 0 is a bool"},
	{"closure type", "type f = fn int -> int\n" + fn("R f", "closure R0, 0, f0"), "makes no fn(int) -> int"},
	{"closure result", "type f = fn -> bool\n" + fn("R f", "closure R0, 0, f1") + "func 1 \"\" params result int\nS int\nrets S0", "makes no fn() -> bool"},
	{"closure parameter", "type f = fn bool -> int\n" + fn("R f", "closure R0, 0, f1") + "func 1 \"\" params int result int\nS int\nrets S0", "makes no"},
	{"closure captures", "type f = fn -> int\n" + fn("R f", "closure R0, 0, f1") + "func 1 \"\" params int captures 1 result int\nS int\nrets S0", "passes 0 arguments, not 1"},
	{"capture type", "type f = fn -> int\n" + fn("S bool\nR f", "closure R0, 1, f1", "arg 0") + "func 1 \"\" params int captures 1 result int\nS int\nrets S0", "argument 0 is a bool"},
	{"return of nothing", fn("S int", "rets S0"), "the function gives nothing"},
	{"return without", fn("") + "func 1 \"\" params result int\nretn", "the function gives a int"},
	{"return of another", fn("") + "func 1 \"\" params result int\nS bool\nrets S0", "does not fit"},
	{"return of the other file", fn("") + "func 1 \"\" params result int\nT string\nrett T0", "does not fit"},
	{"text with too few", "template 0 string \"a\" {int}\n" + fn("T string", "text T0, 0, t0"), "passes 0 arguments, not 1"},
	{"text with another", "template 0 string \"a\" {int}\n" + fn("S bool\nT string", "text T0, 1, t0", "arg 0"), "argument 0 is a bool"},
	{"text into another", "template 0 path \"/a\" {int}\n" + fn("S int\nT string", "text T0, 1, t0", "arg 0"), "does not fit"},
	{"library function", fn("", "lib 0, 0, lib65535"), "library function 65535 does not exist"},
	{"library argument count", fn("R list[int]", "lib 0, 1, lib76", "arg 0"), "push: it passes 1 arguments, not 2"},
	{"library argument", fn("S bool\nR list[int]", "lib 0, 2, lib76", "arg 0 0"), "push does not take [list[int] bool]"},
	{"library argument of the other file", fn("S int\nR list[string]", "lib 0, 2, lib76", "arg 0 0"), "there is no register T0"},
	{"library receiver", fn("S int\nR map[int]", "lib 0, 2, lib76", "arg 0 0"), "push does not take"},
	{"library result of nothing", fn("S int, int\nR list[int]", "lib 1, 2, lib76", "arg 0 0"), "it gives nothing"},
	{"library result type", fn("R list[int], list[bool]", "lib 1, 2, lib510", "arg 0 0"), "it gives a list[int], register R1 holds a list[bool]"},
	{"library function of the compiler", fn("R list[int]", "lib 0, 1, lib0", "arg 0"), "library function 0 does not exist"},
	{"library number", fn("", "lib 0, 0, lib-1"), "no number of a library function"},
	{"library number too large", fn("", "lib 0, 0, lib65537"), "no number of a library function"},

	// host operations
	{"operation", fn("", "host 0, 0, op9999"), "operation 9999 does not exist"},
	{"operation number", fn("", "host 0, 0, op-1"), "no number of an operation"},
	{"operation number wraps", fn("", "host 0, 0, op65636"), "no number of an operation"},
	{"host arguments", "op print\n" + fn("", "host 0, 0, op106"), "print: it passes 0 arguments, not 1"},
	{"host argument type", "op print\n" + fn("T path", "host 0, 1, op106", "arg 0"), "print: argument 0 is a path"},
	{"host constant missing", "op fs.exists\n" + fn("S bool\nT path", "host 0, 1, op5", "arg 0"), "words with its arguments are missing"},
	{"host constant in a register", "op fs.exists\n" + fn("S bool\nT path", "host 0, 1, op5", "arg 0", "arg 0"), "must be the KARG word of parameter follow"},
	{"host constant of another parameter", "const 0 bool true\nop fs.exists\n" + fn("S bool\nT path", "host 0, 1, op5", "arg 0", "karg 0 k0"), "must be the KARG word of parameter follow"},
	{"host constant type", "const 0 int 1\nop fs.exists\n" + fn("S bool\nT path", "host 0, 1, op5", "arg 0", "karg 1 k0"), "the constant of parameter follow is not a bool"},
	{"host constant nil", "const 0 none\nop fs.exists\n" + fn("S bool\nT path", "host 0, 1, op5", "arg 0", "karg 1 k0"), "the constant of parameter follow is not a bool"},
	{"host constant index", "op fs.exists\n" + fn("S bool\nT path", "host 0, 1, op5", "arg 0", "karg 1 k0"), "constant 0 does not exist"},
	{"host constant unused byte", "const 0 bool true\nop fs.exists\n" + fn("S bool\nT path", "host 0, 1, op5", "arg 0", "karg 1 k0 B:1"), "must be the KARG word of parameter follow"},
	{"host constant word", "const 0 string \"truncate\"\nop fs.write\n" + fn("S bool\nT path, bytes\nR int?", "host 0, 4, op9", "arg 0 1 0 0", "karg 2 k0"), "the constant of parameter how is not a"},
	{"host result type", "const 0 bool true\nop fs.exists\n" + fn("S int\nT path", "host 0, 1, op5", "arg 0", "karg 1 k0"), "it gives a bool, register S0 holds a int"},
	{"host result of nothing", "op print\n" + fn("T string", "host 1, 1, op106", "arg 0"), "it gives nothing"},
	{"operation not listed", fn("T string", "host 0, 1, op106", "arg 0"), "operation print is used, but not listed"},
	{"operation not used", "op print\n" + fn(""), "operation print is listed, but the code does not use it"},
	{"operations out of order", "op print\nop time.now\n" + fn("S time\nT string", "host 0, 1, op106", "arg 0", "host 0, 0, op100"), "not in its place"},
	{"operation twice", "op print\nop print\n" + fn("T string", "host 0, 1, op106", "arg 0"), "not in its place"},
	{"operation of another table", "op 106 print 0011223344556677\n" + fn("T string", "host 0, 1, op106", "arg 0"), "operation print does not mean here"},
	{"operation of another name", "op 106 echo 0011223344556677\n" + fn("T string", "host 0, 1, op106", "arg 0"), "operation 106 is called echo in the module and print here"},
	{"operation of a newer table", "op 999 fs.teleport 0011223344556677\n" + fn(""), "operation fs.teleport (number 999) does not exist here: the module needs a newer rexvm"},

	// constants and templates
	{"path constant relative", "const 0 path \"etc\"\n" + fn(""), "does not start with /"},
	{"path constant climbs", "const 0 path \"/a/../b\"\n" + fn(""), "has a component that is .."},
	{"path constant dot", "const 0 path \"/a/.\"\n" + fn(""), "has a component that is ."},
	{"path constant slash", "const 0 path \"/a/\"\n" + fn(""), "has a component that is empty"},
	{"path constant NUL", "const 0 path \"/a\\x00\"\n" + fn(""), "holds a NUL"},
	{"path constant empty", "const 0 path \"\"\n" + fn(""), "is empty"},
	{"url constant", "const 0 url \"ftp://x\"\n" + fn(""), "does not start with http"},
	{"url with user", "const 0 url \"https://a@b/\"\n" + fn(""), "names a user"},
	{"url with fragment", "const 0 url \"https://b/#x\"\n" + fn(""), "has a fragment"},
	{"url that climbs", "const 0 url \"https://b/a/%2e%2e/c\"\n" + fn(""), "has a component that is empty, . or .."},
	{"url without host", "const 0 url \"https:///a\"\n" + fn(""), "has no host"},
	{"url with backslash", "const 0 url \"https://a\\\\b\"\n" + fn(""), "backslash"},
	{"ip constant", "const 0 ip \"1.2.3.400\"\n" + fn(""), "not an address"},
	{"ip with zone", "const 0 ip \"fe80::1%eth0\"\n" + fn(""), "not an address"},
	{"ip in long form", "const 0 ip \"0:0::1\"\n" + fn(""), "not an address in canonical form"},
	{"cidr constant", "const 0 cidr \"10.0.0.0/33\"\n" + fn(""), "not a range of addresses"},
	{"regex constant", "const 0 regex \"(\"\n" + fn(""), "does not compile"},
	{"regex too long", "const 0 regex \"" + strings.Repeat("a", 4097) + "\"\n" + fn(""), "longer than 4096"},
	{"string not UTF-8", "const 0 string \"\\xff\"\n" + fn(""), "is not UTF-8"},
	{"word constant", "type m = word \"a\"\nconst 0 m \"b\"\n" + fn(""), "is none of its words"},
	{"bool constant", "const 0 bool 0x2\n" + fn(""), "neither 0 nor 1"},
	{"not a number", "const 0 float 0x7ff8000000000001\n" + fn(""), "is not finite"},
	{"infinite", "const 0 float 0x7ff0000000000000\n" + fn(""), "is not finite"},
	{"constant list", "const 0 list[int]\n" + fn(""), "only scalars and texts"},
	{"constant twice", "const 0 int 1\nconst 1 int 1\n" + fn(""), "constant 1 occurs twice"},
	{"template type", "template 0 int \"x\"\n" + fn(""), "there are none of it"},
	{"template empty", "template 0 string\n" + fn(""), "is empty"},
	{"template empty literal", "template 0 string \"\" {int}\n" + fn(""), "empty literal"},
	{"template two literals", "template 0 string \"a\" \"b\"\n" + fn(""), "two literals in a row"},
	{"template climbs", "template 0 path \"/a/../\" {string}\n" + fn(""), "has a component that is .."},
	{"template dot", "template 0 path \"/a/./\" {string}\n" + fn(""), "has a component that is ."},
	{"template slashes", "template 0 path \"/a//\" {string}\n" + fn(""), "has a component that is empty"},
	{"template ends in slash", "template 0 path \"/a/\" {string} \"/\"\n" + fn(""), "has a component that is empty"},
	{"template relative", "template 0 path {string} \"/a\"\n" + fn(""), "does not start with /"},
	{"template path inside", "template 0 path \"/a/\" {path}\n" + fn(""), "can't have a hole of type path"},
	{"template path alone", "template 0 path {path}\n" + fn(""), "begins with a path that no / follows"},
	{"template path and text", "template 0 path {path} \"x\"\n" + fn(""), "begins with a path that no / follows"},
	{"template path and hole", "template 0 path {path} {string}\n" + fn(""), "begins with a path that no / follows"},
	{"template path and climb", "template 0 path {path} \"/..\"\n" + fn(""), "has a component that is .."},
	{"template of a list", "template 0 path \"/\" {list[int]}\n" + fn(""), "can't have a hole of type list[int]"},
	{"template of bytes", "template 0 string {bytes}\n" + fn(""), "can't have a hole of type bytes"},
	{"template of an optional", "template 0 string {int?}\n" + fn(""), "can't have a hole of type int?"},
	{"template of a stream", "template 0 string {stream[string]}\n" + fn(""), "can't have a hole of type stream"},
	{"template of a url scheme", "template 0 url {string} \"://x\"\n" + fn(""), "does not start with http"},
	{"template of a url user", "template 0 url \"https://\" {string} \"@x/\"\n" + fn(""), "names a user"},
	{"template of a regex", "template 0 regex \"(\" {string}\n" + fn(""), "does not compile"},

	// handlers and positions
	{"handler beyond", fn("R error", "handler 0..9 -> 0 R0 all"), "no range within the code"},
	{"handler empty", fn("R error", "knil R0", "handler 1..1 -> 1 R0 all"), "no range"},
	{"handler reversed", fn("R error", "jmp ->1", "handler 1..0 -> 1 R0 all"), "no range"},
	{"handler target", fn("R error", "jmp ->1", "handler 0..1 -> 2 R0 all"), "goes to where no instruction is"},
	{"handler target on a word", "op print\n" + fn("T string\nR error", "jmp ->1", "host 0, 1, op106", "arg 0", "handler 0..1 -> 2 R0 all"), "goes to where no instruction is"},
	{"handler inside a word", "op print\n" + fn("T string\nR error", "host 0, 1, op106", "arg 0", "handler 0..1 -> 2 R0 all"), "begins or ends inside an instruction"},
	{"handler backwards", fn("R error", "jmp ->1", "jmp ->2", "handler 0..2 -> 1 R0 all"), "before the end of its range"},
	{"handler in a circle", "func 0 \"\" params result none\nR error\nraise R0\nhandler 0..1 -> 0 R0 all", "before the end of its range"},
	{"handler register", fn("R any", "jmp ->1", "handler 0..1 -> 1 R0 all"), "puts the error where none can be"},
	{"handler no register", fn("R error", "jmp ->1", "handler 0..1 -> 1 R1 all"), "puts the error where none can be"},
	{"handler of nothing", fn("R error", "jmp ->1", "handler 0..1 -> 1 R0 0x0"), "no or unknown kinds"},
	{"handler of the unknown", fn("R error", "jmp ->1", "handler 0..1 -> 1 R0 0x80000000"), "no or unknown kinds"},
	{"handler of a defer", fn("R error", "jmp ->1", "handler 0..1 -> 1 R0 defer denied"), "does not catch everything"},
	{"position beyond", fn("", "line 7 @1:1"), "behind the end"},
	{"position zero", fn("", "line 0 @0:1"), "count from 1"},
	{"positions out of order", fn("", "jmp ->1", "line 1 @1:1", "line 0 @1:1"), "not by ascending instruction"},

	// types and registers
	{"type twice", "type int = int\ntype int2 = int\n" + fn(""), "type int occurs twice"},
	{"type twice under a name", "type a = record x: int\ntype b = record named \"B\" x: int\n" + fn(""), "occurs twice"},
	{"word type empty", "type m = word\n" + fn(""), "has no words"},
	{"list of iterators", "type l = list iterator[int]\n" + fn(""), "holds an iterator"},
	{"function of iterators", "type l = fn iterator[int] -> int\n" + fn(""), "holds an iterator"},
	{"field twice", "type r = record x: int, x: bool\n" + fn(""), "occurs twice"},
	{"register of another file", fn("S string"), "register S0 has type string"},
	{"reference of another file", fn("R int"), "register R0 has type int"},
	{"parameter register", fn("") + "func 1 \"\" params int result none\nS bool, int\nretn", "parameter 0 is a int, but register S0 is not"},
	{"parameter without register", fn("") + "func 1 \"\" params int result none\nretn", "parameter 0 is a int, but register S0 is not"},
	{"parameter an iterator", fn("") + "func 1 \"\" params iterator[int] result none\nR iterator[int]\nretn", "parameter 0 is an iterator"},
	{"result an iterator", fn("") + "func 1 \"\" params result iterator[int]\nR iterator[int]\nretr R0", "the result is an iterator"},

	// parameters and promises
	{"import without a name", "import \"\"\n" + fn(""), "import 1 has no name"},
	{"two imports of a name", "import \"a.rex\"\nimport \"a.rex\"\n" + fn(""), "two sources are called"},
	{"import with the script's name", "source \"a.rex\"\nimport \"a.rex\"\n" + fn(""), "two sources are called"},
	{"function of no source", "import \"a.rex\"\n" + fn("") + "func 1 \"f\" params result none of 2\nretn\n", "the source of a function is 2, beyond 1"},
	{"script in an import", "import \"a.rex\"\nfunc 0 \"\" params result none of 1\nretn\n", "function 0 is not of the script"},
	{"parameters of function 0", "param n int required\n" + fn(""), "function 0 has 0 parameters, the module 1"},
	{"parameter type", "param n int required\nfunc 0 \"\" params bool result none\nS bool\nretn", "parameter n is a int, for function 0 a bool"},
	{"entry captures", "param n int required\nfunc 0 \"\" params int captures 1 result none\nS int\nretn", "function 0 has captures"},
	{"entry result", "func 0 \"\" params result int\nS int\nrets S0", "function 0 gives int"},
	{"parameter twice", "param n int required\nparam n int required\nfunc 0 \"\" params int, int result none\nS int, int\nretn", "parameter n occurs twice"},
	{"parameter name", "param \"a b\" int required\nfunc 0 \"\" params int result none\nS int\nretn", "has no plain name"},
	{"parameter function", "type f = fn -> int\nparam n f required\nfunc 0 \"\" params f result none\nR f\nretn", "can't be passed from outside"},
	{"parameter default and required", "param n int required default 1\nfunc 0 \"\" params int result none\nS int\nretn", "is required and has a default"},
	{"parameter neither", "param n int\nfunc 0 \"\" params int result none\nS int\nretn", "neither required nor"},
	{"parameter default path", "param n path default \"../x\"\nfunc 0 \"\" params path result none\nT path\nretn", "does not start with /"},
	{"parameter bounds", "param n bool required in true .. false\nfunc 0 \"\" params bool result none\nS bool\nretn", "has bounds, but is of type bool"},
	{"parameter globs", "param n string required globs \"/a\"\nfunc 0 \"\" params string result none\nT string\nretn", "has globs, but is of type string"},
	{"parameter pattern", "param n string required matching \"(\"\nfunc 0 \"\" params string result none\nT string\nretn", "has a pattern that does not compile"},
	{"parameter pattern of int", "param n int required matching \"a\"\nfunc 0 \"\" params int result none\nS int\nretn", "has a pattern, but is of type int"},
	{"parameter glob", "param n path required globs \"/a/[b\"\nfunc 0 \"\" params path result none\nT path\nretn", "has a glob \"/a/[b\" that"},
	{"promise with a bad glob", "uses fs.stat \"/{a\"\n" + fn(""), "has a glob \"/{a\" that"},
	{"promises too costly", strings.Repeat("uses fs.stat \"/"+strings.Repeat("{a,b}", 6)+strings.Repeat("x", 4000)+"\"\n", 40) + fn(""), "too costly to check"},
	{"promise", "uses fs.teleport \"/a\"\n" + fn(""), "uses line names operation \"fs.teleport\""},
}

func TestRefusals(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			m, err := Assemble(c.text)
			if err != nil {
				t.Fatalf("the case does not assemble: %v", err)
			}
			_, err = Verify(m)
			var refused *VerifyError
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want a refusal saying %q", err, c.want)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q, want %q", err, c.want)
			}
		})
	}
}

// E03, E04, E06, E07, E11: each rule has a case that it refuses by itself.
func TestEveryRuleRefuses(t *testing.T) {
	met := map[Rule]bool{RuleNone: true}
	for _, c := range refusals {
		m, err := Assemble(c.text)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Verify(m)
		if refused, ok := err.(*VerifyError); ok && refused.PC >= 0 {
			if op := m.Funcs[refused.Func].Code[refused.PC].Op; op < OpcodeCount {
				met[Rows[op].Rule] = true
			}
		}
	}
	for r := range rules {
		if !met[Rule(r)] {
			t.Errorf("rule %d refuses nothing", r)
		}
	}
}
