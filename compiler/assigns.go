package compiler

// assignsIn reports whether a text holds what looks like an assignment to a
// name: the name as a word, then `=`, `+=` and so on, but not `==` or `=>`.
func assignsIn(src []byte, name string) bool {
	for i := 0; i+len(name) < len(src); i++ {
		if src[i] != name[0] || string(src[i:i+len(name)]) != name || i > 0 && wordByte(src[i-1]) {
			continue
		}
		j := i + len(name)
		for j < len(src) && (src[j] == ' ' || src[j] == '\t') {
			j++
		}
		if j < len(src) && (src[j] == '+' || src[j] == '-' || src[j] == '*' || src[j] == '/' || src[j] == '%') {
			j++
		}
		if j < len(src) && src[j] == '=' && (j+1 == len(src) || src[j+1] != '=' && src[j+1] != '>') {
			return true
		}
	}
	return false
}

func wordByte(b byte) bool { return nameByte(b, true) }
