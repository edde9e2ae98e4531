package bpmn

import (
	"errors"
	"fmt"
	"strings"
)

// Parse reads the executable processes of a BPMN document. The error names everything that is wrong, one sentence a line.
func Parse(document []byte) ([]*Process, error) {
	root, err := readTree(document)
	if err != nil {
		return nil, err
	}
	if !root.isBPMN("definitions") {
		return nil, fmt.Errorf("expected a BPMN model with the root definitions in the namespace %s, found %s in %q",
			bpmnNamespace, root.name.Local, root.name.Space)
	}
	r := &reader{root: root}
	var processes []*Process
	seen := map[string]bool{}
	for _, node := range root.childrenOf("process") {
		if node.attribute("isExecutable") != "true" {
			continue
		}
		process := r.readProcess(node)
		if seen[process.ID] {
			r.problem("process %q: there is another process with this id", process.ID)
		}
		seen[process.ID] = true
		processes = append(processes, process)
	}
	if len(processes) == 0 {
		r.problem("%s", noProcess(root))
	}
	if len(r.problems) > 0 {
		return nil, errors.New(strings.Join(r.problems, "\n"))
	}
	return processes, nil
}

func noProcess(root *xmlNode) string {
	var ids []string
	for _, node := range root.childrenOf("process") {
		ids = append(ids, fmt.Sprintf("%q", node.attribute("id")))
	}
	if len(ids) == 0 {
		return "the document has no process: expected at least one that is executable"
	}
	return fmt.Sprintf("no process is executable: expected isExecutable=\"true\" at one of %s", strings.Join(ids, ", "))
}

// reader reads one document and notes what is wrong with it.
type reader struct {
	root     *xmlNode
	problems []string
	// elements are those of the process that is being read.
	elements map[string]*Element
}

func (r *reader) problem(format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, args...))
}

func (r *reader) elementProblem(e *Element, format string, args ...any) {
	r.problem("element %q: %s", e.ID, fmt.Sprintf(format, args...))
}

// referenced finds what a reference names among the document's messages, errors and signals. It notes a problem and
// gives nil if it is not there.
func (r *reader) referenced(e *Element, from *xmlNode, local string) *xmlNode {
	id := unprefixed(from.attribute(local + "Ref"))
	if id == "" {
		r.elementProblem(e, "must reference %s", withArticle(local))
		return nil
	}
	for _, node := range r.root.childrenOf(local) {
		if node.attribute("id") == id {
			return node
		}
	}
	r.elementProblem(e, "references the %s %q, which is not in the document", local, id)
	return nil
}

// unprefixed drops the prefix of a qualified name: references stay within the document.
func unprefixed(reference string) string { return reference[strings.LastIndexByte(reference, ':')+1:] }

func (r *reader) readProcess(node *xmlNode) *Process {
	p := &Process{ID: node.attribute("id"), Name: node.attribute("name"), Elements: map[string]*Element{}}
	if p.ID == "" {
		r.problem("a process has no id")
	}
	if tag := node.extension("versionTag"); tag != nil {
		p.Version = tag.attribute("value")
	}
	r.refuseExtensions(fmt.Sprintf("process %q", p.ID), node)
	r.elements = p.Elements
	p.Root = r.readScope(node, nil)
	r.checkStarts(fmt.Sprintf("process %q", p.ID), p.Root, nil)
	return p
}
