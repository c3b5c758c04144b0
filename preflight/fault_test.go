package preflight

import "testing"

// TestPlantedFaults plants faults one by one: the random programs must find
// each. For those that need many programs the search begins shortly before the
// first that does.
func TestPlantedFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("runs thousands of programs for each fault: not with -short")
	}
	from := map[fault]uint64{
		callsKeepLoads: 6640, loopWithoutErrors: 1790, sharedIgnoresArgs: 2400, readersNotRun: 1680, definesOnOneEdge: 1540, denialStaysDenial: 3740,
	}
	defer func() { planted = noFault }()
	for f := noFault + 1; f < faultCount; f++ {
		planted = f
		if n := programsUntilFound(from[f] + 1); n == 0 {
			t.Errorf("fault %d was not found", f)
		} else {
			t.Logf("fault %d was found after %d programs", f, n)
		}
	}
}

// programsUntilFound counts the programs from a seed on until one contradicts;
// 0 when none of them does.
func programsUntilFound(seed uint64) int {
	const most = 500
	for n := range uint64(most) {
		if wrong, _ := soakOne(seed+n, &reach{}); wrong != "" {
			return int(n) + 1
		}
	}
	return 0
}
