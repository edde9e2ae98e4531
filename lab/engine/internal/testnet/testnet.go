// Package testnet gives tests addresses that nobody takes in between, where one is needed before it is listened on: a port
// that was free a moment ago may be another test's, or the near end of anybody's connection.
package testnet

import (
	"fmt"
	"os"
	"sync/atomic"
)

var hosts atomic.Uint32

// Host returns a loopback address of this process alone. Connections have 127.0.0.1 as their near end.
func Host() string {
	pid, n := os.Getpid(), hosts.Add(1)
	return fmt.Sprintf("127.%d.%d.%d", 64+pid/250%128, 1+pid%250, 1+n%250)
}

// Address returns such an address with a port.
func Address() string {
	return Host() + ":26500"
}
