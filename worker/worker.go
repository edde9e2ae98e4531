package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
	"google.golang.org/grpc"
)

const (
	pollFor        = 5 * time.Second // how long the gateway may hold an activation that finds no job
	answerWithin   = 5 * time.Second // what a call may take besides
	completeWithin = 10 * time.Second
	pause          = 200 * time.Millisecond // between a failed call and the next
	stopWithin     = 9 * time.Second        // for the jobs in hand, so that the whole stop takes less than 10 s
)

// worker takes jobs of one type, works on each and completes it, once: a job whose completion has an unknown outcome
// is let go, and the broker hands it out again after its timeout if it was not completed.
type worker struct {
	settings settings
	gateway  pb.GatewayClient
	journal  *journal
	answered atomic.Bool // whether the gateway has answered yet
	told     string      // why the gateway has not answered, as far as it was told
	inHand   atomic.Int64
	freed    chan struct{}
	jobs     sync.WaitGroup
}

func newWorker(s settings, gateway pb.GatewayClient, j *journal) *worker {
	return &worker{settings: s, gateway: gateway, journal: j, freed: make(chan struct{}, 1)}
}

// run works until ctx ends, and then until the jobs in hand are done or stopWithin has passed.
func (w *worker) run(ctx context.Context) {
	// Jobs in hand outlive ctx.
	jobs, letGo := context.WithCancel(context.WithoutCancel(ctx))
	defer letGo()
	// The first activation may wait long for a job; the topology tells at once that the gateway is there.
	for !w.answered.Load() && ctx.Err() == nil {
		w.attempt(ctx, w.greet)
	}
	for ctx.Err() == nil {
		w.attempt(ctx, func(ctx context.Context) error { return w.activate(ctx, jobs) })
	}
	w.journal.write(stopping)
	defer time.AfterFunc(stopWithin, letGo).Stop()
	w.jobs.Wait()
	w.journal.write(stopped)
}

// attempt pauses after a failure, until ctx ends. The error is not for the journal: nothing came of the call.
func (w *worker) attempt(ctx context.Context, call func(context.Context) error) {
	if call(ctx) == nil {
		return
	}
	select {
	case <-time.After(pause):
	case <-ctx.Done():
	}
}

func (w *worker) greet(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	_, err := w.gateway.Topology(ctx, &pb.TopologyRequest{}, grpc.WaitForReady(true))
	w.answered.Store(err == nil)
	w.tell(describe(err))
	return err
}

// tell says on stderr, once, why no gateway has answered yet: refused credentials are seen nowhere else.
func (w *worker) tell(why string) {
	if why != "" && why != w.told {
		fmt.Fprintln(os.Stderr, why)
	}
	w.told = why
}

// activate waits until a hand is free and then for jobs, by long polling, and starts the work on each under jobs.
func (w *worker) activate(ctx, jobs context.Context) error {
	free := w.settings.capacity - int(w.inHand.Load())
	if free <= 0 {
		select {
		case <-w.freed:
		case <-ctx.Done():
		}
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, pollFor+answerWithin)
	defer cancel()
	stream, err := w.gateway.ActivateJobs(ctx, &pb.ActivateJobsRequest{
		Type:              w.settings.jobType,
		Worker:            w.settings.worker,
		Timeout:           w.settings.jobTimeout.Milliseconds(),
		MaxJobsToActivate: int32(free),
		RequestTimeout:    pollFor.Milliseconds(),
	}, grpc.WaitForReady(true))
	if err != nil {
		return err
	}
	for {
		response, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, job := range response.GetJobs() {
			w.journal.writeJob(activated, job, nil)
			w.inHand.Add(1)
			w.jobs.Add(1)
			go w.do(jobs, job)
		}
	}
}

// do works on a job and completes it; when ctx ends it lets the job go.
func (w *worker) do(ctx context.Context, job *pb.ActivatedJob) {
	defer w.jobs.Done()
	defer w.free()
	select {
	case <-time.After(w.settings.work):
	case <-ctx.Done():
		return
	}
	ctx, cancel := context.WithTimeout(ctx, completeWithin)
	defer cancel()
	_, err := w.gateway.CompleteJob(ctx, &pb.CompleteJobRequest{JobKey: job.GetKey(), Variables: w.variables()})
	w.journal.writeJob(outcomeOf(err), job, err)
}

func (w *worker) free() {
	w.inHand.Add(-1)
	select {
	case w.freed <- struct{}{}:
	default:
	}
}

func (w *worker) variables() string {
	text, err := json.Marshal(map[string]string{"completedBy": w.settings.worker})
	if err != nil {
		panic(err)
	}
	return string(text)
}
