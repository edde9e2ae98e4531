package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/camunda/zeebe/clients/go/v8/pkg/entities"
	"github.com/camunda/zeebe/clients/go/v8/pkg/zbc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"zeebe-chaos/lab/engine/internal/testnet"
)

// patience bounds what must happen at some time; it is far above what it takes.
const patience = 30 * time.Second

// asEngine makes the test's binary the engine itself, so that whole processes can be started, and killed.
const asEngine = "ENGINE_TEST_AS_ENGINE"

func TestMain(m *testing.M) {
	if os.Getenv(asEngine) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestNothingAcknowledgedIsLostWhenALeaderIsKilled(t *testing.T) {
	const size = 3
	hosts, contacts := make([]string, size), make([]string, size)
	for node := range size {
		hosts[node] = testnet.Host()
		contacts[node] = hosts[node] + ":26502"
	}
	brokers := make([]*process, size)
	start := func(node int, dir string) {
		brokers[node] = startProcess(t, "broker", map[string]string{
			"ZEEBE_BROKER_CLUSTER_NODEID": fmt.Sprint(node), "ZEEBE_BROKER_CLUSTER_CLUSTERSIZE": fmt.Sprint(size),
			"ZEEBE_BROKER_CLUSTER_PARTITIONSCOUNT": "1", "ZEEBE_BROKER_CLUSTER_REPLICATIONFACTOR": fmt.Sprint(size),
			"ZEEBE_BROKER_CLUSTER_INITIALCONTACTPOINTS": strings.Join(contacts, ","), "ZEEBE_BROKER_NETWORK_HOST": hosts[node],
			"ZEEBE_BROKER_GATEWAY_ENABLE":          "false",
			"ZEEBE_BROKER_DATA_DIRECTORY":          dir,
			"ZEEBE_BROKER_CLUSTER_ELECTIONTIMEOUT": "1s", "ZEEBE_BROKER_CLUSTER_HEARTBEATINTERVAL": "100ms",
		})
	}
	dirs := make([]string, size)
	for node := range size {
		dirs[node] = t.TempDir()
		start(node, dirs[node])
	}
	entrance := testnet.Host()
	gateway := startProcess(t, "gateway", map[string]string{
		"ZEEBE_GATEWAY_CLUSTER_INITIALCONTACTPOINTS": contacts[0], "ZEEBE_GATEWAY_NETWORK_HOST": entrance,
	})
	client := connect(t, entrance+":26500")
	deploy(t, client)

	acknowledged := map[int64]bool{}
	unseen := create(t, client, 50, acknowledged)
	const leader = 0 // the primary, which leads first
	brokers[leader].kill(t)
	unseen += create(t, client, 50, acknowledged)
	start(leader, dirs[leader])
	eventually(t, "the killed broker is ready again", func() (string, bool) {
		return ready("http://" + hosts[leader] + ":9600/ready")
	})
	for len(acknowledged) > 0 {
		instance := nextJob(t, client)
		if !acknowledged[instance] {
			unseen--
		}
		if unseen < 0 {
			t.Fatalf("a job came of instance %d, which nobody was told of", instance)
		}
		delete(acknowledged, instance)
	}
	gateway.endsOnTerm(t)
	for _, broker := range brokers {
		broker.endsOnTerm(t)
	}
}

func TestABrokerHasItsGatewayInsideUnlessToldOtherwise(t *testing.T) {
	host := testnet.Host()
	broker := startProcess(t, "broker", map[string]string{"ZEEBE_BROKER_NETWORK_HOST": host, "ZEEBE_BROKER_DATA_DIRECTORY": t.TempDir(),
		"ZEEBE_BROKER_CLUSTER_INITIALCONTACTPOINTS": host + ":26502"})
	client := connect(t, host+":26500")
	deploy(t, client)
	create(t, client, 1, map[int64]bool{})
	response, err := http.Post("http://"+host+":9600/actuator/rebalance", "", nil)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("the management port answered %v and %v to a rebalance", response, err)
	}
	broker.endsOnTerm(t)
}

func TestMistakesAreToldInASentence(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		env  map[string]string
		says string
	}{
		"no role":       {nil, nil, "usage: engine broker|gateway"},
		"wrong role":    {[]string{"zebra"}, nil, "usage: engine broker|gateway"},
		"wrong setting": {[]string{"broker"}, map[string]string{"ZEEBE_BROKER_CLUSTER_NODEID": "x"}, "ZEEBE_BROKER_CLUSTER_NODEID must be a number"},
		"wrong host":    {[]string{"gateway"}, map[string]string{"ZEEBE_GATEWAY_NETWORK_HOST": "192.0.2.1"}, "cannot listen on 192.0.2.1:26500"},
	} {
		t.Run(name, func(t *testing.T) {
			command := exec.Command(os.Args[0], test.args...)
			command.Env = environment(test.env)
			output, err := command.CombinedOutput()
			if err == nil || command.ProcessState.ExitCode() != 1 || !strings.Contains(string(output), test.says) {
				t.Errorf("ended with %v and %q, expected exit code 1 and %q", err, output, test.says)
			}
		})
	}
}

// process is an engine that runs.
type process struct {
	*exec.Cmd
	output *strings.Builder
	ended  chan error
}

func startProcess(t *testing.T, role string, env map[string]string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0], role), output: &strings.Builder{}, ended: make(chan error, 1)}
	p.Env, p.Stdout, p.Stderr = environment(env), p.output, p.output
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.ended <- p.Wait() }()
	t.Cleanup(func() {
		_ = p.Process.Kill() // most likely it has ended already
		<-p.ended
		if t.Failed() {
			t.Logf("%s %d wrote:\n%s", role, p.Process.Pid, p.output)
		}
	})
	return p
}

func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.ended <- <-p.ended
}

func (p *process) endsOnTerm(t *testing.T) {
	t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-p.ended:
		p.ended <- err
		if err != nil {
			t.Errorf("the %s ended with %v, expected exit code 0", p.Args[1], err)
		}
	case <-time.After(5 * time.Second):
		t.Errorf("the %s had not ended 5 s after TERM", p.Args[1])
	}
}

func environment(settings map[string]string) []string {
	env := append(os.Environ(), asEngine+"=1")
	for name, value := range settings {
		env = append(env, name+"="+value)
	}
	return env
}

func deploy(t *testing.T, client zbc.Client) {
	t.Helper()
	model := filepath.Join("..", "..", "bpmn", "client-load.bpmn")
	eventually(t, "the model is deployed", func() (string, bool) {
		_, err := client.NewDeployResourceCommand().AddResourceFile(model).Send(within(t, patience))
		return fmt.Sprint(err), err == nil
	})
}

// create creates instances and notes those that it was told of.
// create makes instances, and returns how many besides may be there: of commands whose answer was not seen.
func create(t *testing.T, client zbc.Client, count int, acknowledged map[int64]bool) (unseen int) {
	t.Helper()
	for range count {
		command, err := client.NewCreateInstanceCommand().BPMNProcessId("zeebe-chaos-client-load").LatestVersion().
			VariablesFromMap(map[string]any{"jobType": "work"})
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "an instance is created", func() (string, bool) {
			created, err := command.Send(within(t, patience))
			if err != nil {
				unseen++
				return err.Error(), false
			}
			acknowledged[created.ProcessInstanceKey] = true
			return "", true
		})
	}
	return unseen
}

// nextJob completes a job as a worker does, and returns its instance: it asks again where nobody leads meanwhile, and a completion whose answer it has not
// seen may have been made.
func nextJob(t *testing.T, client zbc.Client) int64 {
	t.Helper()
	var job entities.Job
	eventually(t, "a job comes", func() (string, bool) {
		// A job whose answer was lost with a leader comes again when its time is up, which must be within our patience.
		jobs, err := client.NewActivateJobsCommand().JobType("work").MaxJobsToActivate(1).Timeout(2 * time.Second).Send(within(t, patience))
		if err != nil || len(jobs) != 1 {
			return fmt.Sprintf("%d jobs and %v", len(jobs), err), false
		}
		job = jobs[0]
		return "", true
	})
	unseen := false
	eventually(t, "the job is completed", func() (string, bool) {
		_, err := client.NewCompleteJobCommand().JobKey(job.Key).Send(within(t, patience))
		if err == nil || unseen && status.Code(err) == codes.NotFound {
			return "", true
		}
		unseen = true
		return err.Error(), false
	})
	return job.ProcessInstanceKey
}

func connect(t *testing.T, address string) zbc.Client {
	t.Helper()
	client, err := zbc.NewClient(&zbc.ClientConfig{GatewayAddress: address, UsePlaintextConnection: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func ready(url string) (string, bool) {
	response, err := http.Get(url)
	if err != nil {
		return err.Error(), false
	}
	defer response.Body.Close()
	return response.Status, response.StatusCode == http.StatusOK
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
