import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { readSettings } from '../helpers/settings.ts';
import { minutes, seconds } from '../helpers/wait/deadline.ts';
import { eventually } from '../helpers/wait/eventually.ts';
import { layoutOf } from './layout.ts';
import { statusOf, type Running } from './status.ts';
import { zbctlOf } from './zbctl.ts';

const settings = readSettings();
const layout = layoutOf(settings);
const { kubeconfig = '', toolImage } = inject('run');
const env = { KUBECONFIG: kubeconfig };
let running: Running;

beforeAll(async () => {
  const status = await statusOf(layout);
  if (status.state !== 'up') throw new Error('The lab is expected to be up.');
  running = status.running;
  // A test before may have taken a pod away.
  await kubectl('rollout', 'status', 'statefulset/camunda-zeebe', '--timeout=2m');
  await kubectl('rollout', 'status', 'deployment/camunda-zeebe-gateway', '--timeout=2m');
}, 5 * minutes);

const kubectl = async (...args: string[]): Promise<string> =>
  (await execa(running.hyperkube, ['kubectl', '--namespace', 'zeebe', ...args], { env })).stdout;

describe('standard tools work on the lab unchanged', () => {
  test('kubectl sees three ready nodes, and every Zeebe pod running', async () => {
    expect((await kubectl('get', 'nodes', '--no-headers')).match(/node-[012]\s+Ready\s/g)).toHaveLength(3);
    const pods = (await kubectl('get', 'pods', '--no-headers')).split('\n');
    expect(pods.filter((line) => /^camunda-zeebe-.*\s1\/1\s+Running\s/.test(line))).toHaveLength(5);
  });

  test('kubectl spreads the brokers over the nodes, one each, with a bound volume each', async () => {
    const nodes = await kubectl(
      'get',
      'pods',
      '-l',
      'app.kubernetes.io/component=zeebe-broker',
      '-o',
      'jsonpath={.items[*].spec.nodeName}',
    );
    expect(nodes.split(' ').sort()).toEqual(['node-0', 'node-1', 'node-2']);
    expect((await kubectl('get', 'pvc', '--no-headers')).match(/\sBound\s/g)).toHaveLength(3);
  });

  test('kubectl runs commands in pods, and names resolve there', async () => {
    const name = 'camunda-zeebe-1.camunda-zeebe.zeebe.svc.cluster.local';
    const address = await kubectl('get', 'pod', 'camunda-zeebe-1', '-o', 'jsonpath={.status.podIP}');
    expect(await kubectl('exec', 'camunda-zeebe-0', '--', 'nslookup', name)).toContain(address);
  });

  test('kubectl reads logs', async () => {
    expect(await kubectl('logs', 'camunda-zeebe-0')).toContain('this is not Zeebe');
  });

  test('kubectl debug with the netadmin profile can change routes', async () => {
    const script =
      'ip route add unreachable 198.18.77.7 && ip route show type unreachable; ip route del unreachable 198.18.77.7';
    const container = `netadmin-${Date.now()}`;
    // Not attached: what is over before kubectl attaches is not to be seen, and its log is.
    const options = [
      '--profile=netadmin',
      `--image=${toolImage}`,
      `--container=${container}`,
      '--attach=false',
      '--quiet',
    ];
    await kubectl('debug', 'camunda-zeebe-0', ...options, '--', 'sh', '-c', script);
    const routes = async () => {
      const log = await kubectl('logs', 'camunda-zeebe-0', '--container', container);
      return { value: log.includes('unreachable 198.18.77.7') || undefined, seen: log };
    };
    await eventually(routes, { within: 20 * seconds });
  });

  test(
    "Zeebe's own zbctl sees the whole cluster through kubectl port-forward",
    async () => {
      const zbctl = await zbctlOf(layout);
      const forward = execa(
        running.hyperkube,
        ['kubectl', '-n', 'zeebe', 'port-forward', 'svc/camunda-zeebe-gateway', ':26500'],
        { env, reject: false, buffer: false },
      );
      onTestFinished(() => void forward.kill());
      const port = await forwardedPort(forward);
      const status = async () => {
        const { stdout } = await execa(zbctl, ['--insecure', '--address', `127.0.0.1:${port}`, 'status']);
        const healthy = stdout.match(/: Leader, Healthy/g)?.length === 3;
        return { value: healthy ? stdout : undefined, seen: stdout };
      };
      // A lab that has just come up has ready brokers before it has three leaders.
      expect(await eventually(status, { within: 30 * seconds })).toContain('Cluster size: 3');
    },
    1 * minutes,
  );
});

async function forwardedPort({ stdout }: { readonly stdout: Readable }): Promise<string> {
  let seen = '';
  stdout.on('data', (chunk) => (seen += String(chunk)));
  return eventually(() => Promise.resolve({ value: /127\.0\.0\.1:(\d+)/.exec(seen)?.[1], seen }), {
    within: 10 * seconds,
  });
}
