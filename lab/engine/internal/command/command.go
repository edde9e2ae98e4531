// Package command holds what a partition is asked to do and what it answers: the entries of its log.
package command

// Command is one entry of a partition's log; exactly one of its pointers is set.
type Command struct {
	// At is the leader's clock when it took the command, in milliseconds since 1970: the only time the state machine knows.
	At int64 `cbor:"at"`

	Deploy           *Deploy           `cbor:"deploy,omitempty"`
	CreateInstance   *CreateInstance   `cbor:"createInstance,omitempty"`
	CancelInstance   *CancelInstance   `cbor:"cancelInstance,omitempty"`
	MigrateInstance  *MigrateInstance  `cbor:"migrateInstance,omitempty"`
	SetVariables     *SetVariables     `cbor:"setVariables,omitempty"`
	PublishMessage   *PublishMessage   `cbor:"publishMessage,omitempty"`
	ActivateJobs     *ActivateJobs     `cbor:"activateJobs,omitempty"`
	CompleteJob      *CompleteJob      `cbor:"completeJob,omitempty"`
	FailJob          *FailJob          `cbor:"failJob,omitempty"`
	ThrowError       *ThrowError       `cbor:"throwError,omitempty"`
	UpdateJobRetries *UpdateJobRetries `cbor:"updateJobRetries,omitempty"`
	UpdateJobTimeout *UpdateJobTimeout `cbor:"updateJobTimeout,omitempty"`
	YieldJob         *YieldJob         `cbor:"yieldJob,omitempty"`
	ResolveIncident  *ResolveIncident  `cbor:"resolveIncident,omitempty"`
	EvaluateDecision *EvaluateDecision `cbor:"evaluateDecision,omitempty"`
	BroadcastSignal  *BroadcastSignal  `cbor:"broadcastSignal,omitempty"`

	// Elapse carries out all that is due at At: timers, expired messages, jobs whose time is up.
	Elapse *Elapse `cbor:"elapse,omitempty"`
	// Deliver is a command of another partition.
	Deliver *Deliver `cbor:"deliver,omitempty"`
	// Acknowledge removes a command that another partition has taken.
	Acknowledge *Acknowledge `cbor:"acknowledge,omitempty"`
}

// Deploy stores resources on partition 1, from where they are distributed.
type Deploy struct {
	Resources []Resource `cbor:"resources"`
}

// Resource is a file of a deployment; the ending of its name says what it is.
type Resource struct {
	Name    string `cbor:"name"`
	Content []byte `cbor:"content"`
}

// CreateInstance starts a process instance, of the definition with the key or else of the process id.
type CreateInstance struct {
	ProcessID     string `cbor:"processId"`
	Version       int32  `cbor:"version"` // -1: the latest that the partition knows
	DefinitionKey int64  `cbor:"definitionKey"`
	Variables     []byte `cbor:"variables"` // a JSON object
	// AwaitResult has the instance's variables told when it has completed, only those named in Fetch if any are.
	AwaitResult bool     `cbor:"awaitResult"`
	Fetch       []string `cbor:"fetch,omitempty"`
}

// CancelInstance ends a process instance and all that belongs to it.
type CancelInstance struct {
	Key int64 `cbor:"key"`
}

// MigrateInstance moves a process instance to another definition.
type MigrateInstance struct {
	Key           int64             `cbor:"key"`
	DefinitionKey int64             `cbor:"definitionKey"`
	Mappings      map[string]string `cbor:"mappings"` // source element id to target element id
}

// SetVariables sets variables seen from an element instance, or in its own scope if Local.
type SetVariables struct {
	ElementInstance int64  `cbor:"elementInstance"`
	Variables       []byte `cbor:"variables"`
	Local           bool   `cbor:"local"`
}

// PublishMessage buffers a message for TimeToLive milliseconds and correlates it.
type PublishMessage struct {
	Name           string `cbor:"name"`
	CorrelationKey string `cbor:"correlationKey"`
	MessageID      string `cbor:"messageId"`
	TimeToLive     int64  `cbor:"timeToLive"`
	Variables      []byte `cbor:"variables"`
}

// ActivateJobs hands up to Max jobs to a worker for Timeout milliseconds.
type ActivateJobs struct {
	Type    string   `cbor:"type"`
	Worker  string   `cbor:"worker"`
	Timeout int64    `cbor:"timeout"`
	Max     int32    `cbor:"max"`
	Fetch   []string `cbor:"fetch,omitempty"` // the variables to hand over; none named: all
}

// CompleteJob ends a job well.
type CompleteJob struct {
	Key       int64  `cbor:"key"`
	Variables []byte `cbor:"variables"`
}

// FailJob gives a job back, to be handed out again after Backoff milliseconds if Retries are left.
type FailJob struct {
	Key       int64  `cbor:"key"`
	Retries   int32  `cbor:"retries"`
	Message   string `cbor:"message"`
	Backoff   int64  `cbor:"backoff"`
	Variables []byte `cbor:"variables"`
}

// ThrowError ends a job with a BPMN error.
type ThrowError struct {
	Key       int64  `cbor:"key"`
	Code      string `cbor:"code"`
	Message   string `cbor:"message"`
	Variables []byte `cbor:"variables"`
}

// UpdateJobRetries sets how often a job may be tried.
type UpdateJobRetries struct {
	Key     int64 `cbor:"key"`
	Retries int32 `cbor:"retries"`
}

// UpdateJobTimeout sets the time that is left of a job's activation, in milliseconds.
type UpdateJobTimeout struct {
	Key     int64 `cbor:"key"`
	Timeout int64 `cbor:"timeout"`
}

// YieldJob gives an activated job back that never reached its worker.
type YieldJob struct {
	Key int64 `cbor:"key"`
}

// ResolveIncident lets an instance that met an incident try again.
type ResolveIncident struct {
	Key int64 `cbor:"key"`
}

// EvaluateDecision evaluates a decision of the partition without an instance.
type EvaluateDecision struct {
	DecisionID  string `cbor:"decisionId"`
	DecisionKey int64  `cbor:"decisionKey"`
	Variables   []byte `cbor:"variables"`
}

// BroadcastSignal starts what waits for a signal, on every partition.
type BroadcastSignal struct {
	Name      string `cbor:"name"`
	Variables []byte `cbor:"variables"`
}

// Elapse has no content: the time is the command's.
type Elapse struct{}

// Deliver is the command with number Sequence of those that partition From has for this one.
type Deliver struct {
	From     int    `cbor:"from"`
	Sequence uint64 `cbor:"sequence"`

	Distribute  *Distribute  `cbor:"distribute,omitempty"`
	Subscribe   *Subscribe   `cbor:"subscribe,omitempty"`
	Unsubscribe *Unsubscribe `cbor:"unsubscribe,omitempty"`
	Correlate   *Correlate   `cbor:"correlate,omitempty"`
	Return      *Return      `cbor:"return,omitempty"`
	// Signal is one that was broadcast on partition From.
	Signal *BroadcastSignal `cbor:"signal,omitempty"`
}

// Distribute brings a deployment that partition 1 has made, with its keys and versions.
type Distribute struct {
	Key       int64      `cbor:"key"`
	Resources []Deployed `cbor:"resources"`
}

// Deployed is a resource with what its deployment gave it; Processes and Decisions are those in it.
type Deployed struct {
	Resource  Resource     `cbor:"resource"`
	Key       int64        `cbor:"key"` // of the decision requirements; 0 for BPMN
	Version   int32        `cbor:"version"`
	ID        string       `cbor:"id"`
	Name      string       `cbor:"name"`
	Processes []Definition `cbor:"processes,omitempty"`
	Decisions []Definition `cbor:"decisions,omitempty"`
	// Duplicate says that the latest version was the same resource already.
	Duplicate bool `cbor:"duplicate,omitempty"`
}

// Definition is a version of a process or a decision.
type Definition struct {
	ID      string `cbor:"id"`
	Name    string `cbor:"name"`
	Key     int64  `cbor:"key"`
	Version int32  `cbor:"version"`
}

// Subscribe tells the message's partition that an element instance waits.
type Subscribe struct {
	ElementInstance int64  `cbor:"elementInstance"`
	ProcessID       string `cbor:"processId"`
	Name            string `cbor:"name"`
	CorrelationKey  string `cbor:"correlationKey"`
}

// Unsubscribe tells the message's partition that an element instance waits no longer.
type Unsubscribe struct {
	ElementInstance int64  `cbor:"elementInstance"`
	Name            string `cbor:"name"`
	CorrelationKey  string `cbor:"correlationKey"`
}

// Correlate brings a message to the element instance that waits for it.
type Correlate struct {
	ElementInstance int64  `cbor:"elementInstance"`
	ProcessID       string `cbor:"processId"`
	Message         int64  `cbor:"message"`
	Name            string `cbor:"name"`
	Variables       []byte `cbor:"variables"`
}

// Return gives a message back whose element instance did not wait any more.
type Return struct {
	Message   int64  `cbor:"message"`
	ProcessID string `cbor:"processId"`
}

// Acknowledge says that partition To has applied the command with this number.
type Acknowledge struct {
	To       int    `cbor:"to"`
	Sequence uint64 `cbor:"sequence"`
}
