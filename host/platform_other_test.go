//go:build !linux

package host

const onLinux = false
