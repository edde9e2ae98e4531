package directory

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"zeebe-chaos/lab/engine/internal/wire"
)

const (
	// findWithin bounds the time from beginning to connect to the first status.
	findWithin = 3 * time.Second
	// pause keeps a broker that answers wrongly from being asked all the time.
	pause = 50 * time.Millisecond
)

// peer is a broker that is watched at its address.
type peer struct {
	directory *Directory
	address   string

	// The directory's lock guards these.
	connection *wire.Connection // nil while the broker cannot be reached
	status     *wire.Status     // nil if the broker was not heard from within Silence
	heard      time.Time
}

// errDoor says that a contact point is no broker's own address and has done its work.
var errDoor = errors.New("the address is not a broker's own")

var errSilent = errors.New("nothing is heard from it")

// follow watches the broker over one connection after the other. A silent one is replaced rather than waited for: what was
// lost on it while packets were dropped is sent again only after a back-off that grows with the time of silence.
func (p *peer) follow(ctx context.Context) {
	for first := true; ; first = false {
		wasHeard, err := p.session(ctx)
		if errors.Is(err, errDoor) || ctx.Err() != nil {
			return
		}
		if wasHeard || first {
			p.directory.logger.Info("a broker cannot be heard", "address", p.address, "reason", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// session watches over one connection until it breaks or is silent; the error is never nil.
func (p *peer) session(ctx context.Context) (wasHeard bool, err error) {
	connection, err := wire.Connect(p.address)
	if err != nil {
		return false, err
	}
	defer connection.Retire()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	silence := time.AfterFunc(findWithin, func() { end(errSilent) })
	defer silence.Stop()

	err = connection.Watch(ctx, func(s *wire.Status) error {
		silence.Reset(Silence)
		if err := p.directory.heard(p, connection, s); err != nil {
			return err
		}
		wasHeard = true
		return nil
	})
	p.directory.lost(p)
	if cause := context.Cause(ctx); cause != nil {
		return wasHeard, cause
	}
	return wasHeard, err
}

// heard takes a status in; it returns an error if the connection is not to be used on.
func (d *Directory) heard(p *peer, connection *wire.Connection, s *wire.Status) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s.ClusterName != d.clusterName {
		return fmt.Errorf("the broker at %s belongs to the cluster %q, not to %q", p.address, s.ClusterName, d.clusterName)
	}
	d.cluster = s
	d.watch(s.Brokers)
	switch own := slices.Index(s.Brokers, p.address); {
	case own < 0:
		delete(d.peers, p.address)
		return errDoor
	case own != s.Node:
		return fmt.Errorf("broker %d answered at the address of broker %d, %s", s.Node, own, p.address)
	}
	news := p.connection != connection || !reflect.DeepEqual(p.status, s)
	p.connection, p.status, p.heard = connection, s, time.Now()
	if news {
		d.change()
	}
	return nil
}

// lost takes the connection out of use; the broker leaves the topology when it has been silent long enough.
func (d *Directory) lost(p *peer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p.connection == nil {
		return
	}
	p.connection = nil
	d.change()
	time.AfterFunc(time.Until(p.heard.Add(Silence)), func() { d.forget(p) })
}

func (d *Directory) forget(p *peer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p.status == nil || time.Since(p.heard) < Silence {
		return
	}
	p.status = nil
	d.change()
}
