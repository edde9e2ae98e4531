// Package state holds all that a partition knows: ordered tables that can be copied in constant time, so that a snapshot
// is written while the partition goes on.
package state

import (
	"fmt"
	"path/filepath"
)

// State is the state of one partition; it is not safe for use by several goroutines at once.
type State struct {
	Counters Table[string, Counters] // one row

	Processes       Table[int64, Process]
	ProcessVersions Table[string, int64] // id, version → key
	Decisions       Table[int64, Decision]
	DecisionLatest  Table[string, int64] // id → key
	Requirements    Table[int64, Requirements]
	RequirementsBy  Table[string, int64] // id → key of the latest

	Elements  Table[int64, Element]
	Children  Table[string, bool]   // scope, element
	Variables Table[string, []byte] // scope, name → JSON
	Arrived   Table[string, int]    // scope, gateway, flow → tokens that wait at a parallel gateway

	Jobs      Table[int64, Job]
	JobsReady Table[string, bool] // type, key
	JobsDue   Table[string, bool] // due, key

	Timers   Table[string, Timer]  // due, owner, event
	TimersBy Table[string, string] // owner, event, due → the key in Timers
	Waits    Table[int64, Waiting]
	Messages Table[int64, Message]
	// MessageNames finds messages by name, correlation key and their own key; MessageIDs by name, correlation key and id.
	MessageNames  Table[string, bool]
	MessageIDs    Table[string, int64]
	MessagesDue   Table[string, bool] // deadline, key
	Correlated    Table[string, bool] // message, process id
	Subscriptions Table[string, Subscription]

	Incidents Table[int64, Incident]

	Outbox   Table[string, Outgoing] // to, sequence
	Sent     Table[int64, uint64]    // to → the last sequence
	Received Table[int64, Received]  // from
	Early    Table[string, bool]     // from, sequence

	Listeners   Table[string, Listener] // signal, scope, start event
	ListenersBy Table[string, string]   // scope, start event → the key in Listeners
}

// New returns the state of a partition that has done nothing yet.
func New(partition int) *State {
	s := &State{}
	s.Counters.Set("", Counters{Partition: partition, LastKey: firstKey(partition)})
	return s
}

// Partition is the number of the partition.
func (s *State) Partition() int {
	counters, _ := s.Counters.Get("")
	return counters.Partition
}

// NewKey returns a key that no other thing of the cluster has.
func (s *State) NewKey() int64 {
	counters, _ := s.Counters.Get("")
	counters.LastKey++
	s.Counters.Set("", counters)
	return counters.LastKey
}

// tables are all of them, in the order of their files in a snapshot: new ones go to the end.
func (s *State) tables() []table {
	return []table{
		&s.Counters, &s.Processes, &s.ProcessVersions, &s.Decisions, &s.DecisionLatest, &s.Requirements, &s.RequirementsBy,
		&s.Elements, &s.Children, &s.Variables, &s.Arrived, &s.Jobs, &s.JobsReady, &s.JobsDue, &s.Timers, &s.TimersBy, &s.Waits, &s.Messages,
		&s.MessageNames, &s.MessageIDs, &s.MessagesDue, &s.Correlated, &s.Subscriptions, &s.Incidents, &s.Outbox, &s.Sent,
		&s.Received, &s.Early, &s.Listeners, &s.ListenersBy,
	}
}

// Capture is the state as it was at one moment.
type Capture struct {
	tables []table
}

// Capture returns the state as it is now; later changes do not show in it.
func (s *State) Capture() *Capture {
	captured := &Capture{}
	for _, t := range s.tables() {
		captured.tables = append(captured.tables, t.copy())
	}
	return captured
}

// Write writes a file for each table into an empty folder; the same state gives the same bytes.
func (c *Capture) Write(folder string) error {
	for i, t := range c.tables {
		if err := t.write(tableFile(folder, i)); err != nil {
			return err
		}
	}
	return nil
}

// Read replaces the state by what Write has written.
func (s *State) Read(folder string) error {
	for i, t := range s.tables() {
		if err := t.read(tableFile(folder, i)); err != nil {
			return err
		}
	}
	return nil
}

func tableFile(folder string, number int) string {
	return filepath.Join(folder, fmt.Sprintf("%06d.sst", number+1))
}
