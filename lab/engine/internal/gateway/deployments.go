package gateway

import (
	"context"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"

	"zeebe-chaos/lab/engine/internal/command"
)

// DeployResource stores processes and decisions.
func (g *Gateway) DeployResource(ctx context.Context, request *pb.DeployResourceRequest) (*pb.DeployResourceResponse, error) {
	if err := checkTenants(request.TenantId); err != nil {
		return nil, err
	}
	deploy := &command.Deploy{}
	for _, resource := range request.Resources {
		deploy.Resources = append(deploy.Resources, command.Resource{Name: resource.Name, Content: resource.Content})
	}
	answer, err := g.execute(ctx, deploymentPartition, &command.Command{Deploy: deploy})
	if err != nil {
		return nil, err
	}
	response := &pb.DeployResourceResponse{Key: answer.Deployment.Key, TenantId: defaultTenant}
	for _, deployed := range answer.Deployment.Resources {
		response.Deployments = append(response.Deployments, deployments(deployed)...)
	}
	return response, nil
}

// DeployProcess stores processes; it is the older way.
func (g *Gateway) DeployProcess(ctx context.Context, request *pb.DeployProcessRequest) (*pb.DeployProcessResponse, error) {
	deploy := &command.Deploy{}
	for _, process := range request.Processes {
		deploy.Resources = append(deploy.Resources, command.Resource{Name: process.Name, Content: process.Definition})
	}
	answer, err := g.execute(ctx, deploymentPartition, &command.Command{Deploy: deploy})
	if err != nil {
		return nil, err
	}
	response := &pb.DeployProcessResponse{Key: answer.Deployment.Key}
	for _, deployed := range answer.Deployment.Resources {
		response.Processes = append(response.Processes, processes(deployed)...)
	}
	return response, nil
}

func processes(deployed command.Deployed) []*pb.ProcessMetadata {
	var all []*pb.ProcessMetadata
	for _, process := range deployed.Processes {
		all = append(all, &pb.ProcessMetadata{
			BpmnProcessId: process.ID, Version: process.Version, ProcessDefinitionKey: process.Key,
			ResourceName: deployed.Resource.Name, TenantId: defaultTenant,
		})
	}
	return all
}

func deployments(deployed command.Deployed) []*pb.Deployment {
	var all []*pb.Deployment
	for _, process := range processes(deployed) {
		all = append(all, &pb.Deployment{Metadata: &pb.Deployment_Process{Process: process}})
	}
	for _, decision := range deployed.Decisions {
		all = append(all, &pb.Deployment{Metadata: &pb.Deployment_Decision{Decision: &pb.DecisionMetadata{
			DmnDecisionId: decision.ID, DmnDecisionName: decision.Name, Version: decision.Version, DecisionKey: decision.Key,
			DmnDecisionRequirementsId: deployed.ID, DecisionRequirementsKey: deployed.Key, TenantId: defaultTenant,
		}}})
	}
	if deployed.ID != "" {
		all = append(all, &pb.Deployment{Metadata: &pb.Deployment_DecisionRequirements{DecisionRequirements: &pb.DecisionRequirementsMetadata{
			DmnDecisionRequirementsId: deployed.ID, DmnDecisionRequirementsName: deployed.Name, Version: deployed.Version,
			DecisionRequirementsKey: deployed.Key, ResourceName: deployed.Resource.Name, TenantId: defaultTenant,
		}}})
	}
	return all
}
