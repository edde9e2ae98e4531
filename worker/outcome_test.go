package main

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestOutcomeOf(t *testing.T) {
	expected := map[codes.Code]event{
		codes.OK:                 completed,
		codes.NotFound:           rejected,
		codes.InvalidArgument:    rejected,
		codes.AlreadyExists:      rejected,
		codes.FailedPrecondition: rejected,
		codes.ResourceExhausted:  rejected,
		codes.Unimplemented:      rejected,
		codes.PermissionDenied:   rejected,
		codes.Unauthenticated:    rejected,
		codes.DeadlineExceeded:   unknown,
		codes.Unavailable:        unknown,
		codes.Canceled:           unknown,
		codes.Aborted:            unknown,
		codes.Internal:           unknown,
		codes.Unknown:            unknown,
		codes.DataLoss:           unknown,
		codes.OutOfRange:         unknown,
	}
	for code, outcome := range expected {
		if found := outcomeOf(status.Error(code, "")); found != outcome {
			t.Errorf("%s: expected %s, found %s", code, outcome, found)
		}
	}
}

func TestOutcomeOfAnErrorMadeHere(t *testing.T) {
	for _, err := range []error{
		status.Error(codes.ResourceExhausted, "grpc: received message larger than max (5 vs. 4)"),
		status.Error(codes.ResourceExhausted, "grpc: message after decompression larger than max (5 vs. 4)"),
		status.Error(codes.ResourceExhausted, "stream terminated by RST_STREAM with error code: ENHANCE_YOUR_CALM"),
	} {
		if found := outcomeOf(err); found != unknown {
			t.Errorf("%s: expected unknown, found %s", err, found)
		}
	}
}
