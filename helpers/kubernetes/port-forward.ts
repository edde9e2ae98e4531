/** A local address that leads to a port of a pod, chosen anew for every connection. */
import { PortForward, type V1Pod } from '@kubernetes/client-node';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import type { Kubernetes } from './connection.ts';
import type { WebSocketEnd } from './web-socket-end.ts';

export interface Forward {
  /** `127.0.0.1:<port>`, the same for as long as the forward lives. */
  readonly address: string;
  /** Ends the connections that lead to pods for which `keep` is false, so that clients connect to another one. */
  dropUnless(keep: (podName: string) => boolean): void;
  close(): Promise<void>;
}

/**
 * Listens on a free loopback port and leads each connection to the pod that `choose` returns at that moment, at the port that
 * `portOf` tells of it.
 *
 * A pod that dies takes its connections with it and nothing else: the next connection goes to another pod. Where
 * `choose` has no pod to offer, the connection is refused by closing it.
 */
export async function forward(
  kubernetes: Kubernetes,
  namespace: string,
  portOf: (pod: V1Pod) => number,
  choose: () => V1Pod | undefined,
): Promise<Forward> {
  const connections = new Map<Socket, string>();
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    const pod = choose();
    const name = pod?.metadata?.name;
    if (!pod || !name) {
      socket.destroy();
      return;
    }
    connections.set(socket, name);
    socket.on('close', () => connections.delete(socket));
    join(kubernetes, namespace, { name, port: () => portOf(pod) }, socket).catch(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    dropUnless: (keep) => {
      for (const [socket, pod] of connections) if (!keep(pod)) socket.destroy();
    },
    close: () => {
      for (const socket of connections.keys()) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Forwards the port that `portOf` tells of a pod for as long as `use` takes; it is given the address on this machine. */
export async function throughForward<T>(
  kubernetes: Kubernetes,
  namespace: string,
  portOf: (pod: V1Pod) => number,
  choose: () => V1Pod | undefined,
  use: (address: string) => Promise<T>,
): Promise<T> {
  const way = await forward(kubernetes, namespace, portOf, choose);
  try {
    return await use(way.address);
  } finally {
    await way.close();
  }
}

async function join(
  kubernetes: Kubernetes,
  namespace: string,
  { name, port }: { name: string; port: () => number },
  socket: Socket,
): Promise<void> {
  // The kubelet reports a refused or broken connection on the error stream; what it says ends the connection. The
  // stream opens with an empty write: the port number, which PortForward has cut off.
  const errors = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (chunk.length > 0) socket.destroy();
      done();
    },
  });
  const tunnel: unknown = await new PortForward(kubernetes.config).portForward(
    namespace,
    name,
    [port()],
    socket,
    errors,
    socket,
  );
  if (typeof tunnel === 'function')
    throw new Error('A port-forward without retries was expected to return its socket.');
  const end = tunnel as WebSocketEnd;
  end.on('close', () => socket.destroy());
  end.on('error', () => socket.destroy());
  socket.on('close', () => end.close());
  if (socket.destroyed) end.close();
  socket.resume();
}
