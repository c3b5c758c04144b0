package compiler

import "rex/bytecode"

// tryEmit writes the module, as the last check: a program may be too large for
// a module (registers of too many types, a defer copied to too many exits),
// and only writing it tells. So Emit has nothing left that can fail.
func (c *checker) tryEmit() {
	m, err := emit(c.program)
	if err != nil {
		c.report("E0427", err.at, "%s", err.why)
		return
	}
	c.program.module = m
}

// Emit gives the module of a checked program.
func Emit(p *Program) *bytecode.Module { return p.module }
