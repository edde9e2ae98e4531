package wire

import (
	"errors"

	"zeebe-chaos/lab/engine/internal/command"
)

type (
	watchRequest   struct{}
	executeRequest struct {
		Partition int              `cbor:"partition"`
		Command   *command.Command `cbor:"command"`
	}
	awaitJobsRequest struct {
		Partition int    `cbor:"partition"`
		JobType   string `cbor:"jobType"`
	}
	rebalanceRequest  struct{}
	rebalanceResponse struct {
		Transfers []Transfer `cbor:"transfers"`
	}

	// response is an answer or the reason why certainly nothing was done; of AwaitJobs it has neither.
	response struct {
		Answer    *command.Answer `cbor:"answer,omitempty"`
		NotLeader *notLeader      `cbor:"notLeader,omitempty"`
		Busy      bool            `cbor:"busy,omitempty"`
	}
	notLeader struct {
		Leader int `cbor:"leader"`
	}
)

// respond makes a response of what a Broker returned; errors after which the outcome is unknown are passed on.
func respond(answer *command.Answer, err error) (*response, error) {
	var other *NotLeaderError
	switch {
	case err == nil:
		return &response{Answer: answer}, nil
	case errors.As(err, &other):
		return &response{NotLeader: &notLeader{Leader: other.Leader}}, nil
	case errors.Is(err, ErrBusy):
		return &response{Busy: true}, nil
	default:
		return nil, err
	}
}

// refusal is the error that respond made a response of, nil if there was none.
func (r *response) refusal() error {
	switch {
	case r.NotLeader != nil:
		return &NotLeaderError{Leader: r.NotLeader.Leader}
	case r.Busy:
		return ErrBusy
	default:
		return nil
	}
}
