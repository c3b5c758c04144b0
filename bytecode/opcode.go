package bytecode

import "rex/capability"

// Opcode is the first byte of an instruction. Numbers are part of the format:
// within one format version they never change.
type Opcode uint8

// Instr is one instruction: an opcode, three operand bytes and an immediate,
// whose four bytes serve some instructions as further operands.
type Instr struct {
	Op      Opcode
	A, B, C uint8
	Imm     int32
}

// I16 is the operand made of B and C, B being the low byte.
func (i Instr) I16() int16 { return int16(uint16(i.B) | uint16(i.C)<<8) }

// Arg gives register n (0 to 6) of an ARG word.
func (i Instr) Arg(n int) uint8 {
	switch n {
	case 0:
		return i.A
	case 1:
		return i.B
	case 2:
		return i.C
	}
	return uint8(uint32(i.Imm) >> (8 * (n - 3)))
}

// ArgsPerWord is how many registers one ARG word holds.
const ArgsPerWord = 7

// MaxRegister is the highest register number an operand byte may name. A
// function with more registers of a file reaches the rest with the wide moves.
const MaxRegister = 255

// Operand says what one operand of an opcode is.
type Operand uint8

// The operands of the three bytes and of the immediate.
const (
	Unused Operand = iota // must be zero
	WriteS                // a register that is written, by file
	WriteT
	WriteR
	ReadS // a register that is read, by file
	ReadT
	ReadR
	WriteResult // the register for a call's result, in the file of its type; zero when there is none
	Count       // number of arguments in the ARG words behind
	SlotNumber  // slot of a record, in the file of the opcode
	ParamNumber // parameter of the host operation, in a KARG word
	Short       // B and C together are a signed 16-bit number
	ShortType   // B and C together are the index of a type
	Number      // the immediate is a signed number
	Jump        // .. the distance to jump, from the next instruction
	ConstIndex  // .. an index into the constant pool
	TypeIndex   // .. into the types
	FuncIndex   // .. into the functions
	TextIndex   // .. into the templates
	LibNumber   // .. the number of a library function
	OpNumber    // .. the number of a host operation
	WideIndex   // .. the number of a register, 256 or higher allowed
	MoreS       // the low byte of the immediate (operand d) is a scalar register that is read
	MoreSS      // the two low bytes (d, e) are
	Registers   // all seven bytes are registers: ARG
)

// Row is everything that is true of one opcode.
type Row struct {
	Name  string
	A, B  Operand
	C     Operand
	Imm   Operand
	Rule  Rule                // how the types of its operands must fit; see verify.go
	Kinds capability.KindMask // the kinds of error it can raise
	Doc   string
}

// Rule names a relation between the types of an instruction's operands. Each
// is one case of the verifier.
type Rule uint8

// The rules. "fits" is capability.Type.Fits.
const (
	RuleNone     Rule = iota
	RuleFits          // type of B fits type of A (also T to T? of references, anything to any)
	RuleBox           // B boxed fits A, a T? or any
	RuleOpen          // A is the element of B, a T?
	RuleNumber        // A is int, duration, size, time or bool
	RuleConst         // the constant has A's type
	RuleNil           // A is a T? or any
	RuleBool          // all registers are bool
	RuleInt           // all registers are int
	RuleFloat         // all registers are float
	RuleAdd           // int, float-free: T+T=T for int, duration, size; time+duration=time
	RuleSub           // T-T=T for int, duration, size; time-duration=time; time-time=duration
	RuleMul           // int*int; duration or size times int, in this order
	RuleRem           // int, duration
	RuleNeg           // int, duration, size
	RuleAddI          // A and B are the same: int, duration, size, time
	RuleDivide        // A float, B and C both int, both duration or both size
	RuleScale         // A and B the same duration or size, C float
	RuleToFloat       // A float, B int
	RuleSame          // A and B have the same type of the scalar or text file (words and strings compare)
	RuleShort         // A is int, bool, duration, size or time
	RuleOptional      // A is a T? or any
	RuleIs            // A is any, the type may stand in an any
	RuleIter          // A iterator[E] over B: list[E], map[E] or stream[E]
	RuleNext          // A is an iterator
	RuleItem          // A is the element of iterator B
	RulePosition      // A int, B iterator
	RuleKey           // A string, B iterator (over a map)
	RuleText          // A has the template's type; holes fit
	RuleJoin          // A, B, C the same: string or bytes
	RuleEqual         // A bool; B and C the same type
	RuleCast          // B any, A has the immediate's type, which may stand in an any
	RulePart          // A any, B any, C string
	RuleElem          // A any, B any, C int
	RuleNew           // A has the immediate's type, of the opcode's kind
	RulePush          // A list[E], B of type E
	RuleAt            // B list[A], C int
	RuleSetAt         // A list[C], B int
	RuleLen           // A int, B list or map
	RuleField         // B record whose slot C has A's type
	RuleSetField      // A record whose slot B has C's type
	RuleMapAt         // B map[A], C string
	RuleMapPut        // A map[C], B string
	RuleClosure       // A fn type made of the function's parameters behind the captures
	RuleCall          // arguments and result as the function says
	RuleCallFunc      // .. as the function type of C says
	RuleLib           // .. as the library row says
	RuleHost          // .. as the operation row says
	RuleReturn        // A fits the function's result
	RuleRaise         // A is an error
	RuleStream        // A is a stream
	RuleWideGet       // the wide register has A's type
	RuleWidePut       // A has the wide register's type
	RuleWord          // only behind a call
)

// The opcodes.
const (
	TRAP Opcode = iota
	MOVS
	MOVT
	MOVR
	KINT
	KNUM
	KTEXT
	KNIL
	WGETS
	WGETT
	WGETR
	WPUTS
	WPUTT
	WPUTR
	BOXS
	BOXT
	OPENS
	OPENT
	OPENR
	NOT
	ADD
	SUB
	MUL
	REM
	NEG
	ADDI
	DIVF
	FADD
	FSUB
	FMUL
	FDIV
	FNEG
	SCALE
	SCALED
	ITOF
	FMULADD
	FMMA
	FMMS
	JMP
	LOOP
	JT
	JF
	JEQ
	JNE
	JLT
	JLE
	JEQI
	JNEI
	JLTI
	JLEI
	JGTI
	JGEI
	FJEQ
	FJNE
	FJLT
	FJLE
	TJEQ
	TJNE
	TJLT
	TJLE
	JNIL
	JSOME
	JIS
	JISNT
	FORI
	ITER
	NEXT
	ITEMS
	ITEMT
	ITEMR
	POS
	KEY
	CAT
	TEXT
	EQ
	CASTS
	CASTT
	CASTR
	PART
	ELEM
	LIST
	PUSHS
	PUSHT
	PUSHR
	ATS
	ATT
	ATR
	SETS
	SETT
	SETR
	LEN
	REC
	FLDS
	FLDT
	FLDR
	SFLDS
	SFLDT
	SFLDR
	MAP
	MATS
	MATT
	MATR
	MPUTS
	MPUTT
	MPUTR
	CLOSURE
	CALL
	CALLC
	LIB
	HOST
	ARG
	KARG
	RETS
	RETT
	RETR
	RETN
	RAISE
	CLOSE
	OpcodeCount
)

// The sets of kinds that several rows share.
var (
	overflow    = capability.Kinds(capability.Range)
	absent      = capability.Kinds(capability.Absent)
	invalid     = capability.Kinds(capability.Invalid)
	frozen      = invalid | absent // a container that is frozen or, as a zero reference, not there
	outOfRange  = overflow | absent
	cannotStore = overflow | absent | invalid
)

// Rows describes every opcode; the index is the opcode.
var Rows = [OpcodeCount]Row{
	TRAP:  {Name: "trap", Doc: "Never valid: the word of zeros is no instruction."},
	MOVS:  {Name: "movs", A: WriteS, B: ReadS, Rule: RuleFits, Doc: "A = B."},
	MOVT:  {Name: "movt", A: WriteT, B: ReadT, Rule: RuleFits, Doc: "A = B; a word becomes a larger word or a string."},
	MOVR:  {Name: "movr", A: WriteR, B: ReadR, Rule: RuleFits, Doc: "A = B; a T becomes a T? or an any."},
	KINT:  {Name: "kint", A: WriteS, Imm: Number, Rule: RuleNumber, Doc: "A = the immediate."},
	KNUM:  {Name: "knum", A: WriteS, Imm: ConstIndex, Rule: RuleConst, Doc: "A = a constant."},
	KTEXT: {Name: "ktext", A: WriteT, Imm: ConstIndex, Rule: RuleConst, Doc: "A = a constant."},
	KNIL:  {Name: "knil", A: WriteR, Rule: RuleNil, Doc: "A = nil."},
	WGETS: {Name: "wgets", A: WriteS, Imm: WideIndex, Rule: RuleWideGet, Doc: "A = a register beyond the window."},
	WGETT: {Name: "wgett", A: WriteT, Imm: WideIndex, Rule: RuleWideGet, Doc: "A = a register beyond the window."},
	WGETR: {Name: "wgetr", A: WriteR, Imm: WideIndex, Rule: RuleWideGet, Doc: "A = a register beyond the window."},
	WPUTS: {Name: "wputs", A: ReadS, Imm: WideIndex, Rule: RuleWidePut, Doc: "A register beyond the window = A."},
	WPUTT: {Name: "wputt", A: ReadT, Imm: WideIndex, Rule: RuleWidePut, Doc: "A register beyond the window = A."},
	WPUTR: {Name: "wputr", A: ReadR, Imm: WideIndex, Rule: RuleWidePut, Doc: "A register beyond the window = A."},
	BOXS:  {Name: "boxs", A: WriteR, B: ReadS, Rule: RuleBox, Doc: "A = B as a T? or any."},
	BOXT:  {Name: "boxt", A: WriteR, B: ReadT, Rule: RuleBox, Doc: "A = B as a T? or any."},
	OPENS: {Name: "opens", A: WriteS, B: ReadR, Rule: RuleOpen, Kinds: absent, Doc: "A = the value in B; nil raises absent."},
	OPENT: {Name: "opent", A: WriteT, B: ReadR, Rule: RuleOpen, Kinds: absent, Doc: "A = the value in B; nil raises absent."},
	OPENR: {Name: "openr", A: WriteR, B: ReadR, Rule: RuleOpen, Kinds: absent, Doc: "A = the value in B; nil raises absent."},

	NOT:     {Name: "not", A: WriteS, B: ReadS, Rule: RuleBool, Doc: "A = !B."},
	ADD:     {Name: "add", A: WriteS, B: ReadS, C: ReadS, Rule: RuleAdd, Kinds: overflow, Doc: "A = B + C."},
	SUB:     {Name: "sub", A: WriteS, B: ReadS, C: ReadS, Rule: RuleSub, Kinds: overflow, Doc: "A = B - C."},
	MUL:     {Name: "mul", A: WriteS, B: ReadS, C: ReadS, Rule: RuleMul, Kinds: overflow, Doc: "A = B * C."},
	REM:     {Name: "rem", A: WriteS, B: ReadS, C: ReadS, Rule: RuleRem, Kinds: overflow, Doc: "A = B % C, with the sign of B."},
	NEG:     {Name: "neg", A: WriteS, B: ReadS, Rule: RuleNeg, Kinds: overflow, Doc: "A = -B."},
	ADDI:    {Name: "addi", A: WriteS, B: ReadS, Imm: Number, Rule: RuleAddI, Kinds: overflow, Doc: "A = B + the immediate."},
	DIVF:    {Name: "divf", A: WriteS, B: ReadS, C: ReadS, Rule: RuleDivide, Kinds: overflow, Doc: "A = B / C as a float."},
	FADD:    {Name: "fadd", A: WriteS, B: ReadS, C: ReadS, Rule: RuleFloat, Kinds: overflow, Doc: "A = B + C; a result that is not finite raises range."},
	FSUB:    {Name: "fsub", A: WriteS, B: ReadS, C: ReadS, Rule: RuleFloat, Kinds: overflow, Doc: "A = B - C."},
	FMUL:    {Name: "fmul", A: WriteS, B: ReadS, C: ReadS, Rule: RuleFloat, Kinds: overflow, Doc: "A = B * C."},
	FDIV:    {Name: "fdiv", A: WriteS, B: ReadS, C: ReadS, Rule: RuleFloat, Kinds: overflow, Doc: "A = B / C."},
	FNEG:    {Name: "fneg", A: WriteS, B: ReadS, Rule: RuleFloat, Doc: "A = -B."},
	SCALE:   {Name: "scale", A: WriteS, B: ReadS, C: ReadS, Rule: RuleScale, Kinds: overflow, Doc: "A = B * C to the nearest byte or nanosecond."},
	SCALED:  {Name: "scaled", A: WriteS, B: ReadS, C: ReadS, Rule: RuleScale, Kinds: overflow, Doc: "A = B / C to the nearest byte or nanosecond."},
	ITOF:    {Name: "itof", A: WriteS, B: ReadS, Rule: RuleToFloat, Doc: "A = B as a float."},
	FMULADD: {Name: "fmuladd", A: WriteS, B: ReadS, C: ReadS, Imm: MoreS, Rule: RuleFloat, Kinds: overflow, Doc: "A = B*C + d, rounded twice."},
	FMMA:    {Name: "fmma", A: WriteS, B: ReadS, C: ReadS, Imm: MoreSS, Rule: RuleFloat, Kinds: overflow, Doc: "A = B*C + d*e, each rounded."},
	FMMS:    {Name: "fmms", A: WriteS, B: ReadS, C: ReadS, Imm: MoreSS, Rule: RuleFloat, Kinds: overflow, Doc: "A = B*C - d*e, each rounded."},

	JMP:   {Name: "jmp", Imm: Jump, Doc: "Jump forwards."},
	LOOP:  {Name: "loop", Imm: Jump, Doc: "Jump backwards; charges fuel."},
	JT:    {Name: "jt", A: ReadS, Imm: Jump, Rule: RuleBool, Doc: "Jump if A."},
	JF:    {Name: "jf", A: ReadS, Imm: Jump, Rule: RuleBool, Doc: "Jump unless A."},
	JEQ:   {Name: "jeq", A: ReadS, B: ReadS, Imm: Jump, Rule: RuleSame, Doc: "Jump if A == B."},
	JNE:   {Name: "jne", A: ReadS, B: ReadS, Imm: Jump, Rule: RuleSame, Doc: "Jump if A != B."},
	JLT:   {Name: "jlt", A: ReadS, B: ReadS, Imm: Jump, Rule: RuleSame, Doc: "Jump if A < B."},
	JLE:   {Name: "jle", A: ReadS, B: ReadS, Imm: Jump, Rule: RuleSame, Doc: "Jump if A <= B."},
	JEQI:  {Name: "jeqi", A: ReadS, B: Short, C: Short, Imm: Jump, Rule: RuleShort, Doc: "Jump if A == the short number."},
	JNEI:  {Name: "jnei", A: ReadS, B: Short, C: Short, Imm: Jump, Rule: RuleShort, Doc: "Jump if A != the short number."},
	JLTI:  {Name: "jlti", A: ReadS, B: Short, C: Short, Imm: Jump, Rule: RuleShort, Doc: "Jump if A < the short number."},
	JLEI:  {Name: "jlei", A: ReadS, B: Short, C: Short, Imm: Jump, Rule: RuleShort, Doc: "Jump if A <= the short number."},
	JGTI:  {Name: "jgti", A: ReadS, B: Short, C: Short, Imm: Jump, Rule: RuleShort, Doc: "Jump if A > the short number."},
	JGEI:  {Name: "jgei", A: ReadS, B: Short, C: Short, Imm: Jump, Rule: RuleShort, Doc: "Jump if A >= the short number."},
	FJEQ:  {Name: "fjeq", A: ReadS, B: ReadS, Imm: Jump, Rule: RuleFloat, Doc: "Jump if A == B. There is no NaN, so !(A < B) is B <= A."},
	FJNE:  {Name: "fjne", A: ReadS, B: ReadS, Imm: Jump, Rule: RuleFloat, Doc: "Jump if A != B."},
	FJLT:  {Name: "fjlt", A: ReadS, B: ReadS, Imm: Jump, Rule: RuleFloat, Doc: "Jump if A < B."},
	FJLE:  {Name: "fjle", A: ReadS, B: ReadS, Imm: Jump, Rule: RuleFloat, Doc: "Jump if A <= B."},
	TJEQ:  {Name: "tjeq", A: ReadT, B: ReadT, Imm: Jump, Rule: RuleSame, Doc: "Jump if A == B."},
	TJNE:  {Name: "tjne", A: ReadT, B: ReadT, Imm: Jump, Rule: RuleSame, Doc: "Jump if A != B."},
	TJLT:  {Name: "tjlt", A: ReadT, B: ReadT, Imm: Jump, Rule: RuleSame, Doc: "Jump if A < B: strings by code point, paths by component, addresses by number."},
	TJLE:  {Name: "tjle", A: ReadT, B: ReadT, Imm: Jump, Rule: RuleSame, Doc: "Jump if A <= B."},
	JNIL:  {Name: "jnil", A: ReadR, Imm: Jump, Rule: RuleOptional, Doc: "Jump if A is nil."},
	JSOME: {Name: "jsome", A: ReadR, Imm: Jump, Rule: RuleOptional, Doc: "Jump if A is not nil."},
	JIS:   {Name: "jis", A: ReadR, B: ShortType, C: ShortType, Imm: Jump, Rule: RuleIs, Doc: "Jump if the any in A has the type."},
	JISNT: {Name: "jisnt", A: ReadR, B: ShortType, C: ShortType, Imm: Jump, Rule: RuleIs, Doc: "Jump unless the any in A has the type."},
	FORI:  {Name: "fori", A: WriteS, B: ReadS, Imm: Jump, Rule: RuleInt, Kinds: overflow, Doc: "A++; if A < B jump backwards; charges fuel. A is read too."},

	ITER:  {Name: "iter", A: WriteR, B: ReadR, Rule: RuleIter, Kinds: absent, Doc: "A = a walk over B."},
	NEXT:  {Name: "next", A: ReadR, Imm: Jump, Rule: RuleNext, Kinds: capability.AllButDenied, Doc: "Go to the next element of walk A, or jump when there is none; invalid when the container was changed; a stream raises what its reading raises."},
	ITEMS: {Name: "items", A: WriteS, B: ReadR, Rule: RuleItem, Kinds: absent, Doc: "A = the present element of walk B."},
	ITEMT: {Name: "itemt", A: WriteT, B: ReadR, Rule: RuleItem, Kinds: absent, Doc: "A = the present element of walk B."},
	ITEMR: {Name: "itemr", A: WriteR, B: ReadR, Rule: RuleItem, Kinds: absent, Doc: "A = the present element of walk B."},
	POS:   {Name: "pos", A: WriteS, B: ReadR, Rule: RulePosition, Kinds: absent, Doc: "A = the position of the present element, from 0."},
	KEY:   {Name: "key", A: WriteT, B: ReadR, Rule: RuleKey, Kinds: absent, Doc: "A = the key of the present element of a walk over a map; another walk raises absent."},

	CAT:   {Name: "cat", A: WriteT, B: ReadT, C: ReadT, Rule: RuleJoin, Doc: "A = B followed by C."},
	TEXT:  {Name: "text", A: WriteT, B: Count, Imm: TextIndex, Rule: RuleText, Kinds: invalid, Doc: "A = a template with its holes filled from the ARG words; one of type path or url raises invalid when a hole breaks its rules."},
	EQ:    {Name: "eq", A: WriteS, B: ReadR, C: ReadR, Rule: RuleEqual, Kinds: invalid, Doc: "A = B == C, deep."},
	CASTS: {Name: "casts", A: WriteS, B: ReadR, Imm: TypeIndex, Rule: RuleCast, Kinds: invalid, Doc: "A = B as the type."},
	CASTT: {Name: "castt", A: WriteT, B: ReadR, Imm: TypeIndex, Rule: RuleCast, Kinds: invalid, Doc: "A = B as the type."},
	CASTR: {Name: "castr", A: WriteR, B: ReadR, Imm: TypeIndex, Rule: RuleCast, Kinds: invalid, Doc: "A = B as the type; a container of another type is copied."},
	PART:  {Name: "part", A: WriteR, B: ReadR, C: ReadT, Rule: RulePart, Kinds: frozen, Doc: "A = the part of object B called C, nil when it lacks it."},
	ELEM:  {Name: "elem", A: WriteR, B: ReadR, C: ReadS, Rule: RuleElem, Kinds: cannotStore, Doc: "A = element C of B."},

	LIST:  {Name: "list", A: WriteR, Imm: TypeIndex, Rule: RuleNew, Doc: "A = a new empty list."},
	PUSHS: {Name: "pushs", A: ReadR, B: ReadS, Rule: RulePush, Kinds: frozen, Doc: "Add B at the end of list A."},
	PUSHT: {Name: "pusht", A: ReadR, B: ReadT, Rule: RulePush, Kinds: frozen, Doc: "Add B at the end of list A."},
	PUSHR: {Name: "pushr", A: ReadR, B: ReadR, Rule: RulePush, Kinds: frozen, Doc: "Add B at the end of list A."},
	ATS:   {Name: "ats", A: WriteS, B: ReadR, C: ReadS, Rule: RuleAt, Kinds: outOfRange, Doc: "A = B[C]."},
	ATT:   {Name: "att", A: WriteT, B: ReadR, C: ReadS, Rule: RuleAt, Kinds: outOfRange, Doc: "A = B[C]."},
	ATR:   {Name: "atr", A: WriteR, B: ReadR, C: ReadS, Rule: RuleAt, Kinds: outOfRange, Doc: "A = B[C]."},
	SETS:  {Name: "sets", A: ReadR, B: ReadS, C: ReadS, Rule: RuleSetAt, Kinds: cannotStore, Doc: "A[B] = C."},
	SETT:  {Name: "sett", A: ReadR, B: ReadS, C: ReadT, Rule: RuleSetAt, Kinds: cannotStore, Doc: "A[B] = C."},
	SETR:  {Name: "setr", A: ReadR, B: ReadS, C: ReadR, Rule: RuleSetAt, Kinds: cannotStore, Doc: "A[B] = C."},
	LEN:   {Name: "len", A: WriteS, B: ReadR, Rule: RuleLen, Kinds: absent, Doc: "A = the number of elements of B."},

	REC:   {Name: "rec", A: WriteR, Imm: TypeIndex, Rule: RuleNew, Doc: "A = a new record, its fields zero."},
	FLDS:  {Name: "flds", A: WriteS, B: ReadR, C: SlotNumber, Rule: RuleField, Kinds: absent, Doc: "A = the scalar slot of record B."},
	FLDT:  {Name: "fldt", A: WriteT, B: ReadR, C: SlotNumber, Rule: RuleField, Kinds: absent, Doc: "A = the text slot of record B."},
	FLDR:  {Name: "fldr", A: WriteR, B: ReadR, C: SlotNumber, Rule: RuleField, Kinds: absent, Doc: "A = the reference slot of record B."},
	SFLDS: {Name: "sflds", A: ReadR, B: SlotNumber, C: ReadS, Rule: RuleSetField, Kinds: frozen, Doc: "The scalar slot of record A = C."},
	SFLDT: {Name: "sfldt", A: ReadR, B: SlotNumber, C: ReadT, Rule: RuleSetField, Kinds: frozen, Doc: "The text slot of record A = C."},
	SFLDR: {Name: "sfldr", A: ReadR, B: SlotNumber, C: ReadR, Rule: RuleSetField, Kinds: frozen, Doc: "The reference slot of record A = C."},

	MAP:   {Name: "map", A: WriteR, Imm: TypeIndex, Rule: RuleNew, Doc: "A = a new empty map."},
	MATS:  {Name: "mats", A: WriteS, B: ReadR, C: ReadT, Imm: Jump, Rule: RuleMapAt, Kinds: absent, Doc: "A = B[C]; jump, writing nothing, when the key isn't there."},
	MATT:  {Name: "matt", A: WriteT, B: ReadR, C: ReadT, Imm: Jump, Rule: RuleMapAt, Kinds: absent, Doc: "A = B[C]; jump, writing nothing, when the key isn't there."},
	MATR:  {Name: "matr", A: WriteR, B: ReadR, C: ReadT, Imm: Jump, Rule: RuleMapAt, Kinds: absent, Doc: "A = B[C]; jump, writing nothing, when the key isn't there."},
	MPUTS: {Name: "mputs", A: ReadR, B: ReadT, C: ReadS, Rule: RuleMapPut, Kinds: frozen, Doc: "A[B] = C."},
	MPUTT: {Name: "mputt", A: ReadR, B: ReadT, C: ReadT, Rule: RuleMapPut, Kinds: frozen, Doc: "A[B] = C."},
	MPUTR: {Name: "mputr", A: ReadR, B: ReadT, C: ReadR, Rule: RuleMapPut, Kinds: frozen, Doc: "A[B] = C."},

	CLOSURE: {Name: "closure", A: WriteR, B: Count, Imm: FuncIndex, Rule: RuleClosure, Doc: "A = a function value holding the captures of the ARG words; they are the function's first parameters."},
	CALL:    {Name: "call", A: WriteResult, B: Count, Imm: FuncIndex, Rule: RuleCall, Kinds: capability.AllKinds, Doc: "A = the function's result."},
	CALLC:   {Name: "callc", A: WriteResult, B: Count, C: ReadR, Rule: RuleCallFunc, Kinds: capability.AllKinds, Doc: "A = the result of function value C; a zero one raises absent."},
	LIB:     {Name: "lib", A: WriteResult, B: Count, Imm: LibNumber, Rule: RuleLib, Doc: "A = the library function's result; it raises what its row says."},
	HOST:    {Name: "host", A: WriteResult, B: Count, Imm: OpNumber, Rule: RuleHost, Doc: "Ask the gate for the operation; A = its result. It raises denied and what its row says."},
	ARG:     {Name: "arg", A: Registers, B: Registers, C: Registers, Imm: Registers, Rule: RuleWord, Doc: "Registers of the call before it."},
	KARG:    {Name: "karg", A: ParamNumber, Imm: ConstIndex, Rule: RuleWord, Doc: "A constant argument of the host call before it."},
	RETS:    {Name: "rets", A: ReadS, Rule: RuleReturn, Doc: "Return A."},
	RETT:    {Name: "rett", A: ReadT, Rule: RuleReturn, Doc: "Return A."},
	RETR:    {Name: "retr", A: ReadR, Rule: RuleReturn, Doc: "Return A."},
	RETN:    {Name: "retn", Rule: RuleReturn, Doc: "Return nothing."},
	RAISE:   {Name: "raise", A: ReadR, Rule: RuleRaise, Kinds: capability.AllKinds, Doc: "Raise error A; one that was raised before keeps its position. A zero one raises absent."},
	CLOSE:   {Name: "close", A: ReadR, Rule: RuleStream, Doc: "Release what stream A holds; a zero one is nothing."},
}

func (o Opcode) String() string {
	if o < OpcodeCount {
		return Rows[o].Name
	}
	return "invalid"
}
