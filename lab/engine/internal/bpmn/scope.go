package bpmn

import (
	"fmt"
	"slices"
)

// silent are the children of a process or sub-process that change nothing about how it is carried out.
var silent = []string{
	"documentation", "extensionElements", "incoming", "outgoing", "laneSet", "textAnnotation", "association", "group", "property",
	"dataObject", "dataObjectReference", "dataStoreReference", "multiInstanceLoopCharacteristics",
}

// readScope reads the elements and flows inside of a process or, if there is a parent, of a sub-process.
func (r *reader) readScope(node *xmlNode, parent *Element) *Scope {
	scope := &Scope{}
	nodes := map[*Element]*xmlNode{}
	for _, child := range node.children {
		if child.name.Space != bpmnNamespace || child.name.Local == "sequenceFlow" || slices.Contains(silent, child.name.Local) {
			continue
		}
		e := r.readElement(child, parent)
		nodes[e] = child
		scope.add(e)
	}
	for _, e := range scope.Elements {
		if e.Kind.isBoundary() {
			r.attach(e, nodes)
		}
	}
	r.checkSignals(scope)
	flows := map[string]*Flow{}
	for _, child := range node.childrenOf("sequenceFlow") {
		if f := r.readFlow(child, parent); f != nil {
			if flows[f.ID] != nil {
				r.problem("sequence flow %q: there is another one with this id", f.ID)
			}
			flows[f.ID] = f
		}
	}
	for _, e := range scope.Elements {
		r.setDefault(e, nodes[e].attribute("default"), flows)
		r.checkFlows(e)
	}
	return scope
}

// checkSignals refuses two event sub-processes of a scope that wait for the same signal, as Zeebe does.
func (r *reader) checkSignals(scope *Scope) {
	seen := map[string]bool{}
	for _, sub := range scope.EventSubProcesses {
		if sub.Start == nil || sub.Start.SignalName == nil {
			continue
		}
		if name := sub.Start.SignalName.Source(); seen[name] {
			r.elementProblem(sub, "multiple signal event definitions with the same name '%s' are not allowed", name)
		} else {
			seen[name] = true
		}
	}
}

func (s *Scope) add(e *Element) {
	s.Elements = append(s.Elements, e)
	switch e.Kind {
	case StartEvent:
		if s.Start == nil {
			s.Start = e
		}
	case TimerStart, SignalStart:
		s.Triggered = append(s.Triggered, e)
	case EventSubProcess:
		s.EventSubProcesses = append(s.EventSubProcesses, e)
	}
}

// inScope finds an element by its id if it is directly inside of the parent.
func (r *reader) inScope(id string, parent *Element) *Element {
	if e := r.elements[id]; e != nil && e.Parent == parent {
		return e
	}
	return nil
}

func (r *reader) attach(e *Element, nodes map[*Element]*xmlNode) {
	reference := nodes[e].attribute("attachedToRef")
	activity := r.inScope(unprefixed(reference), e.Parent)
	if activity == nil || !nodes[activity].isActivity() {
		r.elementProblem(e, "must be attached to an activity of its own scope, found %q", reference)
		return
	}
	e.AttachedTo = activity
	activity.Boundary = append(activity.Boundary, e)
}

// readFlow connects two elements; it gives nil if one of them is not there.
func (r *reader) readFlow(node *xmlNode, parent *Element) *Flow {
	f := &Flow{ID: node.attribute("id")}
	where := fmt.Sprintf("sequence flow %q", f.ID)
	ends := map[string]*Element{}
	for _, end := range []string{"sourceRef", "targetRef"} {
		id := unprefixed(node.attribute(end))
		if ends[end] = r.inScope(id, parent); ends[end] == nil {
			r.problem("%s: its %s %q is no element of the same scope", where, end, id)
		}
	}
	f.Source, f.Target = ends["sourceRef"], ends["targetRef"]
	if f.Source == nil || f.Target == nil {
		return nil
	}
	if condition := node.child("conditionExpression"); condition != nil {
		f.Condition = r.dynamic(where, "condition", condition.text)
		if f.Source.Kind != ExclusiveGateway && f.Source.Kind != Unknown {
			r.problem("%s: it has a condition, which this engine carries out only after an exclusiveGateway", where)
		}
	}
	f.Source.Outgoing = append(f.Source.Outgoing, f)
	f.Target.Incoming = append(f.Target.Incoming, f)
	return f
}

func (r *reader) setDefault(e *Element, id string, flows map[string]*Flow) {
	if id == "" || e.Kind == Unknown {
		return
	}
	f := flows[id]
	switch {
	case e.Kind != ExclusiveGateway:
		r.elementProblem(e, "has a default flow, which this engine carries out only after an exclusiveGateway")
	case f == nil || f.Source != e:
		r.elementProblem(e, "its default flow %q is not one of its outgoing flows", id)
	case f.Condition != nil:
		r.elementProblem(e, "its default flow %q must not have a condition", id)
	default:
		e.Default = f
	}
}

// checkFlows looks for flows that an element of its kind must or must not have.
func (r *reader) checkFlows(e *Element) {
	switch {
	case e.Kind.isStart() && len(e.Incoming) > 0:
		r.elementProblem(e, "a start event must not have incoming flows")
	case e.Kind.isEnd() && len(e.Outgoing) > 0:
		r.elementProblem(e, "an end event must not have outgoing flows")
	case e.Kind.isBoundary() && len(e.Incoming) > 0:
		r.elementProblem(e, "a boundary event must not have incoming flows")
	case e.Kind.isBoundary() && len(e.Outgoing) == 0:
		r.elementProblem(e, "a boundary event must have at least one outgoing flow")
	case e.Kind == EventSubProcess && len(e.Incoming)+len(e.Outgoing) > 0:
		r.elementProblem(e, "an event sub-process must not have flows")
	case e.Kind == ExclusiveGateway && len(e.Outgoing) > 1:
		for _, f := range e.Outgoing {
			if f.Condition == nil && f != e.Default {
				r.elementProblem(e, "its flow %q must have a condition or be its default flow", f.ID)
			}
		}
	}
}

// checkStarts looks for the start events that a process, a sub-process or an event sub-process must have.
func (r *reader) checkStarts(where string, scope *Scope, owner *Element) {
	if slices.ContainsFunc(scope.Elements, func(e *Element) bool { return e.Kind == Unknown }) {
		return // It may be a start event, and the refusal says enough.
	}
	plain := 0
	for _, e := range scope.Elements {
		if e.Kind == StartEvent {
			plain++
		}
		if e.Kind == SignalStart && (owner == nil || owner.Kind != EventSubProcess) {
			r.elementProblem(e, "a signal startEvent is carried out only in an event sub-process")
		}
	}
	triggered := len(scope.Triggered)
	switch {
	case owner != nil && owner.Kind == EventSubProcess:
		if plain > 0 || triggered != 1 {
			r.problem("%s: must have exactly one start event, with a trigger", where)
		}
	case owner != nil && (plain != 1 || triggered > 0):
		r.problem("%s: must have exactly one start event, without a trigger", where)
	case plain > 1:
		r.problem("%s: must have at most one start event without a trigger", where)
	case plain+triggered == 0:
		r.problem("%s: must have at least one start event", where)
	}
}
