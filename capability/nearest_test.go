package capability

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	names := []string{"read", "stat", "write", "service.restart"}
	for name, want := range map[string]string{
		"raed": "read", "reed": "read", "wirte": "write", "service.restrat": "service.restart",
		"delete": "", "": "", "st": "", strings.Repeat("read", 20): "",
	} {
		if got := Nearest(name, names); got != want {
			t.Errorf("%q is like %q, want %q", name, got, want)
		}
	}
}
