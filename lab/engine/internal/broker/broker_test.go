package broker_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"zeebe-chaos/lab/engine/internal/correlation"
)

func TestAClusterDoesWhatItsClientsAsk(t *testing.T) {
	c := newCluster(t, 3, 3)
	c.whole()

	t.Run("deployments reach every partition, and jobs are done there", func(t *testing.T) {
		if deployed := c.deploy("client-load.bpmn"); deployed.Deployments[0].GetProcess().GetVersion() != 1 {
			t.Errorf("deployed %v, expected the first version", deployed)
		}
		for partition := int64(1); partition <= 3; partition++ {
			instance := c.createLoad(partition, "work")
			client := c.client()
			job := c.activate(client, "work", instance)
			complete(t, client, job)
			_, err := client.NewCompleteJobCommand().JobKey(job.Key).Send(within(t, patience))
			if status.Code(err) != codes.NotFound || !strings.Contains(err.Error(), "Command 'COMPLETE' rejected with code 'NOT_FOUND'") {
				t.Errorf("completing a job twice ended with %v", err)
			}
		}
	})

	t.Run("a message reaches an instance of another partition", func(t *testing.T) {
		c.deploy("message-receiver.bpmn")
		attempts := 0
		for partition := int64(1); partition <= 3; partition++ {
			var key string
			instance := c.createOn(partition, "zeebe-chaos-message-receiver", func() map[string]any {
				attempts++
				key = keyOn(t, int(partition%3)+1, attempts) // never on the instance's own
				return map[string]any{"jobType": "report", "correlationKey": key, "messageName": "message-" + key}
			})
			publish := c.client().NewPublishMessageCommand().MessageName("message-" + key).CorrelationKey(key).TimeToLive(time.Minute)
			if _, err := publish.Send(within(t, patience)); err != nil {
				t.Fatal(err)
			}
			client := c.client()
			complete(t, client, c.activate(client, "report", instance))
		}
	})

	t.Run("versions of a process and its decision are numbered", func(t *testing.T) {
		for version := int32(1); version <= 2; version++ {
			name := fmt.Sprintf("multi-version/v%d", version)
			deployed := c.deploy(name+".dmn", name+".bpmn")
			for _, each := range deployed.Deployments {
				if process := each.GetProcess(); process != nil && process.Version != version {
					t.Errorf("%s became version %d", process.BpmnProcessId, process.Version)
				}
				if decision := each.GetDecision(); decision != nil && decision.Version != version {
					t.Errorf("%s became version %d", decision.DmnDecisionId, decision.Version)
				}
			}
			if len(deployed.Deployments) != 3 {
				t.Errorf("deployed %v, expected a process, a decision and its requirements", deployed.Deployments)
			}
		}
	})

	t.Run("a worker that waits is told of a job", func(t *testing.T) {
		came := make(chan time.Time, 1)
		go func() {
			jobs, err := c.client().NewActivateJobsCommand().JobType("late").MaxJobsToActivate(1).Send(within(t, patience))
			if err != nil || len(jobs) != 1 {
				t.Errorf("got %v and %v, expected a job", jobs, err)
			}
			came <- time.Now()
		}()
		time.Sleep(100 * time.Millisecond) // most likely the worker waits now; if not, the job is there before it
		c.createLoad(2, "late")
		created := time.Now()
		// A worker that is not told asks again after the 10 s for which it waits.
		if took := (<-came).Sub(created); took > 5*time.Second {
			t.Errorf("the job came %v after its instance", took)
		}
	})

	t.Run("what is not there is not found", func(t *testing.T) {
		_, err := c.client().NewCreateInstanceCommand().BPMNProcessId("nothing").LatestVersion().Send(within(t, patience))
		if status.Code(err) != codes.NotFound || !strings.Contains(err.Error(), "Command 'CREATE' rejected with code 'NOT_FOUND'") {
			t.Errorf("creating an instance of an unknown process ended with %v", err)
		}
	})
}

func TestWorkGoesOnWithoutABroker(t *testing.T) {
	c := newCluster(t, 3, 3)
	c.whole()
	c.deploy("client-load.bpmn")
	for partition := int64(1); partition <= 3; partition++ {
		c.createLoad(partition, "work")
	}
	gone := c.leader(2)
	if took := c.stop(gone); took > 5*time.Second {
		t.Errorf("the broker took %v to stop", took)
	}
	// It handed its leaderships over, so that creating goes on everywhere at once, whatever the gateways know.
	for partition := int64(1); partition <= 3; partition++ {
		c.createLoad(partition, "work")
	}
	eventually(t, "another broker leads partition 2", func() (string, bool) {
		leader := c.leader(2)
		return fmt.Sprint(leader), leader != gone && leader >= 0
	})
	c.start(gone)
	c.whole()
	eventually(t, "the broker is ready again", func() (string, bool) {
		code, body := c.ask(gone, http.MethodGet, "/ready")
		return body, code == http.StatusOK
	})
}

func TestADamagedPartitionIsRefusedAndTheOthersGoOn(t *testing.T) {
	c := newCluster(t, 3, 2)
	c.whole()
	c.deploy("client-load.bpmn")
	// As long as the log begins with its first entry a snapshot is no loss: more is written than stays beside one.
	for range 120 {
		c.createOn(1, "zeebe-chaos-client-load", func() map[string]any {
			return map[string]any{"jobType": "work", "ballast": strings.Repeat("x", 4<<10)}
		})
	}
	eventually(t, "broker 0 has a snapshot of partition 1 and the log begins later", func() (string, bool) {
		if code, body := c.ask(0, http.MethodPost, "/actuator/partitions/takeSnapshot"); code != http.StatusOK {
			t.Fatalf("no snapshot is taken: %d %s", code, body)
		}
		of := c.partitionStatus(0, "1")
		return fmt.Sprint(of), of["snapshotId"] != nil && of["firstIndex"].(float64) > 1
	})
	c.stop(0)
	damaged := spoil(t, c.folder(0, 1))
	c.start(0)

	eventually(t, "the other partition is healthy", func() (string, bool) {
		of := c.partitionStatus(0, "2")
		return fmt.Sprint(of), of["health"] == "HEALTHY"
	})
	of := c.partitionStatus(0, "1")
	if of["role"] != "INACTIVE" || of["health"] != "DEAD" || of["why"] == "" {
		t.Errorf("the damaged partition is told as %v", of)
	}
	if code, body := c.ask(0, http.MethodGet, "/ready"); code != http.StatusServiceUnavailable || !strings.Contains(body, "Partition 1 is not ready") {
		t.Errorf("a broker with a damaged partition said %d %s", code, body)
	}
	if !c.logs.has("its files are damaged") {
		t.Error("the log does not say what is wrong")
	}
	for partition := int64(1); partition <= 2; partition++ {
		c.createLoad(partition, "work")
	}

	c.stop(0)
	damaged.putBack(t)
	c.start(0)
	c.whole()
}

func TestRebalancingBringsEveryPartitionToItsPrimary(t *testing.T) {
	c := newCluster(t, 3, 3)
	c.whole()
	c.stop(0)
	eventually(t, "another broker leads the partition of the one that stopped", func() (string, bool) {
		leader := c.leader(1)
		return fmt.Sprint(leader), leader > 0
	})
	c.start(0)
	c.whole()
	if leader := c.leader(1); leader == 0 {
		t.Fatal("a broker that came back led its partition again before anybody asked for that")
	}
	c.rebalance()
	eventually(t, "every partition is led by its primary", func() (string, bool) {
		leaders := []int{c.leader(1), c.leader(2), c.leader(3)}
		return fmt.Sprint(leaders), leaders[0] == 0 && leaders[1] == 1 && leaders[2] == 2
	})
}

func (c *cluster) partitionStatus(node int, partition string) map[string]any {
	_, body := c.ask(node, http.MethodGet, "/actuator/partitions")
	var statuses map[string]map[string]any
	if err := json.Unmarshal([]byte(body), &statuses); err != nil {
		c.t.Fatalf("the broker's partitions are told as %s: %v", body, err)
	}
	return statuses[partition]
}

// spoilt is a file whose content was changed.
type spoilt struct {
	path    string
	content []byte
}

// spoil changes a byte of the largest file of the snapshot.
func spoil(t *testing.T, folder string) spoilt {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "snapshots", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	var path string
	var content []byte
	for _, file := range files {
		if read, err := os.ReadFile(file); err == nil && len(read) > len(content) {
			path, content = file, read
		}
	}
	if path == "" {
		t.Fatalf("the snapshot in %s has no file with anything in it", folder)
	}
	changed := append([]byte(nil), content...)
	changed[len(changed)/2] ^= 0xff
	if err := os.WriteFile(path, changed, 0o600); err != nil {
		t.Fatal(err)
	}
	return spoilt{path, content}
}

func (s spoilt) putBack(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(s.path, s.content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// keyOn finds a correlation key of a partition of three.
func keyOn(t *testing.T, partition, n int) string {
	t.Helper()
	for try := range 1000 {
		key := fmt.Sprintf("key-%d-%d", n, try)
		if correlation.Partition(key, 3) == partition {
			return key
		}
	}
	t.Fatalf("no key of partition %d was found", partition)
	return ""
}
