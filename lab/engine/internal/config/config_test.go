package config

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestABrokerIsReadFromTheEnvironment(t *testing.T) {
	got, err := ReadBroker(env(map[string]string{
		"ZEEBE_BROKER_CLUSTER_NODEID":               "1",
		"ZEEBE_BROKER_CLUSTER_CLUSTERNAME":          "camunda-zeebe",
		"ZEEBE_BROKER_CLUSTER_CLUSTERSIZE":          "3",
		"ZEEBE_BROKER_CLUSTER_PARTITIONSCOUNT":      "8",
		"ZEEBE_BROKER_CLUSTER_REPLICATIONFACTOR":    "3",
		"ZEEBE_BROKER_CLUSTER_INITIALCONTACTPOINTS": "z-0.z.svc:26502, z-1.z.svc:26502,z-2.z.svc",
		"ZEEBE_BROKER_NETWORK_ADVERTISEDHOST":       "z-1.z.n.svc",
		"ZEEBE_BROKER_DATA_LOGSEGMENTSIZE":          "16MB",
		"ZEEBE_BROKER_GATEWAY_ENABLE":               "false",
		"ZEEBE_BROKER_DATA_SNAPSHOTPERIOD":          "PT1M",
		"ZEEBE_BROKER_CLUSTER_ELECTIONTIMEOUT":      "2500ms",
		"JAVA_TOOL_OPTIONS":                         "-Xmx256m",
		"ZEEBE_BROKER_THREADS_CPUTHREADCOUNT":       "1",
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := Broker{
		Node: 1, ClusterSize: 3, PartitionsCount: 8, ReplicationFactor: 3, ClusterName: "camunda-zeebe",
		BindHost: "0.0.0.0", AdvertisedHost: "z-1.z.n.svc", CommandPort: 26501, InternalPort: 26502, ManagementPort: 9600,
		Internal: []string{"z-0.z.svc:26502", "z-1.z.svc:26502", "z-2.z.svc:26502"},
		Command:  []string{"z-0.z.svc:26501", "z-1.z.svc:26501", "z-2.z.svc:26501"},
		DataDir:  "/usr/local/zeebe/data", LogSegmentSize: 16 << 20, SnapshotPeriod: time.Minute,
		HeartbeatInterval: 250 * time.Millisecond, ElectionTimeout: 2500 * time.Millisecond,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestAnEmptyEnvironmentIsAClusterOfOne(t *testing.T) {
	broker, err := ReadBroker(env(nil))
	if err != nil {
		t.Fatal(err)
	}
	if broker.ClusterSize != 1 || broker.AdvertisedHost != "127.0.0.1" || len(broker.Partitions()) != 1 || broker.Gateway == nil {
		t.Errorf("got %+v", broker)
	}
	gateway, err := ReadGateway(env(nil))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(gateway.Contacts, broker.Command) {
		t.Errorf("the gateway looks for brokers at %v, the broker is at %v", gateway.Contacts, broker.Command)
	}
	if !reflect.DeepEqual(*broker.Gateway, gateway) {
		t.Errorf("the gateway inside is %+v, expected as one by itself: %+v", *broker.Gateway, gateway)
	}
}

func TestAGatewayAsksBrokersOnTheirCommandPort(t *testing.T) {
	got, err := ReadGateway(env(map[string]string{
		"ZEEBE_GATEWAY_CLUSTER_CLUSTERNAME":          "camunda-zeebe",
		"ZEEBE_GATEWAY_CLUSTER_INITIALCONTACTPOINTS": "z.n.svc:26502",
		"ZEEBE_GATEWAY_NETWORK_HOST":                 "127.0.0.1",
	}))
	want := Gateway{ClusterName: "camunda-zeebe", Contacts: []string{"z.n.svc:26501"}, BindHost: "127.0.0.1", Port: 26500, ManagementPort: 9600,
		Authentication: Authentication{Method: None}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v and %v, want %+v", got, err, want)
	}
}

func TestEachMistakeIsNamed(t *testing.T) {
	for _, test := range []struct{ name, value, says string }{
		{"ZEEBE_BROKER_CLUSTER_NODEID", "one", `ZEEBE_BROKER_CLUSTER_NODEID must be a number from 0 to 2147483647, but is "one"`},
		{"ZEEBE_BROKER_CLUSTER_NODEID", "1", "ZEEBE_BROKER_CLUSTER_NODEID must be below ZEEBE_BROKER_CLUSTER_CLUSTERSIZE, which is 1, but is 1"},
		{"ZEEBE_BROKER_CLUSTER_PARTITIONSCOUNT", "0", `must be a number from 1 to 4096, but is "0"`},
		{"ZEEBE_BROKER_CLUSTER_REPLICATIONFACTOR", "3", "must be at most ZEEBE_BROKER_CLUSTER_CLUSTERSIZE, which is 1, but is 3"},
		{"ZEEBE_BROKER_CLUSTER_INITIALCONTACTPOINTS", "a:1,b:2", "must name all 1 brokers in the order of their node ids, but names 2"},
		{"ZEEBE_BROKER_CLUSTER_INITIALCONTACTPOINTS", "a:x", `but has "a:x" in it`},
		{"ZEEBE_BROKER_CLUSTER_INITIALCONTACTPOINTS", "a:1,", `but has "" in it`},
		{"ZEEBE_BROKER_GATEWAY_ENABLE", "yes", `must be true or false, but is "yes"`},
		{"ZEEBE_BROKER_NETWORK_COMMANDAPI_PORT", "65536", "must be a number from 1 to 65535"},
		{"ZEEBE_BROKER_DATA_LOGSEGMENTSIZE", "16 apples", `must be a size such as 16MB, but is "16 apples"`},
		{"ZEEBE_BROKER_DATA_LOGSEGMENTSIZE", "99999999999GB", "must be a size"},
		{"ZEEBE_BROKER_DATA_SNAPSHOTPERIOD", "5", `must be a duration such as 2500ms or PT2.5S, but is "5"`},
		{"ZEEBE_BROKER_DATA_SNAPSHOTPERIOD", "-5m", "must be a duration"},
		{"ZEEBE_BROKER_CLUSTER_ELECTIONTIMEOUT", "300ms", "must be at least twice ZEEBE_BROKER_CLUSTER_HEARTBEATINTERVAL, which is 250ms, but is 300ms"},
	} {
		_, err := ReadBroker(env(map[string]string{test.name: test.value}))
		if err == nil || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), test.name) {
			t.Errorf("%s=%s gave %v, expected words like %q", test.name, test.value, err, test.says)
		}
	}
}

func TestDurations(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"2500ms": 2500 * time.Millisecond, "5m": 5 * time.Minute, "1h30m": 90 * time.Minute,
		"PT2.5S": 2500 * time.Millisecond, "pt15m": 15 * time.Minute, "P1DT2H3M4S": 26*time.Hour + 3*time.Minute + 4*time.Second,
	} {
		if got, err := parseDuration(value); err != nil || got != want {
			t.Errorf("%s is %v and %v, expected %v", value, got, err, want)
		}
	}
}

func TestReplicasAreSpreadFromThePrimaryOn(t *testing.T) {
	b := Broker{ClusterSize: 6, PartitionsCount: 8, ReplicationFactor: 3, Node: 0}
	for partition, want := range map[int][]int{1: {0, 1, 2}, 5: {4, 5, 0}, 6: {5, 0, 1}, 7: {0, 1, 2}} {
		if got := b.Members(partition); !reflect.DeepEqual(got, want) {
			t.Errorf("partition %d is on %v, expected %v", partition, got, want)
		}
	}
	if got, want := b.Partitions(), []int{1, 5, 6, 7}; !reflect.DeepEqual(got, want) {
		t.Errorf("broker 0 has %v, expected %v", got, want)
	}
}

func env(variables map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}
}
