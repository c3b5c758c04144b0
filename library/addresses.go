package library

// Addresses and ranges of addresses.
var addressRows = []spec{
	{330, "is_private(a: ip) -> bool", Unknown, invalid, isPrivate, "Whether it is from a range for private networks."},
	{331, "is_loopback(a: ip) -> bool", Unknown, invalid, isLoopback, "Whether it is this machine's own."},
	{332, "(a: ip).version -> int", Unknown, invalid, ipVersion, "4 or 6."},
	{333, "contains(c: cidr, a: ip) -> bool", Unknown, invalid, cidrContains, "Whether the address is in the range."},
	{334, "(c: cidr).network -> ip", Unknown, invalid, cidrNetwork, "The first address of the range."},
	{335, "(c: cidr).bits -> int", Unknown, invalid, cidrBits, "How many leading bits the addresses share."},
}
