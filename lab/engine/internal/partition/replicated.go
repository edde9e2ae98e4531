package partition

import (
	"context"
	"fmt"

	"zeebe-chaos/lab/engine/internal/command"
	"zeebe-chaos/lab/engine/internal/processing"
	"zeebe-chaos/lab/engine/internal/replica"
)

// replicated is the partition as its replica sees it.
type replicated struct{ *Partition }

// Apply carries out an entry of the log.
func (r replicated) Apply(_ uint64, entry []byte) any {
	c := &command.Command{}
	if err := command.Decoding.Unmarshal(entry, c); err != nil {
		return command.Reject(command.InvalidArgument, "Expected an entry of the log to be a command, but it is not: %v", err)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	answer, effects := r.machine.Apply(c)
	if r.stopLeading != nil {
		if c.CreateInstance != nil && c.CreateInstance.AwaitResult && answer.Rejection == nil {
			r.results[answer.Key] = make(chan processing.Completed, 1)
		}
		r.tell(effects)
	}
	return answer
}

// tell lets those know that wait for what a command did. The mutex is held.
func (p *Partition) tell(effects processing.Effects) {
	for _, jobType := range effects.Ready {
		p.jobs.tell(jobType)
	}
	for _, completed := range effects.Completed {
		if result := p.results[completed.Instance]; result != nil {
			result <- completed // its buffer has room: an instance completes once
		}
	}
	if effects.Sent {
		p.wakeOutbox()
	}
}

// Capture returns the state as it is now.
func (r replicated) Capture() replica.Capture {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.machine.State().Capture()
}

// Restore replaces the state by that of a snapshot.
func (r replicated) Restore(folder string) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if err := r.machine.Restore(folder); err != nil {
		return fmt.Errorf("partition %d: %w", r.options.Number, err)
	}
	return nil
}

// LeaderChanged begins or ends what the leader has to do.
func (r replicated) LeaderChanged(leading bool) { r.leadershipChanged(leading) }

func (p *Partition) leadershipChanged(leading bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.stopLeading != nil {
		p.stopLeading()
		p.stopLeading = nil
		for _, result := range p.results {
			close(result)
		}
		p.results = map[int64]chan processing.Completed{}
		p.jobs.tellAll()
	}
	if leading {
		ctx, cancel := context.WithCancel(context.Background())
		p.stopLeading = cancel
		go p.keepTime(ctx)
		go p.sendOutbox(ctx)
	}
}
