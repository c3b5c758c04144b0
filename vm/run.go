package vm

import (
	"math"
	"math/bits"
	"unsafe"

	"rex/bytecode"
	"rex/capability"
)

// The traps with which the loop ends.
const (
	trapNone     = iota
	trapDone     // function 0 has returned
	trapRaise    // m.fault is raised
	trapStop     // m.stop ends the run
	trapOverflow // integers
	trapZero     // division by zero
	trapInfinite // a float that is not finite
	trapBounds   // an index
	trapAbsent   // a zero reference, nil
	trapFrozen   // a change of what may not change
)

// pointer is the address of an instruction.
type pointer = unsafe.Pointer

func start(code []bytecode.Instr) pointer { return unsafe.Pointer(unsafe.SliceData(code)) }

func float(x uint64) float64 { return math.Float64frombits(x) }
func word(x float64) uint64  { return math.Float64bits(x) }

// run is the hot loop. Its rules are measured (docs/performance.md has the
// command): no call returns into it except the one at the label slow, across
// which only m is live, because a second one makes the compiler store pc, S
// and fuel at every dispatch; every case ends in its own continue; the opcodes
// that are cold have clauses of their own, so that the switch is a jump table
// without a range check; operands are read as bytes from the instruction in
// memory through an unsafe pointer, 1.15 to 1.3 times faster than the best
// loop without it. What makes that pointer safe is the verifier: jumps land on
// instructions of the function, code never falls off its end, and a TRAP word
// stands behind the last function.
func run(m *machine) (trap int) {
	m.at, m.native = 0, 0 // needed by nobody: such stores put the switch where no cache line cuts it
	pc := unsafe.Add(m.code0, m.pc*8)
	S := m.Sw
	fuel := m.fuel
loop:
	for {
		ip := (*bytecode.Instr)(pc)
		pc = unsafe.Add(pc, 8)
		switch ip.Op {
		case bytecode.MOVS:
			S[ip.A] = S[ip.B]
			continue
		case bytecode.MOVT:
			m.Tw[ip.A] = m.Tw[ip.B]
			continue
		case bytecode.MOVR:
			m.Rw[ip.A] = m.Rw[ip.B]
			continue
		case bytecode.KINT:
			S[ip.A] = uint64(int64(ip.Imm))
			continue
		case bytecode.KNUM:
			S[ip.A] = m.numbers[ip.Imm]
			continue
		case bytecode.KTEXT:
			m.Tw[ip.A] = m.module.Consts[ip.Imm].Text
			continue
		case bytecode.KNIL:
			m.Rw[ip.A] = nil
			continue
		case bytecode.NOT:
			S[ip.A] = S[ip.B] ^ 1
			continue
		case bytecode.ADD:
			x, y := int64(S[ip.B]), int64(S[ip.C])
			r := x + y
			if (x^r)&(y^r) < 0 {
				goto overflow
			}
			S[ip.A] = uint64(r)
			continue
		case bytecode.SUB:
			x, y := int64(S[ip.B]), int64(S[ip.C])
			r := x - y
			if (x^y)&(x^r) < 0 {
				goto overflow
			}
			S[ip.A] = uint64(r)
			continue
		case bytecode.MUL:
			x, y := int64(S[ip.B]), int64(S[ip.C])
			r := x * y
			if (uint64(x+1<<31)|uint64(y+1<<31))>>32 != 0 {
				hi, _ := bits.Mul64(uint64(x), uint64(y))
				hi -= uint64((x>>63)&y) + uint64((y>>63)&x)
				if hi != uint64(r>>63) {
					goto overflow
				}
			}
			S[ip.A] = uint64(r)
			continue
		case bytecode.REM:
			x, y := int64(S[ip.B]), int64(S[ip.C])
			if y == 0 {
				goto zero
			}
			if y == -1 {
				S[ip.A] = 0
				continue
			}
			S[ip.A] = uint64(x % y)
			continue
		case bytecode.NEG:
			x := int64(S[ip.B])
			if x == math.MinInt64 {
				goto overflow
			}
			S[ip.A] = uint64(-x)
			continue
		case bytecode.ADDI:
			x, y := int64(S[ip.B]), int64(ip.Imm)
			r := x + y
			if (x^r)&(y^r) < 0 {
				goto overflow
			}
			S[ip.A] = uint64(r)
			continue
		case bytecode.DIVF:
			x, y := int64(S[ip.B]), int64(S[ip.C])
			if y == 0 {
				goto zero
			}
			S[ip.A] = word(float64(x) / float64(y))
			continue
		case bytecode.FADD:
			r := float(S[ip.B]) + float(S[ip.C])
			if r-r != 0 {
				goto infinite
			}
			S[ip.A] = word(r)
			continue
		case bytecode.FSUB:
			r := float(S[ip.B]) - float(S[ip.C])
			if r-r != 0 {
				goto infinite
			}
			S[ip.A] = word(r)
			continue
		case bytecode.FMUL:
			r := float(S[ip.B]) * float(S[ip.C])
			if r-r != 0 {
				goto infinite
			}
			S[ip.A] = word(r)
			continue
		case bytecode.FDIV:
			y := float(S[ip.C])
			if y == 0 {
				goto zero
			}
			r := float(S[ip.B]) / y
			if r-r != 0 {
				goto infinite
			}
			S[ip.A] = word(r)
			continue
		case bytecode.FNEG:
			S[ip.A] = word(-float(S[ip.B]))
			continue
		case bytecode.ITOF:
			S[ip.A] = word(float64(int64(S[ip.B])))
			continue
		case bytecode.FMULADD: // the conversions keep a compiler from fusing to one rounding
			r := float64(float(S[ip.B])*float(S[ip.C])) + float(S[uint8(ip.Imm)])
			if r-r != 0 {
				goto infinite
			}
			S[ip.A] = word(r)
			continue
		case bytecode.FMMA:
			r := float64(float(S[ip.B])*float(S[ip.C])) + float64(float(S[uint8(ip.Imm)])*float(S[uint8(ip.Imm>>8)]))
			if r-r != 0 {
				goto infinite
			}
			S[ip.A] = word(r)
			continue
		case bytecode.FMMS:
			r := float64(float(S[ip.B])*float(S[ip.C])) - float64(float(S[uint8(ip.Imm)])*float(S[uint8(ip.Imm>>8)]))
			if r-r != 0 {
				goto infinite
			}
			S[ip.A] = word(r)
			continue
		case bytecode.JMP:
			pc = unsafe.Add(pc, int(ip.Imm)*8)
			continue
		case bytecode.LOOP:
			pc = unsafe.Add(pc, int(ip.Imm)*8)
			if fuel--; fuel < 0 {
				goto slow
			}
			continue
		case bytecode.JT:
			if S[ip.A] != 0 {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.JF:
			if S[ip.A] == 0 {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.JEQ:
			if S[ip.A] == S[ip.B] {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.JNE:
			if S[ip.A] != S[ip.B] {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.JLT:
			if int64(S[ip.A]) < int64(S[ip.B]) {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.JLE:
			if int64(S[ip.A]) <= int64(S[ip.B]) {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.JEQI:
			if int64(S[ip.A]) == int64(int16(uint16(ip.B)|uint16(ip.C)<<8)) {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.JNEI:
			if int64(S[ip.A]) != int64(int16(uint16(ip.B)|uint16(ip.C)<<8)) {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.JLTI:
			if int64(S[ip.A]) < int64(int16(uint16(ip.B)|uint16(ip.C)<<8)) {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.JLEI:
			if int64(S[ip.A]) <= int64(int16(uint16(ip.B)|uint16(ip.C)<<8)) {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.JGTI:
			if int64(S[ip.A]) > int64(int16(uint16(ip.B)|uint16(ip.C)<<8)) {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.JGEI:
			if int64(S[ip.A]) >= int64(int16(uint16(ip.B)|uint16(ip.C)<<8)) {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.FJEQ:
			if float(S[ip.A]) == float(S[ip.B]) {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.FJNE:
			if float(S[ip.A]) != float(S[ip.B]) {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.FJLT:
			if float(S[ip.A]) < float(S[ip.B]) {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.FJLE:
			if float(S[ip.A]) <= float(S[ip.B]) {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.FORI:
			x := int64(S[ip.A])
			if x == math.MaxInt64 {
				goto overflow
			}
			x++
			S[ip.A] = uint64(x)
			if x < int64(S[ip.B]) {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
				if fuel--; fuel < 0 {
					goto slow
				}
			}
			continue
		case bytecode.JNIL:
			if m.Rw[ip.A] == nil {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.JSOME:
			if m.Rw[ip.A] != nil {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.ATS:
			l, ok := m.Rw[ip.B].(*capability.List)
			if !ok {
				goto absent
			}
			i := S[ip.C]
			if i >= uint64(len(l.S)) {
				goto bounds
			}
			S[ip.A] = l.S[i]
			continue
		case bytecode.ATT:
			l, ok := m.Rw[ip.B].(*capability.List)
			if !ok {
				goto absent
			}
			i := S[ip.C]
			if i >= uint64(len(l.T)) {
				goto bounds
			}
			m.Tw[ip.A] = l.T[i]
			continue
		case bytecode.ATR:
			l, ok := m.Rw[ip.B].(*capability.List)
			if !ok {
				goto absent
			}
			i := S[ip.C]
			if i >= uint64(len(l.R)) {
				goto bounds
			}
			m.Rw[ip.A] = l.R[i]
			continue
		case bytecode.SETS:
			l, ok := m.Rw[ip.A].(*capability.List)
			if !ok {
				goto absent
			}
			i := S[ip.B]
			if l.Frozen {
				goto frozen
			}
			if i >= uint64(len(l.S)) {
				goto bounds
			}
			l.S[i] = S[ip.C]
			continue
		case bytecode.SETT:
			l, ok := m.Rw[ip.A].(*capability.List)
			if !ok {
				goto absent
			}
			i := S[ip.B]
			if l.Frozen {
				goto frozen
			}
			if i >= uint64(len(l.T)) {
				goto bounds
			}
			l.T[i] = m.Tw[ip.C]
			continue
		case bytecode.SETR:
			l, ok := m.Rw[ip.A].(*capability.List)
			if !ok {
				goto absent
			}
			i := S[ip.B]
			if l.Frozen {
				goto frozen
			}
			if i >= uint64(len(l.R)) {
				goto bounds
			}
			l.R[i] = m.Rw[ip.C]
			continue
		case bytecode.PUSHS:
			l, ok := m.Rw[ip.A].(*capability.List)
			if !ok {
				goto absent
			}
			n := len(l.S)
			if l.Frozen || n >= cap(l.S) {
				goto slow
			}
			l.S = l.S[:n+1]
			l.S[n] = S[ip.B]
			l.Version++
			continue
		case bytecode.PUSHT:
			l, ok := m.Rw[ip.A].(*capability.List)
			if !ok {
				goto absent
			}
			n := len(l.T)
			if l.Frozen || n >= cap(l.T) {
				goto slow
			}
			l.T = l.T[:n+1]
			l.T[n] = m.Tw[ip.B]
			l.Version++
			continue
		case bytecode.PUSHR:
			l, ok := m.Rw[ip.A].(*capability.List)
			if !ok {
				goto absent
			}
			n := len(l.R)
			if l.Frozen || n >= cap(l.R) {
				goto slow
			}
			l.R = l.R[:n+1]
			l.R[n] = m.Rw[ip.B]
			l.Version++
			continue
		case bytecode.LEN:
			l, ok := m.Rw[ip.B].(*capability.List)
			if !ok {
				goto slow // a map
			}
			S[ip.A] = uint64(l.Len())
			continue
		case bytecode.FLDS:
			r, ok := m.Rw[ip.B].(*capability.Record)
			if !ok {
				goto absent
			}
			S[ip.A] = r.S[ip.C]
			continue
		case bytecode.FLDT:
			r, ok := m.Rw[ip.B].(*capability.Record)
			if !ok {
				goto absent
			}
			m.Tw[ip.A] = r.T[ip.C]
			continue
		case bytecode.FLDR:
			r, ok := m.Rw[ip.B].(*capability.Record)
			if !ok {
				goto absent
			}
			m.Rw[ip.A] = r.R[ip.C]
			continue
		case bytecode.SFLDS:
			r, ok := m.Rw[ip.A].(*capability.Record)
			if !ok {
				goto absent
			}
			if r.Frozen {
				goto frozen
			}
			r.S[ip.B] = S[ip.C]
			continue
		case bytecode.SFLDT:
			r, ok := m.Rw[ip.A].(*capability.Record)
			if !ok {
				goto absent
			}
			if r.Frozen {
				goto frozen
			}
			r.T[ip.B] = m.Tw[ip.C]
			continue
		case bytecode.SFLDR:
			r, ok := m.Rw[ip.A].(*capability.Record)
			if !ok {
				goto absent
			}
			if r.Frozen {
				goto frozen
			}
			r.R[ip.B] = m.Rw[ip.C]
			continue
		case opCall: // at most seven scalars, no register to clear
			fp, nb := m.fp, m.s+uint32(ip.C)
			if uint(fp) >= uint(len(m.frames)) || uint(nb)+2*window > uint(len(m.S)) {
				goto slow
			}
			to := (*[window]uint64)(m.S[nb:])
			if n := ip.B; n > 0 {
				args := (*[8]uint8)(pc)
				for i := uint8(0); i < n; i++ {
					to[i] = S[args[(i+1)&7]]
				}
				pc = unsafe.Add(pc, 8)
			}
			fr := &m.frames[fp]
			fr.ret, fr.fn, fr.s, fr.dst = uint32((uintptr(pc)-uintptr(m.code0))>>3), m.fn, m.s, ip.A
			m.fp, m.s, m.fn = fp+1, nb, uint32(ip.Imm)
			S = to
			pc = unsafe.Add(m.code0, uintptr(m.funcs[ip.Imm].start)*8)
			if fuel--; fuel < 0 {
				goto slow
			}
			continue
		case opCallValue: // what was captured comes first, then the arguments
			c, ok := m.Rw[ip.C].(*closure)
			if !ok || !c.quick {
				goto slow
			}
			fp, nb := m.fp, m.s+uint32(ip.Imm)
			if uint(fp) >= uint(len(m.frames)) || uint(nb)+2*window > uint(len(m.S)) {
				goto slow
			}
			m.fuel = fuel - 1 // kept there, or it would have its register stored at each dispatch
			to := (*[window]uint64)(m.S[nb:])
			k := uint8(0)
			for _, v := range c.caps.S {
				to[k] = v
				k++
			}
			if n := ip.B; n > 0 {
				args := (*[8]uint8)(pc)
				for i := uint8(0); i < n; i++ {
					to[k+i] = S[args[(i+1)&7]]
				}
				pc = unsafe.Add(pc, 8)
			}
			fr := &m.frames[fp]
			fr.ret, fr.fn, fr.s, fr.dst = uint32((uintptr(pc)-uintptr(m.code0))>>3), m.fn, m.s, ip.A
			m.fp, m.s, m.fn = fp+1, nb, c.fn
			S = to
			pc = unsafe.Add(m.code0, uintptr(m.funcs[c.fn].start)*8)
			if fuel = m.fuel; fuel < 0 {
				goto slow
			}
			continue
		case opReturn:
			fp := m.fp - 1
			if uint(fp) >= uint(len(m.frames)) {
				goto slow
			}
			fr := &m.frames[fp]
			v := S[ip.A]
			m.fp, m.fn, m.s = fp, fr.fn, fr.s
			S = (*[window]uint64)(m.S[fr.s:])
			S[fr.dst] = v
			pc = unsafe.Add(m.code0, uintptr(fr.ret)*8)
			continue
		case bytecode.CALL:
			goto slow
		case bytecode.RETS:
			goto slow
		case bytecode.NEXT:
			w, ok := m.Rw[ip.A].(*walk)
			if !ok {
				goto slow
			}
			if w.list == nil || w.version != w.list.Version {
				goto slow
			}
			if w.i++; w.i >= w.n {
				pc = unsafe.Add(pc, int(ip.Imm)*8)
			}
			continue
		case bytecode.ITEMS:
			w, ok := m.Rw[ip.B].(*walk)
			if !ok {
				goto absent
			}
			if w.list == nil || uint(w.i) >= uint(len(w.list.S)) {
				goto slow
			}
			S[ip.A] = w.list.S[w.i]
			continue
		case bytecode.ITEMT:
			w, ok := m.Rw[ip.B].(*walk)
			if !ok {
				goto absent
			}
			if w.list == nil || uint(w.i) >= uint(len(w.list.T)) {
				goto slow
			}
			m.Tw[ip.A] = w.list.T[w.i]
			continue
		case bytecode.ITEMR:
			w, ok := m.Rw[ip.B].(*walk)
			if !ok {
				goto absent
			}
			if w.list == nil || uint(w.i) >= uint(len(w.list.R)) {
				goto slow
			}
			m.Rw[ip.A] = w.list.R[w.i]
			continue
		case bytecode.TJEQ:
			if len(m.Tw[ip.A]) == len(m.Tw[ip.B]) {
				goto slow
			}
			continue
		case bytecode.TJNE:
			if len(m.Tw[ip.A]) == len(m.Tw[ip.B]) {
				goto slow
			}
			pc = unsafe.Add(pc, int(ip.Imm)*8)
			continue
		case bytecode.TRAP:
			goto slow
		case bytecode.SCALE:
			goto slow
		case bytecode.SCALED:
			goto slow
		case bytecode.TJLT:
			goto slow
		case bytecode.TJLE:
			goto slow
		case bytecode.WGETS:
			goto slow
		case bytecode.WGETT:
			goto slow
		case bytecode.WGETR:
			goto slow
		case bytecode.WPUTS:
			goto slow
		case bytecode.WPUTT:
			goto slow
		case bytecode.WPUTR:
			goto slow
		case bytecode.BOXS:
			goto slow
		case bytecode.BOXT:
			goto slow
		case bytecode.OPENS:
			goto slow
		case bytecode.OPENT:
			goto slow
		case bytecode.OPENR:
			goto slow
		case bytecode.JIS:
			goto slow
		case bytecode.JISNT:
			goto slow
		case bytecode.ITER:
			goto slow
		case bytecode.POS:
			goto slow
		case bytecode.KEY:
			goto slow
		case bytecode.CAT:
			goto slow
		case bytecode.TEXT:
			goto slow
		case bytecode.EQ:
			goto slow
		case bytecode.CASTS:
			goto slow
		case bytecode.CASTT:
			goto slow
		case bytecode.CASTR:
			goto slow
		case bytecode.PART:
			goto slow
		case bytecode.ELEM:
			goto slow
		case bytecode.LIST:
			goto slow
		case bytecode.REC:
			goto slow
		case bytecode.MAP:
			goto slow
		case bytecode.MATS:
			goto slow
		case bytecode.MATT:
			goto slow
		case bytecode.MATR:
			goto slow
		case bytecode.MPUTS:
			goto slow
		case bytecode.MPUTT:
			goto slow
		case bytecode.MPUTR:
			goto slow
		case bytecode.CLOSURE:
			goto slow
		case bytecode.CALLC:
			goto slow
		case bytecode.LIB:
			goto slow
		case bytecode.HOST:
			goto slow
		case bytecode.ARG:
			goto slow
		case bytecode.KARG:
			goto slow
		case bytecode.RETT:
			goto slow
		case bytecode.RETR:
			goto slow
		case bytecode.RETN:
			goto slow
		case bytecode.RAISE:
			goto slow
		case bytecode.CLOSE:
			goto slow
		case 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137,
			138, 139, 140, 141, 142, 143, 144, 145, 146, 147, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157,
			158, 159, 160, 161, 162, 163, 164, 165, 166, 167, 168, 169, 170, 171, 172, 173, 174, 175, 176, 177,
			178, 179, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 191, 192, 193, 194, 195, 196, 197,
			198, 199, 200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211, 212, 213, 214, 215, 216, 217,
			218, 219, 220, 221, 222, 223, 224, 225, 226, 227, 228, 229, 230, 231, 232, 233, 234, 235, 236, 237,
			238, 239, 240, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255:
			goto slow
		}
	slow:
		m.pc, m.fuel = int((uintptr(pc)-uintptr(m.code0))>>3), fuel
		m.Sw = S
		if trap = m.slow(); trap != trapNone {
			return trap
		}
		pc, S, fuel = unsafe.Add(m.code0, m.pc*8), m.Sw, m.fuel
		continue
	overflow:
		trap = trapOverflow
		break loop
	zero:
		trap = trapZero
		break loop
	infinite:
		trap = trapInfinite
		break loop
	bounds:
		trap = trapBounds
		break loop
	absent:
		trap = trapAbsent
		break loop
	frozen:
		trap = trapFrozen
		break loop
	}
	m.pc, m.fuel, m.Sw = int((uintptr(pc)-uintptr(m.code0))>>3), fuel, S
	m.at = m.pc - 1
	return trap
}
