//go:build planted_unsent

package partition

import "zeebe-chaos/lab/engine/internal/command"

// distributionIsDue is the defect: what did not arrive the first time never does.
func distributionIsDue(s *sending, c command.Deliver) bool { return isNew(s, c) }

// subscriptionIsDue is the defect as well.
func subscriptionIsDue(s *sending, c command.Deliver) bool { return isNew(s, c) }
