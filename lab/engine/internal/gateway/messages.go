package gateway

import (
	"context"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/correlation"
)

// PublishMessage publishes a message on the partition of its correlation key.
func (g *Gateway) PublishMessage(ctx context.Context, request *pb.PublishMessageRequest) (*pb.PublishMessageResponse, error) {
	if err := checkTenants(request.TenantId); err != nil {
		return nil, err
	}
	variables, err := document(request.Variables)
	if err != nil {
		return nil, err
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	partitions, err := g.partitions(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := g.execute(ctx, correlation.Partition(request.CorrelationKey, len(partitions)), &command.Command{
		PublishMessage: &command.PublishMessage{
			Name: request.Name, CorrelationKey: request.CorrelationKey, MessageID: request.MessageId,
			TimeToLive: request.TimeToLive, Variables: variables,
		},
	})
	if err != nil {
		return nil, err
	}
	return &pb.PublishMessageResponse{Key: answer.Key, TenantId: defaultTenant}, nil
}
