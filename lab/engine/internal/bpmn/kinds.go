package bpmn

import (
	"slices"
	"strings"
)

// Kind is what an element is, as far as carrying it out differs.
type Kind uint8

// The kinds of elements.
const (
	Unknown          Kind = iota
	StartEvent            // without a trigger
	EndEvent              // without a result
	EndErrorEvent         // throws an error
	ServiceTask           // a task whose work is a job
	BusinessRuleTask      // evaluates a decision
	ManualTask            // a task without work, passed through
	MessageCatch          // an intermediate event or a receive task
	TimerCatch            // an intermediate event
	ExclusiveGateway
	ParallelGateway
	SubProcess
	BoundaryError
	BoundaryTimer
	ScriptTask // evaluates an expression
	CallActivity
	TimerStart  // starts a process or an event sub-process
	SignalStart // starts an event sub-process
	EventSubProcess
)

type kindNames struct {
	name string
	// elements are what the kind is called in a model, as described gives it.
	elements []string
}

var kinds = [...]kindNames{
	Unknown:          {"Unknown", nil},
	StartEvent:       {"StartEvent", []string{"startEvent"}},
	EndEvent:         {"EndEvent", []string{"endEvent"}},
	EndErrorEvent:    {"EndErrorEvent", []string{"error endEvent"}},
	ServiceTask:      {"ServiceTask", []string{"serviceTask", "sendTask", "businessRuleTask" + asJob, "scriptTask" + asJob}},
	BusinessRuleTask: {"BusinessRuleTask", []string{"businessRuleTask"}},
	ManualTask:       {"ManualTask", []string{"manualTask", "task"}},
	MessageCatch:     {"MessageCatch", []string{"message intermediateCatchEvent", "receiveTask"}},
	TimerCatch:       {"TimerCatch", []string{"timer intermediateCatchEvent"}},
	ExclusiveGateway: {"ExclusiveGateway", []string{"exclusiveGateway"}},
	ParallelGateway:  {"ParallelGateway", []string{"parallelGateway"}},
	SubProcess:       {"SubProcess", []string{"subProcess"}},
	BoundaryError:    {"BoundaryError", []string{"error boundaryEvent"}},
	BoundaryTimer:    {"BoundaryTimer", []string{"timer boundaryEvent"}},
	ScriptTask:       {"ScriptTask", []string{"scriptTask"}},
	CallActivity:     {"CallActivity", []string{"callActivity"}},
	TimerStart:       {"TimerStart", []string{"timer startEvent"}},
	SignalStart:      {"SignalStart", []string{"signal startEvent"}},
	EventSubProcess:  {"EventSubProcess", []string{"event subProcess"}},
}

const asJob = " with a zeebe:taskDefinition"

// String gives the name of the kind in this package.
func (k Kind) String() string { return kinds[k].name }

func (k Kind) isBoundary() bool { return k == BoundaryError || k == BoundaryTimer }

func (k Kind) isStart() bool { return k == StartEvent || k == TimerStart || k == SignalStart }

func (k Kind) isEnd() bool { return k == EndEvent || k == EndErrorEvent }

// isActivity tells whether events can be attached to it, and whether it can be carried out several times.
func (n *xmlNode) isActivity() bool {
	local := n.name.Local
	return local == "task" || strings.HasSuffix(local, "Task") || local == "callActivity" ||
		local == "subProcess" && n.attribute("triggeredByEvent") != "true"
}

// described says what a node of the document is, such as "error endEvent".
func described(node *xmlNode) string {
	switch local := node.name.Local; local {
	case "subProcess":
		if node.attribute("triggeredByEvent") == "true" {
			return "event " + local
		}
	case "businessRuleTask", "scriptTask":
		if len(node.extensions("taskDefinition")) > 0 {
			return local + asJob
		}
	case "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent":
		var triggers []string
		for _, definition := range node.eventDefinitions() {
			triggers = append(triggers, strings.TrimSuffix(definition.name.Local, "EventDefinition"))
		}
		return strings.TrimPrefix(strings.Join(triggers, " and ")+" "+local, " ")
	}
	return node.name.Local
}

// kindOf finds the kind of a described element.
func kindOf(description string) Kind {
	for kind, names := range kinds {
		if slices.Contains(names.elements, description) {
			return Kind(kind)
		}
	}
	return Unknown
}

// known lists the elements of all kinds for a message.
func known() string {
	var elements []string
	for _, names := range kinds {
		elements = append(elements, names.elements...)
	}
	return strings.Join(elements, ", ")
}

func withArticle(noun string) string {
	if strings.ContainsAny(noun[:1], "aeio") {
		return "an " + noun
	}
	return "a " + noun
}
