package library

import (
	"net/netip"

	"rex/capability"
)

// Addresses and ranges of addresses.
var addressRows = []spec{
	{330, "is_private(a: ip) -> bool", Unknown, invalid, isPrivate,
		"Whether it is from a range for private networks.", `ip("10.0.0.1").is_private() // true`},
	{331, "is_loopback(a: ip) -> bool", Unknown, invalid, isLoopback,
		"Whether it is this machine's own.", `ip("::1").is_loopback() // true`},
	{332, "(a: ip).version -> int", Unknown, invalid, ipVersion,
		"4 or 6.", `ip("::1").version // 6`},
	{333, "contains(c: cidr, a: ip) -> bool", Unknown, invalid, cidrContains,
		"Whether the address is in the range.", `cidr("10.0.0.0/8").contains(ip("10.1.2.3")) // true`},
	{334, "(c: cidr).network -> ip", Unknown, invalid, cidrNetwork,
		"The first address of the range.", `cidr("10.0.0.0/8").network // 10.0.0.0`},
	{335, "(c: cidr).bits -> int", Unknown, invalid, cidrBits,
		"How many leading bits the addresses share.", `cidr("10.0.0.0/8").bits // 8`},
}

func (c *Call) ip(i int) (netip.Addr, error) {
	a, err := netip.ParseAddr(c.T[i])
	if err != nil {
		return a, zeroText(capability.KindIP)
	}
	return a, nil
}

func (c *Call) cidr() (netip.Prefix, error) {
	p, err := netip.ParsePrefix(c.T[0])
	if err != nil {
		return p, zeroText(capability.KindCIDR)
	}
	return p, nil
}

func isPrivate(c *Call) error {
	a, err := c.ip(0)
	c.setBool(err == nil && a.Unmap().IsPrivate())
	return err
}

func isLoopback(c *Call) error {
	a, err := c.ip(0)
	c.setBool(err == nil && a.Unmap().IsLoopback())
	return err
}

func ipVersion(c *Call) error {
	a, err := c.ip(0)
	c.setInt(6)
	if a.Is4() {
		c.setInt(4)
	}
	return err
}

func cidrContains(c *Call) error {
	p, err := c.cidr()
	if err != nil {
		return err
	}
	a, err := c.ip(1)
	c.setBool(err == nil && p.Contains(a))
	return err
}

func cidrNetwork(c *Call) error {
	p, err := c.cidr()
	if err == nil {
		c.OutT = p.Addr().String()
	}
	return err
}

func cidrBits(c *Call) error {
	p, err := c.cidr()
	c.setInt(int64(p.Bits()))
	return err
}
