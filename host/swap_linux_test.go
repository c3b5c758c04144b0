package host

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"testing"

	"rex/capability"
	"rex/policy"
)

// swapping is a Machine with an attacker who acts between the look and the act.
type swapping struct {
	*Machine
	before func()
}

func (s *swapping) Act(ctx context.Context, g *policy.Grant) (capability.Value, error) {
	s.before()
	return s.Machine.Act(ctx, g)
}

// gateFor is a gate before another host.
func gateFor(t testing.TB, h policy.Host, policies ...string) *policy.Gate {
	t.Helper()
	return gateWith(t, h, capability.DefaultLimits(), policies...)
}

func copyFile(t testing.TB, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	ok(t, err)
	ok(t, os.WriteFile(to, b, 0o755))
}

func sha256Of(t testing.TB, name string) string {
	t.Helper()
	sum := sha256.Sum256([]byte(content(t, name)))
	return hex.EncodeToString(sum[:])
}
