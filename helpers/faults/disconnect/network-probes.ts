/** What a pod sees of another one over the network, asked from its tool container. */
import { INTERNAL_PORT } from '../../cluster/ports.ts';
import type { PodIdentity } from '../../kubernetes/pods.ts';
import type { ToolContainer } from '../../kubernetes/tool-container.ts';
import { seconds } from '../../wait/deadline.ts';

/** How a new TCP connection ends: `refused` is a peer that is up without the process, `timeout` a silent network. */
export type ConnectAnswer = 'open' | 'no route to host' | 'refused' | 'timeout' | (string & {});

const CONNECT = `
answer=$( { timeout 2 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2"; } 2>&1 ) && { echo open; exit; }
case $?:$answer in
  124:*) echo timeout ;;
  *'No route to host'*) echo 'no route to host' ;;
  *'Connection refused'*) echo refused ;;
  *) echo "$answer" ;;
esac`;

/** Opens a TCP connection from a tool container's pod to the port of another pod and tells how that ended; throws if it could not try. */
export async function connects(from: ToolContainer, to: PodIdentity): Promise<ConnectAnswer> {
  // Throws where the container ended in the middle, such as with 137: nobody has looked.
  return from.must(CONNECT, [to.ip, String(to.port ?? INTERNAL_PORT)]);
}

/** An established TCP connection as the sender's kernel sees it (ss(8), `-i`). */
export interface Connection {
  readonly name: string;
  /** Bytes that the peer has acknowledged since the connection began. */
  readonly acknowledged: number;
  /** Bytes sent or to be sent that the peer has not acknowledged. */
  readonly waiting: number;
}

/** Waits in the pod, so that the answer is not as late as a round trip: raft sends a heartbeat every 250 ms. */
const STALLED = `
for _ in $(seq 60); do
  seen=$(ss -tinHO state established dst "$1")
  [ -z "$seen" ] && break
  awk '$2 > 0 { found = 1 } END { exit !found }' <<<"$seen" && break
  sleep 0.05
done
echo "$seen"`;

/** The established connections to a peer, as soon as one of them has bytes waiting, or as they are after 3 s. */
export async function stalledConnections(from: ToolContainer, to: PodIdentity): Promise<Connection[]> {
  return parseConnections(await from.must(STALLED, [to.ip]));
}

/** The established connections to a peer as they are now. */
export async function connections(from: ToolContainer, to: PodIdentity): Promise<Connection[]> {
  return parseConnections(await from.must('ss -tinHO state established dst "$1"', [to.ip], { within: 5 * seconds }));
}

/**
 * Reads `ss -tinHO state established`: queues, addresses and the kernel's counters, one connection a line.
 *
 * @example parseConnections('0 88 10.0.0.1:26502 10.0.0.2:41000 cubic bytes_acked:120')
 */
export function parseConnections(output: string): Connection[] {
  return output
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length > 4)
    .map(([, sendQueue = '', local = '', peer = '', ...counters]) => ({
      name: `${local} → ${peer}`,
      waiting: Number(sendQueue),
      acknowledged: Number(counters.find((c) => c.startsWith('bytes_acked:'))?.slice('bytes_acked:'.length) ?? 0),
    }));
}

/** The connections of `before` that are still there and on which bytes were acknowledged since. */
export function whatMoved(before: readonly Connection[], now: readonly Connection[]): string[] {
  const earlier = new Map(before.map((c) => [c.name, c.acknowledged]));
  return now
    .filter((c) => c.acknowledged > (earlier.get(c.name) ?? Infinity))
    .map((c) => `${c.name} (${c.acknowledged - (earlier.get(c.name) ?? 0)} bytes)`);
}
