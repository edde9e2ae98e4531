//go:build !planted_unsent

package partition

import (
	"testing"
	"time"

	"zeebe-chaos/lab/engine/internal/command"
)

// The pauses are Zeebe's, and experiments take their bounds from them.
func TestWhenACommandIsSentAgain(t *testing.T) {
	distribute := command.Deliver{Distribute: &command.Distribute{}}
	signal := command.Deliver{Signal: &command.BroadcastSignal{}}
	correlate := command.Deliver{Correlate: &command.Correlate{}}
	for _, c := range []struct {
		what     string
		isDue    dueTest
		command  command.Deliver
		attempts int
		ago      time.Duration
		due      bool
	}{
		{"what is new, at once", isNew, distribute, 0, 0, true},
		{"what was sent, not before its time", isNew, distribute, 1, time.Hour, false},
		{"a deployment after 10 s", distributionIsDue, distribute, 1, 10 * time.Second, true},
		{"a deployment not before", distributionIsDue, distribute, 1, 9 * time.Second, false},
		{"a deployment the third time after 20 s", distributionIsDue, distribute, 2, 20 * time.Second, true},
		{"a deployment the third time not before", distributionIsDue, distribute, 2, 19 * time.Second, false},
		{"a deployment after 5 min at the most", distributionIsDue, distribute, 40, 5 * time.Minute, true},
		{"a signal as a deployment", distributionIsDue, signal, 1, 10 * time.Second, true},
		{"a signal not in the cycle of messages", subscriptionIsDue, signal, 1, time.Hour, false},
		{"a message not in the cycle of deployments", distributionIsDue, correlate, 1, time.Hour, false},
		{"a message after 10 s", subscriptionIsDue, correlate, 3, 10 * time.Second, true},
		{"a message not before", subscriptionIsDue, correlate, 1, 9 * time.Second, false},
		{"a deployment not in the cycle of messages", subscriptionIsDue, distribute, 1, time.Hour, false},
		{"what is new in any cycle", subscriptionIsDue, distribute, 0, 0, true},
	} {
		s := &sending{attempts: c.attempts, last: time.Now().Add(-c.ago)}
		if due := c.isDue(s, c.command); due != c.due {
			t.Errorf("%s: expected due to be %v", c.what, c.due)
		}
	}
}
