package gateway

import (
	"context"
	"testing"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/wire"
)

func TestVariablesMustBeAnObject(t *testing.T) {
	for given, want := range map[string]struct{ document, refusal string }{
		"":               {document: "{}"},
		"  ":             {document: "{}"},
		"null":           {document: "{}"},
		` {"a": [1]} `:   {document: `{"a": [1]}`},
		`[{"a":1}]`:      {refusal: "an array"},
		`"a"`:            {refusal: "a string"},
		`1`:              {refusal: "a number"},
		`true`:           {refusal: "a boolean"},
		`{"a":1`:         {refusal: "no JSON"},
		`{"a":1} {}`:     {refusal: "no JSON"},
		`{'a': 'quote'}`: {refusal: "no JSON"},
	} {
		got, err := document(given)
		if want.refusal != "" {
			expect(t, err, codes.InvalidArgument, want.refusal)
		} else if err != nil || string(got) != want.document {
			t.Errorf("%q became %q and %v, expected %q", given, got, err, want.document)
		}
	}
}

func TestCreatingTakesPartitionsInTurn(t *testing.T) {
	_, _, client := started(t, 3)
	seen := map[int64]int{}
	for range 6 {
		seen[created(t, client)]++
	}
	for partition := int64(1); partition <= 3; partition++ {
		if seen[partition] != 2 {
			t.Fatalf("the partitions got %v, expected 2 each", seen)
		}
	}
}

func TestCreatingGoesOnOnlyWhereNothingWasDone(t *testing.T) {
	for name, err := range map[string]error{"busy": wire.ErrBusy, "another leads": &wire.NotLeaderError{Leader: wire.Nobody}} {
		t.Run(name, func(t *testing.T) {
			brokers, _, client := started(t, 3, 3)
			brokers[0].fails(err)
			for range 6 {
				if got := created(t, client); got != 2 {
					t.Errorf("created on partition %d, expected the only one that can", got)
				}
			}
		})
	}
	t.Run("an unknown outcome", func(t *testing.T) {
		brokers, _, client := started(t, 3)
		for _, b := range brokers {
			b.fails(context.DeadlineExceeded)
		}
		if _, err := client.CreateProcessInstance(within(t, patience), &pb.CreateProcessInstanceRequest{}); err == nil {
			t.Error("created although no partition answered")
		}
		asked := 0
		for _, b := range brokers {
			asked += len(b.received(isAny))
		}
		if asked != 1 {
			t.Errorf("%d partitions were asked after one may have done it", asked)
		}
	})
}

func TestCreatingWhereNoPartitionCan(t *testing.T) {
	brokers, _, client := started(t, 2, 2)
	brokers[0].fails(wire.ErrBusy)
	_, err := client.CreateProcessInstance(within(t, patience), &pb.CreateProcessInstanceRequest{})
	expect(t, err, codes.Unavailable, "each of the 2 partitions is busy or has no leader")

	brokers, _, client = started(t, 2)
	brokers[0].fails(wire.ErrBusy)
	brokers[1].fails(wire.ErrBusy)
	_, err = client.CreateProcessInstance(within(t, patience), &pb.CreateProcessInstanceRequest{})
	expect(t, err, codes.ResourceExhausted, "resource exhausted")
}

func TestCreatingRefusesWhatItCannotDo(t *testing.T) {
	_, _, client := started(t, 1)
	_, err := client.CreateProcessInstance(within(t, patience), &pb.CreateProcessInstanceRequest{TenantId: "acme"})
	expect(t, err, codes.InvalidArgument, "'acme'")
	_, err = client.CreateProcessInstance(within(t, patience), &pb.CreateProcessInstanceRequest{
		StartInstructions: []*pb.ProcessInstanceCreationStartInstruction{{ElementId: "a"}},
	})
	expect(t, err, codes.Unimplemented, "start instructions")
}

func TestAResultIsTold(t *testing.T) {
	brokers, _, client := started(t, 1)
	brokers[0].answers(func(_ context.Context, c *command.Command) (*command.Answer, error) {
		if !c.CreateInstance.AwaitResult || c.CreateInstance.Fetch[0] != "a" {
			return command.Reject(command.InvalidArgument, "not awaited"), nil
		}
		return &command.Answer{Instance: &command.Instance{Key: 5, ProcessID: "p", DefinitionKey: 6, Version: 7, Result: []byte(`{"a":1}`)}}, nil
	})
	got, err := client.CreateProcessInstanceWithResult(within(t, patience), &pb.CreateProcessInstanceWithResultRequest{
		Request: &pb.CreateProcessInstanceRequest{BpmnProcessId: "p", Version: -1}, FetchVariables: []string{"a"},
	})
	want := &pb.CreateProcessInstanceWithResultResponse{
		ProcessInstanceKey: 5, BpmnProcessId: "p", ProcessDefinitionKey: 6, Version: 7, Variables: `{"a":1}`, TenantId: "<default>",
	}
	if err != nil || !proto.Equal(got, want) {
		t.Errorf("got %v and %v, expected %v", got, err, want)
	}
}

func TestMessagesGoToThePartitionOfTheirCorrelationKey(t *testing.T) {
	brokers, _, client := started(t, 3)
	// "a" hashes to 97 and "€" to a negative number: its bytes are -30, -126, -84.
	for correlationKey, partition := range map[string]int{"a": 97%3 + 1, "€": (30*31*31+126*31+84)%3 + 1} {
		if _, err := client.PublishMessage(within(t, patience), &pb.PublishMessageRequest{Name: "m", CorrelationKey: correlationKey}); err != nil {
			t.Fatal(err)
		}
		for i, b := range brokers {
			got := len(b.received(func(c *command.Command) bool { return c.PublishMessage.CorrelationKey == correlationKey })) == 1
			if want := i+1 == partition; got != want {
				t.Errorf("the message %s is on partition %d: %v, expected %v", correlationKey, i+1, got, want)
			}
		}
	}
}

func TestSignalsGoToThePartitionThatTellsTheOthers(t *testing.T) {
	brokers, _, client := started(t, 3)
	request := &pb.BroadcastSignalRequest{SignalName: "s", Variables: `{"a":1}`}
	if _, err := client.BroadcastSignal(within(t, patience), request); err != nil {
		t.Fatal(err)
	}
	for i, b := range brokers {
		got := len(b.received(func(c *command.Command) bool {
			return c.BroadcastSignal != nil && c.BroadcastSignal.Name == "s" && string(c.BroadcastSignal.Variables) == `{"a":1}`
		})) == 1
		if want := i == 0; got != want {
			t.Errorf("the signal is on partition %d: %v, expected %v", i+1, got, want)
		}
	}
	_, err := client.BroadcastSignal(within(t, patience), &pb.BroadcastSignalRequest{SignalName: "s", Variables: "[]"})
	expect(t, err, codes.InvalidArgument, "JSON")
}

func TestADeploymentIsToldResourceByResource(t *testing.T) {
	brokers, _, client := started(t, 2)
	brokers[0].answers(func(_ context.Context, c *command.Command) (*command.Answer, error) {
		return &command.Answer{Deployment: &command.Deployment{Key: 9, Resources: []command.Deployed{
			{Resource: c.Deploy.Resources[0], Processes: []command.Definition{{ID: "p", Key: 1, Version: 2}}},
			{Resource: c.Deploy.Resources[1], Key: 3, ID: "r", Name: "R", Version: 4, Decisions: []command.Definition{{ID: "d", Name: "D", Key: 5, Version: 6}}},
		}}}, nil
	})
	got, err := client.DeployResource(within(t, patience), &pb.DeployResourceRequest{
		Resources: []*pb.Resource{{Name: "p.bpmn", Content: []byte("<>")}, {Name: "r.dmn"}},
	})
	tenant := "<default>"
	want := &pb.DeployResourceResponse{Key: 9, TenantId: tenant, Deployments: []*pb.Deployment{
		{Metadata: &pb.Deployment_Process{Process: &pb.ProcessMetadata{BpmnProcessId: "p", Version: 2, ProcessDefinitionKey: 1, ResourceName: "p.bpmn", TenantId: tenant}}},
		{Metadata: &pb.Deployment_Decision{Decision: &pb.DecisionMetadata{
			DmnDecisionId: "d", DmnDecisionName: "D", Version: 6, DecisionKey: 5, DmnDecisionRequirementsId: "r", DecisionRequirementsKey: 3, TenantId: tenant,
		}}},
		{Metadata: &pb.Deployment_DecisionRequirements{DecisionRequirements: &pb.DecisionRequirementsMetadata{
			DmnDecisionRequirementsId: "r", DmnDecisionRequirementsName: "R", Version: 4, DecisionRequirementsKey: 3, ResourceName: "r.dmn", TenantId: tenant,
		}}},
	}}
	if err != nil || !proto.Equal(got, want) {
		t.Errorf("got %v and %v, expected %v", got, err, want)
	}
}

func TestADecisionIsNamedByIDOrKey(t *testing.T) {
	brokers, _, client := started(t, 1)
	brokers[0].answers(func(context.Context, *command.Command) (*command.Answer, error) {
		return &command.Answer{Evaluation: &command.Evaluation{Decision: command.Definition{ID: "d", Key: 3}, Failure: "no rule"}}, nil
	})
	for _, request := range []*pb.EvaluateDecisionRequest{{}, {DecisionId: "d", DecisionKey: 3}} {
		_, err := client.EvaluateDecision(within(t, patience), request)
		expect(t, err, codes.InvalidArgument, "either a decision id or a decision key")
	}
	got, err := client.EvaluateDecision(within(t, patience), &pb.EvaluateDecisionRequest{DecisionId: "d"})
	if err != nil || got.FailedDecisionId != "d" || got.FailureMessage != "no rule" || got.DecisionOutput != "null" {
		t.Errorf("got %v and %v", got, err)
	}
}

func TestTheTopologyIsTold(t *testing.T) {
	_, _, client := started(t, 2, 2)
	got, err := client.Topology(within(t, patience), &pb.TopologyRequest{})
	broker := func(node int32, role pb.Partition_PartitionBrokerRole) *pb.BrokerInfo {
		return &pb.BrokerInfo{NodeId: node, Host: "host", Port: 26501, Version: "test/1", Partitions: []*pb.Partition{{PartitionId: node + 1, Role: role}}}
	}
	want := &pb.TopologyResponse{
		ClusterSize: 2, PartitionsCount: 2, ReplicationFactor: 1, GatewayVersion: "test/1",
		Brokers: []*pb.BrokerInfo{broker(0, pb.Partition_LEADER), broker(1, pb.Partition_FOLLOWER)},
	}
	if err != nil || !proto.Equal(got, want) {
		t.Errorf("got %v and %v, expected %v", got, err, want)
	}
}

// created creates an instance and returns its partition.
func created(t *testing.T, client pb.GatewayClient) int64 {
	t.Helper()
	instance, err := client.CreateProcessInstance(within(t, patience), &pb.CreateProcessInstanceRequest{BpmnProcessId: "a", Version: -1})
	if err != nil {
		t.Fatal(err)
	}
	return instance.ProcessInstanceKey >> 51
}
