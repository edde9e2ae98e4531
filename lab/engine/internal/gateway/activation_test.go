package gateway

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/wire"
)

func TestAWorkerGetsNoMoreJobsThanItWants(t *testing.T) {
	brokers, _, client := started(t, 3)
	for i, b := range brokers {
		b.offer(job(i+1, 1), job(i+1, 2))
	}
	got, err := activate(t, client, patience, &pb.ActivateJobsRequest{MaxJobsToActivate: 5})
	if err != nil || len(got) != 5 {
		t.Errorf("got %d jobs and %v, expected 5", len(got), err)
	}
	if rest, _ := activate(t, client, patience, &pb.ActivateJobsRequest{MaxJobsToActivate: 5, RequestTimeout: -1}); len(rest) != 1 {
		t.Errorf("%d jobs were left, expected 1", len(rest))
	}
}

func TestAJobIsHandedOverWithAllThatAClientReads(t *testing.T) {
	brokers, _, client := started(t, 1)
	full := command.Job{
		Key: 1<<51 | 3, Type: "a", Instance: 4, ProcessID: "p", Version: 5, DefinitionKey: 6, Element: "task", ElementInstance: 7,
		Headers: map[string]string{"h": "v"}, Worker: "w", Retries: 8, Deadline: 9, Variables: []byte(`{"x":1}`),
	}
	brokers[0].offer(full, job(1, 1))
	got, err := activate(t, client, patience, &pb.ActivateJobsRequest{MaxJobsToActivate: 2})
	if err != nil || len(got) != 2 {
		t.Fatalf("got %v and %v", got, err)
	}
	want := &pb.ActivatedJob{
		Key: 1<<51 | 3, Type: "a", ProcessInstanceKey: 4, BpmnProcessId: "p", ProcessDefinitionVersion: 5, ProcessDefinitionKey: 6, ElementId: "task",
		ElementInstanceKey: 7, CustomHeaders: `{"h":"v"}`, Worker: "w", Retries: 8, Deadline: 9, Variables: `{"x":1}`, TenantId: "<default>",
	}
	if !proto.Equal(got[0], want) {
		t.Errorf("got %v, expected %v", got[0], want)
	}
	if got[1].CustomHeaders != "{}" || got[1].Variables != "{}" {
		t.Errorf("a job without headers and variables came with %q and %q", got[1].CustomHeaders, got[1].Variables)
	}
}

func TestAWorkerWaitsForAJob(t *testing.T) {
	brokers, _, client := started(t, 3)
	go func() {
		for _, b := range brokers {
			for !b.isAwaited() {
				time.Sleep(time.Millisecond)
			}
		}
		brokers[2].offer(job(3, 1))
	}()
	got, err := activate(t, client, patience, &pb.ActivateJobsRequest{MaxJobsToActivate: 1, RequestTimeout: patience.Milliseconds()})
	if err != nil || len(got) != 1 || got[0].Key != 3<<51|1 {
		t.Errorf("got %v and %v, expected the job of partition 3", got, err)
	}
}

func TestWaitingEndsWithoutJobs(t *testing.T) {
	for name, test := range map[string]struct {
		timeout  int64
		atLeast  time.Duration
		leaders  []int
		brokerIs error
	}{
		"when the time is up":           {timeout: 300, atLeast: 300 * time.Millisecond},
		"at once if asked so":           {timeout: -1},
		"if partitions have no leaders": {timeout: 300, atLeast: 300 * time.Millisecond, leaders: []int{1, 2}},
		"if partitions are busy":        {timeout: 300, atLeast: 300 * time.Millisecond, brokerIs: wire.ErrBusy},
	} {
		t.Run(name, func(t *testing.T) {
			brokers, _, client := started(t, 2, test.leaders...)
			if test.brokerIs != nil {
				brokers[0].fails(test.brokerIs)
				brokers[0].offer(job(1, 1))
			}
			start := time.Now()
			got, err := activate(t, client, patience, &pb.ActivateJobsRequest{MaxJobsToActivate: 1, RequestTimeout: test.timeout})
			took := time.Since(start)
			if err != nil || len(got) != 0 || took < test.atLeast || took > test.atLeast+5*time.Second {
				t.Errorf("got %v and %v after %v", got, err, took)
			}
			if asked := len(brokers[0].received(isAny)); asked > 30 {
				t.Errorf("a partition that gave nothing was asked %d times", asked)
			}
		})
	}
}

func TestAPartitionThatDoesNotAnswerKeepsNoJobsFromAWorker(t *testing.T) {
	brokers, _, client := started(t, 2)
	brokers[0].answers(func(ctx context.Context, _ *command.Command) (*command.Answer, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	brokers[1].offer(job(2, 1))
	got, err := activate(t, client, patience, &pb.ActivateJobsRequest{MaxJobsToActivate: 2, RequestTimeout: patience.Milliseconds()})
	if err != nil || len(got) != 1 {
		t.Errorf("got %v and %v, expected the job of the other partition", got, err)
	}
}

func TestJobsThatComeWhenTheirWorkerHasGoneAreGivenBack(t *testing.T) {
	brokers, g, _ := started(t, 1)
	asked, answer := make(chan struct{}), make(chan struct{})
	brokers[0].answers(func(_ context.Context, c *command.Command) (*command.Answer, error) {
		if c.ActivateJobs == nil {
			return &command.Answer{}, nil
		}
		close(asked)
		<-answer
		return &command.Answer{Jobs: []command.Job{job(1, 1), job(1, 2)}}, nil
	})
	deliver := func([]*pb.ActivatedJob) (int, error) {
		t.Error("the client got jobs although it had gone")
		return 0, nil
	}
	w := &worker{gateway: g, wanted: command.ActivateJobs{Type: "a", Max: 2}, deliver: deliver}
	ctx, leave := context.WithCancel(context.Background())
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		if delivered, err := w.askAll(ctx); delivered != 0 || err != nil {
			t.Errorf("delivered %d with %v", delivered, err)
		}
	}()
	<-asked
	leave()
	<-gone
	close(answer)
	eventually(t, "both jobs are given back", func() bool { return len(brokers[0].received(isYield)) == 2 })
}

func TestJobsThatCannotBeSentAreGivenBack(t *testing.T) {
	brokers, g, _ := started(t, 1)
	brokers[0].offer(job(1, 1), job(1, 2), job(1, 3))
	broken := errors.New("broken")
	w := &worker{gateway: g, wanted: command.ActivateJobs{Type: "a", Max: 3}, deliver: func([]*pb.ActivatedJob) (int, error) { return 1, broken }}
	if delivered, err := w.askAll(within(t, patience)); delivered != 1 || err != broken {
		t.Errorf("delivered %d with %v", delivered, err)
	}
	eventually(t, "the two that were not sent are given back", func() bool { return len(brokers[0].received(isYield)) == 2 })
	for i, c := range brokers[0].received(isYield) {
		if c.YieldJob.Key == 1<<51|1 {
			t.Errorf("job %d, which was sent, was given back", i)
		}
	}
}

func TestAClientThatGoesAwayIsWaitedForNoLonger(t *testing.T) {
	brokers, _, client := started(t, 1)
	ctx, leave := context.WithCancel(context.Background())
	if _, err := client.ActivateJobs(ctx, &pb.ActivateJobsRequest{Type: "a", Timeout: 1000, MaxJobsToActivate: 1, RequestTimeout: 60_000}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the broker is asked to tell of jobs", brokers[0].isAwaited)
	leave()
	eventually(t, "nobody waits for jobs any more", func() bool { return !brokers[0].isAwaited() })
}

func TestJobsAreStreamedAsTheyCome(t *testing.T) {
	brokers, _, client := started(t, 2)
	stream, err := client.StreamActivatedJobs(within(t, patience), &pb.StreamActivatedJobsRequest{Type: "a", Timeout: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		want := job(round%2+1, round)
		brokers[round%2].offer(want)
		got, err := stream.Recv()
		if err != nil || got.Key != want.Key {
			t.Fatalf("got %v and %v, expected job %d", got, err, want.Key)
		}
	}
}

func TestAGatewayThatStopsSendsWaitingClientsAway(t *testing.T) {
	brokers, g, client := started(t, 1)
	ended := make(chan error)
	go func() {
		_, err := activate(t, client, patience, &pb.ActivateJobsRequest{MaxJobsToActivate: 1, RequestTimeout: 60_000})
		ended <- err
	}()
	eventually(t, "the client waits", brokers[0].isAwaited)
	start := time.Now()
	g.Stop(within(t, patience))
	if err := <-ended; err != nil || time.Since(start) > patience/2 {
		t.Errorf("the client was sent away with %v after %v", err, time.Since(start))
	}
}

func TestRequestsForJobsAreChecked(t *testing.T) {
	_, _, client := started(t, 1)
	for says, request := range map[string]*pb.ActivateJobsRequest{
		"type to be present":                                {Timeout: 1, MaxJobsToActivate: 1},
		"timeout to be greater than zero, but it was 0":     {Type: "a", MaxJobsToActivate: 1},
		"maxJobsToActivate to be greater than zero, but it": {Type: "a", Timeout: 1},
		"'acme'": {Type: "a", Timeout: 1, MaxJobsToActivate: 1, TenantIds: []string{"<default>", "acme"}},
	} {
		stream, err := client.ActivateJobs(within(t, patience), request)
		if err == nil {
			_, err = stream.Recv()
		}
		expect(t, err, codes.InvalidArgument, says)
	}
}

func job(partition, number int) command.Job {
	return command.Job{Key: int64(partition)<<51 | int64(number), Type: "a"}
}

// activate asks for jobs of type a and returns all that come.
func activate(t *testing.T, client pb.GatewayClient, bound time.Duration, request *pb.ActivateJobsRequest) ([]*pb.ActivatedJob, error) {
	request.Type, request.Timeout = "a", 1000
	stream, err := client.ActivateJobs(within(t, bound), request)
	if err != nil {
		return nil, err
	}
	var jobs []*pb.ActivatedJob
	for {
		response, err := stream.Recv()
		if err == io.EOF {
			return jobs, nil
		}
		if err != nil {
			return jobs, err
		}
		jobs = append(jobs, response.Jobs...)
	}
}
