package gateway

import (
	"context"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"

	"zeebe-chaos/lab/engine/internal/command"
)

// CompleteJob ends a job well.
func (g *Gateway) CompleteJob(ctx context.Context, request *pb.CompleteJobRequest) (*pb.CompleteJobResponse, error) {
	variables, err := document(request.Variables)
	if err != nil {
		return nil, err
	}
	_, err = g.executeFor(ctx, request.JobKey, &command.Command{CompleteJob: &command.CompleteJob{Key: request.JobKey, Variables: variables}})
	if err != nil {
		return nil, err
	}
	return &pb.CompleteJobResponse{}, nil
}

// FailJob gives a job back that its worker could not do.
func (g *Gateway) FailJob(ctx context.Context, request *pb.FailJobRequest) (*pb.FailJobResponse, error) {
	variables, err := document(request.Variables)
	if err != nil {
		return nil, err
	}
	_, err = g.executeFor(ctx, request.JobKey, &command.Command{FailJob: &command.FailJob{
		Key: request.JobKey, Retries: request.Retries, Message: request.ErrorMessage, Backoff: request.RetryBackOff, Variables: variables,
	}})
	if err != nil {
		return nil, err
	}
	return &pb.FailJobResponse{}, nil
}

// ThrowError ends a job with a BPMN error.
func (g *Gateway) ThrowError(ctx context.Context, request *pb.ThrowErrorRequest) (*pb.ThrowErrorResponse, error) {
	variables, err := document(request.Variables)
	if err != nil {
		return nil, err
	}
	_, err = g.executeFor(ctx, request.JobKey, &command.Command{ThrowError: &command.ThrowError{
		Key: request.JobKey, Code: request.ErrorCode, Message: request.ErrorMessage, Variables: variables,
	}})
	if err != nil {
		return nil, err
	}
	return &pb.ThrowErrorResponse{}, nil
}

// UpdateJobRetries sets how often a job may be tried.
func (g *Gateway) UpdateJobRetries(ctx context.Context, request *pb.UpdateJobRetriesRequest) (*pb.UpdateJobRetriesResponse, error) {
	_, err := g.executeFor(ctx, request.JobKey, &command.Command{UpdateJobRetries: &command.UpdateJobRetries{
		Key: request.JobKey, Retries: request.Retries,
	}})
	if err != nil {
		return nil, err
	}
	return &pb.UpdateJobRetriesResponse{}, nil
}

// UpdateJobTimeout sets the time that a worker has left for its job.
func (g *Gateway) UpdateJobTimeout(ctx context.Context, request *pb.UpdateJobTimeoutRequest) (*pb.UpdateJobTimeoutResponse, error) {
	_, err := g.executeFor(ctx, request.JobKey, &command.Command{UpdateJobTimeout: &command.UpdateJobTimeout{
		Key: request.JobKey, Timeout: request.Timeout,
	}})
	if err != nil {
		return nil, err
	}
	return &pb.UpdateJobTimeoutResponse{}, nil
}
