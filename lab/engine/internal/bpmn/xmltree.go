package bpmn

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

const (
	bpmnNamespace  = "http://www.omg.org/spec/BPMN/20100524/MODEL"
	zeebeNamespace = "http://camunda.org/schema/zeebe/1.0"
	// mostNesting bounds how deep a document is followed; no model that a person can read comes near it.
	mostNesting = 200
)

// xmlNode is an element of a document, with the prefixes of its names resolved.
type xmlNode struct {
	name       xml.Name
	attributes []xml.Attr
	children   []*xmlNode
	text       string
}

// readTree reads a whole document and returns its root.
func readTree(document []byte) (*xmlNode, error) {
	decoder := xml.NewDecoder(bytes.NewReader(document))
	top := &xmlNode{}
	open := []*xmlNode{top}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("the document is not well-formed XML: %w", err)
		}
		inner := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) > mostNesting {
				return nil, fmt.Errorf("the document is nested more than %d deep", mostNesting)
			}
			child := &xmlNode{name: t.Name, attributes: slices.Clone(t.Attr)}
			inner.children = append(inner.children, child)
			open = append(open, child)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			inner.text += string(t)
		}
	}
	if len(top.children) == 0 {
		return nil, errors.New("the document is empty: expected a BPMN model")
	}
	return top.children[0], nil
}

func (n *xmlNode) isBPMN(local string) bool {
	return n.name.Space == bpmnNamespace && n.name.Local == local
}

// attribute gives an attribute of BPMN's or Zeebe's own element, empty if it is absent.
func (n *xmlNode) attribute(name string) string {
	for _, a := range n.attributes {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (n *xmlNode) attributeOr(name, otherwise string) string {
	if value := n.attribute(name); value != "" {
		return value
	}
	return otherwise
}

// childrenOf gives the BPMN children of a name, in their order.
func (n *xmlNode) childrenOf(local string) []*xmlNode { return n.named(bpmnNamespace, local) }

// child gives the first BPMN child of a name, nil if there is none.
func (n *xmlNode) child(local string) *xmlNode {
	if all := n.childrenOf(local); len(all) > 0 {
		return all[0]
	}
	return nil
}

// extensions gives the extension elements of Zeebe of a name, in their order.
func (n *xmlNode) extensions(local string) []*xmlNode {
	if extensions := n.child("extensionElements"); extensions != nil {
		return extensions.named(zeebeNamespace, local)
	}
	return nil
}

func (n *xmlNode) extension(local string) *xmlNode {
	if all := n.extensions(local); len(all) > 0 {
		return all[0]
	}
	return nil
}

func (n *xmlNode) named(space, local string) []*xmlNode {
	var found []*xmlNode
	for _, c := range n.children {
		if c.name.Space == space && c.name.Local == local {
			found = append(found, c)
		}
	}
	return found
}

// eventDefinitions are what triggers an event or what it results in.
func (n *xmlNode) eventDefinitions() []*xmlNode {
	var found []*xmlNode
	for _, c := range n.children {
		if c.name.Space == bpmnNamespace && (strings.HasSuffix(c.name.Local, "EventDefinition") || c.name.Local == "eventDefinitionRef") {
			found = append(found, c)
		}
	}
	return found
}
