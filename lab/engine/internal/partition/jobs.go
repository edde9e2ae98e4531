package partition

import "context"

// notices wakes those that wait for jobs of a type; its user guards it.
type notices map[string]chan struct{}

func (n notices) of(jobType string) <-chan struct{} {
	notice := n[jobType]
	if notice == nil {
		notice = make(chan struct{})
		n[jobType] = notice
	}
	return notice
}

func (n notices) tell(jobType string) {
	if notice := n[jobType]; notice != nil {
		close(notice)
		delete(n, jobType)
	}
}

func (n notices) tellAll() {
	for jobType := range n {
		n.tell(jobType)
	}
}

// AwaitJobs returns as soon as this leader has a job of the type to hand out; *NotLeaderError where another broker leads.
func (p *Partition) AwaitJobs(ctx context.Context, jobType string) error {
	for {
		notice, err := p.lookForJobs(jobType)
		if notice == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-notice:
		}
	}
}

// lookForJobs returns what to wait for; nothing where there is a job, or an error.
func (p *Partition) lookForJobs(jobType string) (<-chan struct{}, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.stopLeading == nil {
		return nil, &NotLeaderError{Leader: p.replica.Status().Leader}
	}
	if p.machine.HasReadyJob(jobType) {
		return nil, nil
	}
	return p.jobs.of(jobType), nil
}
