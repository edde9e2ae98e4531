package state

import "zeebe-chaos/lab/engine/internal/command"

// Counters are what a partition counts.
type Counters struct {
	Partition int   `cbor:"partition"`
	LastKey   int64 `cbor:"lastKey"`
}

// Process is a deployed version of a process.
type Process struct {
	command.Definition
	Resource string `cbor:"resource"`
	Content  []byte `cbor:"content"`
}

// Decision is a deployed version of a decision.
type Decision struct {
	command.Definition
	Requirements int64 `cbor:"requirements"`
}

// Requirements is a deployed version of a DMN file.
type Requirements struct {
	command.Definition
	Resource string `cbor:"resource"`
	Content  []byte `cbor:"content"`
}

// Element is an instance of a process or of one of its elements, as long as it is active.
type Element struct {
	Key      int64  `cbor:"key"`
	Instance int64  `cbor:"instance"` // the process instance
	Scope    int64  `cbor:"scope"`    // the element instance around it; 0 for a process instance
	ID       string `cbor:"id"`       // of the element; of the process for a process instance
	// Definition, ProcessID and Version are those of the process.
	Definition int64  `cbor:"definition"`
	ProcessID  string `cbor:"processId"`
	Version    int32  `cbor:"version"`

	Children int   `cbor:"children,omitempty"` // active element instances directly inside
	Job      int64 `cbor:"job,omitempty"`
	Incident int64 `cbor:"incident,omitempty"` // the one that keeps it from going on
	// Loop is set on the body of a multi-instance element, Item on each run of it.
	Loop *Loop `cbor:"loop,omitempty"`
	Item *Item `cbor:"item,omitempty"`

	// Caller is the call activity that made a process instance, Called the process instance that a call activity made.
	Caller int64 `cbor:"caller,omitempty"`
	Called int64 `cbor:"called,omitempty"`

	AwaitResult bool     `cbor:"awaitResult,omitempty"`
	Fetch       []string `cbor:"fetch,omitempty"`
}

// Loop is how far the body of a multi-instance element has come.
type Loop struct {
	Items   [][]byte `cbor:"items"` // JSON, one for each run
	Next    int      `cbor:"next"`  // the first that was not started yet
	Done    int      `cbor:"done"`
	Outputs [][]byte `cbor:"outputs,omitempty"`
}

// Item is which run of a multi-instance element an element instance is, from 0.
type Item struct {
	Number int `cbor:"number"`
}

// Job is work that waits for a worker or is with one.
type Job struct {
	Key     int64             `cbor:"key"`
	Type    string            `cbor:"type"`
	Element int64             `cbor:"element"`
	Headers map[string]string `cbor:"headers,omitempty"`
	Retries int32             `cbor:"retries"`
	State   JobState          `cbor:"state"`
	// Due is when an activation ends, or when a failed job may be tried again; in milliseconds since 1970.
	Due      int64  `cbor:"due,omitempty"`
	Worker   string `cbor:"worker,omitempty"`
	Incident int64  `cbor:"incident,omitempty"`
}

// JobState is where a job is.
type JobState string

// The states of a job.
const (
	JobReady     JobState = "ready"
	JobActivated JobState = "activated"
	JobBackingUp JobState = "backing off"
	JobFailed    JobState = "failed"
)

// Timer is what starts instances of a process, or what an element instance waits for: its own, that of a boundary event of
// it, or that of an event sub-process inside it.
type Timer struct {
	Element    int64  `cbor:"element,omitempty"`
	Definition int64  `cbor:"definition,omitempty"` // the process that it starts, in place of Element
	Event      string `cbor:"event,omitempty"`      // the id of the boundary or start event
	Fired      int    `cbor:"fired,omitempty"`      // how often it was due already
}

// Owner is the key of what the timer ends with.
func (t Timer) Owner() int64 { return t.Element + t.Definition }

// Listener is an event sub-process that a signal starts, as long as the element instance around it is active.
type Listener struct {
	Scope int64  `cbor:"scope"`
	Start string `cbor:"start"` // the id of its start event
}

// Message is a buffered message.
type Message struct {
	Key int64 `cbor:"key"`
	command.PublishMessage
	Deadline int64 `cbor:"deadline"`
}

// Subscription is an element instance that waits for a message, on the message's partition.
type Subscription struct {
	command.Subscribe
}

// Waiting is a subscription as the element instance's own partition knows it.
type Waiting struct {
	Name           string `cbor:"name"`
	CorrelationKey string `cbor:"correlationKey"`
}

// Incident is what keeps an element instance or a job from going on.
type Incident struct {
	Key     int64  `cbor:"key"`
	Element int64  `cbor:"element"`
	Job     int64  `cbor:"job,omitempty"`
	Message string `cbor:"message"`
	// Ending says that the element was about to end, so that its end is what is tried again.
	Ending bool `cbor:"ending,omitempty"`
	// Start is the start event that a process instance was about to begin with.
	Start string `cbor:"start,omitempty"`
}

// Outgoing is a command for another partition that has not been acknowledged.
type Outgoing struct {
	To      int             `cbor:"to"`
	Command command.Deliver `cbor:"command"`
}

// Received is what was taken from another partition: every number up to Through, and those above it in table Early.
type Received struct {
	Through uint64 `cbor:"through"`
}
