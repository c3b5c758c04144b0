package capability

// Nearest finds the name that differs least, if it differs by a slip only.
func Nearest(name string, names []string) string {
	if len(name) > 64 {
		return ""
	}
	found, best := "", 1+len(name)/3
	for _, n := range names {
		if d := editDistance(name, n); d <= best && (found == "" || d < best) {
			found, best = n, d
		}
	}
	return found
}

// editDistance counts the insertions, deletions, replacements and swaps of
// neighbours that make b of a: a dozen lines, against a dependency of rexvm.
func editDistance(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row := rows[0], rows[1], rows[2]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		rows = [3][]int{last, row, before}
	}
	return rows[1][len(b)]
}
