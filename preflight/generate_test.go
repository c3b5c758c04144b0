package preflight

import (
	"fmt"
	"math/rand/v2"

	"rex/bytecode"
	"rex/capability"
	"rex/library"
)

// The types of the programs that are generated.
var (
	tListString = capability.ListOf(capability.String)
	tListPath   = capability.ListOf(capability.Path)
	tListAny    = capability.ListOf(capability.Any)
	tMapPath    = capability.MapOf(capability.Path)
	tMapAny     = capability.MapOf(capability.Any)
	tMaybeText  = capability.OptionalOf(capability.String)
	tMaybePath  = capability.OptionalOf(capability.Path)
	tItem       = capability.RecordOf(capability.Field{Name: "path", Type: capability.Path}, capability.Field{Name: "name", Type: capability.String}, capability.Field{Name: "n", Type: capability.Int})
	tListItem   = capability.ListOf(tItem)
	tMaybeItem  = capability.OptionalOf(tItem)
	tFn         = capability.FuncOf([]*capability.Type{capability.Path}, capability.Path)
	tFnText     = capability.FuncOf(nil, capability.String)
	tListFn     = capability.ListOf(tFn)
	tBag        = capability.RecordOf(capability.Field{Name: "f", Type: tFn}, capability.Field{Name: "name", Type: capability.String}, capability.Field{Name: "paths", Type: tListPath})
	tLists      = capability.ListOf(tListPath)
	tWord       = capability.WordOf("debian", "rhel", "suse")
	tListEntry  = capability.ListOf(capability.EntryType)
	tWalkPath   = capability.IteratorOf(capability.Path)
	tWalkText   = capability.IteratorOf(capability.String)
	tWalkEntry  = capability.IteratorOf(capability.EntryType)
	tStream     = capability.StreamOf(capability.String)
)

// localTypes are the registers that every function has beside its parameters.
var localTypes = []*capability.Type{
	capability.Bool, capability.Bool, capability.Int, capability.Int, capability.Int, capability.Size, capability.Duration,
	capability.String, capability.String, capability.String, capability.String, capability.Path, capability.Path, capability.Path, capability.Path,
	tWord, capability.KindWords, capability.URL, capability.Bytes,
	capability.Any, capability.Any, capability.ErrorT, capability.ErrorT, tListString, tListString, tListPath, tListPath, tItem, tItem, tListItem,
	tMapPath, tMapAny, tMaybeText, tMaybePath, tMaybeItem, tFn, tFn, tFnText, tBag, tLists, tListAny, tListAny, tListFn,
	tListEntry, capability.EntryType, tWalkPath, tWalkText, tWalkEntry, tStream, capability.MapOf(capability.String),
	capability.OptionalOf(capability.Size), capability.OptionalOf(capability.Int), capability.StatType, capability.ServiceStatus, capability.ExecResult,
}

type signature struct {
	captures, params []*capability.Type
	result           *capability.Type
}

type generator struct {
	r      *rand.Rand
	m      *bytecode.Module
	types  bytecode.TypeTable
	consts map[string]int
	ops    map[uint16]bool
	sigs   []signature
	f      *bytecode.Func
	regs   map[string][]uint8
	size   int
	safe   int // percent of the raising steps that are caught
}

var genParams = []capability.Param{
	{Name: "service", Type: capability.String, Required: true, Matching: "[a-z][a-z0-9-]*"},
	{Name: "text", Type: capability.String, Required: true},
	{Name: "dir", Type: capability.Path, Required: true, Words: []string{"/var/log/**"}},
	{Name: "file", Type: capability.Path, Required: true},
	{Name: "n", Type: capability.Int, Required: true},
	{Name: "data", Type: capability.Any, Required: true},
	{Name: "names", Type: tListString, Required: true},
	{Name: "maybe", Type: tMaybePath, Required: true},
}

// genModule makes a random module that verifies.
func genModule(r *rand.Rand) *bytecode.Module {
	g := &generator{r: r, m: &bytecode.Module{Params: genParams}, consts: map[string]int{}, ops: map[uint16]bool{}, safe: []int{70, 98, 100, 100}[r.IntN(4)]}
	main := signature{result: capability.None}
	for _, p := range genParams {
		main.params = append(main.params, p.Type)
	}
	g.sigs = []signature{
		main,
		{[]*capability.Type{capability.String}, []*capability.Type{capability.Path}, capability.Path},
		{[]*capability.Type{tListPath, capability.Path}, []*capability.Type{capability.Path}, capability.Path},
		{[]*capability.Type{tFn}, nil, capability.String},
		{nil, []*capability.Type{capability.String, capability.Path}, capability.Path},
		{nil, []*capability.Type{tListPath, tItem}, tItem},
		{nil, []*capability.Type{tBag}, tListPath},
	}
	if r.IntN(3) == 0 {
		g.sigs = g.sigs[:1+r.IntN(6)]
	}
	for i := range g.sigs {
		g.function(i)
	}
	if r.IntN(4) == 0 {
		g.scramble()
	}
	for _, op := range capability.Table() {
		if g.ops[op.Number] {
			g.m.Ops = append(g.m.Ops, bytecode.OpUse{Number: op.Number, Name: op.Name, Hash: op.Hash()})
		}
	}
	sortOps(g.m.Ops)
	g.m.Types = g.types.List
	return g.m
}

func sortOps(ops []bytecode.OpUse) {
	for i := range ops {
		for j := i; j > 0 && ops[j].Number < ops[j-1].Number; j-- {
			ops[j], ops[j-1] = ops[j-1], ops[j]
		}
	}
}

func (g *generator) function(i int) {
	s := g.sigs[i]
	f := bytecode.Func{Name: fmt.Sprint("f", i), Params: append(append([]*capability.Type{}, s.captures...), s.params...), Captures: len(s.captures), Result: s.result}
	g.regs = map[string][]uint8{}
	for _, t := range append(append([]*capability.Type{}, f.Params...), localTypes...) {
		file := map[capability.File]*[]*capability.Type{capability.FileScalar: &f.S, capability.FileText: &f.T, capability.FileRef: &f.R}[t.File()]
		g.regs[t.Key()] = append(g.regs[t.Key()], uint8(len(*file)))
		*file = append(*file, t)
		g.types.Add(t)
	}
	g.f = &f
	if g.size = 8 + g.r.IntN(30); i > 0 {
		g.size /= 2
	}
	if i == 0 && g.r.IntN(6) == 0 {
		g.caught(g.outsideIdiom)
	}
	keep := []int{30, 80, 97, 100, 100}[g.r.IntN(5)]
	for range 2 {
		for _, t := range localTypes { // some registers keep their zero
			if g.r.IntN(100) < keep {
				g.initialise(t)
			}
		}
		if i > 0 {
			break
		}
	}
	if i == 5 && g.r.IntN(2) == 0 {
		g.setField(tItem, 1, 0, g.reg(capability.Path))
	}
	if i == 4 && g.r.IntN(5) == 0 { // a denial is swallowed, then another error leaves
		g.swallow()
	}
	for g.size > 0 {
		g.statement(0)
	}
	g.ret()
	g.m.Funcs = append(g.m.Funcs, f)
}

func (g *generator) ret() {
	switch t := g.f.Result; t.File() {
	case capability.FileNone:
		g.emit(bytecode.Instr{Op: bytecode.RETN})
	default:
		g.emit(bytecode.Instr{Op: byFile(t, bytecode.RETS, bytecode.RETT, bytecode.RETR), A: g.reg(t)})
	}
}

func byFile(t *capability.Type, s, x, r bytecode.Opcode) bytecode.Opcode {
	return map[capability.File]bytecode.Opcode{capability.FileScalar: s, capability.FileText: x, capability.FileRef: r}[t.File()]
}

func (g *generator) reg(t *capability.Type) uint8 {
	regs := g.regs[t.Key()]
	return regs[g.r.IntN(len(regs))]
}

func (g *generator) has(t *capability.Type) bool { return len(g.regs[t.Key()]) > 0 }

func (g *generator) here() int { return len(g.f.Code) }

func (g *generator) emit(in bytecode.Instr) int {
	g.f.Code = append(g.f.Code, in)
	return len(g.f.Code) - 1
}

// call emits an instruction with its words.
func (g *generator) call(in bytecode.Instr, args []uint8, consts ...bytecode.Instr) {
	in.B = uint8(len(args))
	g.emit(in)
	for len(args) > 0 {
		n := min(len(args), bytecode.ArgsPerWord)
		var b [bytecode.ArgsPerWord]uint8
		copy(b[:], args[:n])
		args = args[n:]
		g.emit(bytecode.Instr{Op: bytecode.ARG, A: b[0], B: b[1], C: b[2], Imm: int32(uint32(b[3]) | uint32(b[4])<<8 | uint32(b[5])<<16 | uint32(b[6])<<24)})
	}
	g.f.Code = append(g.f.Code, consts...)
}

// jump emits a jump whose target is set later; land sets it to here.
func (g *generator) jump(in bytecode.Instr) int { return g.emit(in) }
func (g *generator) land(pc int)                { g.f.Code[pc].Imm = int32(g.here() - pc - 1) }
func (g *generator) loop(top int) {
	g.emit(bytecode.Instr{Op: bytecode.LOOP, Imm: int32(top - g.here() - 1)})
}
func (g *generator) nop() {
	r := g.reg(capability.Bool)
	g.emit(bytecode.Instr{Op: bytecode.MOVS, A: r, B: r})
}

func (g *generator) constant(t *capability.Type, bits uint64, text string) int32 {
	key := fmt.Sprint(t.Key(), bits, text)
	if i, ok := g.consts[key]; ok {
		return int32(i)
	}
	if t.Kind != capability.KindNone {
		g.types.Add(t)
	}
	g.consts[key] = len(g.m.Consts)
	g.m.Consts = append(g.m.Consts, bytecode.Const{Type: t, Bits: bits, Text: text})
	return int32(len(g.m.Consts) - 1)
}

func (g *generator) setText(r uint8, t *capability.Type, s string) {
	g.emit(bytecode.Instr{Op: bytecode.KTEXT, A: r, Imm: g.constant(t, 0, s)})
}

func (g *generator) word() string { return someWords[g.r.IntN(len(someWords))] }
func (g *generator) path() string { return somePaths[g.r.IntN(len(somePaths))] }

func (g *generator) pick(ts ...*capability.Type) *capability.Type { return ts[g.r.IntN(len(ts))] }

// initialise gives some register of a type a value.
func (g *generator) initialise(t *capability.Type) {
	r := g.reg(t)
	switch t.Kind {
	case capability.KindPath:
		g.setText(r, t, g.path())
	case capability.KindString:
		g.setText(r, t, g.word())
	case capability.KindWord:
		g.setText(r, t, t.Words[g.r.IntN(len(t.Words))])
	case capability.KindList:
		g.list(t)
	case capability.KindMap:
		g.emit(bytecode.Instr{Op: bytecode.MAP, A: r, Imm: int32(g.types.Add(t))})
	case capability.KindRecord:
		g.record(t)
	case capability.KindFunc:
		g.closure()
	case capability.KindOptional:
		g.some(t)
	case capability.KindAny:
		g.toAny()
	case capability.KindURL:
		g.setText(r, t, "https://x.example/a")
	case capability.KindStream:
		g.caught(func() { g.hostCall("fs.lines", nil) })
	case capability.KindIterator:
		for _, over := range []*capability.Type{tListPath, tListString, tListEntry} {
			if over.Elem.Equal(t.Elem) {
				g.caught(func() { g.emit(bytecode.Instr{Op: bytecode.ITER, A: r, B: g.reg(over)}) })
			}
		}
	case capability.KindError:
		g.call(bytecode.Instr{Op: bytecode.LIB, A: r, Imm: 503}, []uint8{g.reg(capability.KindWords), g.reg(capability.String)})
	default:
		if t.File() == capability.FileScalar {
			g.emit(bytecode.Instr{Op: bytecode.KINT, A: r, Imm: int32(g.r.IntN(2))})
		}
	}
}

// list makes a list literal; sometimes something stands between its elements.
func (g *generator) list(t *capability.Type) uint8 {
	r := g.reg(t)
	g.emit(bytecode.Instr{Op: bytecode.LIST, A: r, Imm: int32(g.types.Add(t))})
	push := byFile(t.Elem, bytecode.PUSHS, bytecode.PUSHT, bytecode.PUSHR)
	for range g.r.IntN(4) {
		if g.r.IntN(6) == 0 {
			g.between()
		}
		if g.has(t.Elem) {
			g.emit(bytecode.Instr{Op: push, A: r, B: g.reg(t.Elem)})
		}
	}
	return r
}

// between is what may stand in the middle of a literal: a branch, a call.
func (g *generator) between() {
	switch g.r.IntN(3) {
	case 0:
		br := g.jump(bytecode.Instr{Op: bytecode.JF, A: g.reg(capability.Bool)})
		g.caught(g.simple)
		g.land(br)
		g.nop()
	default:
		g.caught(g.simple)
	}
}

func (g *generator) record(t *capability.Type) uint8 {
	r := g.reg(t)
	g.emit(bytecode.Instr{Op: bytecode.REC, A: r, Imm: int32(g.types.Add(t))})
	for i, f := range t.Fields {
		if g.has(f.Type) && g.r.IntN(8) > 0 {
			g.setField(t, r, i, g.reg(f.Type))
		}
		if g.r.IntN(12) == 0 {
			g.between()
		}
	}
	return r
}

func (g *generator) setField(t *capability.Type, record uint8, i int, from uint8) {
	op := byFile(t.Fields[i].Type, bytecode.SFLDS, bytecode.SFLDT, bytecode.SFLDR)
	g.emit(bytecode.Instr{Op: op, A: record, B: uint8(t.Slot(i).Index), C: from})
}

func (g *generator) getField(t *capability.Type, record uint8, i int) uint8 {
	to := g.reg(t.Fields[i].Type)
	op := byFile(t.Fields[i].Type, bytecode.FLDS, bytecode.FLDT, bytecode.FLDR)
	g.emit(bytecode.Instr{Op: op, A: to, B: record, C: uint8(t.Slot(i).Index)})
	return to
}

func (g *generator) some(t *capability.Type) {
	switch t.Elem.File() {
	case capability.FileScalar:
		g.emit(bytecode.Instr{Op: bytecode.BOXS, A: g.reg(t), B: g.reg(t.Elem)})
	case capability.FileText:
		g.emit(bytecode.Instr{Op: bytecode.BOXT, A: g.reg(t), B: g.reg(t.Elem)})
	default:
		g.emit(bytecode.Instr{Op: bytecode.MOVR, A: g.reg(t), B: g.reg(t.Elem)})
	}
}

// toAny puts something into an any.
func (g *generator) toAny() {
	t := g.pick(capability.String, capability.Path, capability.Int, tWord, tListPath, tListString, tItem, tListAny, tMapPath, tMapAny, tMaybePath, capability.ErrorT)
	op := byFile(t, bytecode.BOXS, bytecode.BOXT, bytecode.MOVR)
	g.emit(bytecode.Instr{Op: op, A: g.reg(capability.Any), B: g.reg(t)})
}

func (g *generator) closure() {
	var fns []int
	for i, s := range g.sigs {
		if i > 0 && (len(s.params) == 1 && s.params[0].Equal(capability.Path) && s.result.Equal(capability.Path) || len(s.params) == 0) {
			fns = append(fns, i)
		}
	}
	if len(fns) == 0 {
		return
	}
	n := fns[g.r.IntN(len(fns))]
	t := tFn
	if len(g.sigs[n].params) == 0 {
		t = tFnText
	}
	g.call(bytecode.Instr{Op: bytecode.CLOSURE, A: g.reg(t), Imm: int32(n)}, g.args(g.sigs[n].captures))
}

func (g *generator) args(types []*capability.Type) []uint8 {
	var out []uint8
	for _, t := range types {
		out = append(out, g.reg(t))
	}
	return out
}

func (g *generator) callSome() {
	if g.r.IntN(2) == 0 {
		if g.r.IntN(4) == 0 {
			g.call(bytecode.Instr{Op: bytecode.CALLC, A: g.reg(capability.String), C: g.reg(tFnText)}, nil)
		} else {
			g.call(bytecode.Instr{Op: bytecode.CALLC, A: g.reg(capability.Path), C: g.reg(tFn)}, g.args(tFn.Params))
		}
		return
	}
	if len(g.sigs) < 2 {
		return
	}
	n := 1 + g.r.IntN(len(g.sigs)-1)
	s := g.sigs[n]
	g.call(bytecode.Instr{Op: bytecode.CALL, A: g.reg(s.result), Imm: int32(n)}, append(g.args(s.captures), g.args(s.params)...))
}

// template emits a template.
func (g *generator) template(t *capability.Type) {
	lit := func(s string) bytecode.TemplatePiece { return bytecode.TemplatePiece{Literal: s} }
	hole := func() bytecode.TemplatePiece {
		h := g.pick(capability.String, capability.String, capability.Int, tWord)
		if t.Kind == capability.KindString && g.r.IntN(3) == 0 {
			h = g.pick(capability.Path, tListString, capability.Any)
		}
		return bytecode.TemplatePiece{Hole: h}
	}
	var all [][]bytecode.TemplatePiece
	switch t.Kind {
	case capability.KindPath:
		all = [][]bytecode.TemplatePiece{
			{lit("/var/log/"), hole()}, {lit("/var/log/app."), hole(), lit(".log")}, {lit("/"), hole(), lit("/x/"), hole()},
			{lit("/var/."), hole()}, {lit("/etc/"), hole(), hole(), lit("/c")}, {{Hole: capability.Path}, lit("/sub/"), hole()}, {lit("/"), hole()},
		}
	case capability.KindURL:
		all = [][]bytecode.TemplatePiece{{lit("https://x.example/"), hole()}, {lit("https://"), hole(), lit(".example/a?q="), hole()}, {lit("http://x.example:8080/%4"), hole()}}
	default:
		all = [][]bytecode.TemplatePiece{{hole(), lit(".log")}, {lit("app."), hole()}, {hole(), hole()}, {lit("/a/"), hole(), lit("/b")}}
	}
	pieces := all[g.r.IntN(len(all))]
	var args []uint8
	for _, p := range pieces {
		if p.Hole != nil {
			args = append(args, g.reg(p.Hole))
			g.types.Add(p.Hole)
		}
	}
	g.m.Templates = append(g.m.Templates, bytecode.Template{Type: t, Pieces: pieces})
	g.call(bytecode.Instr{Op: bytecode.TEXT, A: g.reg(t), Imm: int32(len(g.m.Templates) - 1)}, args)
}

// lib calls a random library function that takes registers that there are.
func (g *generator) lib() {
	for range 80 {
		// By number, so that a new row changes few of the programs.
		row := library.Numbered(uint16(g.r.IntN(600)))
		if row == nil || g.r.IntN(3) > 0 && row.Transfer == library.Unknown {
			continue
		}
		if g.libCall(row) {
			return
		}
	}
}

func (g *generator) named(module, name string) {
	for _, row := range library.Named(module, name) {
		if g.libCall(row) {
			return
		}
	}
}

// libCall emits a call of a row, if registers fit.
func (g *generator) libCall(row *library.Row) bool {
	types := make([]*capability.Type, len(row.Params))
	for try := range 12 {
		for i := range types {
			types[i] = localTypes[g.r.IntN(len(localTypes))]
			for range 60 {
				partial := make([]*capability.Type, len(types))
				copy(partial, types[:i+1])
				if _, _, ok := row.Match(partial); ok {
					break
				}
				types[i] = localTypes[g.r.IntN(len(localTypes))]
			}
		}
		result, _, ok := row.Match(types)
		if !ok || result == nil {
			continue
		}
		if result.Kind != capability.KindNone && !g.has(result) {
			continue
		}
		in := bytecode.Instr{Op: bytecode.LIB, Imm: int32(row.Number)}
		if result.Kind != capability.KindNone {
			in.A = g.reg(result)
		}
		from := len(g.f.Code)
		args := g.args(types)
		g.call(in, args)
		call := g.f.Call(from)
		if regs, ok := g.f.LibArgs(&call); !ok || !sameFiles(regs, types) {
			g.f.Code = g.f.Code[:from]
			_ = try
			continue
		}
		return true
	}
	return false
}

func sameFiles(regs []bytecode.Reg, types []*capability.Type) bool {
	for i, r := range regs {
		if r.File != types[i].File() {
			return false
		}
	}
	return true
}

// genOps are the operations that programs call.
var genOps = []string{
	"fs.read", "fs.list", "fs.list", "fs.find", "fs.find", "fs.delete", "fs.exists", "fs.exists", "fs.move", "fs.lines", "fs.stat", "exec.run",
	"service.restart", "sys.env", "fs.write", "log.info", "print", "fs.grep",
}

func (g *generator) hostSome() { g.hostCall(genOps[g.r.IntN(len(genOps))], nil) }

// hostCall emits a host call; given says which registers some parameters take.
func (g *generator) hostCall(name string, given map[string]uint8) {
	op := capability.Lookup(name)
	var args []uint8
	var consts []bytecode.Instr
	for i := range op.Params {
		p := &op.Params[i]
		r, isGiven := given[p.Name]
		switch {
		case p.Const:
			t, bits, text := p.Type, uint64(0), ""
			if p.Default == nil {
				t = capability.None
			} else if t.File() == capability.FileScalar {
				bits = capability.ScalarBits(p.Default)
			} else {
				text = capability.TextOf(p.Default)
			}
			consts = append(consts, bytecode.Instr{Op: bytecode.KARG, A: uint8(i), Imm: g.constant(t, bits, text)})
		case isGiven:
			args = append(args, r)
		case g.has(p.Type):
			args = append(args, g.reg(p.Type))
		default:
			g.regs[p.Type.Key()] = append(g.regs[p.Type.Key()], g.newReg(p.Type))
			args = append(args, g.reg(p.Type))
		}
	}
	g.ops[op.Number] = true
	in := bytecode.Instr{Op: bytecode.HOST, Imm: int32(op.Number)}
	if op.Result.Kind != capability.KindNone {
		if !g.has(op.Result) {
			g.regs[op.Result.Key()] = append(g.regs[op.Result.Key()], g.newReg(op.Result))
		}
		in.A = g.reg(op.Result)
	}
	g.call(in, args, consts...)
}

// newReg adds a register, which keeps its zero unless something writes it.
func (g *generator) newReg(t *capability.Type) uint8 {
	g.types.Add(t)
	file := map[capability.File]*[]*capability.Type{capability.FileScalar: &g.f.S, capability.FileText: &g.f.T, capability.FileRef: &g.f.R}[t.File()]
	*file = append(*file, t)
	return uint8(len(*file) - 1)
}

// simple is one step.
func (g *generator) simple() {
	g.size--
	switch n := g.r.IntN(40); n {
	case 0, 1, 2:
		g.initialise(g.pick(capability.Bool, capability.Int, capability.String, capability.String, capability.Path, capability.Path, tListPath, tItem))
	case 3, 4, 5:
		t := localTypes[g.r.IntN(len(localTypes))]
		g.emit(bytecode.Instr{Op: byFile(t, bytecode.MOVS, bytecode.MOVT, bytecode.MOVR), A: g.reg(t), B: g.reg(t)})
	case 6:
		op := []bytecode.Opcode{bytecode.ADD, bytecode.SUB, bytecode.MUL, bytecode.REM}[g.r.IntN(4)]
		g.emit(bytecode.Instr{Op: op, A: g.reg(capability.Int), B: g.reg(capability.Int), C: g.reg(capability.Int)})
	case 7:
		g.emit(bytecode.Instr{Op: bytecode.ADDI, A: g.reg(capability.Int), B: g.reg(capability.Int), Imm: int32(g.r.IntN(3) - 1)})
	case 8:
		g.emit(bytecode.Instr{Op: bytecode.CAT, A: g.reg(capability.String), B: g.reg(capability.String), C: g.reg(g.pick(capability.String, tWord))})
	case 9, 10, 11:
		g.template(g.pick(capability.String, capability.Path, capability.Path, capability.URL))
	case 12, 13, 14, 15, 16, 17:
		g.lib()
	case 18, 19:
		g.named("", []string{"name", "parent", "stem", "ext", "append", "with_name", "with_ext", "beneath", "join", "path", "relative_to", "parts", "matches"}[g.r.IntN(13)])
	case 20:
		g.named("path", "join1")
	case 21, 22:
		t := g.pick(tListString, tListPath, tListItem, tLists, tListAny, tListFn)
		g.emit(bytecode.Instr{Op: byFile(t.Elem, bytecode.PUSHS, bytecode.PUSHT, bytecode.PUSHR), A: g.reg(t), B: g.reg(t.Elem)})
	case 23, 24:
		t := g.pick(tListString, tListPath, tListItem, tLists, tListAny, tListFn, tListEntry)
		g.emit(bytecode.Instr{Op: byFile(t.Elem, bytecode.ATS, bytecode.ATT, bytecode.ATR), A: g.reg(t.Elem), B: g.reg(t), C: g.reg(capability.Int)})
	case 25:
		t := g.pick(tListString, tListPath, tListItem, tListFn)
		g.emit(bytecode.Instr{Op: byFile(t.Elem, bytecode.SETS, bytecode.SETT, bytecode.SETR), A: g.reg(t), B: g.reg(capability.Int), C: g.reg(t.Elem)})
	case 26, 27:
		t := g.pick(tItem, tItem, tBag, capability.EntryType)
		i := g.r.IntN(min(3, len(t.Fields)))
		if g.has(t.Fields[i].Type) {
			g.getField(t, g.reg(t), i)
		}
	case 28:
		t := g.pick(tItem, tItem, tBag)
		i := g.r.IntN(3)
		g.setField(t, g.reg(t), i, g.reg(t.Fields[i].Type))
	case 29:
		g.emit(bytecode.Instr{Op: bytecode.MPUTT, A: g.reg(tMapPath), B: g.reg(capability.String), C: g.reg(capability.Path)})
		g.emit(bytecode.Instr{Op: bytecode.MPUTR, A: g.reg(tMapAny), B: g.reg(capability.String), C: g.reg(capability.Any)})
	case 30:
		t := g.pick(tMaybeText, tMaybePath, tMaybeItem)
		if g.r.IntN(4) == 0 {
			g.emit(bytecode.Instr{Op: bytecode.KNIL, A: g.reg(t)})
		} else {
			g.emit(bytecode.Instr{Op: byFile(t.Elem, bytecode.OPENS, bytecode.OPENT, bytecode.OPENR), A: g.reg(t.Elem), B: g.reg(t)})
		}
	case 31:
		g.toAny()
	case 32, 33:
		g.dynamic()
	case 34, 35, 36:
		g.callSome()
	case 37:
		g.emit(bytecode.Instr{Op: bytecode.LEN, A: g.reg(capability.Int), B: g.reg(g.pick(tListString, tListPath, tMapPath))})
	default:
		g.hostSome()
	}
}

func (g *generator) dynamic() {
	switch g.r.IntN(4) {
	case 0:
		g.emit(bytecode.Instr{Op: bytecode.PART, A: g.reg(capability.Any), B: g.reg(capability.Any), C: g.reg(capability.String)})
	case 1:
		g.emit(bytecode.Instr{Op: bytecode.ELEM, A: g.reg(capability.Any), B: g.reg(capability.Any), C: g.reg(capability.Int)})
	default:
		t := g.pick(capability.String, capability.Path, tListPath, tListString, tListString, tItem, tListAny, tMapPath, tMapAny, tMaybePath, tWord, capability.Int, tLists)
		g.emit(bytecode.Instr{Op: byFile(t, bytecode.CASTS, bytecode.CASTT, bytecode.CASTR), A: g.reg(t), B: g.reg(capability.Any), Imm: int32(g.types.Add(t))})
	}
}

// branchAway emits a conditional jump and gives the places to patch.
func (g *generator) branchAway() int {
	boolean := func() int {
		return g.jump(bytecode.Instr{Op: []bytecode.Opcode{bytecode.JT, bytecode.JF}[g.r.IntN(2)], A: g.reg(capability.Bool)})
	}
	switch g.r.IntN(11) {
	case 0, 1: // an answer that nobody knows beforehand
		g.caught(func() { g.hostCall("fs.exists", nil) })
		return boolean()
	case 2:
		op := []bytecode.Opcode{bytecode.JEQ, bytecode.JNE, bytecode.JLT, bytecode.JLE}[g.r.IntN(4)]
		return g.jump(bytecode.Instr{Op: op, A: g.reg(capability.Int), B: g.reg(capability.Int)})
	case 3:
		op := []bytecode.Opcode{bytecode.JEQI, bytecode.JNEI, bytecode.JLTI, bytecode.JLEI, bytecode.JGTI, bytecode.JGEI}[g.r.IntN(6)]
		return g.jump(bytecode.Instr{Op: op, A: g.reg(capability.Int), B: uint8(g.r.IntN(3))})
	case 4, 5:
		t := g.pick(capability.String, capability.Path, tWord)
		b := g.reg(t)
		if g.r.IntN(2) == 0 {
			g.initialise(t)
		}
		return g.jump(bytecode.Instr{Op: []bytecode.Opcode{bytecode.TJEQ, bytecode.TJNE}[g.r.IntN(2)], A: g.reg(t), B: b})
	case 6, 7:
		g.caught(func() { g.named("", "beneath") })
		if g.r.IntN(3) == 0 {
			g.emit(bytecode.Instr{Op: bytecode.NOT, A: g.reg(capability.Bool), B: g.reg(capability.Bool)})
		}
		for g.r.IntN(4) == 0 { // something between test and branch
			g.caught(g.simple)
		}
		return boolean()
	case 8:
		t := g.pick(tMaybeText, tMaybePath, tMaybeItem, capability.Any)
		return g.jump(bytecode.Instr{Op: []bytecode.Opcode{bytecode.JNIL, bytecode.JSOME}[g.r.IntN(2)], A: g.reg(t)})
	case 9:
		n := g.types.Add(g.pick(capability.String, capability.Path, tListPath, tListString, tItem, tWord, capability.Int))
		return g.jump(bytecode.Instr{Op: []bytecode.Opcode{bytecode.JIS, bytecode.JISNT}[g.r.IntN(2)], A: g.reg(capability.Any), B: uint8(n), C: uint8(n >> 8)})
	}
	to := g.reg(capability.Path)
	return g.jump(bytecode.Instr{Op: bytecode.MATT, A: to, B: g.reg(tMapPath), C: g.reg(capability.String)})
}

// caught catches most of what a step raises, or programs die young.
func (g *generator) caught(step func()) {
	from := g.here()
	step()
	if to := g.here(); to > from && g.r.IntN(100) < g.safe {
		mask := capability.AllKinds
		if g.r.IntN(8) == 0 {
			mask = capability.AllButDenied
		}
		g.nop()
		g.handler(from, to, to, mask, false)
	}
}

// swallow catches a host call's error and raises another.
func (g *generator) swallow() {
	from := g.here()
	g.hostCall("fs.delete", nil)
	g.handler(from, g.here(), g.here(), capability.AllKinds, false)
	g.setText(g.reg(capability.KindWords), capability.KindWords, "range")
	e := g.reg(capability.ErrorT)
	g.call(bytecode.Instr{Op: bytecode.LIB, A: e, Imm: 503}, []uint8{g.reg(capability.KindWords), g.reg(capability.String)})
	g.emit(bytecode.Instr{Op: bytecode.RAISE, A: e})
}

func (g *generator) handler(from, to, target int, mask capability.KindMask, deferred bool) uint8 {
	err := g.reg(capability.ErrorT)
	g.f.Handlers = append(g.f.Handlers, bytecode.Handler{From: uint32(from), To: uint32(to), Target: uint32(target), Mask: mask, Err: err, Defer: deferred})
	return err
}

func (g *generator) body(depth int) {
	for range 1 + g.r.IntN(4) {
		if g.size > 0 {
			g.statement(depth + 1)
		}
	}
}

func (g *generator) statement(depth int) {
	n := g.r.IntN(20)
	switch {
	case g.r.IntN(7) == 0:
		g.caught(func() { g.idiom() })
	case depth > 3 || n < 12:
		g.caught(g.simple)
	case n < 15:
		br := g.branchAway()
		g.body(depth)
		end := g.jump(bytecode.Instr{Op: bytecode.JMP})
		g.land(br)
		if g.r.IntN(2) == 0 {
			g.body(depth)
		}
		g.land(end)
		g.nop()
	case n == 15:
		g.caught(func() { g.walk(depth) })
	case n == 16:
		g.caught(func() { g.count(depth) })
	case n < 19:
		g.try(depth)
	case g.r.IntN(4) > 0 || depth == 0 && g.r.IntN(4) > 0:
		g.caught(g.simple)
	case g.r.IntN(2) == 0:
		g.ret()
	default:
		g.emit(bytecode.Instr{Op: bytecode.RAISE, A: g.reg(capability.ErrorT)})
	}
}

func (g *generator) walk(depth int) {
	over, it := g.pick(tListPath, tListPath, tListString, tListEntry, tStream, tMapPath), tWalkPath
	switch over {
	case tListString, tStream:
		it = tWalkText
	case tListEntry:
		it = tWalkEntry
	}
	r := g.reg(it)
	g.emit(bytecode.Instr{Op: bytecode.ITER, A: r, B: g.reg(over)})
	top := g.here()
	next := g.jump(bytecode.Instr{Op: bytecode.NEXT, A: r})
	g.emit(bytecode.Instr{Op: byFile(it.Elem, bytecode.ITEMS, bytecode.ITEMT, bytecode.ITEMR), A: g.reg(it.Elem), B: r})
	if over == tMapPath {
		g.emit(bytecode.Instr{Op: bytecode.KEY, A: g.reg(capability.String), B: r})
	}
	g.body(depth)
	g.loop(top)
	g.land(next)
	g.nop()
}

func (g *generator) count(depth int) {
	n, to := g.reg(capability.Int), g.reg(capability.Int)
	if g.r.IntN(2) == 0 {
		g.emit(bytecode.Instr{Op: bytecode.KINT, A: n, Imm: 0})
		g.emit(bytecode.Instr{Op: bytecode.KINT, A: to, Imm: int32(g.r.IntN(5))})
		top := g.here()
		g.body(depth)
		g.emit(bytecode.Instr{Op: bytecode.FORI, A: n, B: to, Imm: int32(top - g.here() - 1)})
		g.nop()
		return
	}
	top := g.here()
	br := g.branchAway()
	g.body(depth)
	g.loop(top)
	g.land(br)
	g.nop()
}

// try is a catch, a defer, or a defer that does not raise again.
func (g *generator) try(depth int) {
	from := g.here()
	g.body(depth)
	to := g.here()
	if to == from {
		return
	}
	end := g.jump(bytecode.Instr{Op: bytecode.JMP})
	deferred := g.r.IntN(4) == 0
	mask := []capability.KindMask{capability.AllKinds, capability.AllButDenied, capability.Kinds(capability.Denied), capability.Kinds(capability.NotFound, capability.Invalid, capability.Range)}[g.r.IntN(4)]
	if deferred {
		mask = capability.AllKinds
	}
	target := g.here()
	err := g.reg(capability.ErrorT)
	g.body(depth)
	if deferred && g.r.IntN(4) > 0 || g.r.IntN(3) == 0 {
		g.emit(bytecode.Instr{Op: bytecode.RAISE, A: err})
	} else {
		g.nop()
	}
	g.land(end)
	g.f.Handlers = append(g.f.Handlers, bytecode.Handler{From: uint32(from), To: uint32(to), Target: uint32(target), Mask: mask, Err: err, Defer: deferred})
	g.nop()
}

// probe asks something about a value, so that it is looked at.
func (g *generator) probe(t *capability.Type, r uint8) {
	switch t.Kind {
	case capability.KindPath:
		g.hostCall("fs.delete", map[string]uint8{"path": r})
	case capability.KindString:
		g.hostCall("print", map[string]uint8{"value": r})
	}
}

// oneOf gives a register of texts one of a few values.
func (g *generator) oneOf(t *capability.Type) uint8 {
	r := g.reg(t)
	if t.Kind == capability.KindString {
		if g.r.IntN(2) == 0 {
			g.setText(r, t, g.word())
			br := g.branchAway()
			g.setText(r, t, g.word())
			g.land(br)
			g.nop()
		}
		return r
	}
	l := g.reg(tListPath)
	g.emit(bytecode.Instr{Op: bytecode.LIST, A: l, Imm: int32(g.types.Add(tListPath))})
	for range 2 {
		x := g.reg(capability.Path)
		g.setText(x, capability.Path, g.path())
		g.emit(bytecode.Instr{Op: bytecode.PUSHT, A: l, B: x})
	}
	g.emit(bytecode.Instr{Op: bytecode.ATT, A: r, B: l, C: g.reg(capability.Int)})
	return r
}

// test branches away unless a text is a constant, or a path below one.
func (g *generator) test(t *capability.Type, r uint8) int {
	k := g.reg(t)
	if t.Kind == capability.KindPath {
		g.setText(k, t, g.path())
		if g.r.IntN(2) == 0 {
			c := g.reg(capability.Bool)
			g.call(bytecode.Instr{Op: bytecode.LIB, A: c, Imm: 289}, []uint8{r, k})
			g.noise()
			return g.jump(bytecode.Instr{Op: bytecode.JF, A: c})
		}
	} else {
		g.setText(k, t, g.word())
	}
	return g.jump(bytecode.Instr{Op: bytecode.TJNE, A: r, B: k})
}

func (g *generator) noise() {
	for g.r.IntN(2) == 0 {
		g.caught(g.simple)
	}
}

// idiom is a shape that the relational parts of an analysis get wrong.
func (g *generator) idiom() {
	g.size -= 4
	switch g.r.IntN(8) {
	case 0: // guard, change, use
		t := g.pick(capability.String, capability.Path)
		x := g.oneOf(t)
		y := g.reg(t)
		g.emit(bytecode.Instr{Op: bytecode.MOVT, A: y, B: x})
		br := g.test(t, x)
		g.noise()
		g.probe(t, y)
		g.probe(t, x)
		g.land(br)
		g.nop()
		g.probe(t, y)
	case 1, 2:
		g.fieldIdiom()
	case 3: // the value of the round before
		t := g.pick(capability.String, capability.Path)
		y := g.reg(t)
		top := g.here()
		x := g.oneOf(t)
		br := g.test(t, x)
		g.probe(t, y)
		g.noise()
		g.land(br)
		g.emit(bytecode.Instr{Op: bytecode.MOVT, A: y, B: x})
		out := g.branchAway()
		g.loop(top)
		g.land(out)
		g.nop()
	case 4: // read, then grow, in a loop
		l, l2 := g.reg(tListPath), g.reg(tListPath)
		if g.r.IntN(2) == 0 {
			g.list(tListPath)
			g.emit(bytecode.Instr{Op: bytecode.MOVR, A: l2, B: l})
		}
		q := g.reg(capability.Path)
		if g.r.IntN(2) == 0 {
			g.setText(q, capability.Path, g.path())
		}
		top := g.here()
		maybe, p := g.reg(tMaybePath), g.reg(capability.Path)
		g.call(bytecode.Instr{Op: bytecode.LIB, A: maybe, Imm: 73}, []uint8{l})
		g.caught(func() { g.emit(bytecode.Instr{Op: bytecode.OPENT, A: p, B: maybe}) })
		g.probe(capability.Path, p)
		if g.r.IntN(2) == 0 {
			g.noise()
		}
		g.emit(bytecode.Instr{Op: bytecode.PUSHT, A: l2, B: q})
		g.hostCall("fs.exists", nil)
		out := g.jump(bytecode.Instr{Op: bytecode.JT, A: g.reg(capability.Bool)})
		g.loop(top)
		g.land(out)
		g.nop()
	case 5:
		g.cutIdiom()
	case 6: // a denial swallowed, then an error of another kind
		g.caught(func() { g.hostCall("fs.delete", nil) })
		br := g.branchAway()
		g.emit(bytecode.Instr{Op: bytecode.ATT, A: g.reg(capability.Path), B: g.reg(tListPath), C: g.reg(capability.Int)})
		g.land(br)
		g.nop()
	case 7:
		g.outsideIdiom()
	}
}

// outsideIdiom brings a list into data from outside and finds it there again,
// by another way.
func (g *generator) outsideIdiom() {
	j := g.regs["any"][0]
	a, b := g.reg(tListAny), g.reg(tListAny)
	n := int32(g.types.Add(tListAny))
	g.emit(bytecode.Instr{Op: bytecode.CASTR, A: a, B: j, Imm: n})
	g.noise()
	g.emit(bytecode.Instr{Op: bytecode.CASTR, A: b, B: j, Imm: n})
	x := g.list(tListPath)
	v := g.reg(capability.Any)
	g.emit(bytecode.Instr{Op: bytecode.MOVR, A: v, B: x})
	g.emit(bytecode.Instr{Op: bytecode.PUSHR, A: a, B: v})
	w := g.reg(capability.Any)
	g.call(bytecode.Instr{Op: bytecode.LIB, A: w, Imm: 73}, []uint8{b})
	y := g.reg(tListPath)
	g.initialise(capability.Path)
	g.emit(bytecode.Instr{Op: bytecode.CASTR, A: y, B: w, Imm: int32(g.types.Add(tListPath))})
	g.emit(bytecode.Instr{Op: bytecode.PUSHT, A: y, B: g.reg(capability.Path)})
	maybe, p := g.reg(tMaybePath), g.reg(capability.Path)
	g.call(bytecode.Instr{Op: bytecode.LIB, A: maybe, Imm: 73}, []uint8{x})
	g.emit(bytecode.Instr{Op: bytecode.OPENT, A: p, B: maybe})
	g.probe(capability.Path, p)
}

// fieldIdiom loads a field, tests it, stores or calls, and loads it again.
func (g *generator) fieldIdiom() {
	e, e2 := g.reg(tItem), g.reg(tItem)
	x := g.oneOf(capability.Path)
	g.emit(bytecode.Instr{Op: bytecode.REC, A: e, Imm: int32(g.types.Add(tItem))})
	g.setField(tItem, e, 0, x)
	if g.r.IntN(2) == 0 {
		g.emit(bytecode.Instr{Op: bytecode.MOVR, A: e2, B: e})
	}
	br := g.test(capability.Path, g.getField(tItem, e, 0))
	switch g.r.IntN(4) {
	case 0:
		g.setField(tItem, e2, 0, g.reg(capability.Path))
	case 1:
		if len(g.sigs) > 5 {
			g.call(bytecode.Instr{Op: bytecode.CALL, A: g.reg(tItem), Imm: 5}, []uint8{g.reg(tListPath), e2})
		}
	case 2:
		g.noise()
	}
	g.probe(capability.Path, g.getField(tItem, e, 0))
	g.land(br)
	g.nop()
	g.probe(capability.Path, g.getField(tItem, e, 0))
}

// cutIdiom takes paths apart and puts them together again.
func (g *generator) cutIdiom() {
	p, s := g.reg(capability.Path), g.reg(capability.String)
	if g.r.IntN(2) == 0 {
		if g.r.IntN(3) == 0 {
			g.setText(p, capability.Path, "/")
		}
		given := map[string]uint8{"path": p}
		name := "fs.list"
		if g.r.IntN(2) == 0 {
			glob := g.reg(tMaybeText)
			k := g.reg(capability.String)
			g.setText(k, capability.String, []string{"*", "*.log", "app*", "a*g", "*a*"}[g.r.IntN(5)])
			g.emit(bytecode.Instr{Op: bytecode.BOXT, A: glob, B: k})
			given["pattern"], name = glob, "fs.find"
		}
		g.hostCall(name, given)
		call := g.f.Code[g.lastHost()]
		e := g.reg(capability.EntryType)
		g.emit(bytecode.Instr{Op: bytecode.ATR, A: e, B: call.A, C: g.reg(capability.Int)})
		t := capability.EntryType
		g.emit(bytecode.Instr{Op: bytecode.FLDT, A: p, B: e, C: uint8(t.Slot(t.FieldIndex("path")).Index)})
	} else {
		g.template(capability.Path)
		p = g.reg(capability.Path)
	}
	g.call(bytecode.Instr{Op: bytecode.LIB, A: s, Imm: 280}, []uint8{p})
	suffix := g.reg(capability.String)
	if suffix != s {
		g.setText(suffix, capability.String, []string{".log", "g", "log", "a", "c", "x", "ax"}[g.r.IntN(7)])
		g.call(bytecode.Instr{Op: bytecode.LIB, A: s, Imm: int32(6 + g.r.IntN(2))}, []uint8{s, suffix})
	}
	g.probe(capability.String, s)
	g.call(bytecode.Instr{Op: bytecode.LIB, A: p, Imm: 283}, []uint8{p})
	g.probe(capability.Path, p)
	if g.r.IntN(2) == 0 {
		q := g.reg(capability.String)
		g.m.Templates = append(g.m.Templates, bytecode.Template{Type: capability.String, Pieces: []bytecode.TemplatePiece{{Hole: capability.Path}, {Literal: ".bak"}}})
		g.call(bytecode.Instr{Op: bytecode.TEXT, A: q, Imm: int32(len(g.m.Templates) - 1)}, []uint8{p})
		g.probe(capability.String, q)
	}
	g.call(bytecode.Instr{Op: bytecode.LIB, A: p, Imm: 500}, []uint8{p, s})
	g.probe(capability.Path, p)
}

func (g *generator) lastHost() int {
	for pc := g.here() - 1; ; pc-- {
		if g.f.Code[pc].Op == bytecode.HOST {
			return pc
		}
	}
}

// scramble makes what no compiler would: jumps to anywhere they may go,
// handlers around anything.
func (g *generator) scramble() {
	for i := range g.m.Funcs {
		f := &g.m.Funcs[i]
		var starts []int
		for pc := range f.Instrs() {
			starts = append(starts, pc)
		}
		some := func(from, to int) int { // an instruction in [from, to)
			for range 50 {
				if pc := starts[g.r.IntN(len(starts))]; pc >= from && pc < to {
					return pc
				}
			}
			return -1
		}
		for _, pc := range starts {
			in := &f.Code[pc]
			if !in.Op.Jumps() || g.r.IntN(4) > 0 {
				continue
			}
			to := some(pc+1, len(f.Code))
			if in.Op == bytecode.LOOP || in.Op == bytecode.FORI {
				to = some(0, pc+1)
			}
			if to >= 0 {
				in.Imm = int32(to - pc - 1)
			}
		}
		for j := range f.Handlers {
			h := &f.Handlers[j]
			from := some(0, len(f.Code))
			to := some(from, len(f.Code))
			target := some(to, len(f.Code))
			if g.r.IntN(3) == 0 && from >= 0 && to > from && target >= 0 {
				h.From, h.To, h.Target = uint32(from), uint32(to), uint32(target)
			}
		}
	}
}
