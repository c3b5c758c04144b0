package lang

// pipeline makes `x |> f() |> g()`: on one line, or one step on each.
func (f *formatter) pipeline(e Expr) *doc {
	var steps [][]Expr // from the last to the first: a Pipe and what is applied to it
	x := e
	for {
		suffixes, inner := unwindSuffixes(x)
		p, ok := inner.(*Pipe)
		if !ok {
			break
		}
		steps = append(steps, append([]Expr{p}, suffixes...))
		x = p.X
	}
	parts := []*doc{f.expr(x)}
	for i := len(steps) - 1; i >= 0; i-- {
		parts = append(parts, f.step(steps[i]))
	}
	return chain(line, 1, parts[0], parts[1:])
}

// step makes `|> f(a).x`.
func (f *formatter) step(nodes []Expr) *doc {
	call := nodes[0].(*Pipe).Call
	parts := []*doc{f.take(kPipe), space, f.expr(call.Fn), f.args(call.Args)}
	for _, s := range nodes[1:] {
		parts = append(parts, f.suffix(s))
	}
	return concat(parts...)
}

// unwindSuffixes takes suffixes off an expression; the list is in their order
// in the source.
func unwindSuffixes(e Expr) (suffixes []Expr, x Expr) {
	for x = e; ; {
		var inner Expr
		switch n := x.(type) {
		case *Member:
			inner = n.X
		case *Call:
			inner = n.Fn
		case *Index:
			inner = n.X
		case *Slice:
			inner = n.X
		case *Unwrap:
			inner = n.X
		default:
			for i, j := 0, len(suffixes)-1; i < j; i, j = i+1, j-1 {
				suffixes[i], suffixes[j] = suffixes[j], suffixes[i]
			}
			return suffixes, x
		}
		suffixes = append(suffixes, x)
		x = inner
	}
}

// suffixed makes `a.b(c)[d]!`. What breaks is the chain of its method calls,
// but a name stays with the first call on it, which is mostly a module's.
func (f *formatter) suffixed(e Expr) *doc {
	suffixes, x := unwindSuffixes(e)
	if _, ok := x.(*Pipe); ok {
		return f.pipeline(e)
	}
	_, named := x.(*Ident)
	parts := []*doc{f.expr(x)}
	for i, s := range suffixes {
		d := f.suffix(s)
		if i == 0 && parts[0].endsWith('?') { // a closure's body: `T?.a` would be read as `?.`
			d = concat(space, d)
		}
		if method(suffixes[i:]) && !(named && i == 0) {
			parts = append(parts, d)
		} else {
			last := len(parts) - 1
			parts[last] = concat(parts[last], d)
		}
	}
	if len(parts) == 2 {
		return concat(parts...)
	}
	return chain(soft, 2, parts[0], parts[1:])
}

// method tells whether suffixes begin with the call of a method.
func method(suffixes []Expr) bool {
	if _, ok := suffixes[0].(*Member); !ok || len(suffixes) < 2 {
		return false
	}
	_, ok := suffixes[1].(*Call)
	return ok
}

// chain puts calls in a row: on one line; else, if there are few, with the end
// of the last broken; else each on a line of its own.
func chain(between *doc, few int, head *doc, calls []*doc) *doc {
	if len(calls) == 0 {
		return head
	}
	row, rows := []*doc{head}, []*doc{}
	inner := false // one before the last is broken
	for i, c := range calls {
		row = append(row, flatLine(between), c)
		rows = append(rows, between, c)
		inner = inner || c.broken && (i < len(calls)-1 || !c.opensLast() || c.brokenInside())
	}
	apart := group(head, indent(rows...))
	if inner || len(calls) > few {
		return apart
	}
	one := concat(row...)
	var ended *doc
	if one.opensLast() {
		ended = one.breakLast()
	}
	return choice(one, ended, apart.forced())
}

func flatLine(d *doc) *doc {
	if d.kind == docLine {
		return space
	}
	return nothing
}

// suffix makes one suffix.
func (f *formatter) suffix(e Expr) *doc {
	switch e := e.(type) {
	case *Member:
		return f.member()
	case *Call:
		return f.args(e.Args)
	case *Unwrap:
		return f.take(kUnwrap)
	case *Index:
		return concat(f.take(kLBracket), f.expr(e.I), f.trailing(), f.take(kRBracket))
	case *Slice:
		parts := []*doc{f.take(kLBracket)}
		if e.From != nil {
			parts = append(parts, f.rangeFrom(e.From))
		}
		parts = append(parts, f.any())
		if e.To != nil {
			parts = append(parts, f.expr(e.To))
		}
		return concat(append(parts, f.trailing(), f.take(kRBracket))...)
	}
	panic("a suffix of no known kind")
}

// member makes `.a`. A comment between the two goes before them: `1.` alone would
// be half a number.
func (f *formatter) member() *doc {
	before := f.before()
	dot := text(f.spelling(f.advance().at))
	before = append(before, f.before()...)
	return concat(append(before, dot, f.any())...)
}

// args makes the arguments of a call: on one line; else with the last one
// broken behind the others, when it is made for that; else one on each line.
func (f *formatter) args(args []Arg) *doc {
	all, within, inner := len(f.comments), 0, false
	open := f.take(kLParen)
	row := []*doc{open}
	list := f.entries(len(args), line, func(i int) *doc {
		before := len(f.comments)
		d := f.arg(&args[i])
		within += before - len(f.comments)
		inner = inner || d.broken && i < len(args)-1 || d.brokenInside()
		if i > 0 {
			row = append(row, text(", "))
		}
		row = append(row, d)
		return concat(d, f.comma(i == len(args)-1))
	})
	loose := all-len(f.comments) > within // there are comments between the arguments
	if list == nil {
		return concat(open, f.take(kRParen))
	}
	closer := f.take(kRParen)
	apart := bracketed(open, indent(soft, list), soft, closer)
	if loose || inner || len(args) == 0 || !opensLast(args) {
		return apart
	}
	return hug(row, closer, apart)
}

func (f *formatter) arg(a *Arg) *doc {
	if a.Name == nil {
		return f.expr(a.Value)
	}
	return concat(f.any(), f.take(kColon), f.value(a.Value))
}

// hug offers `f(a, {` and so on before the arguments are broken.
func hug(row []*doc, closer, apart *doc) *doc {
	apart = apart.forced()
	ended := apart
	if last := concat(row...).breakLast(); last != nil {
		ended = concat(last, closer)
	}
	return choice(concat(concat(row...), closer), ended, apart)
}

// opensLast tells whether the last argument may be broken while the others
// stand on the line of the call: it is the only one with brackets of its own.
func opensLast(args []Arg) bool {
	last := len(args) - 1
	for i := range args[:last] {
		if opens(args[i].Value) {
			return false
		}
	}
	if opens(args[last].Value) {
		return true
	}
	_, call := args[last].Value.(*Call)
	return call && last == 0
}

func opens(e Expr) bool {
	switch e := e.(type) {
	case *Closure, *List, *Data, *Match, *If:
		return true
	case *Text:
		return e.Form == TextBlock || e.Form == RawBlock
	case *String:
		return e.Form == TextBlock
	}
	return false
}
