package gateway

import (
	"context"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"zeebe-chaos/lab/engine/internal/command"
)

// EvaluateDecision evaluates a decision on one partition or another.
func (g *Gateway) EvaluateDecision(ctx context.Context, request *pb.EvaluateDecisionRequest) (*pb.EvaluateDecisionResponse, error) {
	if (request.DecisionId == "") == (request.DecisionKey <= 0) {
		return nil, status.Errorf(codes.InvalidArgument, "Expected either a decision id or a decision key, but got id '%s' and key '%d'",
			request.DecisionId, request.DecisionKey)
	}
	if err := checkTenants(request.TenantId); err != nil {
		return nil, err
	}
	variables, err := document(request.Variables)
	if err != nil {
		return nil, err
	}
	answer, err := g.executeAnywhere(ctx, &command.Command{EvaluateDecision: &command.EvaluateDecision{
		DecisionID: request.DecisionId, DecisionKey: request.DecisionKey, Variables: variables,
	}})
	if err != nil {
		return nil, err
	}
	return evaluated(answer.Evaluation), nil
}

func evaluated(evaluation *command.Evaluation) *pb.EvaluateDecisionResponse {
	decision, output := evaluation.Decision, string(evaluation.Output)
	if output == "" {
		output = "null"
	}
	response := &pb.EvaluateDecisionResponse{
		DecisionKey: decision.Key, DecisionId: decision.ID, DecisionName: decision.Name, DecisionVersion: decision.Version,
		DecisionRequirementsId: evaluation.Requirements.ID, DecisionRequirementsKey: evaluation.Requirements.Key,
		DecisionOutput: output, FailureMessage: evaluation.Failure, TenantId: defaultTenant,
		EvaluatedDecisions: []*pb.EvaluatedDecision{{
			DecisionKey: decision.Key, DecisionId: decision.ID, DecisionName: decision.Name, DecisionVersion: decision.Version,
			DecisionOutput: output, TenantId: defaultTenant,
		}},
	}
	if evaluation.Failure != "" {
		response.FailedDecisionId = decision.ID
	}
	return response
}
