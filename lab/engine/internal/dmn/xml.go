package dmn

import "encoding/xml"

// The parts of a DMN document that are read. Names are matched in any of DMN's namespaces, which differ by version.
type (
	definitionsXML struct {
		XMLName   xml.Name
		ID        string        `xml:"id,attr"`
		Name      string        `xml:"name,attr"`
		Decisions []decisionXML `xml:"decision"`
	}

	decisionXML struct {
		ID       string `xml:"id,attr"`
		Name     string `xml:"name,attr"`
		Variable *struct {
			Name string `xml:"name,attr"`
		} `xml:"variable"`
		Information []struct {
			RequiredDecision *struct {
				Href string `xml:"href,attr"`
			} `xml:"requiredDecision"`
		} `xml:"informationRequirement"`
		Knowledge []struct{} `xml:"knowledgeRequirement"`
		Literal   *textXML   `xml:"literalExpression"`
		Table     *tableXML  `xml:"decisionTable"`
		// Rest has what other logic a decision may have.
		Rest []struct{ XMLName xml.Name } `xml:",any"`
	}

	textXML struct {
		ID       string `xml:"id,attr"`
		Language string `xml:"expressionLanguage,attr"`
		Text     string `xml:"text"`
	}

	tableXML struct {
		HitPolicy   string      `xml:"hitPolicy,attr"`
		Aggregation string      `xml:"aggregation,attr"`
		Inputs      []inputXML  `xml:"input"`
		Outputs     []outputXML `xml:"output"`
		Rules       []ruleXML   `xml:"rule"`
	}

	inputXML struct {
		ID         string  `xml:"id,attr"`
		Expression textXML `xml:"inputExpression"`
	}

	outputXML struct {
		ID      string   `xml:"id,attr"`
		Name    string   `xml:"name,attr"`
		Default *textXML `xml:"defaultOutputEntry"`
	}

	ruleXML struct {
		ID      string    `xml:"id,attr"`
		Inputs  []textXML `xml:"inputEntry"`
		Outputs []textXML `xml:"outputEntry"`
	}
)
