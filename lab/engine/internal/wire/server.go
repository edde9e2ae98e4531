package wire

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"
)

// messageLimit bounds a message, in bytes: jobs of several clients' requests of 4 MB each.
const messageLimit = 16 << 20

const (
	pingAfter   = 10 * time.Second // silence on a connection before it is probed
	pingTimeout = 5 * time.Second  // after which a connection that does not answer is given up
)

const serviceName = "engine.Broker"

// NewServer returns a gRPC server that answers for the broker.
func NewServer(broker Broker) *grpc.Server {
	server := grpc.NewServer(
		grpc.ForceServerCodec(codec{}),
		grpc.MaxRecvMsgSize(messageLimit),
		grpc.MaxSendMsgSize(messageLimit),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: pingAfter, Timeout: pingTimeout}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: pingAfter / 2, PermitWithoutStream: true}),
	)
	server.RegisterService(&description, broker)
	return server
}

var description = grpc.ServiceDesc{
	ServiceName: serviceName,
	HandlerType: (*Broker)(nil),
	Methods: []grpc.MethodDesc{
		unary("Execute", func(ctx context.Context, broker Broker, request *executeRequest) (any, error) {
			return respond(broker.Execute(ctx, request.Partition, request.Command))
		}),
		unary("AwaitJobs", func(ctx context.Context, broker Broker, request *awaitJobsRequest) (any, error) {
			return respond(nil, broker.AwaitJobs(ctx, request.Partition, request.JobType))
		}),
		unary("Rebalance", func(ctx context.Context, broker Broker, _ *rebalanceRequest) (any, error) {
			transfers, err := broker.Rebalance(ctx)
			return &rebalanceResponse{Transfers: transfers}, err
		}),
	},
	Streams: []grpc.StreamDesc{{StreamName: "Watch", Handler: watch, ServerStreams: true}},
}

func unary[Request any](name string, handle func(context.Context, Broker, *Request) (any, error)) grpc.MethodDesc {
	return grpc.MethodDesc{
		MethodName: name,
		Handler: func(server any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			request := new(Request)
			if err := decode(request); err != nil {
				return nil, err
			}
			answer, err := handle(ctx, server.(Broker), request)
			if err != nil {
				return nil, statusOf(err)
			}
			return answer, nil
		},
	}
}

func watch(server any, stream grpc.ServerStream) error {
	if err := stream.RecvMsg(new(watchRequest)); err != nil {
		return err
	}
	err := server.(Broker).Watch(stream.Context(), func(s *Status) error { return stream.SendMsg(s) })
	return statusOf(err)
}

// statusOf is the gRPC status of an error after which the outcome is unknown.
func statusOf(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		return status.Error(codes.DeadlineExceeded, err.Error())
	case errors.Is(err, context.Canceled):
		return status.Error(codes.Canceled, err.Error())
	default:
		return status.Error(codes.Unavailable, err.Error())
	}
}
