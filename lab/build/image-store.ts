/** A containerd root filled with the lab's images once; every node's containerd starts from it (boot-node.sh). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cached, contentKey } from '../cache.ts';
import type { Layout } from '../layout.ts';
import { marked } from '../processes.ts';
import { run as runProgram } from '../run.ts';
import type { Making } from './making.ts';

/** Returns the folder of a containerd root that holds the given OCI archives, unpacked. */
export function imageStore({ layout, progress }: Making, archives: string[]): Promise<string> {
  const key = contentKey(`text:${archives.map((file) => path.basename(file)).join(' ')}`);
  return cached(path.join(layout.cache, 'stores'), key, (target) =>
    progress.phase('importing the images', () =>
      withContainerd(layout, target, async (ctr) => {
        for (const archive of archives) await ctr('images', 'import', archive);
      }),
    ),
  );
}

type Ctr = (...args: string[]) => Promise<void>;

async function withContainerd(layout: Layout, root: string, work: (ctr: Ctr) => Promise<void>): Promise<void> {
  mkdirSync(root, { recursive: true });
  const run = mkdtempSync(path.join(layout.building, 'containerd-'));
  const socket = path.join(run, 'containerd.sock');
  const config = path.join(run, 'config.toml');
  writeFileSync(
    config,
    `version = 2\nroot = "${root}"\nstate = "${run}"\ndisabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]\n[grpc]\n  address = "${socket}"\n`,
  );
  const log = openSync(path.join(layout.logs, 'image-store.log'), 'a');
  const containerd = spawn('containerd', ['--config', config], {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...marked(layout) },
  });
  const ended = once(containerd, 'exit');
  try {
    for (let i = 0; !existsSync(socket); i++) {
      if (i > 200 || containerd.exitCode !== null)
        throw new Error(
          `containerd was expected to listen within 10 s and did not; see ${layout.logs}/image-store.log.`,
        );
      await delay(50);
    }
    await work(async (...args) => {
      await runProgram(layout, 'ctr', ['--address', socket, '--namespace', 'k8s.io', ...args]);
    });
  } finally {
    // A graceful end, so that the databases are whole.
    containerd.kill('SIGTERM');
    await ended;
    rmSync(run, { recursive: true, force: true });
  }
}
