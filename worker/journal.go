package main

import (
	"encoding/json"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
)

// event is what happened, as the journal names it.
type event string

const (
	started   event = "started"
	activated event = "activated" // the worker has the job
	completed event = "completed" // the gateway said that the completion is done
	rejected  event = "rejected"  // the completion certainly did nothing
	unknown   event = "unknown"   // the completion may have been done, or may yet be
	stopping  event = "stopping"
	stopped   event = "stopped"
)

// line is one line of the journal. Keys are strings, since JSON readers tend to round 64-bit numbers.
type line struct {
	Time        string `json:"time"`
	Event       event  `json:"event"`
	Worker      string `json:"worker"`
	JobKey      string `json:"jobKey,omitempty"`
	InstanceKey string `json:"instanceKey,omitempty"`
	Error       string `json:"error,omitempty"`
}

// journal writes each event as a JSON line, in the order of their times. A job that is activated and has no further
// line when the worker was killed may have been completed: the kill can come between the gateway's answer and its line.
type journal struct {
	mutex  sync.Mutex
	out    io.Writer
	worker string
}

func (j *journal) write(what event) {
	j.put(line{Event: what})
}

// writeJob writes an event of a job; err is nil unless its completion failed.
func (j *journal) writeJob(what event, job *pb.ActivatedJob, err error) {
	j.put(line{
		Event:       what,
		JobKey:      strconv.FormatInt(job.GetKey(), 10),
		InstanceKey: strconv.FormatInt(job.GetProcessInstanceKey(), 10),
		Error:       describe(err),
	})
}

func (j *journal) put(l line) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	l.Time = time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	l.Worker = j.worker
	text, err := json.Marshal(l)
	if err != nil {
		panic(err)
	}
	// One write per line, so that a kill leaves no half of one.
	if _, err := j.out.Write(append(text, '\n')); err != nil {
		panic(err)
	}
}
