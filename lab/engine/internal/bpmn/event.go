package bpmn

import (
	"fmt"
	"strings"
)

func (r *reader) readMessage(e *Element, node *xmlNode) {
	from := node
	if definitions := node.eventDefinitions(); len(definitions) > 0 {
		from = definitions[0]
	}
	message := r.referenced(e, from, "message")
	if message == nil {
		return
	}
	where := fmt.Sprintf("message %q, which element %q waits for", message.attribute("id"), e.ID)
	e.MessageName = r.property(where, "name", message.attribute("name"))
	subscription := message.extension("subscription")
	if subscription == nil {
		r.problem("%s: must have exactly one zeebe:subscription with a correlationKey", where)
		return
	}
	e.CorrelationKey = r.dynamic(where, "correlationKey", subscription.attribute("correlationKey"))
}

func (r *reader) readError(e *Element, node *xmlNode) {
	definition := node.eventDefinitions()[0]
	if e.Kind == BoundaryError {
		e.Interrupting = true
		if node.attribute("cancelActivity") == "false" {
			r.elementProblem(e, "an error boundaryEvent must be interrupting")
		}
		if definition.attribute("errorRef") == "" {
			return // It catches every error.
		}
	}
	thrown := r.referenced(e, definition, "error")
	if thrown == nil {
		return
	}
	e.ErrorCode = thrown.attribute("errorCode")
	switch {
	case e.ErrorCode == "":
		r.elementProblem(e, "its error %q must have an errorCode", thrown.attribute("id"))
	case !isStatic(e.ErrorCode):
		r.elementProblem(e, "its error code is the expression %q, which this engine does not carry out; it knows static codes", e.ErrorCode)
	}
}

// readTimer reads the one of duration, cycle and date that the timer has.
func (r *reader) readTimer(e *Element, node *xmlNode) {
	definition := node.eventDefinitions()[0]
	where := fmt.Sprintf("element %q", e.ID)
	found := 0
	for _, child := range definition.children {
		text := strings.TrimSpace(child.text)
		switch child.name.Local {
		case "timeDuration":
			e.TimerDuration = r.property(where, "timeDuration", text)
		case "timeCycle":
			e.TimerCycle = r.property(where, "timeCycle", text)
		case "timeDate":
			e.TimerDate = r.property(where, "timeDate", text)
		default:
			continue
		}
		found++
		r.checkStaticTimer(e, child.name.Local, text)
	}
	if found != 1 {
		r.elementProblem(e, "its timer must have exactly one of timeDuration, timeCycle and timeDate, found %d", found)
	}
	switch {
	case e.TimerCycle != nil && e.Kind == TimerCatch:
		r.elementProblem(e, "an intermediate timer must have a timeDuration or a timeDate, found a timeCycle")
	case e.TimerCycle != nil && e.Interrupting:
		r.elementProblem(e, "an interrupting timer must have a timeDuration or a timeDate, found a timeCycle")
	case e.TimerDuration != nil && e.Kind == TimerStart && e.startsProcess():
		r.elementProblem(e, "the timer that starts a process must have a timeCycle or a timeDate, found a timeDuration")
	}
}

// startsProcess tells whether a start event is that of a process, not of an event sub-process.
func (e *Element) startsProcess() bool { return e.Parent == nil || e.Parent.Kind != EventSubProcess }

// checkStaticTimer finds at deployment what would otherwise keep every instance from going on.
func (r *reader) checkStaticTimer(e *Element, local, text string) {
	if text == "" || !isStatic(text) {
		return
	}
	if err := checkTimer(local, text); err != nil {
		r.elementProblem(e, "its %s is not valid: %v", local, err)
	}
}
