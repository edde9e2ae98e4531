package gateway

import (
	"context"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"

	"zeebe-chaos/lab/engine/internal/command"
)

// BroadcastSignal starts what waits for a signal; the partition that takes deployments tells the others, as in Zeebe.
func (g *Gateway) BroadcastSignal(ctx context.Context, request *pb.BroadcastSignalRequest) (*pb.BroadcastSignalResponse, error) {
	if err := checkTenants(request.TenantId); err != nil {
		return nil, err
	}
	variables, err := document(request.Variables)
	if err != nil {
		return nil, err
	}
	answer, err := g.execute(ctx, deploymentPartition, &command.Command{
		BroadcastSignal: &command.BroadcastSignal{Name: request.SignalName, Variables: variables},
	})
	if err != nil {
		return nil, err
	}
	return &pb.BroadcastSignalResponse{Key: answer.Key, TenantId: defaultTenant}, nil
}
