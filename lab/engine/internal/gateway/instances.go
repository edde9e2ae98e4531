package gateway

import (
	"context"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"zeebe-chaos/lab/engine/internal/command"
)

// CreateProcessInstance starts an instance on one partition or another.
func (g *Gateway) CreateProcessInstance(ctx context.Context, request *pb.CreateProcessInstanceRequest) (*pb.CreateProcessInstanceResponse, error) {
	create, err := creation(request)
	if err != nil {
		return nil, err
	}
	answer, err := g.executeAnywhere(ctx, &command.Command{CreateInstance: create})
	if err != nil {
		return nil, err
	}
	instance := answer.Instance
	return &pb.CreateProcessInstanceResponse{
		ProcessDefinitionKey: instance.DefinitionKey, BpmnProcessId: instance.ProcessID, Version: instance.Version,
		ProcessInstanceKey: instance.Key, TenantId: defaultTenant,
	}, nil
}

// CreateProcessInstanceWithResult starts an instance and answers when it has completed.
func (g *Gateway) CreateProcessInstanceWithResult(ctx context.Context, request *pb.CreateProcessInstanceWithResultRequest) (*pb.CreateProcessInstanceWithResultResponse, error) {
	create, err := creation(request.GetRequest())
	if err != nil {
		return nil, err
	}
	create.AwaitResult, create.Fetch = true, request.FetchVariables
	ctx, cancel := boundedBy(ctx, request.RequestTimeout)
	defer cancel()
	answer, err := g.executeAnywhere(ctx, &command.Command{CreateInstance: create})
	if err != nil {
		return nil, err
	}
	instance := answer.Instance
	return &pb.CreateProcessInstanceWithResultResponse{
		ProcessDefinitionKey: instance.DefinitionKey, BpmnProcessId: instance.ProcessID, Version: instance.Version,
		ProcessInstanceKey: instance.Key, Variables: documentOf(instance.Result), TenantId: defaultTenant,
	}, nil
}

func creation(request *pb.CreateProcessInstanceRequest) (*command.CreateInstance, error) {
	if len(request.GetStartInstructions()) > 0 {
		return nil, status.Error(codes.Unimplemented, "Expected no start instructions; this engine starts instances only at their start events")
	}
	if err := checkTenants(request.GetTenantId()); err != nil {
		return nil, err
	}
	variables, err := document(request.GetVariables())
	if err != nil {
		return nil, err
	}
	return &command.CreateInstance{
		ProcessID: request.GetBpmnProcessId(), Version: request.GetVersion(), DefinitionKey: request.GetProcessDefinitionKey(), Variables: variables,
	}, nil
}

// CancelProcessInstance ends an instance.
func (g *Gateway) CancelProcessInstance(ctx context.Context, request *pb.CancelProcessInstanceRequest) (*pb.CancelProcessInstanceResponse, error) {
	key := request.ProcessInstanceKey
	if _, err := g.executeFor(ctx, key, &command.Command{CancelInstance: &command.CancelInstance{Key: key}}); err != nil {
		return nil, err
	}
	return &pb.CancelProcessInstanceResponse{}, nil
}

// MigrateProcessInstance moves an instance to another definition.
func (g *Gateway) MigrateProcessInstance(ctx context.Context, request *pb.MigrateProcessInstanceRequest) (*pb.MigrateProcessInstanceResponse, error) {
	mappings := map[string]string{}
	for _, mapping := range request.GetMigrationPlan().GetMappingInstructions() {
		if other, twice := mappings[mapping.SourceElementId]; twice {
			return nil, status.Errorf(codes.InvalidArgument, "Expected one target for each element, but '%s' is mapped to '%s' and to '%s'",
				mapping.SourceElementId, other, mapping.TargetElementId)
		}
		mappings[mapping.SourceElementId] = mapping.TargetElementId
	}
	_, err := g.executeFor(ctx, request.ProcessInstanceKey, &command.Command{MigrateInstance: &command.MigrateInstance{
		Key: request.ProcessInstanceKey, DefinitionKey: request.GetMigrationPlan().GetTargetProcessDefinitionKey(), Mappings: mappings,
	}})
	if err != nil {
		return nil, err
	}
	return &pb.MigrateProcessInstanceResponse{}, nil
}

// SetVariables sets variables of an element instance.
func (g *Gateway) SetVariables(ctx context.Context, request *pb.SetVariablesRequest) (*pb.SetVariablesResponse, error) {
	variables, err := document(request.Variables)
	if err != nil {
		return nil, err
	}
	answer, err := g.executeFor(ctx, request.ElementInstanceKey, &command.Command{SetVariables: &command.SetVariables{
		ElementInstance: request.ElementInstanceKey, Variables: variables, Local: request.Local,
	}})
	if err != nil {
		return nil, err
	}
	return &pb.SetVariablesResponse{Key: answer.Key}, nil
}

// ResolveIncident lets an instance go on where it met an incident.
func (g *Gateway) ResolveIncident(ctx context.Context, request *pb.ResolveIncidentRequest) (*pb.ResolveIncidentResponse, error) {
	key := request.IncidentKey
	if _, err := g.executeFor(ctx, key, &command.Command{ResolveIncident: &command.ResolveIncident{Key: key}}); err != nil {
		return nil, err
	}
	return &pb.ResolveIncidentResponse{}, nil
}
