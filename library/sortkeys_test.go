package library

import (
	"slices"
	"strings"
	"testing"
)

// Sorting by key gives the order that is wanted, and no two texts have one key.
func TestNaturalKeys(t *testing.T) {
	ordered := []string{"", "a", "a 1", "a01", "a1", "a2", "a9b", "a10", "a10b", "a10b2", "a10b10", "a1" + strings.Repeat("0", 1<<17), "b", "b0", "b00", "b1", "é2", "é10"}
	keys := make([]string, len(ordered))
	for i, s := range ordered {
		keys[i] = naturalKey(s)
	}
	if !slices.IsSorted(keys) {
		for i := 1; i < len(keys); i++ {
			if keys[i-1] >= keys[i] {
				t.Errorf("%.20q sorts behind %.20q", ordered[i-1], ordered[i])
			}
		}
	}
}

// Every zone that is compiled in can be used.
func TestZonesLoad(t *testing.T) {
	n := 0
	for name, f := range zoneFiles() {
		if strings.HasSuffix(name, "/") {
			continue
		}
		if _, err := loadZone(f); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		n++
	}
	if n < 400 {
		t.Errorf("there are only %d zones", n)
	}
}
