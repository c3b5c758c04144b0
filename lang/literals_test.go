package lang

import (
	"slices"
	"testing"
)

// parseExpr parses one expression and gives its tree as an S-expression.
func parseExpr(t *testing.T, src string) (string, Diagnostics) {
	t.Helper()
	f, ds := Parse("t.rex", []byte("return "+src+"\n"))
	if len(f.Stmts) == 0 {
		return "", ds
	}
	r, ok := f.Stmts[0].(*Return)
	if !ok {
		return sexpr(f.Stmts[0]), ds
	}
	return sexpr(r.Value), ds
}

func TestNumbers(t *testing.T) {
	for src, want := range map[string]string{
		"0": "0", "42": "42", "1_000": "1000", "0xff": "255", "0xFF_ff": "65535", "0o640": "416", "0b101": "5",
		"9223372036854775807": "9223372036854775807", "-9223372036854775808": "-9223372036854775808",
		"-5": "(- 5)", "0.5": "0.5", "1e9": "1e+09", "1.5E-3": "0.0015", "2e+2": "200",
		"5m": "300000000000ns", "1h30m": "5400000000000ns", "250ms": "250000000ns", "7d": "604800000000000ns",
		"0.5s": "500000000ns", "2w": "1209600000000000ns", "1us": "1000ns", "1ns": "1ns",
		"1d1h1m1s1ms1us1ns": "90061001001001ns",
		"0B":                "0B", "1B": "1B", "10MB": "10000000B", "10MiB": "10485760B", "1.5GiB": "1610612736B", "0.5KB": "500B",
		"1PiB": "1125899906842624B", "1PB": "1000000000000000B", "1_000KB": "1000000B",
	} {
		got, ds := parseExpr(t, src)
		if got != want || len(ds) > 0 {
			t.Errorf("%s gives %s, want %s; %v", src, got, want, ds)
		}
	}
}

// Wrong numbers have one diagnostic, and its fixes are right numbers.
func TestWrongNumbers(t *testing.T) {
	for src, want := range map[string][]string{
		"0640":                 {"E0112", "0o640"},
		"017":                  {"E0112", "0o17", "17"},
		"089":                  {"E0112", "89"},
		"00":                   {"E0112", "0o0", "0"},
		"1.":                   {"E0114", "1.0"},
		".5":                   {"E0114", "0.5"},
		"1_":                   {"E0114", "1"},
		"1__0":                 {"E0114", "10"},
		"0x":                   {"E0114"},
		"0b12":                 {"E0114"},
		"0XFF":                 {"E0114", "0xFF"},
		"0B1":                  {"E0114", "0b1"},
		"01.5":                 {"E0112", "1.5"},
		"9223372036854775808":  {"E0115"},
		"1e999":                {"E0115"},
		"5min":                 {"E0113", "5m"},
		"2hours":               {"E0113", "2h"},
		"1h30":                 {"E0114", "1h30m"},
		"5x":                   {"E0113"},
		"1m1h":                 {"E0116"},
		"1h1h":                 {"E0116"},
		"1.5h30m":              {"E0116"},
		"0.5ns":                {"E0115"},
		"106752d":              {"E0115"},
		"10mb":                 {"E0113", "10MB", "10MiB"},
		"10M":                  {"E0113", "10MB", "10MiB"},
		"10kB":                 {"E0113", "10KB"},
		"10mib":                {"E0113", "10MiB"},
		"10b":                  {"E0113", "10B"},
		"0.5B":                 {"E0115"},
		"0.0001KB":             {"E0115"},
		"9000PiB":              {"E0115"},
		"-9223372036854775809": {"E0115"},
	} {
		_, ds := parseExpr(t, src)
		var got []string
		for _, d := range ds {
			got = append(got, d.Code)
			for _, f := range d.Fixes {
				got = append(got, f.Edits[0].New)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s gives %q, want %q", src, got, want)
		}
		for _, d := range ds {
			for _, f := range d.Fixes {
				if _, again := parseExpr(t, f.Edits[0].New); len(again) > 0 {
					t.Errorf("%s: the fix %s is wrong too: %v", src, f.Edits[0].New, again)
				}
			}
		}
	}
}

func TestStrings(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`""`, `""`},
		{`"a b"`, `"a b"`},
		{`"\n\r\t\0\e\\\"\$"`, `"\n\r\t\x00\x1b\\\"$"`},
		{`"\u{1F600}\u{e9}"`, `"😀é"`},
		{`"$x"`, `"$x"`},
		{`"\${x}"`, `"${x}"`},
		{`"a${x}b"`, `(string ["a" x "b"])`},
		{`"${x}${y}"`, `(string [x y])`},
		{`"${"in ${"deep"} x"}"`, `(string [(string ["in " "deep" " x"])])`},
		{`"${ {a: 1}.a }"`, `(string [(. (data [(field a 1)]) a)])`},
		{`"${f("}")}"`, `(string [(call f [(arg "}")])])`},
		{`"a\t${x}\n"`, `(string ["a\t" x "\n"])`},
		{`r"\d$x${y}"`, `"\\d$x${y}"`},
		{`r#"a"b"#`, `"a\"b"`},
		{`re"\d+\"x"`, `(regex ["\\d+\\\"x"])`},
		{`re"^${x}$"`, `(regex ["^" x "$"])`},
		{`re"\${"`, `(regex ["\\${"])`},
		{"\"\"\"\na\n\"\"\"", `"a\n"`},
		{"\"\"\"\n  a\n    b\n  \"\"\"", `"a\n  b\n"`},
		{"\"\"\"\n    a\n  \"\"\"", `"  a\n"`},
		{"\"\"\"\n  a\n\n  b\"\"\"", `"a\n\nb"`},
		{"\"\"\"\n\ta\n\tb\n\t\"\"\"", `"a\nb\n"`},
		{"\"\"\"\r\n  a\r\n  b\r\n  \"\"\"", `"a\nb\n"`},
		{"\"\"\"\n  a \"\" b\n  \"\"\"", `"a \"\" b\n"`},
		{"\"\"\"\n  a\\tb\n  \"\"\"", `"a\tb\n"`},
		{"\"\"\"\n  a ${x} b\n    ${y}\n  \"\"\"", `(string ["a " x " b\n  " y "\n"])`},
		{"\"\"\"\n  ${x}\n  \"\"\"", `(string ["" x "\n"])`},
		{"\"\"\"\n\"\"\"", `""`},
		{"r\"\"\"\n  a\\n${x}\n  \"\"\"", `"a\\n${x}\n"`},
		{`r"""a"b"""`, `"a\"b"`},
	} {
		got, ds := parseExpr(t, c.src)
		if got != c.want || len(ds) > 0 {
			t.Errorf("%s\n got %s\nwant %s\n%v", c.src, got, c.want, ds)
		}
	}
}

// The spans of the parts lie where the parts were written.
func TestPartSpans(t *testing.T) {
	const src = `return "a\t${ x }b"`
	f, _ := Parse("t.rex", []byte(src))
	s := f.Stmts[0].(*Return).Value.(*String)
	var got []string
	for _, p := range s.Parts {
		got = append(got, f.Text(p.At))
	}
	if want := []string{`a\t`, `${ x }`, `b`}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if f.Text(s.At) != src[len("return "):] {
		t.Errorf("the string is %q", f.Text(s.At))
	}
}

func TestWrongStrings(t *testing.T) {
	for src, want := range map[string]string{
		`"\d"`: "E0106", `"\x41"`: "E0107", `"\u41"`: "E0107", `"\u{}"`: "E0107", `"\u{110000}"`: "E0107", `"\u{d800}"`: "E0107",
		`"a`: "E0105", `re"a`: "E0105", `r#"a"`: "E0105", "\"\"\"\na": "E0105", `'a'`: "E0110", "`a`": "E0110",
		`"""a"""`: "E0119", `f"a"`: "E0111", `$"a"`: "E0111", `"${}"`: "E0121", `"${x:>5}"`: "E0121", "\"\"\"\na\\\n\"\"\"": "E0106",
		`"${x"`: "E0120", `"""${x}"""`: "E0119", `"a` + "\r\n": "E0105",
	} {
		_, ds := parseExpr(t, src)
		if got := codesOf(ds); !slices.Equal(got, []string{want}) {
			t.Errorf("%s gives %v, want %s", src, got, want)
		}
	}
}
