package preflight

// fault is a mistake that a test plants, to measure that the property test
// would find it. In use there is none.
type fault uint8

const (
	noFault           fault = iota
	errorsLost              // a callee's errors get no edge in the caller
	zerosIgnored            // registers don't start as zero
	stateAfter              // a handler sees the state after the failed instruction
	callsKeepLoads          // remembered fields survive a call
	storesKeepLoads         // .. and a store
	mergeKeepsNumbers       // value numbers survive a merge at which they differ
	trimUnchanged           // trimming leaves a pattern as it is
	mustWithoutErrors       // what every run does is found without error edges
	loopWithoutErrors       // so are loops
	sharedIgnoresArgs       // the shared context takes the first arguments only
	readersNotRun           // a container that grows is not read again
	castForEachPlace        // a container from outside is one for each cast
	definesOnOneEdge        // a jump that writes counts as a definition on both edges
	setAtForgetsTuple       // storing at an index leaves the known positions alone
	beneathFalseEdge        // a path that is not below is sharpened as if it were
	denialStaysDenial       // after a denial only denials go on
	rootForgotten           // the empty stem is no slash
	faultCount
)

var planted fault
