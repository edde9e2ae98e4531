package gateway

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/wire"
)

const jobOfPartition1 = int64(1)<<51 | 7

func TestWhatBecameOfACommandIsToldAsZeebeDoes(t *testing.T) {
	for name, test := range map[string]struct {
		answer *command.Answer
		err    error
		code   codes.Code
		says   string
	}{
		"not found":          {command.Reject(command.NotFound, "no job 7"), nil, codes.NotFound, "Command 'COMPLETE' rejected with code 'NOT_FOUND': no job 7"},
		"there already":      {command.Reject(command.AlreadyExists, "twice"), nil, codes.AlreadyExists, "rejected with code 'ALREADY_EXISTS': twice"},
		"wrong argument":     {command.Reject(command.InvalidArgument, "bad"), nil, codes.InvalidArgument, "rejected with code 'INVALID_ARGUMENT': bad"},
		"wrong state":        {command.Reject(command.InvalidState, "failed"), nil, codes.FailedPrecondition, "rejected with code 'INVALID_STATE': failed"},
		"an unknown code":    {command.Reject("ODD", "odd"), nil, codes.Internal, "rejected with code 'ODD': odd"},
		"busy":               {nil, wire.ErrBusy, codes.ResourceExhausted, "resource exhausted"},
		"an unknown outcome": {nil, errors.New("the log was closed"), codes.Unavailable, "may have been carried out"},
	} {
		t.Run(name, func(t *testing.T) {
			brokers, _, client := started(t, 1)
			brokers[0].answers(func(context.Context, *command.Command) (*command.Answer, error) { return test.answer, test.err })
			_, err := client.CompleteJob(within(t, patience), &pb.CompleteJobRequest{JobKey: jobOfPartition1})
			expect(t, err, test.code, test.says)
		})
	}
}

func TestEveryKindOfCommandHasZeebesWord(t *testing.T) {
	for word, c := range map[string]*command.Command{
		"CREATE":         {CreateInstance: &command.CreateInstance{}},
		"CANCEL":         {CancelInstance: &command.CancelInstance{}},
		"MIGRATE":        {MigrateInstance: &command.MigrateInstance{}},
		"UPDATE":         {SetVariables: &command.SetVariables{}},
		"PUBLISH":        {PublishMessage: &command.PublishMessage{}},
		"COMPLETE":       {CompleteJob: &command.CompleteJob{}},
		"FAIL":           {FailJob: &command.FailJob{}},
		"THROW_ERROR":    {ThrowError: &command.ThrowError{}},
		"UPDATE_RETRIES": {UpdateJobRetries: &command.UpdateJobRetries{}},
		"UPDATE_TIMEOUT": {UpdateJobTimeout: &command.UpdateJobTimeout{}},
		"RESOLVE":        {ResolveIncident: &command.ResolveIncident{}},
		"EVALUATE":       {EvaluateDecision: &command.EvaluateDecision{}},
	} {
		if got := intentOf(c); got != word {
			t.Errorf("the word is %s, expected %s", got, word)
		}
	}
}

func TestAPartitionWithoutLeaderIsNamed(t *testing.T) {
	_, g, _ := started(t, 2, 2)
	// Asked of the gateway itself, as the client would report its own deadline.
	_, err := g.CompleteJob(within(t, 200*time.Millisecond), &pb.CompleteJobRequest{JobKey: 2<<51 | 1})
	expect(t, err, codes.Unavailable, "partition 2 has no leader")
}

func TestACommandThatRunsOutOfTimeIsToldSo(t *testing.T) {
	brokers, g, _ := started(t, 1)
	brokers[0].answers(func(ctx context.Context, _ *command.Command) (*command.Answer, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	_, err := g.CompleteJob(within(t, 200*time.Millisecond), &pb.CompleteJobRequest{JobKey: jobOfPartition1})
	expect(t, err, codes.DeadlineExceeded, "may have been carried out")

	_, err = g.CreateProcessInstanceWithResult(within(t, patience), &pb.CreateProcessInstanceWithResultRequest{RequestTimeout: 200})
	expect(t, err, codes.DeadlineExceeded, "may have been carried out")
}

func TestAKeyGoesToItsPartition(t *testing.T) {
	brokers, _, client := started(t, 3)
	if _, err := client.CompleteJob(within(t, patience), &pb.CompleteJobRequest{JobKey: 3<<51 | 1}); err != nil {
		t.Fatal(err)
	}
	for i, b := range brokers {
		if got, want := len(b.received(isAny)) == 1, i == 2; got != want {
			t.Errorf("partition %d was asked: %v, expected %v", i+1, got, want)
		}
	}
}

func TestAKeyOfNoPartitionIsNotFound(t *testing.T) {
	_, _, client := started(t, 3)
	for _, key := range []int64{0, -1, 5, 4<<51 | 9} {
		_, err := client.CancelProcessInstance(within(t, patience), &pb.CancelProcessInstanceRequest{ProcessInstanceKey: key})
		expect(t, err, codes.NotFound, "Command 'CANCEL' rejected with code 'NOT_FOUND': Expected the key")
	}
}

func TestNoBrokerIsFound(t *testing.T) {
	_, g, client := start(t, 0)
	_, err := g.PublishMessage(within(t, 50*time.Millisecond), &pb.PublishMessageRequest{Name: "a"})
	expect(t, err, codes.Unavailable, "none of the cluster's brokers has been reached")

	topology, err := client.Topology(within(t, patience), &pb.TopologyRequest{})
	if err != nil || topology.ClusterSize != 0 || topology.GatewayVersion != "test/1" {
		t.Errorf("the topology is %v and %v", topology, err)
	}
}

func TestWhatThereIsNotIsRefusedByName(t *testing.T) {
	_, _, client := start(t, 0)
	_, err := client.DeleteResource(within(t, patience), &pb.DeleteResourceRequest{})
	expect(t, err, codes.Unimplemented, "DeleteResource")
	_, err = client.ModifyProcessInstance(within(t, patience), &pb.ModifyProcessInstanceRequest{})
	expect(t, err, codes.Unimplemented, "ModifyProcessInstance")
}

func expect(t *testing.T, err error, code codes.Code, says string) {
	t.Helper()
	if got := status.Convert(err); got.Code() != code || !strings.Contains(got.Message(), says) {
		t.Errorf("told %v %q, expected %v with %q", got.Code(), got.Message(), code, says)
	}
}
