package reference

import "strings"

// minimise makes a script shorter as long as it still fails: it drops lines
// and statements, and puts a part of an expression in the place of the whole.
func minimise(src string, fails func(string) bool) string {
	for tries := 0; tries < 3000; {
		shorter := ""
		for _, c := range cuts(src) {
			if tries++; len(c) < len(src) && fails(c) {
				shorter = c
				break
			}
			if tries > 3000 {
				break
			}
		}
		if shorter == "" {
			return src
		}
		src = shorter
	}
	return src
}

// cuts are shorter scripts, the shortest first within each sort of cut.
func cuts(src string) []string {
	var out []string
	lines := strings.SplitAfter(src, "\n")
	for i := range lines {
		out = append(out, strings.Join(lines[:i], "")+strings.Join(lines[i+1:], ""))
	}
	groups := groupsOf(src)
	for _, g := range groups { // whole blocks and arguments
		if src[g[0]] == '{' {
			out = append(out, src[:g[0]+1]+src[g[1]-1:])
			out = append(out, src[:g[0]]+src[g[1]:])
		}
	}
	for _, g := range groups {
		for _, h := range groups {
			if h[0] > g[0] && h[1] < g[1] && src[g[0]] == src[h[0]] {
				out = append(out, src[:g[0]]+src[h[0]:h[1]]+src[g[1]:])
			}
		}
	}
	for _, s := range statementsOf(src) {
		out = append(out, src[:s[0]]+src[s[1]:])
	}
	for _, g := range groups { // idN(x) -> x
		start := g[0]
		for start > 0 && (src[start-1] >= 'a' && src[start-1] <= 'z' || src[start-1] >= '0' && src[start-1] <= '9') {
			start--
		}
		if start < g[0] && src[g[0]] == '(' {
			out = append(out, src[:start]+src[g[0]+1:g[1]-1]+src[g[1]:])
			out = append(out, src[:start]+src[g[0]:g[1]]+src[g[1]:])
		}
		if src[g[0]] == '(' {
			out = append(out, src[:g[0]]+"0"+src[g[1]:], src[:g[0]]+"true"+src[g[1]:], src[:g[0]]+src[g[0]+1:g[1]-1]+src[g[1]:])
		}
	}
	return out
}

// groupsOf are the balanced brackets of a script, strings skipped as far as
// that needs no lexer.
func groupsOf(src string) [][2]int {
	var open []int
	var out [][2]int
	for i := range len(src) {
		switch src[i] {
		case '(', '{', '[':
			open = append(open, i)
		case ')', '}', ']':
			if len(open) > 0 {
				out = append(out, [2]int{open[len(open)-1], i + 1})
				open = open[:len(open)-1]
			}
		}
	}
	return out
}

// statementsOf are the pieces between `; `, with one of their separators.
func statementsOf(src string) [][2]int {
	var out [][2]int
	var last []int
	last = append(last, 0)
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '{', '(', '[':
			last = append(last, i+1)
		case '}', ')', ']':
			if len(last) > 1 {
				last = last[:len(last)-1]
			}
		case ';', ',':
			top := len(last) - 1
			out = append(out, [2]int{last[top], i + 1})
			last[top] = i + 1
		case '\n':
			last[len(last)-1] = i + 1
		}
	}
	return out
}
