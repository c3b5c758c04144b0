package preflight

import "testing"

// A url that is known in its beginning only is covered by a folder of its host,
// and by no glob that something else could stand behind.
func TestUsesCoverURLsBelow(t *testing.T) {
	for _, c := range []struct {
		glob, begin string
		want        bool
	}{
		{"http://example.org:8080/**", "http://example.org:8080/", true},
		{"http://example.org/api/**", "http://example.org/api/v1/", true},
		{"http://example.org/api/**", "http://example.org/api", false},
		{"http://example.org/api/**", "http://example.org/", false},
		{"http://example.org/**", "http://example.org", false},
		{"http://example.org/**", "http://example.org.evil.test/", false},
		{"http://example.org/**", "http://example.org:8080/", false},
		{"https://example.org/**", "http://example.org/", false},
		{"http://example.org/*", "http://example.org/", false},
		{"http://**", "http://example.org/", false},
		{"http://*.org/**", "http://*.org/", false},
	} {
		if got := coversBelow(c.glob, c.begin); got != c.want {
			t.Errorf("%s covers what begins with %s: %v", c.glob, c.begin, got)
		}
	}
}
