/** Switches a machine on: namespaces with a boot script as their first process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, closeSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { plugIn, podRoutesFrom } from '../network.ts';
import { SERVICE_RANGE, type Layout, type Machine } from '../layout.ts';
import { kubeconfigOf } from '../pki.ts';
import { marked } from '../processes.ts';

/** What a machine boots with: the Kubernetes binary and, on nodes, the folder of imported images. */
export interface Parts {
  readonly hyperkube: string;
  readonly imageStore: string;
}

/**
 * Starts a machine, plugs its network cable in and lets its boot script go on.
 *
 * The process outlives its starter; `endProcesses` finds it by its mark.
 */
export async function switchOn(layout: Layout, machine: Machine, parts: Parts): Promise<void> {
  mkdirSync(layout.machine(machine.name), { recursive: true });
  const log = openSync(path.join(layout.logs, `${machine.name}-boot.log`), 'a');
  const script = fileURLToPath(new URL(machine.podRange ? 'boot-node.sh' : 'boot-control.sh', import.meta.url));
  // --kill-child: ending `unshare` ends the machine.
  const options = ['--net', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc', '/bin/bash', script];
  const child = spawn('unshare', options, {
    detached: true,
    stdio: ['pipe', log, log],
    env: { ...process.env, ...marked(layout), ...environmentOf(layout, machine, parts) },
  });
  closeSync(log);
  await once(child, 'spawn');
  if (child.pid === undefined) throw new Error(`unshare was expected to start for ${machine.name} and did not.`);
  await untilUnshared(child.pid);
  await plugIn(machine, child.pid);
  child.stdin?.end('the network is plugged in\n');
  child.unref();
}

function environmentOf(layout: Layout, machine: Machine, parts: Parts): Record<string, string> {
  return {
    NAME: machine.name,
    ADDRESS: machine.address,
    NODE: layout.machine(machine.name),
    LOGS: layout.logs,
    PKI: layout.pki,
    VOLUMES: layout.volumes,
    STORE: parts.imageStore,
    HYPERKUBE: parts.hyperkube,
    SERVICE_RANGE,
    POD_ROUTES: podRoutesFrom(machine).join('\n'),
    KUBECONFIG_KUBELET: kubeconfigOf(layout, `system:node:${machine.name}`),
  };
}

async function untilUnshared(pid: number): Promise<void> {
  const own = await readlink('/proc/self/ns/net');
  const deadline = Date.now() + 5_000;
  while ((await readlink(`/proc/${pid}/ns/net`)) === own) {
    if (Date.now() > deadline)
      throw new Error(`unshare was expected to enter a new network namespace within 5 s and did not.`);
    await delay(5);
  }
}
