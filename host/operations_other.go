//go:build !linux

package host

// onThisPlatform adds nothing: the others need Linux.
func onThisPlatform(all map[string]operation) map[string]operation { return all }
