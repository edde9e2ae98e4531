package command

import "fmt"

// Answer is what a command came to: a rejection, or what the command's kind gives.
type Answer struct {
	Rejection *Rejection `cbor:"rejection,omitempty"`
	// Key is that of the message, the instance or whatever else the command made.
	Key        int64       `cbor:"key,omitempty"`
	Deployment *Deployment `cbor:"deployment,omitempty"`
	Instance   *Instance   `cbor:"instance,omitempty"`
	Jobs       []Job       `cbor:"jobs,omitempty"`
	Evaluation *Evaluation `cbor:"evaluation,omitempty"`
}

// Code says why a command was rejected; the names are the gateway protocol's.
type Code string

// The codes of rejections.
const (
	NotFound        Code = "NOT_FOUND"
	AlreadyExists   Code = "ALREADY_EXISTS"
	InvalidArgument Code = "INVALID_ARGUMENT"
	InvalidState    Code = "INVALID_STATE"
)

// Rejection says that nothing was done, and why.
type Rejection struct {
	Code   Code   `cbor:"code"`
	Reason string `cbor:"reason"`
}

// Reject makes the answer of a command that was not carried out.
func Reject(code Code, format string, args ...any) *Answer {
	return &Answer{Rejection: &Rejection{Code: code, Reason: fmt.Sprintf(format, args...)}}
}

// Deployment is what a deployment made or found there already.
type Deployment struct {
	Key       int64      `cbor:"key"`
	Resources []Deployed `cbor:"resources"`
}

// Instance is a process instance that was created; Result is set when it was awaited.
type Instance struct {
	Key           int64  `cbor:"key"`
	ProcessID     string `cbor:"processId"`
	DefinitionKey int64  `cbor:"definitionKey"`
	Version       int32  `cbor:"version"`
	Result        []byte `cbor:"result,omitempty"`
}

// Job is a job as its worker is handed it.
type Job struct {
	Key             int64             `cbor:"key"`
	Type            string            `cbor:"type"`
	Instance        int64             `cbor:"instance"`
	ProcessID       string            `cbor:"processId"`
	Version         int32             `cbor:"version"`
	DefinitionKey   int64             `cbor:"definitionKey"`
	Element         string            `cbor:"element"`
	ElementInstance int64             `cbor:"elementInstance"`
	Headers         map[string]string `cbor:"headers"`
	Worker          string            `cbor:"worker"`
	Retries         int32             `cbor:"retries"`
	Deadline        int64             `cbor:"deadline"`
	Variables       []byte            `cbor:"variables"`
}

// Evaluation is what a decision came to.
type Evaluation struct {
	Decision     Definition `cbor:"decision"`
	Requirements Definition `cbor:"requirements"`
	Output       []byte     `cbor:"output"`
	Failure      string     `cbor:"failure,omitempty"`
}
