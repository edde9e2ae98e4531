package bpmn

import (
	"fmt"
	"slices"

	"zeebe-chaos/lab/engine/internal/feel"
)

// defaultRetries is how often a job is tried if the model does not say it, as in Zeebe.
const defaultRetries = "3"

// readElement reads an element with all that is inside of it. One that is not carried out is refused and stays Unknown.
func (r *reader) readElement(node *xmlNode, parent *Element) *Element {
	e := &Element{ID: node.attribute("id"), Name: node.attribute("name"), Parent: parent}
	switch {
	case e.ID == "":
		r.problem("%s has no id", withArticle(node.name.Local))
	case r.elements[e.ID] != nil:
		r.elementProblem(e, "there is another element with this id")
	default:
		r.elements[e.ID] = e
	}
	description := described(node)
	if e.Kind = kindOf(description); e.Kind == Unknown {
		r.problem("element %q is %s, which this engine does not carry out; it knows %s", e.ID, withArticle(description), known())
		return e
	}
	r.refuseExtensions(fmt.Sprintf("element %q", e.ID), node)
	r.readMappings(e, node)
	r.readLoop(e, node)
	r.readDetails(e, node)
	return e
}

// readDetails reads what only elements of its kind have.
func (r *reader) readDetails(e *Element, node *xmlNode) {
	switch e.Kind {
	case ServiceTask:
		r.readJob(e, node)
	case BusinessRuleTask:
		r.readCalledDecision(e, node)
	case ScriptTask:
		r.readScript(e, node)
	case CallActivity:
		r.readCalledElement(e, node)
	case SubProcess, EventSubProcess:
		e.Scope = r.readScope(node, e)
		r.checkStarts(fmt.Sprintf("element %q", e.ID), e.Scope, e)
		if e.Start = e.Scope.Start; e.Kind == EventSubProcess && len(e.Scope.Triggered) > 0 {
			e.Start = e.Scope.Triggered[0]
		}
	case MessageCatch:
		r.readMessage(e, node)
	case SignalStart:
		e.Interrupting = node.attribute("isInterrupting") != "false"
		if signal := r.referenced(e, node.eventDefinitions()[0], "signal"); signal != nil {
			e.SignalName = r.property(fmt.Sprintf("signal %q", signal.attribute("id")), "name", signal.attribute("name"))
		}
	case TimerStart:
		e.Interrupting = !e.startsProcess() && node.attribute("isInterrupting") != "false"
		r.readTimer(e, node)
	case TimerCatch:
		r.readTimer(e, node)
	case BoundaryTimer:
		e.Interrupting = node.attribute("cancelActivity") != "false"
		r.readTimer(e, node)
	case BoundaryError, EndErrorEvent:
		r.readError(e, node)
	}
}

func (r *reader) readJob(e *Element, node *xmlNode) {
	definitions := node.extensions("taskDefinition")
	if len(definitions) != 1 {
		r.elementProblem(e, "must have exactly one zeebe:taskDefinition extension element, found %d", len(definitions))
		return
	}
	where := fmt.Sprintf("element %q", e.ID)
	e.JobType = r.property(where, "job type", definitions[0].attribute("type"))
	e.Retries = r.retries(where, definitions[0].attributeOr("retries", defaultRetries))
	e.Headers = map[string]string{}
	for _, headers := range node.extensions("taskHeaders") {
		for _, header := range headers.named(zeebeNamespace, "header") {
			e.Headers[header.attribute("key")] = header.attribute("value")
		}
	}
	if len(node.extensions("calledDecision")) > 0 {
		r.elementProblem(e, "must have either a zeebe:taskDefinition or a zeebe:calledDecision, found both")
	}
	if len(node.extensions("script")) > 0 {
		r.elementProblem(e, "must have either a zeebe:taskDefinition or a zeebe:script, found both")
	}
}

func (r *reader) readCalledDecision(e *Element, node *xmlNode) {
	called := node.extensions("calledDecision")
	if len(called) != 1 {
		r.elementProblem(e, "must have exactly one zeebe:calledDecision or zeebe:taskDefinition extension element, found %d", len(called))
		return
	}
	r.refuseBinding(e, called[0])
	e.DecisionID = r.property(fmt.Sprintf("element %q", e.ID), "decision id", called[0].attribute("decisionId"))
	e.ResultVariable = r.resultVariable(e, called[0])
}

func (r *reader) readScript(e *Element, node *xmlNode) {
	scripts := node.extensions("script")
	if len(scripts) != 1 {
		r.elementProblem(e, "must have exactly one zeebe:script or zeebe:taskDefinition extension element, found %d", len(scripts))
		return
	}
	e.Script = r.dynamic(fmt.Sprintf("element %q", e.ID), "script", scripts[0].attribute("expression"))
	e.ResultVariable = r.resultVariable(e, scripts[0])
}

func (r *reader) readCalledElement(e *Element, node *xmlNode) {
	called := node.extensions("calledElement")
	if len(called) != 1 {
		r.elementProblem(e, "must have exactly one zeebe:calledElement extension element, found %d", len(called))
		return
	}
	r.refuseBinding(e, called[0])
	e.CalledProcess = r.property(fmt.Sprintf("element %q", e.ID), "process id", called[0].attribute("processId"))
	e.PropagateAllParentVariables = called[0].attribute("propagateAllParentVariables") != "false"
	e.PropagateAllChildVariables = called[0].attribute("propagateAllChildVariables") != "false"
}

func (r *reader) resultVariable(e *Element, node *xmlNode) string {
	variable := node.attribute("resultVariable")
	if variable == "" {
		r.elementProblem(e, "must have a resultVariable at its zeebe:%s", node.name.Local)
	}
	return variable
}

// refuseBinding refuses what does not call the latest version.
func (r *reader) refuseBinding(e *Element, called *xmlNode) {
	if binding := called.attributeOr("bindingType", "latest"); binding != "latest" {
		r.elementProblem(e, "has the bindingType %q, which this engine does not carry out; it knows latest", binding)
	}
}

func (r *reader) readMappings(e *Element, node *xmlNode) {
	where := fmt.Sprintf("element %q", e.ID)
	for _, mapping := range node.extensions("ioMapping") {
		for _, child := range mapping.children {
			m := Mapping{Target: child.attribute("target")}
			direction := child.name.Local
			if direction != "input" && direction != "output" {
				continue
			}
			m.Source = r.property(where, direction+" source", child.attribute("source"))
			if !isVariablePath(m.Target) {
				r.elementProblem(e, "its %s target must be the name of a variable or a path such as a.b, found %q", direction, m.Target)
			}
			if direction == "input" {
				e.Inputs = append(e.Inputs, m)
			} else {
				e.Outputs = append(e.Outputs, m)
			}
		}
	}
}

func (r *reader) readLoop(e *Element, node *xmlNode) {
	where := fmt.Sprintf("element %q", e.ID)
	if node.child("standardLoopCharacteristics") != nil {
		r.elementProblem(e, "has standardLoopCharacteristics, which this engine does not carry out; it knows multiInstanceLoopCharacteristics")
	}
	if node.attribute("isForCompensation") == "true" {
		r.elementProblem(e, "is for compensation, which this engine does not carry out")
	}
	loop := node.child("multiInstanceLoopCharacteristics")
	if loop == nil {
		return
	}
	characteristics := loop.extensions("loopCharacteristics")
	if len(characteristics) != 1 || !node.isActivity() {
		r.elementProblem(e, "its multiInstanceLoopCharacteristics must be at an activity and have exactly one zeebe:loopCharacteristics")
		return
	}
	zeebe := characteristics[0]
	e.Loop = &MultiInstance{
		Sequential:       loop.attribute("isSequential") == "true",
		InputCollection:  r.dynamic(where, "inputCollection", zeebe.attribute("inputCollection")),
		InputElement:     zeebe.attribute("inputElement"),
		OutputCollection: zeebe.attribute("outputCollection"),
	}
	output := zeebe.attribute("outputElement")
	if (output == "") != (e.Loop.OutputCollection == "") {
		r.elementProblem(e, "must have both an outputCollection and an outputElement, or none of them")
	} else if output != "" {
		e.Loop.OutputElement = r.dynamic(where, "outputElement", output)
	}
	if condition := loop.child("completionCondition"); condition != nil {
		e.Loop.CompletionCondition = r.dynamic(where, "completionCondition", condition.text)
	}
	if loop.child("loopCardinality") != nil {
		r.elementProblem(e, "has a loopCardinality, which this engine does not carry out; it knows inputCollection")
	}
}

var knownExtensions = []string{
	"taskDefinition", "taskHeaders", "ioMapping", "calledDecision", "calledElement", "script", "subscription", "loopCharacteristics",
	"properties", "versionTag",
}

// refuseExtensions refuses those extension elements of Zeebe that would change what happens. Those of others change nothing.
func (r *reader) refuseExtensions(where string, node *xmlNode) {
	extensions := node.child("extensionElements")
	if extensions == nil {
		return
	}
	for _, child := range extensions.children {
		if child.name.Space == zeebeNamespace && !slices.Contains(knownExtensions, child.name.Local) {
			r.problem("%s has the extension zeebe:%s, which this engine does not carry out", where, child.name.Local)
		}
	}
}

// retries reads a number, or an expression that gives one.
func (r *reader) retries(where, source string) *feel.Expression {
	if isStatic(source) {
		if !isWholeNumber(source) {
			r.problem("%s: its retries must be a whole number or an expression, found %q", where, source)
			return nil
		}
		source = "=" + source
	}
	return r.property(where, "retries", source)
}
