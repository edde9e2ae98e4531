package gateway

import (
	"context"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// ModifyProcessInstance is refused.
func (g *Gateway) ModifyProcessInstance(context.Context, *pb.ModifyProcessInstanceRequest) (*pb.ModifyProcessInstanceResponse, error) {
	return nil, status.Error(codes.Unimplemented, "ModifyProcessInstance is not part of this engine")
}

// DeleteResource is refused.
func (g *Gateway) DeleteResource(context.Context, *pb.DeleteResourceRequest) (*pb.DeleteResourceResponse, error) {
	return nil, status.Error(codes.Unimplemented, "DeleteResource is not part of this engine")
}
