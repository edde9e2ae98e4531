package wire

import "zeebe-chaos/lab/engine/internal/command"

// codec lets gRPC carry the engine's own encoding, so that commands travel as they are logged.
type codec struct{}

func (codec) Name() string { return "cbor" }

func (codec) Marshal(message any) ([]byte, error) { return command.Encoding.Marshal(message) }

func (codec) Unmarshal(data []byte, message any) error {
	return command.Decoding.Unmarshal(data, message)
}
