package lang

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// numberEnd finds where a number that begins at from ends, with whatever letters
// and digits follow it directly, and what kind it looks like. Whether it is
// well formed is found when its value is taken.
func numberEnd(src string, from int) (int, kind) {
	at := func(i int) byte {
		if i < len(src) {
			return src[i]
		}
		return 0
	}
	run := func(i int) int {
		for isNameByte(at(i)) {
			i++
		}
		return i
	}
	if at(from) == '0' && hasBase(at(from+1), at(from+2)) {
		return run(from), kInt
	}
	i, k := from, kInt
	for isDigit(at(i)) || at(i) == '_' {
		i++
	}
	if at(i) == '.' && at(i+1) != '.' && !isNameStart(at(i+1)) {
		k = kFloat
		for i++; isDigit(at(i)) || at(i) == '_'; i++ {
		}
	}
	if n := exponent(at(i), at(i+1), at(i+2)); n > 0 {
		k = kFloat
		for i += n; isDigit(at(i)) || at(i) == '_'; i++ {
		}
	}
	end := run(i)
	if end == i {
		return end, k
	}
	return end, unitKind(src[i:end])
}

// hasBase tells whether 0 and these two bytes begin a number in another base;
// `0B` is a size unless a binary digit follows.
func hasBase(c, next byte) bool {
	switch c {
	case 'x', 'X', 'o', 'O', 'b':
		return true
	case 'B':
		return next == '0' || next == '1'
	}
	return false
}

// exponent gives how many bytes up to its digits an exponent has here, 0 if none.
func exponent(e, sign, digit byte) int {
	switch {
	case e != 'e' && e != 'E':
		return 0
	case isDigit(sign):
		return 1
	case (sign == '+' || sign == '-') && isDigit(digit):
		return 2
	}
	return 0
}

// unitKind tells a size from a duration by the letters of its unit.
func unitKind(suffix string) kind {
	switch last := suffix[len(suffix)-1]; {
	case last == 'B' || last == 'b':
		return kSize
	case len(suffix) <= 2 && strings.ContainsAny(suffix[:1], "KMGTPkgtp"):
		return kSize
	}
	return kDuration
}

// numberError says what is wrong with a number, with other spellings.
type numberError struct {
	code, message string
	spellings     []string
	guess         bool // the spelling is only near
}

func numberErr(code, message string, spellings ...string) *numberError {
	return &numberError{code, message, spellings, false}
}

// digits takes the `_` out of a number; they may stand between digits only.
func digits(text string) (string, *numberError) {
	clean := strings.ReplaceAll(text, "_", "")
	for i := 0; i < len(text); i++ {
		if text[i] == '_' && (i == 0 || i+1 == len(text) || !isHex(text[i-1]) || !isHex(text[i+1])) {
			return clean, numberErr("E0114", "`_` stands between two digits", clean)
		}
	}
	return clean, nil
}

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// leadingZero reports `0640`, whose base isn't clear.
func leadingZero(clean string) *numberError {
	if len(clean) < 2 || clean[0] != '0' || !isDigit(clean[1]) {
		return nil
	}
	plain := trimZeros(clean)
	switch {
	case strings.Trim(clean, "01234567") != "":
	case len(clean) == 4: // as permissions are written everywhere
		return numberErr("E0112", "a number has no leading zero", "0o"+plain)
	default:
		return numberErr("E0112", "a number has no leading zero", "0o"+plain, plain)
	}
	return numberErr("E0112", "a number has no leading zero", plain)
}

// trimZeros takes leading zeros off, but for the one that is needed.
func trimZeros(clean string) string {
	plain := strings.TrimLeft(clean, "0")
	if plain == "" || !isDigit(plain[0]) {
		return "0" + plain
	}
	return plain
}

const noFit = "the number does not fit"

// intValue converts an int literal. A negative one may be one larger.
func intValue(text string, negative bool) (int64, *numberError) {
	clean, err := digits(text)
	if err == nil {
		err = leadingZero(clean)
	}
	if err != nil {
		return 0, err
	}
	base, body := 10, clean
	if len(clean) > 1 && !isDigit(clean[1]) {
		base = map[byte]int{'x': 16, 'o': 8, 'b': 2}[clean[1]|0x20]
		body = clean[2:]
		if clean[1] < 'a' {
			return 0, numberErr("E0114", "the base is a small letter", "0"+strings.ToLower(clean[1:2])+body)
		}
	}
	n, failure := strconv.ParseUint(body, base, 64)
	switch {
	case failure != nil && strings.Contains(failure.Error(), "range"):
		return 0, numberErr("E0115", noFit+" into 64 bits")
	case failure != nil:
		return 0, numberErr("E0114", "`"+text+"` is not a number in base "+strconv.Itoa(base))
	case negative && n == 1<<63:
		return math.MinInt64, nil
	case n > math.MaxInt64:
		return 0, numberErr("E0115", noFit+" into 64 bits")
	case negative:
		return -int64(n), nil
	}
	return int64(n), nil
}

// floatValue converts a float literal.
func floatValue(text string) (float64, *numberError) {
	clean, err := digits(text)
	switch {
	case err != nil:
		return 0, err
	case clean[0] == '.':
		return 0, numberErr("E0114", "a number begins with a digit", "0"+clean)
	case strings.HasSuffix(clean, "."):
		return 0, numberErr("E0114", "a digit must follow the point", clean+"0")
	}
	if leadingZero(clean) != nil {
		return 0, numberErr("E0112", "a number has no leading zero", trimZeros(clean))
	}
	f, failure := strconv.ParseFloat(clean, 64)
	if failure != nil {
		return 0, numberErr("E0115", noFit+" into a float")
	}
	return f, nil
}

// durationUnits are nanoseconds by unit; unitsDown has them from large to small.
var (
	durationUnits = map[string]int64{
		"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9, "d": 24 * 3600e9, "w": 7 * 24 * 3600e9,
	}
	unitsDown    = []string{"w", "d", "h", "m", "s", "ms", "us", "ns"}
	foreignUnits = map[string]string{
		"min": "m", "mins": "m", "minute": "m", "minutes": "m", "M": "m",
		"sec": "s", "secs": "s", "second": "s", "seconds": "s", "S": "s",
		"hour": "h", "hours": "h", "hr": "h", "hrs": "h", "H": "h",
		"day": "d", "days": "d", "D": "d", "week": "w", "weeks": "w", "W": "w",
		"msec": "ms", "millis": "ms", "usec": "us", "micros": "us", "nsec": "ns", "nanos": "ns",
	}
)

// durationValue converts a duration literal to nanoseconds.
func durationValue(text string) (int64, *numberError) {
	var total int64
	last := int64(math.MaxInt64)
	for rest := text; rest != ""; {
		number, unit, tail := durationPart(rest)
		prefix, n := text[:len(text)-len(rest)], durationUnits[unit]
		switch {
		case unit == "":
			return 0, numberErr("E0114", "the last part has no unit", text+smallerUnit(last))
		case number == "":
			return 0, numberErr("E0113", "`"+unit+"` has no number before it")
		case n == 0:
			return 0, unknownUnit(unit, prefix+number, tail)
		case n >= last:
			return 0, numberErr("E0116", "the parts of a duration go from large to small, each unit once")
		case strings.Contains(number, ".") && (prefix != "" || tail != ""):
			return 0, numberErr("E0116", "only a duration of one part has a point")
		}
		value, err := scaled(number, n, "nanoseconds")
		if err != nil {
			return 0, err
		}
		if value > math.MaxInt64-total {
			return 0, numberErr("E0115", noFit+" into 64 bits of nanoseconds")
		}
		total, last, rest = total+value, n, tail
	}
	return total, nil
}

// durationPart splits `1h30m` into `1`, `h`, `30m`.
func durationPart(text string) (number, unit, rest string) {
	i := 0
	for i < len(text) && (isDigit(text[i]) || text[i] == '_' || text[i] == '.') {
		i++
	}
	j := i
	for j < len(text) && isNameStart(text[j]) && text[j] != '_' {
		j++
	}
	if j == i && i < len(text) {
		j = len(text)
	}
	return text[:i], text[i:j], text[j:]
}

// smallerUnit gives the unit below one of n nanoseconds.
func smallerUnit(n int64) string {
	for _, u := range unitsDown {
		if durationUnits[u] < n {
			return u
		}
	}
	return ""
}

func unknownUnit(unit, before, after string) *numberError {
	message := "there is no unit `" + unit + "`"
	if ours, ok := foreignUnits[unit]; ok {
		return numberErr("E0113", message, before+ours+after)
	}
	if ours := DidYouMean(unit, unitsDown); ours != "" && len(unit) > 1 {
		err := numberErr("E0113", message, before+ours+after)
		err.guess = true
		return err
	}
	return numberErr("E0113", message)
}

// scaled multiplies a number with a unit; the product must be whole.
func scaled(number string, unit int64, what string) (int64, *numberError) {
	clean, err := digits(number)
	if err != nil {
		return 0, err
	}
	if err := leadingZero(clean); err != nil && !strings.HasPrefix(clean, "0.") {
		return 0, numberErr("E0112", "a number has no leading zero")
	}
	if len(clean) > 64 {
		return 0, numberErr("E0115", noFit+" into 64 bits of "+what)
	}
	r, ok := new(big.Rat).SetString(clean)
	if !ok || strings.HasSuffix(clean, ".") || strings.HasPrefix(clean, ".") {
		return 0, numberErr("E0114", "`"+number+"` is not a number")
	}
	r.Mul(r, new(big.Rat).SetInt64(unit))
	switch {
	case !r.IsInt():
		return 0, numberErr("E0115", "this is not a whole number of "+what)
	case !r.Num().IsInt64():
		return 0, numberErr("E0115", noFit+" into 64 bits of "+what)
	}
	return r.Num().Int64(), nil
}

// sizeUnits are bytes by unit.
var sizeUnits = map[string]int64{
	"B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "PB": 1e15,
	"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40, "PiB": 1 << 50,
}

// sizeValue converts a size literal to bytes.
func sizeValue(text string) (int64, *numberError) {
	number, unit, rest := durationPart(text)
	n, ok := sizeUnits[unit]
	if !ok || rest != "" {
		return 0, unknownSize(number, unit+rest)
	}
	return scaled(number, n, "bytes")
}

// unknownSize offers what a unit may mean: `M` and `mb` are either of two.
func unknownSize(number, unit string) *numberError {
	message := "there is no unit `" + unit + "`"
	upper := strings.ToUpper(unit)
	letter := strings.TrimSuffix(strings.TrimSuffix(upper, "B"), "I")
	switch {
	case upper == "B":
		return numberErr("E0113", message, number+"B")
	case len(letter) != 1 || !strings.Contains("KMGTP", letter):
		return numberErr("E0113", message)
	case strings.Contains(upper, "I"):
		return numberErr("E0113", message, number+letter+"iB")
	case unit == "kB":
		return numberErr("E0113", message, number+"KB")
	}
	return numberErr("E0113", message, number+letter+"B", number+letter+"iB")
}
