package host

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"time"

	"rex/capability"
	"rex/policy"
)

// resolveHost checks the name; looking it up is the operation itself.
func resolveHost(r *resolution) error {
	name := r.text("host")
	if why := badHost(name); why != "" {
		return faultf(capability.Invalid, "the name %q %s", name, why)
	}
	r.add(policy.Target{Param: "host", Canonical: differing(strings.ToLower(name), name)})
	return nil
}

// lookUp does net.resolve.
func lookUp(c *call) (capability.Value, error) {
	name := c.text("host")
	network, ok := map[string]string{"any": "ip", "A": "ip4", "AAAA": "ip6"}[c.text("type")]
	if !ok {
		return nil, faultf(capability.Invalid, "the type is any, A or AAAA")
	}
	timeout := c.duration("timeout")
	if timeout <= 0 {
		return nil, faultf(capability.Invalid, "timeout is not positive: %s", timeout)
	}
	addresses, err := c.addresses(c.ctx, network, name, timeout)
	if err != nil {
		return nil, err
	}
	if err := c.grant.Meter().Network(exchange(name, addresses)); err != nil {
		return nil, err
	}
	out := capability.NewList(capability.IP)
	for _, a := range addresses {
		out.Push(capability.IPValue(a.String()))
	}
	return out, nil
}

// exchange is about how many bytes a question to DNS and its answer take.
func exchange(name string, answers []netip.Addr) int64 {
	return int64(2*(len(name)+18) + 28*len(answers))
}

// addresses looks a name up within a time of its own. An address is its own
// answer.
func (m *Machine) addresses(ctx context.Context, network, name string, timeout time.Duration) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(name); err == nil {
		a = a.Unmap()
		if network == "ip4" && !a.Is4() || network == "ip6" && a.Is4() {
			return nil, faultf(capability.NotFound, "%s is an address of the other kind", name)
		}
		return []netip.Addr{a}, nil
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	found, err := m.config.LookupIP(limited, network, name)
	if err != nil {
		return nil, lookupFault(ctx, name, err)
	}
	var out []netip.Addr
	for _, a := range found {
		if a = a.Unmap(); a.IsValid() && a.Zone() == "" {
			out = append(out, a)
		}
	}
	if len(out) == 0 {
		return nil, faultf(capability.NotFound, "%s has no address", name)
	}
	return out, nil
}

// lookupFault says why there is no answer; the end of the run passes through.
func lookupFault(ctx context.Context, name string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return faultf(capability.NotFound, "there is no host %s", name)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &dns) && dns.IsTimeout:
		return faultf(capability.Timeout, "no answer about %s in time; timeout allows more", name)
	}
	return faultf(capability.Unreachable, "can't look up %s: %s", name, err)
}
