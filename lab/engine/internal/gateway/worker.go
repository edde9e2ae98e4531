package gateway

import (
	"context"
	"encoding/json"
	"time"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/state"
)

const (
	// activationPatience keeps a partition that does not answer from keeping the jobs of the others from a worker.
	activationPatience = 2 * time.Second
	giveBackTimeout    = 10 * time.Second
)

// worker is a client that asked for jobs.
type worker struct {
	gateway *Gateway
	wanted  command.ActivateJobs
	// deliver sends jobs to the client and tells how many it could send.
	deliver func([]*pb.ActivatedJob) (delivered int, err error)
}

// askAll asks one partition after the other until the worker has all that it wants, and tells how many it got.
func (w *worker) askAll(ctx context.Context) (int, error) {
	partitions, err := w.gateway.partitions(ctx)
	if err != nil {
		return 0, err
	}
	total := 0
	for _, partition := range w.gateway.inTurn(partitions) {
		delivered, err := w.ask(ctx, partition, w.wanted.Max-int32(total))
		total += delivered
		if err != nil || total >= int(w.wanted.Max) || ctx.Err() != nil {
			return total, err
		}
	}
	return total, nil
}

// await asks whichever partition has jobs first, until there were some or the context ends.
func (w *worker) await(ctx context.Context) (int, error) {
	for {
		partition, found := w.announced(ctx)
		if !found {
			return 0, nil
		}
		delivered, err := w.ask(ctx, partition, w.wanted.Max)
		if delivered > 0 || err != nil {
			return delivered, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(fruitless):
		}
	}
}

// announced waits until a partition has jobs; false if the context ends before.
func (w *worker) announced(ctx context.Context) (partition int, found bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	partitions, err := w.gateway.partitions(ctx)
	if err != nil {
		return 0, false
	}
	announcements := make(chan int, len(partitions))
	for _, partition := range w.gateway.inTurn(partitions) {
		go func() {
			if w.gateway.cluster.AwaitJobs(ctx, partition, w.wanted.Type) == nil {
				announcements <- partition
			}
		}()
	}
	select {
	case partition := <-announcements:
		return partition, true
	case <-ctx.Done():
		return 0, false
	}
}

// ask hands the client up to max jobs of a partition; a partition that cannot answer has none.
func (w *worker) ask(ctx context.Context, partition int, max int32) (delivered int, err error) {
	jobs := w.activate(ctx, partition, max)
	if len(jobs) == 0 {
		return 0, nil
	}
	defer func() { w.gateway.giveBack(jobs[delivered:]) }()
	if err := ctx.Err(); err != nil {
		return 0, nil
	}
	offered := make([]*pb.ActivatedJob, len(jobs))
	for i, job := range jobs {
		offered[i] = activated(job)
	}
	return w.deliver(offered)
}

// activate returns jobs of a partition. Those that come when nobody waits for them any more are given back.
func (w *worker) activate(ctx context.Context, partition int, max int32) []command.Job {
	wanted := w.wanted
	wanted.Max = max
	answers := make(chan []command.Job, 1)
	w.gateway.giving.Add(1)
	go func() {
		defer w.gateway.giving.Done()
		asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTimeout)
		defer cancel()
		answer, err := w.gateway.cluster.Try(asking, partition, &command.Command{ActivateJobs: &wanted})
		if err != nil || answer.Rejection != nil {
			w.gateway.logger.Debug("a partition gave no jobs", "partition", partition, "reason", err)
			answer = &command.Answer{}
		}
		answers <- answer.Jobs
	}()
	patience := time.NewTimer(activationPatience)
	defer patience.Stop()
	select {
	case jobs := <-answers:
		return jobs
	case <-ctx.Done():
	case <-patience.C:
	}
	w.gateway.giving.Add(1)
	go func() {
		defer w.gateway.giving.Done()
		w.gateway.giveBack(<-answers)
	}()
	return nil
}

// giveBack lets others have jobs that did not reach their worker.
func (g *Gateway) giveBack(jobs []command.Job) {
	for _, job := range jobs {
		g.giving.Add(1)
		go func() {
			defer g.giving.Done()
			ctx, cancel := context.WithTimeout(context.Background(), giveBackTimeout)
			defer cancel()
			_, err := g.cluster.Execute(ctx, state.PartitionOf(job.Key), &command.Command{YieldJob: &command.YieldJob{Key: job.Key}})
			if err != nil {
				g.logger.Warn("a job that did not reach its worker was not given back; it is handed out again when its time is up",
					"job", job.Key, "reason", err)
			}
		}()
	}
}

func activated(job command.Job) *pb.ActivatedJob {
	return &pb.ActivatedJob{
		Key: job.Key, Type: job.Type, ProcessInstanceKey: job.Instance, BpmnProcessId: job.ProcessID,
		ProcessDefinitionVersion: job.Version, ProcessDefinitionKey: job.DefinitionKey, ElementId: job.Element,
		ElementInstanceKey: job.ElementInstance, CustomHeaders: headers(job.Headers), Worker: job.Worker, Retries: job.Retries,
		Deadline: job.Deadline, Variables: documentOf(job.Variables), TenantId: defaultTenant,
	}
}

func headers(values map[string]string) string {
	if len(values) == 0 {
		return emptyDocument
	}
	document, err := json.Marshal(values)
	if err != nil {
		return emptyDocument // texts can always be marshalled
	}
	return string(document)
}
