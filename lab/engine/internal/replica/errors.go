package replica

import (
	"errors"
	"fmt"
)

// NoNode stands for a leader that is not known.
const NoNode = -1

// NotLeaderError says that a proposal was certainly not carried out, since this replica does not lead.
type NotLeaderError struct {
	Leader int // the node to turn to; NoNode if it is not known
}

func (e *NotLeaderError) Error() string {
	if e.Leader == NoNode {
		return "this node does not lead the partition, and no leader is known; try again later"
	}
	return fmt.Sprintf("this node does not lead the partition; ask node %d", e.Leader)
}

// ErrOutcomeUnknown says that a proposal was appended to the log, and that this replica cannot tell whether it will be carried out.
var ErrOutcomeUnknown = errors.New("the proposal may or may not be carried out: leadership was lost, or the replica was stopped, while it was replicated")

// DamagedError says that what a replica has on disk cannot be trusted.
type DamagedError struct {
	Partition int
	Dir       string
	Err       error // what is damaged
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("partition %d: %v; put back what is missing or wrong, or empty the folder %s", e.Partition, e.Err, e.Dir)
}

func (e *DamagedError) Unwrap() error { return e.Err }
