/** The bridge on the host and the cables to the machines. A cable's far end lives in a machine and goes with it. */
import { execa } from 'execa';
import { HOST_ADDRESS, MACHINES, PREFIX, RANGE, type Machine } from './layout.ts';

const BRIDGE = `${PREFIX}0`;

/** The host's end of a machine's cable. */
export function cableOf(machine: Machine): string {
  return `${PREFIX}-${machine.name}`.slice(0, 15);
}

/**
 * Makes the bridge, and a route that keeps the lab's addresses on this machine: when the lab is down they would
 * otherwise follow the default route and leave it.
 */
export async function makeBridge(): Promise<void> {
  await ip(
    `route replace unreachable ${RANGE}`,
    `link add ${BRIDGE} type bridge`,
    `addr add ${HOST_ADDRESS}/24 dev ${BRIDGE}`,
    `link set ${BRIDGE} up`,
  );
}

/** Connects a machine, given the process whose network namespace it is, to the bridge; its interface is `eth0`. */
export async function plugIn(machine: Machine, pid: number): Promise<void> {
  const cable = cableOf(machine);
  await ip(
    `link add ${cable} type veth peer name eth0 netns ${pid}`,
    `link set ${cable} master ${BRIDGE}`,
    `link set ${cable} up`,
  );
}

/** Removes every interface and route of the lab from the host; what is already gone is no error. */
export async function removeNetwork(): Promise<void> {
  const { stdout } = await execa('ip', ['-json', 'link', 'show']);
  const names = (JSON.parse(stdout) as { ifname: string }[]).map((link) => link.ifname);
  for (const name of names.filter((n) => n.startsWith(PREFIX)))
    await execa('ip', ['link', 'del', name], { reject: false });
  await execa('ip', ['route', 'del', 'unreachable', RANGE], { reject: false });
}

/** The routes that a machine needs to reach the pods of every other node. */
export function podRoutesFrom(machine: Machine): string[] {
  return MACHINES.filter((other) => other.podRange && other.name !== machine.name).map(
    (other) => `${other.podRange} via ${other.address}`,
  );
}

/** Routes and addresses of the host, other than the lab's own, that fall into the lab's range; empty is good. */
export async function clashes(): Promise<string[]> {
  const { stdout, failed } = await execa('ip', ['-json', '-4', 'route', 'show', 'table', 'all'], { reject: false });
  // Without iproute2, which is installed later, nobody has made routes by hand either.
  if (failed) return [];
  const routes = JSON.parse(stdout) as { dst: string; dev?: string; type?: string }[];
  return routes
    .filter(
      (r) =>
        /^198\.1[89](\.|$)/.test(r.dst) && !r.dev?.startsWith(PREFIX) && !(r.type === 'unreachable' && r.dst === RANGE),
    )
    .map((r) => `${r.dst}${r.dev ? ` dev ${r.dev}` : ''}`);
}

async function ip(...commands: string[]): Promise<void> {
  await execa('ip', ['-batch', '-'], { input: commands.join('\n') });
}
