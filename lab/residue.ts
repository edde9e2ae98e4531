/** What a lab has left on the host: nothing, after `down`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { PREFIX, RANGE, type Layout } from './layout.ts';
import { labProcesses } from './processes.ts';

/** One line for each process, mount, interface, network namespace, route, nftables table, cgroup and file that is left. */
export async function residueOf(layout: Layout): Promise<string[]> {
  const [links, routes, namespaces, tables] = await Promise.all([
    linesOf('ip', '-o', 'link', 'show'),
    linesOf('ip', '-4', 'route', 'show', 'table', 'all'),
    linesOf('ip', 'netns', 'list'),
    linesOf('nft', 'list', 'tables'),
  ]);
  return [
    ...labProcesses(layout).map((pid) => `process ${pid}`),
    ...readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(layout.state) || line.includes(layout.cache))
      .map((line) => `mount ${line}`),
    ...links.filter((line) => line.includes(PREFIX)).map((line) => `interface ${line}`),
    ...routes.filter((line) => line.includes(PREFIX) || line.includes(RANGE)).map((line) => `route ${line}`),
    ...namespaces.filter((line) => line.startsWith(PREFIX)).map((line) => `network namespace ${line}`),
    ...tables.filter((line) => /kube|zeebe/.test(line)).map((line) => `nftables ${line}`),
    ...cgroups().map((folder) => `cgroup ${folder}`),
    ...[layout.state, layout.building].filter((folder) => existsSync(folder)).map((folder) => `folder ${folder}`),
  ];
}

function cgroups(): string[] {
  const root = '/sys/fs/cgroup';
  const hierarchies = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [root, ...hierarchies.map((entry) => path.join(root, entry.name))]
    .map((folder) => path.join(folder, PREFIX))
    .filter((folder) => existsSync(folder));
}

async function linesOf(program: string, ...args: string[]): Promise<string[]> {
  return (await execa(program, args)).stdout.split('\n').filter(Boolean);
}
