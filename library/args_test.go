package library

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"rex/capability"
)

var testParams = []capability.Param{
	{Name: "name", Type: capability.String, Required: true, Doc: "Which host.", Matching: "[a-z][a-z0-9-]*"},
	{Name: "level", Type: capability.WordOf("low", "high"), Required: true, Words: []string{"low", "high"}},
	{Name: "top", Type: capability.Int, Default: num(10), In: &capability.Interval{From: num(1), To: num(100), Inclusive: true}},
	{Name: "wait", Type: capability.Duration, Default: dur(30e9), In: &capability.Interval{From: dur(0), To: dur(60e9)}},
	{Name: "limit", Type: capability.OptionalOf(capability.Size)},
	{Name: "dirs", Type: capability.ListOf(capability.Path), Default: capability.NewList(capability.Path, pth("/tmp")), Words: []string{"/srv/**", "/tmp"}},
	{Name: "site", Type: capability.OptionalOf(capability.URL), Words: []string{"https://*.example.org/**"}},
}

func bindText(args map[string]string, file string) (string, error) {
	var raw map[string]json.RawMessage
	if file != "" {
		if err := json.Unmarshal([]byte(file), &raw); err != nil {
			return "", err
		}
	}
	values, errs := Bind(testParams, args, raw)
	var parts []string
	for _, v := range values {
		parts = append(parts, Text(v))
	}
	return strings.Join(parts, " "), errors.Join(errs...)
}

func TestBind(t *testing.T) {
	for _, x := range []struct {
		args map[string]string
		file string
		want string
	}{
		{map[string]string{"name": "web-1", "level": "high", "dirs": `["/srv/a", "/tmp"]`}, "", `web-1 high 10 30s nil ["/srv/a","/tmp"] nil`},
		{nil, `{"name":"db","level":"low","top":3,"wait":1.5,"limit":2048,"dirs":["/srv/x y"],"site":"https://api.example.org/v1"}`, `db low 3 1s500ms 2KiB ["/srv/x y"] https://api.example.org/v1`},
		{map[string]string{"name": "a", "level": "low", "limit": "nil"}, `{"name":"b","wait":"15s"}`, `a low 10 15s nil ["/tmp"] nil`},
	} {
		got, err := bindText(x.args, x.file)
		if err != nil || got != x.want {
			t.Errorf("%v %s gives %s, %v, want %s", x.args, x.file, got, err, x.want)
		}
	}
	values, _ := Bind(testParams, map[string]string{"name": "a", "level": "low", "dirs": `["/srv/a"]`}, nil)
	if l := values[5].(*capability.List); !l.Frozen {
		t.Error("an argument is not frozen")
	}
}

func TestBindErrors(t *testing.T) {
	for _, x := range []struct {
		args map[string]string
		file string
		want []string
	}{
		{nil, "", []string{"missing arguments:\n  name: string matching re\"[a-z][a-z0-9-]*\" (Which host.)\n  level: \"high\" | \"low\""}},
		{map[string]string{"level": "low"}, "", []string{"missing argument:\n  name"}},
		{map[string]string{"name": "NO", "level": "hihg", "top": "0", "wait": "5min", "nmae": "x"}, "", []string{
			`argument name: "NO" does not match re"[a-z][a-z0-9-]*" (Which host.)`, "did you mean high?", "argument top: 0 is not in 1..=100", `argument wait: "5min" is not a duration`, "wanted duration in 0s..1m", "argument nmae: there is no parameter of this name; did you mean name?"}},
		{map[string]string{"name": "a", "level": "low", "wait": "60s"}, "", []string{"argument wait: 1m is not in 0s..1m"}},
		{map[string]string{"name": "a\nb", "level": "low"}, "", []string{`"a\nb" does not match`}},
		{map[string]string{"name": "a", "level": "low", "dirs": `["/srv","/etc"]`}, "", []string{`argument dirs: "/etc" is not in /srv/**, /tmp`}},
		{map[string]string{"name": "a", "level": "low", "dirs": `/srv`}, "", []string{`argument dirs: "/srv" is not JSON: line 1, column 1`}},
		{map[string]string{"name": "a", "level": "low", "site": "https://evil.com/"}, "", []string{"argument site: \"https://evil.com/\" is not in"}},
		{nil, `{"name":"a","level":"low","top":"x","limit":1.5}`, []string{`argument top: "x" does not fit`, "argument limit: 1.5 does not fit"}},
		{map[string]string{"name": strings.Repeat("x", 2<<20)}, "", []string{"longer than 1 MiB"}},
		{map[string]string{"\x1b[2J": "x", "name": "a", "level": "low"}, "", []string{`argument \u{1b}[2J: there is no parameter`}},
	} {
		_, err := bindText(x.args, x.file)
		for _, want := range x.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%.60v %s:\n%v\nwant %s", x.args, x.file, err, want)
			}
		}
	}
}

func TestCheckParam(t *testing.T) {
	p := capability.Param{Name: "xs", Type: capability.ListOf(capability.OptionalOf(capability.Float)), In: &capability.Interval{From: flt(0), To: flt(1), Inclusive: true}}
	elem := capability.OptionalOf(capability.Float)
	if err := CheckParam(p, capability.NewList(elem, flt(1), nil)); err != nil {
		t.Error(err)
	}
	if err := CheckParam(p, capability.NewList(elem, flt(1), flt(1.5))); err == nil {
		t.Error("an element beyond the interval passes")
	}
	if err := CheckParam(p, nil); err != nil {
		t.Error(err)
	}
}
