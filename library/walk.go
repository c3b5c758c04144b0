package library

import "rex/capability"

// walk bounds every function that goes through a value: its depth, because
// values may hold themselves, and its steps, because a value that holds
// another twice, many levels deep, is small in memory and endless on paper.
// Steps are charged as fuel when there is a meter; without one there is a cap.
type walk struct {
	meter   Meter
	depth   int
	pending int64
	left    int64
}

// maxSteps bounds a walk that has no meter.
const maxSteps = 1 << 22

// stepsPerCharge is how many steps are charged at once; it also bounds the
// time between two looks at the cancel flag.
const stepsPerCharge = 1 << 12

func newWalk(m Meter) walk { return walk{meter: m, left: maxSteps} }

func (w *walk) enter() error {
	if w.depth++; w.depth > capability.MaxValueDepth {
		return tooDeep()
	}
	return w.step(1)
}

func (w *walk) leave() { w.depth-- }

func tooDeep() error {
	return capability.Fault(capability.Invalid, "the value is nested more than 200 levels deep, or holds itself")
}

func (w *walk) step(n int64) error {
	if w.meter == nil {
		if w.left -= n; w.left < 0 {
			return capability.Fault(capability.Invalid, "the value is too large to be walked")
		}
		return nil
	}
	if w.pending += n; w.pending < stepsPerCharge {
		return nil
	}
	return w.flush()
}

// text charges going through a text.
func (w *walk) text(s string) error { return w.step(1 + int64(len(s))/bytesPerFuel) }

func (w *walk) flush() error {
	n := w.pending
	w.pending = 0
	if w.meter == nil || n == 0 {
		return nil
	}
	return w.meter.Fuel(n)
}

func fault(k capability.ErrorKind, message string) error { return capability.Fault(k, message) }

func notData(v capability.Value) error {
	return fault(capability.Invalid, "a "+v.Kind().String()+" is not data")
}
