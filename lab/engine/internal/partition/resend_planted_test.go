//go:build planted_unsent

package partition

import (
	"testing"
	"time"

	"zeebe-chaos/lab/engine/internal/command"
)

func TestThePlantedDefectSendsOnceAndNeverAgain(t *testing.T) {
	distribute := command.Deliver{Distribute: &command.Distribute{}}
	correlate := command.Deliver{Correlate: &command.Correlate{}}
	for isNew, attempts := range map[bool]int{true: 0, false: 1} {
		s := &sending{attempts: attempts, last: time.Now().Add(-time.Hour)}
		if distributionIsDue(s, distribute) != isNew || subscriptionIsDue(s, correlate) != isNew {
			t.Errorf("after %d attempts: expected due to be %v", attempts, isNew)
		}
	}
}
