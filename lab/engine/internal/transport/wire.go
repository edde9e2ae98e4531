package transport

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

const (
	silenceTimeout = 5 * time.Second  // a connection on which nothing is heard or can be written for so long is given up
	installTimeout = 60 * time.Second // a node may take so long to install a snapshot that it has read
	maxFrameSize   = 32 << 20         // one message; raft's are about 1 MiB, or one entry if that is larger
	maxHelloSize   = 4 << 10
	messageHead    = 20
)

// kind says what a connection is for.
type kind string

const (
	kindRaft     kind = "raft"
	kindSnapshot kind = "snapshot"
	kindQuestion kind = "question"
)

// hello is the first frame on a connection, in both directions.
type hello struct {
	Cluster string
	From    int
	To      int
	Kind    kind   `json:",omitempty"`
	Error   string `json:",omitempty"`
}

// writeFrame writes the length (4 bytes, little endian) and the content.
func writeFrame(c net.Conn, content []byte) error {
	if len(content) > maxFrameSize {
		return fmt.Errorf("send a frame: at most %d bytes are expected, and it has %d", maxFrameSize, len(content))
	}
	frame := make([]byte, 4, 4+len(content))
	binary.LittleEndian.PutUint32(frame, uint32(len(content)))
	if err := c.SetWriteDeadline(time.Now().Add(silenceTimeout)); err != nil {
		return err
	}
	_, err := c.Write(append(frame, content...))
	return err
}

// readFrame reads a frame; limit is the largest content that is taken, in bytes.
func readFrame(r io.Reader, limit uint32) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(head[:])
	if n > limit {
		return nil, fmt.Errorf("receive a frame: at most %d bytes are expected, and it has %d", limit, n)
	}
	content := make([]byte, n)
	_, err := io.ReadFull(r, content)
	return content, err
}

func writeHello(c net.Conn, h hello) error {
	content, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return writeFrame(c, content)
}

func readHello(c net.Conn, timeout time.Duration) (h hello, err error) {
	if err := c.SetReadDeadline(time.Now().Add(timeout)); err != nil {
		return h, err
	}
	content, err := readFrame(c, maxHelloSize)
	if err != nil {
		return h, err
	}
	return h, json.Unmarshal(content, &h)
}

// encodeMessage returns partition (4 bytes), incarnation (8), commit index (8), then raft's own encoding.
func encodeMessage(m Message) ([]byte, error) {
	encoded := make([]byte, messageHead+m.Raft.Size())
	binary.LittleEndian.PutUint32(encoded, uint32(m.Partition))
	binary.LittleEndian.PutUint64(encoded[4:], m.Incarnation)
	binary.LittleEndian.PutUint64(encoded[12:], m.Commit)
	_, err := m.Raft.MarshalTo(encoded[messageHead:])
	return encoded, err
}

func decodeMessage(encoded []byte) (m Message, err error) {
	if len(encoded) < messageHead {
		return m, fmt.Errorf("receive a message: at least %d bytes are expected, and it has %d", messageHead, len(encoded))
	}
	m.Partition = int(binary.LittleEndian.Uint32(encoded))
	m.Incarnation = binary.LittleEndian.Uint64(encoded[4:])
	m.Commit = binary.LittleEndian.Uint64(encoded[12:])
	return m, m.Raft.Unmarshal(encoded[messageHead:])
}

// answer ends a question or a snapshot.
type answer struct {
	Error   string `json:",omitempty"`
	Content []byte `json:",omitempty"`
}

func writeAnswer(c net.Conn, content []byte, failure error) error {
	a := answer{Content: content}
	if failure != nil {
		a.Error = failure.Error()
	}
	encoded, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return writeFrame(c, encoded)
}

func readAnswer(c net.Conn, timeout time.Duration) ([]byte, error) {
	if err := c.SetReadDeadline(time.Now().Add(timeout)); err != nil {
		return nil, err
	}
	encoded, err := readFrame(c, maxFrameSize)
	if err != nil {
		return nil, err
	}
	var a answer
	if err := json.Unmarshal(encoded, &a); err != nil {
		return nil, err
	}
	if a.Error != "" {
		return nil, errors.New(a.Error)
	}
	return a.Content, nil
}

// patientConn reads and writes for as long as the other side goes on: each call has the silence time-out anew.
type patientConn struct{ net.Conn }

func (c *patientConn) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(silenceTimeout)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

func (c *patientConn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(silenceTimeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}
