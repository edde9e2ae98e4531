package replica

import (
	"context"
	"encoding/json"
	"time"

	"zeebe-chaos/lab/engine/internal/raftlog"
)

// How a replica with an empty folder comes to take part.
//
// An empty folder is that of a new group, or of a replica that has lost its vote and what it acknowledged. The latter must not act
// as if it had never promised anything: it might vote a second time in a term, and majorities might be counted that include copies
// that are gone. So the replica first asks all other members what they have.
//
// Founding. If every other member has seen no term yet, no election has been held: a candidate reaches its term, on disk, before
// it asks for a vote, and is one of those that were asked. So this replica has promised nothing and is a member.
//
// Joining. Otherwise the replica neither votes nor campaigns, and takes nothing from anyone, until every other member has answered
// since its start, and enough of them are full members that each majority of the past, less this replica, has one among them. The
// highest term that they tell is the floor: whatever this replica voted for or acknowledged before was in a term up to it, since
// the candidate or leader in question was in that term before this replica's promise, and is among those that answered. Then it
// follows leaders of terms from the floor on, and acknowledges what it writes.
//
// A leader of such a term T may still count copies that this replica had before. It learns of the loss from the incarnation, which
// goes with each message and is drawn anew for each empty folder: it then begins a new term, in which it counts nothing from before
// (see leadership.isOfAnother). So the copies that a leader counts are all of one incarnation.
//
// The join is complete when this replica has applied all that the leader told it to be committed, which the leader tells only once
// an entry of its own term is committed: then it has every entry that was ever committed with the help of a lost copy, because
// those were of earlier terms and the leader has them (raft's leader completeness; elections were won without this replica's new
// self). From then on its log is again as good as its word. It records a vote for the leader in the leader's term, the only term
// from the floor on in which it could have promised something; so it cannot vote for another one there.
//
// If a second member loses its folder before the first one has joined, a group of three cannot go on: a majority of its disks is
// gone, and what they had in common may be. That is said in Status, and left to the operator.

const (
	askInterval   = 100 * time.Millisecond
	askTimeout    = time.Second
	attemptPeriod = 100 * time.Millisecond
)

// holding is what a member says that it has.
type holding struct {
	Membership raftlog.Membership
	Term       uint64
	LastIndex  uint64
	Leaderless bool // it neither leads nor has heard from a leader since its start
}

func (h holding) untouched() bool {
	return h.Membership != raftlog.Joining && h.Term == 0 && h.LastIndex == 0
}

// group is what a replica knows of its part in the group.
type group struct {
	answered bool   // all others have, since the start of a replica that joins
	floor    uint64 // the lowest term that a replica that joins takes messages of
	founding bool   // no leader is known yet
	heldBack bool   // it has returned, and may not campaign or vote yet
}

func (r *Replica) isMember() bool { return r.meta().Membership == raftlog.Member }

// askOthers asks the other members what they have until the replica's part is known.
func (r *Replica) askOthers() {
	others := r.others()
	for r.background.Err() == nil {
		if holdings, ok := r.askAll(others); ok {
			decided := false
			if r.do(r.background, func() { decided = r.decide(holdings) }) && decided {
				return
			}
		}
		select {
		case <-time.After(askInterval):
		case <-r.background.Done():
		}
	}
}

// askWhetherAllReturn lets a replica that has returned go on at once if all others have returned as well and know no leader:
// then nobody has promised anything to one that could still believe to lead.
func (r *Replica) askWhetherAllReturn() {
	for r.background.Err() == nil {
		holdings, ok := r.askAll(r.others())
		for _, h := range holdings {
			ok = ok && h.Membership == raftlog.Member && h.Leaderless
		}
		over := false
		if !r.do(r.background, func() {
			if ok && r.group.heldBack {
				r.release()
			}
			over = !r.group.heldBack
		}) || over {
			return
		}
		select {
		case <-time.After(askInterval):
		case <-r.background.Done():
		}
	}
}

// release ends the holding back of a replica that has no leader to hear from. The primary need not wait for a time-out first.
func (r *Replica) release() {
	r.group.heldBack = false
	if r.Node == r.Primary {
		r.campaign()
	}
}

// askAll returns the answers of all others; ok is false if one did not answer.
func (r *Replica) askAll(others []int) (holdings []holding, ok bool) {
	ctx, cancel := context.WithTimeout(r.background, askTimeout)
	defer cancel()
	answers := make(chan *holding, len(others))
	for _, node := range others {
		r.spawn(func() {
			var h holding
			text, err := r.Transport.Ask(ctx, node, r.Partition)
			if err == nil {
				err = json.Unmarshal(text, &h)
			}
			if err != nil {
				r.Logger.Debug("a member does not say what it has", "member", node, "error", err)
				answers <- nil
				return
			}
			answers <- &h
		})
	}
	ok = true
	for range others {
		if h := <-answers; h != nil {
			holdings = append(holdings, *h)
		} else {
			ok = false
		}
	}
	return holdings, ok
}

// decide takes the answers of all others; it returns false if they must be asked again.
func (r *Replica) decide(holdings []holding) bool {
	untouched, members, floor := true, 0, uint64(0)
	for _, h := range holdings {
		untouched = untouched && h.untouched()
		if h.Membership == raftlog.Member {
			members++
		}
		floor = max(floor, h.Term)
	}
	if r.meta().Membership == raftlog.New {
		membership := raftlog.Joining
		if untouched {
			membership = raftlog.Member
			r.Logger.Info("this replica founds the group: no member has anything")
		} else {
			r.Logger.Info("this replica has an empty folder, and others have data: it joins without a vote until it is caught up")
		}
		if !r.saveMembership(membership) {
			return true // the replica has failed
		}
		r.group.founding = untouched
		if untouched {
			r.group.heldBack = false
			return true
		}
	}
	quorum := len(r.Members)/2 + 1
	if members < len(r.Members)-quorum+1 {
		return false
	}
	r.group.answered, r.group.floor = true, floor
	return true
}
