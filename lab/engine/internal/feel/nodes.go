package feel

// node is a part of a parsed expression.
type node interface {
	eval(s *scope) any
}

type (
	literal struct{ value any }

	name struct{ name string }

	listNode struct{ items []node }

	contextNode struct{ entries []contextEntry }

	contextEntry struct {
		key   string
		value node
	}

	pathNode struct {
		of  node
		key string
	}

	filterNode struct{ of, filter node }

	negationNode struct{ of node }

	arithmeticNode struct {
		operator    string
		left, right node
	}

	comparisonNode struct {
		operator    string
		left, right node
	}

	betweenNode struct{ value, low, high node }

	inNode struct {
		value node
		tests []test
	}

	// logicNode is "and" or "or". The value that decides is the one that makes the other side irrelevant.
	logicNode struct {
		decisive    bool
		left, right node
	}

	ifNode struct{ condition, then, otherwise node }

	forNode struct {
		iterations []iteration
		result     node
	}

	quantifierNode struct {
		iterations []iteration
		// decisive is the value of the condition that ends the search: true for "some", false for "every".
		decisive  bool
		condition node
	}

	// iteration is "name in domain", or "name in domain..last" over whole numbers.
	iteration struct {
		name   string
		domain node
		last   node
	}

	functionNode struct {
		parameters []string
		body       node
	}

	builtinCall struct {
		function  builtin
		arguments []node
	}

	localCall struct {
		name      string
		arguments []node
	}
)

// test is what stands right of "in" and in the cells of decision tables. It gives true, false or nil.
type test interface {
	matches(s *scope, input any) any
}

type (
	comparisonTest struct {
		operator string
		operand  node
	}

	rangeTest struct {
		low, high         node
		openLow, openHigh bool
	}

	valueTest struct{ value node }
)
