//go:build !linux

package host

// platform is what a Machine holds of this system: nothing.
type platform struct{}

func (m *Machine) closeSystem() error { return nil }
