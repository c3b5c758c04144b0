package library

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Numbers as literals write them, with an optional sign: what arguments and
// the conversions read. The rules are those of the language; package lang has
// its own reader because it offers fixes. All say what is wrong, "" when
// nothing is.

// ParseInt reads an int as a literal: decimal without leading zeros, or with
// 0x, 0o, 0b; _ may stand between digits.
func ParseInt(s string) (n int64, why string) {
	body, negative := sign(s)
	if len(body) > 1 && body[0] == '0' && body[1] >= '0' && body[1] <= '9' {
		return 0, "has a leading zero: write 0o" + strings.TrimLeft(body, "0") + " for octal, or leave it out"
	}
	if !underscores(body) {
		return 0, "is not a whole number"
	}
	return parseBase(strings.ReplaceAll(body, "_", ""), negative)
}

// sign takes the sign off.
func sign(s string) (body string, negative bool) {
	if body, ok := strings.CutPrefix(s, "-"); ok {
		return body, true
	}
	return s, false
}

// underscores reports whether each _ stands between two digits.
func underscores(s string) bool {
	digit := func(i int) bool {
		return i >= 0 && i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i]|0x20 >= 'a' && s[i]|0x20 <= 'f')
	}
	for i := 0; i < len(s); i++ {
		if s[i] == '_' && !(digit(i-1) && digit(i+1)) {
			return false
		}
	}
	return true
}

// parseBase reads digits, in the base that a prefix says.
func parseBase(body string, negative bool) (int64, string) {
	base := 10
	if len(body) > 2 && body[0] == '0' {
		switch body[1] {
		case 'x':
			base = 16
		case 'o':
			base = 8
		case 'b':
			base = 2
		}
		if base != 10 {
			body = body[2:]
		}
	}
	return parseDigits(body, base, negative)
}

func parseDigits(body string, base int, negative bool) (int64, string) {
	if strings.HasPrefix(body, "+") || strings.HasPrefix(body, "-") || strings.Contains(body, "_") {
		return 0, "is not a whole number"
	}
	n, err := strconv.ParseUint(body, base, 64)
	switch {
	case err != nil && err.(*strconv.NumError).Err == strconv.ErrSyntax:
		return 0, "is not a whole number"
	case err != nil || n > math.MaxInt64 && !(negative && n == 1<<63):
		return 0, "does not fit into 64 bits"
	case negative:
		return -int64(n), ""
	}
	return int64(n), ""
}

// ParseFloat reads a decimal number, with or without point and exponent.
func ParseFloat(s string) (x float64, why string) {
	body, _ := sign(s)
	for i := 0; i < len(body); i++ {
		if c := body[i]; (c < '0' || c > '9') && !strings.ContainsRune(".eE+-", rune(c)) {
			return 0, "is not a number"
		}
	}
	if strings.HasPrefix(body, ".") || strings.HasSuffix(body, ".") || strings.HasPrefix(body, "+") || strings.HasPrefix(body, "-") || strings.Contains(body, ".e") || strings.Contains(body, ".E") {
		return 0, "is not a number"
	}
	x, err := strconv.ParseFloat(s, 64)
	switch {
	case err == nil:
		return x, ""
	case err.(*strconv.NumError).Err == strconv.ErrRange:
		return 0, "does not fit into a float"
	}
	return 0, "is not a number"
}

// ParseDuration reads 1h30m, 0.5s: parts from large to small, each unit once,
// a point only in a single part, whole nanoseconds.
func ParseDuration(s string) (ns int64, why string) {
	rest, negative := sign(s)
	var total uint64
	last := int64(math.MaxInt64)
	for parts := 0; rest != ""; parts++ {
		number, u, tail, why := quantityPart(rest, durationUnits)
		switch {
		case why != "":
			return 0, "is not a duration: it " + why + "; write 90s, 1h30m, 250ms"
		case u.n >= last:
			return 0, "is not a duration: its parts go from large to small, each unit once"
		case strings.Contains(number, ".") && (parts > 0 || tail != ""):
			return 0, "is not a duration: only one of a single part has a point"
		}
		n, why := scaled(number, u.n)
		if why != "" {
			return 0, "is not a duration: it " + why
		}
		if total += n; total > 1<<63 {
			return 0, "is not a duration: it does not fit into 64 bits of nanoseconds"
		}
		last, rest = u.n, tail
	}
	if last == math.MaxInt64 {
		return 0, "is not a duration: write 90s, 1h30m, 250ms"
	}
	return signed(total, negative)
}

// ParseSize reads 10MB, 1.5GiB: whole bytes.
func ParseSize(s string) (bytes int64, why string) {
	rest, negative := sign(s)
	number, u, tail, why := quantityPart(rest, sizeUnits)
	if why == "" && tail != "" {
		why = "has something behind its unit"
	}
	if why != "" {
		return 0, "is not a size: it " + why + "; write 512B, 10MB, 1.5GiB"
	}
	n, why := scaled(number, u.n)
	if why != "" {
		return 0, "is not a size: it " + why
	}
	return signed(n, negative)
}

func signed(n uint64, negative bool) (int64, string) {
	switch {
	case negative && n <= 1<<63:
		return -int64(n), ""
	case n > math.MaxInt64:
		return 0, "does not fit into 64 bits"
	}
	return int64(n), ""
}

// quantityPart takes a number and a unit off the front.
func quantityPart(s string, units []unit) (number string, u unit, rest, why string) {
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.' || s[i] == '_') {
		i++
	}
	j := i
	for j < len(s) && (s[j]|0x20 >= 'a' && s[j]|0x20 <= 'z') {
		j++
	}
	switch {
	case i == 0:
		return "", unit{}, "", "has no number where one belongs"
	case i == j:
		return "", unit{}, "", "has no unit behind " + quoteShort(s[:i])
	}
	for _, u := range units {
		if u.name == s[i:j] {
			return s[:i], u, s[j:], ""
		}
	}
	return "", unit{}, "", "has a unit " + quoteShort(s[i:j]) + " that doesn't exist"
}

// scaled multiplies a decimal number with a unit; the product must be whole.
func scaled(number string, n int64) (product uint64, why string) {
	if !underscores(number) {
		return 0, "has a number that is none"
	}
	whole, frac, point := strings.Cut(strings.ReplaceAll(number, "_", ""), ".")
	switch {
	case whole == "" || point && frac == "" || strings.Contains(frac, "."):
		return 0, "has a number that is none"
	case len(whole) > 1 && whole[0] == '0':
		return 0, "has a leading zero"
	}
	w, err := strconv.ParseUint(whole, 10, 64)
	hi, product := bits.Mul64(w, uint64(n))
	if err != nil || hi != 0 {
		return 0, "does not fit into 64 bits"
	}
	part, why := scaledFraction(strings.TrimRight(frac, "0"), uint64(n))
	if product += part; why == "" && product < part {
		why = "does not fit into 64 bits"
	}
	return product, why
}

// scaledFraction multiplies 0.frac with n: digit by digit, each step exact.
func scaledFraction(frac string, n uint64) (uint64, string) {
	if len(frac) > 18 {
		return 0, "does not come out whole"
	}
	var digits, power uint64 = 0, 1
	for i := 0; i < len(frac); i++ {
		digits, power = digits*10+uint64(frac[i]-'0'), power*10
	}
	hi, lo := bits.Mul64(digits, n)
	if hi >= power {
		return 0, "does not come out whole"
	}
	product, rest := bits.Div64(hi, lo, power)
	if rest != 0 {
		return 0, "does not come out whole"
	}
	return product, ""
}
