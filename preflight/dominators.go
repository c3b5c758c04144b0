package preflight

// dominators gives the immediate dominator of each node of a graph that is
// entered at node 0: the last one on every way to it. It is 0 for node 0
// itself and -1 for what can't be reached. The method is semi-NCA, near linear
// also where thousands of nodes share one exit.
func dominators(succ [][]int) []int {
	d := newSpanning(succ)
	n := len(d.vertex)
	semi, idom := make([]int, n), make([]int, n)
	copy(idom, d.parent)
	label := make([]int, n)
	for i := range n {
		semi[i], label[i] = i, i
	}
	ancestor := append([]int(nil), d.parent...)
	var stack []int
	// eval finds the least semidominator on the way up to, not including, what
	// is not linked yet; it shortens that way.
	eval := func(v, last int) int {
		if ancestor[v] < last {
			return label[v]
		}
		for {
			stack = append(stack, v)
			if v = ancestor[v]; ancestor[v] < last {
				break
			}
		}
		up, best := v, label[v]
		for len(stack) > 0 {
			v = stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			ancestor[v] = ancestor[up]
			if semi[best] < semi[label[v]] {
				label[v] = best
			} else {
				best = label[v]
			}
			up = v
		}
		return label[v]
	}
	for w := n - 1; w >= 1; w-- {
		least := d.parent[w]
		for _, v := range d.pred[d.vertex[w]] {
			least = min(least, semi[eval(v, w+1)])
		}
		semi[w] = least
	}
	for w := 1; w < n; w++ {
		x := idom[w]
		for x > semi[w] {
			x = idom[x]
		}
		idom[w] = x
	}
	out := make([]int, len(succ))
	for i := range out {
		out[i] = -1
	}
	out[0] = 0
	for w := 1; w < n; w++ {
		out[d.vertex[w]] = d.vertex[idom[w]]
	}
	return out
}

// spanning is a depth-first spanning tree; its numbers are those of the walk.
type spanning struct {
	vertex []int   // node by number
	parent []int   // number by number
	pred   [][]int // numbers by node
}

func newSpanning(succ [][]int) *spanning {
	d := &spanning{pred: make([][]int, len(succ))}
	number := make([]int, len(succ))
	for i := range number {
		number[i] = -1
	}
	type frame struct{ node, next int }
	enter := func(node, parent int) {
		number[node] = len(d.vertex)
		d.vertex, d.parent = append(d.vertex, node), append(d.parent, parent)
	}
	enter(0, 0)
	for path := []frame{{0, 0}}; len(path) > 0; {
		top := &path[len(path)-1]
		if top.next == len(succ[top.node]) {
			path = path[:len(path)-1]
			continue
		}
		to := succ[top.node][top.next]
		top.next++
		d.pred[to] = append(d.pred[to], number[top.node])
		if number[to] < 0 {
			enter(to, number[top.node])
			path = append(path, frame{to, 0})
		}
	}
	return d
}
