
func TestAdhocOutside(t *testing.T) {
	planted = castForEachPlace
	defer func() { planted = noFault }()
	found, okRuns := 0, 0
	for seed := uint64(0); seed < 400; seed++ {
		r := rand.New(rand.NewPCG(seed, 7))
		g := &generator{r: r, m: &bytecode.Module{Params: genParams}, consts: map[string]int{}, ops: map[uint16]bool{}, safe: 100}
		main := signature{result: capability.None}
		for _, p := range genParams {
			main.params = append(main.params, p.Type)
		}
		g.sigs = []signature{main}
		g.only = true
		g.function(0)
		for _, op := range capability.Table() {
			if g.ops[op.Number] {
				g.m.Ops = append(g.m.Ops, bytecode.OpUse{Number: op.Number, Name: op.Name, Hash: op.Hash()})
			}
		}
		sortOps(g.m.Ops)
		g.m.Types = g.types.List
		v, err := bytecode.Verify(g.m)
		if err != nil {
			t.Fatal(err)
		}
		a, _ := analyse(v, nil, Options{})
		for range 8 {
			oracle := &oracle{a: a, bound: make([]string, 8)}
			values := paramValues(r)
			for i, x := range values {
				oracle.bound[i] = capability.TextOf(x)
			}
			mc := &machine{v: v, r: r, fuel: 1500, fail: 0, params: values, stopAt: -1, look: oracle.look}
			if mc.run() {
				okRuns++
			}
			if oracle.found != "" {
				if found == 0 { t.Log(describe(seed, oracle.found, g.m)) }
				found++
			}
			if seed == 3 { t.Log(describe(seed, show(values[5],0), g.m), mc.touches) }
		}
	}
	t.Log(found, okRuns)
}
