//go:build !planted_unsent

package partition

import (
	"time"

	"zeebe-chaos/lab/engine/internal/command"
)

func distributionIsDue(s *sending, c command.Deliver) bool {
	if s.attempts == 0 || !isDistributed(c) {
		return s.attempts == 0
	}
	pause := min(redistributionCycle<<min(s.attempts-1, 10), longestPause)
	return time.Since(s.last) >= pause
}

func subscriptionIsDue(s *sending, c command.Deliver) bool {
	return s.attempts == 0 || (!isDistributed(c) && time.Since(s.last) >= subscriptionAge)
}

// isDistributed tells what goes from one partition to all: deployments and signals.
func isDistributed(c command.Deliver) bool { return c.Distribute != nil || c.Signal != nil }
