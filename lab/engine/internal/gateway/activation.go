package gateway

import (
	"context"
	"time"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"zeebe-chaos/lab/engine/internal/command"
)

const (
	// streamedAtOnce is how many jobs are handed out before those before them have been taken off our hands.
	streamedAtOnce = 32
	// fruitless is how long to wait after jobs were announced that were gone, or could not be had, when asked for.
	fruitless = 20 * time.Millisecond
)

// ActivateJobs hands out jobs; if there are none it waits for some, for as long as the request says.
func (g *Gateway) ActivateJobs(request *pb.ActivateJobsRequest, stream pb.Gateway_ActivateJobsServer) error {
	if err := checkActivation(request.Type, request.Timeout, request.TenantIds); err != nil {
		return err
	}
	if request.MaxJobsToActivate < 1 {
		return status.Errorf(codes.InvalidArgument, "Expected to activate jobs with maxJobsToActivate to be greater than zero, but it was %d", request.MaxJobsToActivate)
	}
	ctx, release := g.untilClosing(stream.Context())
	defer release()
	ctx, cancel := boundedBy(ctx, request.RequestTimeout)
	defer cancel()
	w := &worker{
		gateway: g,
		wanted: command.ActivateJobs{
			Type: request.Type, Worker: request.Worker, Timeout: request.Timeout, Max: request.MaxJobsToActivate, Fetch: request.FetchVariable,
		},
		deliver: func(jobs []*pb.ActivatedJob) (int, error) {
			if err := stream.Send(&pb.ActivateJobsResponse{Jobs: jobs}); err != nil {
				return 0, err
			}
			return len(jobs), nil
		},
	}
	delivered, err := w.askAll(ctx)
	if err != nil || delivered > 0 || request.RequestTimeout < 0 {
		return err
	}
	_, err = w.await(ctx)
	return err
}

// StreamActivatedJobs hands out jobs for as long as the client listens.
func (g *Gateway) StreamActivatedJobs(request *pb.StreamActivatedJobsRequest, stream pb.Gateway_StreamActivatedJobsServer) error {
	if err := checkActivation(request.Type, request.Timeout, request.TenantIds); err != nil {
		return err
	}
	ctx, release := g.untilClosing(stream.Context())
	defer release()
	w := &worker{
		gateway: g,
		wanted: command.ActivateJobs{
			Type: request.Type, Worker: request.Worker, Timeout: request.Timeout, Max: streamedAtOnce, Fetch: request.FetchVariable,
		},
		deliver: func(jobs []*pb.ActivatedJob) (delivered int, err error) {
			for _, job := range jobs {
				if err := stream.Send(job); err != nil {
					return delivered, err
				}
				delivered++
			}
			return delivered, nil
		},
	}
	for ctx.Err() == nil {
		if _, err := w.await(ctx); err != nil {
			return err
		}
	}
	return nil
}

func checkActivation(jobType string, timeout int64, tenants []string) error {
	if jobType == "" {
		return status.Error(codes.InvalidArgument, "Expected to activate jobs with type to be present, but it was blank")
	}
	if timeout < 1 {
		return status.Errorf(codes.InvalidArgument, "Expected to activate jobs with timeout to be greater than zero, but it was %d", timeout)
	}
	return checkTenants(tenants...)
}

// untilClosing is the context of a client that is sent away when the gateway closes.
func (g *Gateway) untilClosing(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(g.closing, cancel)
	return ctx, func() { stop(); cancel() }
}
