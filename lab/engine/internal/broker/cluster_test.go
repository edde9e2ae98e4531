package broker_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/camunda/zeebe/clients/go/v8/pkg/zbc"

	"zeebe-chaos/lab/engine/internal/broker"
	"zeebe-chaos/lab/engine/internal/config"
	"zeebe-chaos/lab/engine/internal/directory"
	"zeebe-chaos/lab/engine/internal/gateway"
	"zeebe-chaos/lab/engine/internal/testnet"
)

// patience bounds what must happen at some time; it is far above what it takes.
const patience = 20 * time.Second

const gatewayCount = 2

// cluster is a whole one in this process, on the loopback interface.
type cluster struct {
	t       *testing.T
	configs []config.Broker
	manage  []string // management addresses by node
	gateway *gateway.Gateway
	logs    *logs

	mu      sync.Mutex
	brokers []*broker.Broker // by node; nil while stopped
	clients []zbc.Client     // one a gateway
}

// newCluster starts brokers, each with a replica of every partition, and two gateways.
func newCluster(t *testing.T, size, partitions int) *cluster {
	t.Helper()
	c := &cluster{t: t, logs: &logs{}, brokers: make([]*broker.Broker, size), manage: make([]string, size)}
	command, internal := addresses(size), addresses(size)
	c.manage = addresses(size)
	for node := range size {
		c.configs = append(c.configs, config.Broker{
			Node: node, ClusterSize: size, PartitionsCount: partitions, ReplicationFactor: size, ClusterName: "test",
			AdvertisedHost: "127.0.0.1", Internal: internal, Command: command, DataDir: t.TempDir(), LogSegmentSize: 64 << 10,
			SnapshotPeriod: time.Hour, HeartbeatInterval: 50 * time.Millisecond, ElectionTimeout: 500 * time.Millisecond,
		})
	}
	t.Cleanup(func() { c.stopAll(); c.logs.show(t) })
	for node := range size {
		c.start(node)
	}
	for range gatewayCount {
		c.addGateway(command)
	}
	return c
}

func (c *cluster) start(node int) {
	c.t.Helper()
	b, err := broker.Start(broker.Options{
		Config: c.configs[node], Version: "test/1", Logger: slog.New(slog.NewTextHandler(c.logs, nil)).With("broker", node),
		Listeners: broker.Listeners{
			Command:    listen(c.t, c.configs[node].Command[node]),
			Internal:   listen(c.t, c.configs[node].Internal[node]),
			Management: listen(c.t, c.manage[node]),
		},
	})
	if err != nil {
		c.t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.brokers[node] = b
}

// stop stops a broker as the TERM signal does, and returns how long that took.
func (c *cluster) stop(node int) time.Duration {
	c.mu.Lock()
	b := c.brokers[node]
	c.brokers[node] = nil
	c.mu.Unlock()
	if b == nil {
		return 0
	}
	start := time.Now()
	b.Stop(within(c.t, 5*time.Second))
	return time.Since(start)
}

func (c *cluster) stopAll() {
	var stopping sync.WaitGroup
	for node := range c.brokers {
		stopping.Add(1)
		go func() {
			defer stopping.Done()
			c.stop(node)
		}()
	}
	stopping.Wait()
}

func (c *cluster) addGateway(contacts []string) {
	c.t.Helper()
	logger := slog.New(slog.NewTextHandler(c.logs, nil)).With("gateway", len(c.clients))
	known := directory.Open(directory.Options{Contacts: contacts[:1], ClusterName: "test", Logger: logger})
	g := gateway.New(gateway.Options{Cluster: known, Version: "test/1", Logger: logger})
	c.gateway = g
	listener := listen(c.t, "127.0.0.1:0")
	go g.Serve(listener)
	client, err := zbc.NewClient(&zbc.ClientConfig{GatewayAddress: listener.Addr().String(), UsePlaintextConnection: true})
	if err != nil {
		c.t.Fatal(err)
	}
	c.clients = append(c.clients, client)
	c.t.Cleanup(func() {
		client.Close()
		g.Stop(within(c.t, time.Second))
		known.Close()
	})
}

// client is one of the gateways' clients, in turn.
func (c *cluster) client() zbc.Client {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clients = append(c.clients[1:], c.clients[0])
	return c.clients[0]
}

func (c *cluster) folder(node, partition int) string {
	return filepath.Join(c.configs[node].DataDir, "raft-partition", "partitions", fmt.Sprint(partition))
}

// ask asks a broker's management port.
func (c *cluster) ask(node int, method, path string) (int, string) {
	request, err := http.NewRequestWithContext(within(c.t, patience), method, "http://"+c.manage[node]+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(body)
}

// rebalance asks a gateway to bring leaderships to where they belong.
func (c *cluster) rebalance() {
	c.t.Helper()
	answer := httptest.NewRecorder()
	c.gateway.Management().ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/actuator/rebalance", nil))
	if answer.Code != http.StatusOK || strings.Contains(answer.Body.String(), "failure") {
		c.t.Fatalf("rebalancing was answered by %d %s", answer.Code, answer.Body)
	}
}

// logs keeps what brokers and gateways log until it is known whether anybody wants to read it.
type logs struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logs) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logs) has(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.text.String(), text)
}

func (l *logs) show(t *testing.T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t.Failed() {
		t.Log("the cluster's logs:\n" + l.text.String())
	}
}

func addresses(count int) []string {
	all := make([]string, count)
	for i := range all {
		all[i] = testnet.Address()
	}
	return all
}

func listen(t *testing.T, address string) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

func eventually(t *testing.T, what string, holds func() (string, bool)) {
	t.Helper()
	var last string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		seen, ok := holds()
		if ok {
			return
		}
		last = seen
	}
	t.Fatalf("within %v not so: %s; last seen: %s", patience, what, last)
}

// model is one of the project's.
func model(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "bpmn", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}
