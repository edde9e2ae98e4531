package main

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
	"google.golang.org/grpc"
)

// standIn is a gateway in this process that hands out jobs and answers their completions as told. The key of a job's instance is the job's plus 1.
type standIn struct {
	pb.UnimplementedGatewayServer
	complete    func(jobKey int64) error
	mutex       sync.Mutex
	jobs        []int64 // still to be handed out
	activations []*pb.ActivateJobsRequest
	completions []*pb.CompleteJobRequest
}

// serve answers on address until the test ends and returns the address with its port.
func (g *standIn) serve(t *testing.T, address string) string {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	pb.RegisterGatewayServer(server, g)
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}

func (g *standIn) Topology(context.Context, *pb.TopologyRequest) (*pb.TopologyResponse, error) {
	return &pb.TopologyResponse{}, nil
}

func (g *standIn) ActivateJobs(request *pb.ActivateJobsRequest, stream pb.Gateway_ActivateJobsServer) error {
	g.mutex.Lock()
	g.activations = append(g.activations, request)
	count := min(int(request.MaxJobsToActivate), len(g.jobs))
	taken := g.jobs[:count]
	g.jobs = g.jobs[count:]
	g.mutex.Unlock()
	if count == 0 {
		select {
		case <-time.After(time.Duration(request.RequestTimeout) * time.Millisecond):
		case <-stream.Context().Done():
		}
		return nil
	}
	response := &pb.ActivateJobsResponse{}
	for _, key := range taken {
		response.Jobs = append(response.Jobs, &pb.ActivatedJob{Key: key, ProcessInstanceKey: key + 1})
	}
	return stream.Send(response)
}

func (g *standIn) CompleteJob(_ context.Context, request *pb.CompleteJobRequest) (*pb.CompleteJobResponse, error) {
	g.mutex.Lock()
	g.completions = append(g.completions, request)
	g.mutex.Unlock()
	if g.complete != nil {
		if err := g.complete(request.JobKey); err != nil {
			return nil, err
		}
	}
	return &pb.CompleteJobResponse{}, nil
}

// freeAddress returns an address that nothing listens on. Only for tests that do not run in parallel: a process that
// another test starts holds the port until it has executed its program. 127.0.0.2, since a client that tries a free port
// of its own source address, 127.0.0.1, can end up connected to itself.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
