// Package bpmn reads BPMN models with Zeebe's extensions into what a process engine follows. What is not carried out is
// refused by name.
package bpmn

import "zeebe-chaos/lab/engine/internal/feel"

// Process is an executable process. It is not changed after Parse, so it is safe for concurrent use.
type Process struct {
	ID, Name string
	// Version is the version tag of the model, empty if it has none.
	Version string
	Root    *Scope
	// Elements has the elements of all scopes by their ids.
	Elements map[string]*Element
}

// Scope is the inside of a process or sub-process. Its elements are in the order of the document.
type Scope struct {
	// Start is the start event without a trigger; nil if there are only start events with one.
	Start *Element
	// Triggered are the start events with a trigger.
	Triggered []*Element
	// EventSubProcesses are those directly inside.
	EventSubProcesses []*Element
	Elements          []*Element
}

// Element is an event, a task, a gateway or a sub-process. The fields below Parent are set as far as its kind has them.
type Element struct {
	ID, Name string
	Kind     Kind
	// Outgoing and Incoming flows are in the order of the document.
	Outgoing, Incoming []*Flow
	// Parent is the sub-process around it; nil directly in the process.
	Parent *Element

	// Scope is the inside of a sub-process, and Start its start event.
	Scope *Scope
	Start *Element
	// Boundary are the events that are attached to an activity, AttachedTo is the activity of such an event.
	Boundary   []*Element
	AttachedTo *Element
	// Interrupting tells whether a boundary event, or the start event of an event sub-process, ends what it interrupts.
	Interrupting bool

	// JobType and Retries are those of the jobs of a task. Retries gives a number, 3 if the model has none.
	JobType, Retries *feel.Expression
	Headers          map[string]string

	MessageName, CorrelationKey *feel.Expression
	SignalName                  *feel.Expression

	// One of these is set if there is a timer; Element.Timer evaluates it.
	TimerDuration, TimerCycle, TimerDate *feel.Expression

	// DecisionID is the decision that a business rule task calls, Script what a script task evaluates; the result goes
	// into the variable ResultVariable.
	DecisionID, Script *feel.Expression
	ResultVariable     string

	// CalledProcess is the id of the process that a call activity calls.
	CalledProcess                                           *feel.Expression
	PropagateAllParentVariables, PropagateAllChildVariables bool

	// ErrorCode of an error event; empty at a boundary event that catches every error.
	ErrorCode string

	Inputs, Outputs []Mapping
	// Default is the flow that a gateway takes if no condition is true.
	Default *Flow
	// Loop is set if the activity is carried out once for each item of a list.
	Loop *MultiInstance
}

// Flow is a sequence flow. Condition is nil if it has none.
type Flow struct {
	ID             string
	Source, Target *Element
	Condition      *feel.Expression
}

// Mapping is one input or output of a zeebe:ioMapping. Target is a variable, or a path such as a.b into one.
type Mapping struct {
	Source *feel.Expression
	Target string
}

// MultiInstance says how often an activity is carried out. What the model leaves out is nil or empty.
type MultiInstance struct {
	Sequential          bool
	InputCollection     *feel.Expression
	InputElement        string
	OutputCollection    string
	OutputElement       *feel.Expression
	CompletionCondition *feel.Expression
}
