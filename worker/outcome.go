package main

import (
	"regexp"

	rpccode "google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// rejections are the statuses that Zeebe gives only where the command was not carried out. The list and its reasons
// are those of helpers/zeebe/errors.ts.
//
// Not among them: ABORTED (the connection to the broker closed after the command was sent), DEADLINE_EXCEEDED, INTERNAL
// (a processing error, but any unexpected exception too) and UNAVAILABLE (a wrong leader, but also a gateway that died
// with the call in its hands).
var rejections = map[codes.Code]bool{
	codes.NotFound:           true,
	codes.InvalidArgument:    true,
	codes.AlreadyExists:      true,
	codes.FailedPrecondition: true,
	codes.ResourceExhausted:  true,
	codes.Unimplemented:      true,
	codes.PermissionDenied:   true,
	codes.Unauthenticated:    true,
}

// madeHere matches errors that grpc-go itself makes, with a status that the gateway may give as well, from an answer too
// large or a stream reset: the command may be done.
var madeHere = regexp.MustCompile(`^(grpc: (received )?message |stream terminated by RST_STREAM)`)

// outcomeOf tells what a call that ended with err did.
func outcomeOf(err error) event {
	s := status.Convert(err)
	switch {
	case s.Code() == codes.OK:
		return completed
	case rejections[s.Code()] && !madeHere.MatchString(s.Message()):
		return rejected
	default:
		return unknown
	}
}

// describe returns the status by the name gRPC specifies and what the gateway said, or "" without an error.
func describe(err error) string {
	if err == nil {
		return ""
	}
	s := status.Convert(err)
	return rpccode.Code(s.Code()).String() + ": " + s.Message()
}
