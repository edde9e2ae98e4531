package broker_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/camunda/zeebe/clients/go/v8/pkg/entities"
	"github.com/camunda/zeebe/clients/go/v8/pkg/pb"
	"github.com/camunda/zeebe/clients/go/v8/pkg/zbc"
)

// whole waits until every partition has a leader, every other broker follows, and all are healthy.
func (c *cluster) whole() {
	c.t.Helper()
	size, partitions := len(c.configs), c.configs[0].PartitionsCount
	for range gatewayCount {
		client := c.client()
		eventually(c.t, "the topology is complete", func() (string, bool) {
			topology, err := client.NewTopologyCommand().Send(within(c.t, patience))
			if err != nil {
				return err.Error(), false
			}
			leaders, followers := 0, 0
			for _, broker := range topology.Brokers {
				for _, partition := range broker.Partitions {
					switch {
					case partition.Health != pb.Partition_HEALTHY:
					case partition.Role == pb.Partition_LEADER:
						leaders++
					case partition.Role == pb.Partition_FOLLOWER:
						followers++
					}
				}
			}
			return topology.String(), leaders == partitions && followers == partitions*(size-1)
		})
	}
}

// leader returns the node that leads a partition by the word of one gateway, -1 if there is none.
func (c *cluster) leader(partition int32) int {
	topology, err := c.clients[0].NewTopologyCommand().Send(within(c.t, patience))
	if err != nil {
		c.t.Fatal(err)
	}
	for _, broker := range topology.Brokers {
		for _, p := range broker.Partitions {
			if p.PartitionId == partition && p.Role == pb.Partition_LEADER {
				return int(broker.NodeId)
			}
		}
	}
	return -1
}

func (c *cluster) deploy(names ...string) *pb.DeployResourceResponse {
	c.t.Helper()
	deploy := c.client().NewDeployResourceCommand()
	for _, name := range names {
		deploy = deploy.AddResource(model(c.t, name), name)
	}
	deployed, err := deploy.Send(within(c.t, patience))
	if err != nil {
		c.t.Fatal(err)
	}
	return deployed
}

// createLoad creates an instance with one job.
func (c *cluster) createLoad(partition int64, jobType string) int64 {
	c.t.Helper()
	return c.createOn(partition, "zeebe-chaos-client-load", func() map[string]any { return map[string]any{"jobType": jobType} })
}

// createOn creates instances until there is one on the partition; each gets variables of its own.
func (c *cluster) createOn(partition int64, process string, variables func() map[string]any) int64 {
	c.t.Helper()
	var key int64
	eventually(c.t, fmt.Sprintf("an instance of %s is created on partition %d", process, partition), func() (string, bool) {
		command, err := c.client().NewCreateInstanceCommand().BPMNProcessId(process).LatestVersion().VariablesFromMap(variables())
		if err != nil {
			c.t.Fatal(err)
		}
		created, err := command.Send(within(c.t, patience))
		if err != nil {
			return err.Error(), false
		}
		key = created.ProcessInstanceKey
		return fmt.Sprintf("one on partition %d", key>>51), key>>51 == partition
	})
	return key
}

// jobTime is well within our patience, and long enough to complete what was activated.
const jobTime = 5 * time.Second

// activate returns the first job of an instance that comes, and completes those of others.
func (c *cluster) activate(client zbc.Client, jobType string, instance int64) entities.Job {
	c.t.Helper()
	var found entities.Job
	eventually(c.t, fmt.Sprintf("a job of instance %d", instance), func() (string, bool) {
		// A job whose answer was lost with a leader comes again when its time is up.
		jobs, err := client.NewActivateJobsCommand().JobType(jobType).MaxJobsToActivate(10).Timeout(jobTime).Send(within(c.t, patience))
		if err != nil {
			return err.Error(), false
		}
		for _, job := range jobs {
			if job.ProcessInstanceKey == instance {
				found = job
			} else {
				complete(c.t, client, job)
			}
		}
		return fmt.Sprintf("%d jobs", len(jobs)), found.ActivatedJob != nil
	})
	return found
}

func complete(t *testing.T, client zbc.Client, job entities.Job) {
	t.Helper()
	if _, err := client.NewCompleteJobCommand().JobKey(job.Key).Send(within(t, patience)); err != nil {
		t.Fatal(err)
	}
}
