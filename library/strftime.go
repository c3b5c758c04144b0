package library

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// strftime codes, to write and to read times. Names are English.

// timeCode is how one code is written, and read where that is possible. A
// layout is one of package time; composed codes stand for others.
type timeCode struct {
	layout   string
	composed string
	digits   int // it is read as at most so many digits
	set      func(d *dateParts, n int)
}

var timeCodes = map[byte]timeCode{
	'Y': {layout: "2006", digits: 4, set: func(d *dateParts, n int) { d.year = n }},
	'y': {layout: "06", digits: 2, set: func(d *dateParts, n int) { d.year = 1969 + (n+31)%100 }},
	'm': {layout: "01", digits: 2, set: func(d *dateParts, n int) { d.month = n }},
	'd': {layout: "02", digits: 2, set: func(d *dateParts, n int) { d.day = n }},
	'e': {layout: "_2", digits: 2, set: func(d *dateParts, n int) { d.day = n }},
	'j': {layout: "002", digits: 3, set: func(d *dateParts, n int) { d.month, d.day = 1, n }},
	'H': {layout: "15", digits: 2, set: func(d *dateParts, n int) { d.hour = n }},
	'I': {layout: "03", digits: 2, set: func(d *dateParts, n int) { d.hour = n % 12 }},
	'M': {layout: "04", digits: 2, set: func(d *dateParts, n int) { d.minute = n }},
	'S': {layout: "05", digits: 2, set: func(d *dateParts, n int) { d.second = n }},
	'B': {layout: "January"}, 'b': {layout: "Jan"}, 'A': {layout: "Monday"}, 'a': {layout: "Mon"},
	'p': {layout: "PM"}, 'z': {layout: "-0700"}, 'Z': {layout: "MST"},
	'F': {composed: "%Y-%m-%d"}, 'T': {composed: "%H:%M:%S"}, 'R': {composed: "%H:%M"}, 'D': {composed: "%m/%d/%y"},
}

// eachCode takes a format apart: text between codes, and codes.
func eachCode(format string, text func(s string) string, code func(c byte) string) (why string) {
	for format != "" {
		i := strings.IndexByte(format, '%')
		if i < 0 {
			return text(format)
		}
		if i > 0 {
			if why := text(format[:i]); why != "" {
				return why
			}
		}
		if i+1 == len(format) {
			return "the format ends in the middle of a code"
		}
		c := format[i+1]
		format = format[i+2:]
		if known, ok := timeCodes[c]; ok && known.composed != "" {
			format = known.composed + format
			continue
		}
		if why := code(c); why != "" {
			return why
		}
	}
	return ""
}

func unknownCode(c byte) string {
	return "the code " + quoteShort("%"+string(rune(c))) + " is not known"
}

// formatTime writes a time.
func formatTime(t time.Time, format string) (text, why string) {
	var b strings.Builder
	why = eachCode(format, func(s string) string {
		b.WriteString(s)
		return ""
	}, func(c byte) string {
		known, ok := timeCodes[c]
		switch {
		case ok:
			b.WriteString(t.Format(known.layout))
		case c == '%':
			b.WriteByte('%')
		case c == 's':
			b.WriteString(strconv.FormatInt(t.Unix(), 10))
		case c == 'f':
			fmt.Fprintf(&b, "%06d", t.Nanosecond()/1000)
		case c == 'L':
			fmt.Fprintf(&b, "%03d", t.Nanosecond()/1e6)
		case c == 'G':
			year, _ := t.ISOWeek()
			fmt.Fprintf(&b, "%04d", year)
		case c == 'V':
			_, week := t.ISOWeek()
			fmt.Fprintf(&b, "%02d", week)
		case c == 'u':
			fmt.Fprintf(&b, "%d", (t.Weekday()+6)%7+1)
		default:
			return unknownCode(c)
		}
		return ""
	})
	return b.String(), why
}

// dateParts is what has been read of a time.
type dateParts struct {
	year, month, day, hour, minute, second int
	nano                                   int
	afternoon, twelve                      bool
	zone                                   *time.Location
	unix                                   *int64
}

// parseTimeAs reads a time as a format says.
func parseTimeAs(s, format string, zone *time.Location) (ns int64, why string) {
	d := dateParts{year: 1970, month: 1, day: 1, zone: zone}
	rest := s
	why = eachCode(format, func(text string) string {
		after, ok := strings.CutPrefix(rest, text)
		if !ok {
			return "has no " + quoteShort(text) + " where the format has one"
		}
		rest = after
		return ""
	}, func(c byte) (why string) {
		rest, why = d.read(rest, c)
		return why
	})
	switch {
	case why != "":
		return 0, why
	case rest != "":
		return 0, "has " + quoteShort(rest) + " behind what the format reads"
	}
	return d.time()
}

// read takes one code off the front of s.
func (d *dateParts) read(s string, c byte) (rest, why string) {
	known, ok := timeCodes[c]
	switch {
	case ok && known.digits > 0:
		n, rest, ok := leadingInt(s, known.digits)
		if !ok {
			return "", "has no number where the format has %" + string(rune(c))
		}
		known.set(d, n)
		d.twelve = d.twelve || c == 'I'
		return rest, ""
	case c == '%':
		after, ok := strings.CutPrefix(s, "%")
		if !ok {
			return "", "has no % where the format has one"
		}
		return after, ""
	case c == 'b' || c == 'B':
		for m := time.January; m <= time.December; m++ {
			if after, ok := cutName(s, m.String(), c == 'b'); ok {
				d.month = int(m)
				return after, ""
			}
		}
		return "", "has no month where the format has one"
	case c == 'a' || c == 'A':
		for w := time.Sunday; w <= time.Saturday; w++ {
			if after, ok := cutName(s, w.String(), c == 'a'); ok {
				return after, ""
			}
		}
		return "", "has no day of the week where the format has one"
	}
	return d.readRest(s, c)
}

func (d *dateParts) readRest(s string, c byte) (rest, why string) {
	switch c {
	case 'p':
		for _, half := range []string{"AM", "PM"} {
			if after, ok := cutName(s, half, false); ok {
				d.afternoon = half == "PM"
				return after, ""
			}
		}
		return "", "has no AM or PM where the format has one"
	case 'z':
		for _, n := range []int{6, 5, 1} {
			if n <= len(s) {
				if zone, why := zoneOf(s[:n]); why == "" {
					d.zone = zone
					return s[n:], ""
				}
			}
		}
		return "", "has no offset where the format has one"
	case 'Z':
		for _, name := range []string{"UTC", "GMT", "Z"} {
			if after, ok := strings.CutPrefix(s, name); ok {
				d.zone = time.UTC
				return after, ""
			}
		}
		return "", "has no UTC or GMT where the format has %Z: other short names of zones mean several; `zone:` takes a full one"
	case 's':
		n, rest, ok := leadingInt(s, 18)
		seconds := int64(n)
		d.unix = &seconds
		if ok {
			return rest, ""
		}
		return "", "has no number where the format has %s"
	case 'f', 'L':
		n, rest, ok := leadingInt(s, 9)
		if !ok {
			return "", "has no fraction where the format has one"
		}
		for i := len(s) - len(rest); i < 9; i++ {
			n *= 10
		}
		d.nano = n
		return rest, ""
	}
	return "", unknownCode(c)
}

// leadingInt reads at most so many digits; a space may stand for the first.
func leadingInt(s string, most int) (n int, rest string, ok bool) {
	i := 0
	if strings.HasPrefix(s, " ") && most == 2 {
		i = 1
	}
	from := i
	for i < len(s) && i < most && s[i] >= '0' && s[i] <= '9' {
		n = n*10 + int(s[i]-'0')
		i++
	}
	return n, s[i:], i > from
}

// cutName takes a name, or its first three letters, off the front, in any case.
func cutName(s, name string, short bool) (rest string, ok bool) {
	if short {
		name = name[:3]
	}
	if len(s) < len(name) || !strings.EqualFold(s[:len(name)], name) {
		return s, false
	}
	return s[len(name):], true
}

// time puts the parts together; a 31st of February is none.
func (d *dateParts) time() (ns int64, why string) {
	if d.unix != nil {
		return timeNano(time.Unix(*d.unix, int64(d.nano)))
	}
	if d.twelve && d.afternoon {
		d.hour += 12
	}
	wall := time.Date(d.year, time.Month(d.month), d.day, d.hour, d.minute, d.second, d.nano, time.UTC)
	wrong := d.month < 1 || d.month > 12 || d.day < 1 || d.hour > 23 || d.minute > 59 || d.second > 59
	if wrong || d.month != 1 && (wall.Day() != d.day || int(wall.Month()) != d.month) || wall.Year() != d.year {
		return 0, "is no date and time of the calendar"
	}
	t, ok := inZone(wall, d.zone)
	if !ok {
		return 0, "is skipped by the clocks of " + d.zone.String()
	}
	return timeNano(t)
}
