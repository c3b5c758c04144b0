package preflight

import "testing"

// TestPlantedFaults plants faults one by one: the random programs must find
// each. For those that need many programs the search begins shortly before the
// first that does; which that is changes with the rows of the library, so a
// failure looks further and names it.
func TestPlantedFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("runs thousands of programs for each fault: not with -short")
	}
	from := map[fault]uint64{
		trimUnchanged: 600, storesKeepLoads: 550, loopWithoutErrors: 1060, sharedIgnoresArgs: 860, readersNotRun: 1930, definesOnOneEdge: 860, denialStaysDenial: 1930,
	}
	defer func() { planted = noFault }()
	for f := noFault + 1; f < faultCount; f++ {
		planted = f
		if n := programsUntilFound(from[f]+1, 500); n == 0 {
			t.Errorf("fault %d was not found; from the first program on it takes %d", f, programsUntilFound(1, 10_000))
		} else {
			t.Logf("fault %d was found after %d programs", f, n)
		}
	}
}

// programsUntilFound counts the programs from a seed on until one contradicts;
// 0 when none of the first so many does.
func programsUntilFound(seed uint64, most int) int {
	for n := range uint64(most) {
		if wrong, _ := soakOne(seed+n, &reach{}); wrong != "" {
			return int(n) + 1
		}
	}
	return 0
}
