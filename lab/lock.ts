/** One `up` or `down` at a time: the kernel holds the lock, so that it goes with the process, however that ends. */
import { createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Runs `work` while holding the named lock, waiting for whoever holds it now.
 *
 * The lock is a listening socket in Linux's abstract namespace (unix(7)): it leaves no file and cannot go stale.
 */
export async function withLock<T>(name: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  let waited = false;
  let server: Server | undefined;
  while (!(server = await bind(name))) {
    if (!waited) onWait();
    waited = true;
    await delay(200);
  }
  try {
    return await work();
  } finally {
    server.close();
  }
}

function bind(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(`\0${name}`, () => resolve(server));
  });
}
