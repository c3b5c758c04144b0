package library

import "rex/capability"

// Freeze makes a container, and all containers in it, unchangeable. One that
// is frozen already is frozen all through: whoever makes a frozen value makes
// it with this. The error is that of a value that is nested too deeply.
func Freeze(v capability.Value) error {
	w := newWalk(nil)
	w.left = 1 << 62 // each container is visited once, however often it is held
	return w.freeze(v)
}

func (w *walk) freeze(v capability.Value) error {
	var cells *capability.Cells
	switch v := v.(type) {
	case *capability.List:
		if v == nil || v.Frozen {
			return nil
		}
		v.Frozen, cells = true, &v.Cells
	case *capability.Map:
		if v == nil || v.Frozen {
			return nil
		}
		v.Frozen, cells = true, &v.Cells
	case *capability.Record:
		if v == nil || v.Frozen {
			return nil
		}
		v.Frozen, cells = true, &v.Cells
	default:
		return nil
	}
	if err := w.enter(); err != nil {
		return err
	}
	defer w.leave()
	for _, x := range cells.R {
		if err := w.freeze(x); err != nil {
			return err
		}
	}
	return nil
}

// copy copies a value with all containers in it; frozen ones are kept.
func (w *walk) copy(v capability.Value) (capability.Value, error) {
	switch v := v.(type) {
	case *capability.List:
		if v == nil || v.Frozen {
			return v, nil
		}
		out := &capability.List{Elem: v.Elem}
		return out, w.copyCells(&out.Cells, &v.Cells)
	case *capability.Map:
		if v == nil || v.Frozen {
			return v, nil
		}
		if w.meter != nil {
			if err := w.meter.Memory(mul(int64(len(v.Keys)), entryBytes)); err != nil {
				return nil, err
			}
		}
		out := capability.NewMap(v.Elem)
		for _, key := range v.Keys {
			out.Place(key)
		}
		out.Cells = capability.Cells{}
		return out, w.copyCells(&out.Cells, &v.Cells)
	case *capability.Record:
		if v == nil || v.Frozen {
			return v, nil
		}
		out := &capability.Record{Type: v.Type}
		return out, w.copyCells(&out.Cells, &v.Cells)
	}
	return v, nil
}

func (w *walk) copyCells(out, in *capability.Cells) error {
	if err := w.enter(); err != nil {
		return err
	}
	defer w.leave()
	if w.meter != nil {
		if err := w.meter.Memory(containerBytes + mul(int64(in.Len()), elementBytes)); err != nil {
			return err
		}
	}
	out.S = append(out.S, in.S...)
	out.T = append(out.T, in.T...)
	for _, x := range in.R {
		if err := w.step(1); err != nil {
			return err
		}
		y, err := w.copy(x)
		if err != nil {
			return err
		}
		out.R = append(out.R, y)
	}
	return nil
}
