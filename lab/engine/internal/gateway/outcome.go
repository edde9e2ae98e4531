package gateway

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/directory"
	"zeebe-chaos/lab/engine/internal/wire"
)

var codeOf = map[command.Code]codes.Code{
	command.NotFound:        codes.NotFound,
	command.AlreadyExists:   codes.AlreadyExists,
	command.InvalidArgument: codes.InvalidArgument,
	command.InvalidState:    codes.FailedPrecondition,
}

// accepted returns the answer of a command that was carried out, or what its client is told instead.
func accepted(ctx context.Context, c *command.Command, answer *command.Answer, err error) (*command.Answer, error) {
	switch {
	case err == nil && answer.Rejection == nil:
		return answer, nil
	case err == nil:
		code, known := codeOf[answer.Rejection.Code]
		if !known {
			code = codes.Internal
		}
		return nil, status.Errorf(code, "Command '%s' rejected with code '%s': %s", intentOf(c), answer.Rejection.Code, answer.Rejection.Reason)
	case errors.Is(err, wire.ErrBusy):
		return nil, status.Error(codes.ResourceExhausted,
			"Expected to handle the request, but there are too many in progress (resource exhausted); nothing was done, send it again later")
	case errors.Is(err, directory.ErrNoLeader):
		return nil, status.Errorf(codes.Unavailable, "Expected to handle the request, but %v; nothing was done", err)
	case errors.Is(ctx.Err(), context.Canceled):
		return nil, status.Errorf(codes.Canceled, "The request was cancelled: %v", err)
	case errors.Is(err, context.DeadlineExceeded):
		return nil, status.Errorf(codes.DeadlineExceeded, "Expected an answer within the time of the request, but: %v", err)
	default:
		return nil, status.Errorf(codes.Unavailable, "Expected an answer, but: %v", err)
	}
}

// intentOf is Zeebe's word for what a command of a client does.
func intentOf(c *command.Command) string {
	switch {
	case c.Deploy != nil, c.CreateInstance != nil:
		return "CREATE"
	case c.CancelInstance != nil:
		return "CANCEL"
	case c.MigrateInstance != nil:
		return "MIGRATE"
	case c.SetVariables != nil:
		return "UPDATE"
	case c.PublishMessage != nil:
		return "PUBLISH"
	case c.BroadcastSignal != nil:
		return "BROADCAST"
	case c.CompleteJob != nil:
		return "COMPLETE"
	case c.FailJob != nil:
		return "FAIL"
	case c.ThrowError != nil:
		return "THROW_ERROR"
	case c.UpdateJobRetries != nil:
		return "UPDATE_RETRIES"
	case c.UpdateJobTimeout != nil:
		return "UPDATE_TIMEOUT"
	case c.ResolveIncident != nil:
		return "RESOLVE"
	default: // c.EvaluateDecision
		return "EVALUATE"
	}
}
