package policy

import "github.com/cedar-policy/cedar-go/types"

// foretell answers a question some facts of which are unknown.
func (g *Gate) foretell(p *plan, action types.EntityUID, e *entity, c contextual) answered {
	return answered{allowed: true}
}
