package policy

import (
	"testing"

	"rex/capability"
)

func TestCovers(t *testing.T) {
	lit := func(s string) capability.Piece { return capability.Piece{Kind: capability.PieceLiteral, Text: s} }
	piece := func(k capability.PieceKind) capability.Piece { return capability.Piece{Kind: k} }
	star, name, deep, any := piece(capability.PieceStar), piece(capability.PieceComponent), piece(capability.PieceDeep), piece(capability.PieceAny)
	for _, c := range []struct {
		globs []string
		text  capability.Pattern
		want  bool
	}{
		{[]string{"/var/log/**"}, capability.Pattern{lit("/var/log/a")}, true},
		{[]string{"/var/log/**"}, capability.Pattern{lit("/var/log")}, true},
		{[]string{"/var/log/**"}, capability.Pattern{lit("/var/logs")}, false},
		{[]string{"/var/log/**"}, capability.Pattern{lit("/var/log"), deep}, true},
		{[]string{"/var/log/**"}, capability.Pattern{lit("/var"), deep}, false},
		{[]string{"/var/log/*"}, capability.Pattern{lit("/var/log/"), name}, true},
		{[]string{"/var/log/*"}, capability.Pattern{lit("/var/log"), deep}, false},
		{[]string{"/var/log/*.log"}, capability.Pattern{lit("/var/log/"), star, lit(".log")}, true},
		{[]string{"/var/log/*.log"}, capability.Pattern{lit("/var/log/"), name}, false},
		{[]string{"/var/log/[a-z]*"}, capability.Pattern{lit("/var/log/app-"), star}, true},
		{[]string{"*.log"}, capability.Pattern{lit("/srv"), deep, lit("/x.log")}, true},
		{[]string{"*.log"}, capability.Pattern{lit("/srv"), deep}, false},
		{[]string{"/a/**", "/b/**"}, capability.Pattern{lit("/a/"), name}, true},
		{[]string{"/srv/{a,b}/*"}, capability.Pattern{lit("/srv/b/"), name}, true},
		{[]string{"**"}, capability.Pattern{any}, true},
		{[]string{"/**"}, capability.Pattern{any}, false},
		{[]string{"nginx*"}, capability.Pattern{lit("nginx@"), star}, true},
		{nil, capability.Pattern{lit("/a")}, false},
	} {
		var globs []*capability.Glob
		for _, text := range c.globs {
			g, err := capability.ParseGlob(text)
			if err != nil {
				t.Fatal(err)
			}
			globs = append(globs, g)
		}
		if got := Covers(globs, []capability.Pattern{c.text}, nil); got != c.want {
			t.Errorf("%q cover %s: %t", c.globs, c.text.Show(nil), got)
		}
	}
}
