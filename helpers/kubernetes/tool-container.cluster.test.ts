import { expect } from 'vitest';
import { steadyClusterTest } from '../../fixtures/cluster-test.ts';
import { seconds } from '../wait/deadline.ts';
import type { ToolNeeds } from './tool-container.ts';
import { ToolContainers } from './tool-containers.ts';

steadyClusterTest(
  'once its tool containers are ended a run has none, not even one that was on its way, and starts none',
  async ({ cluster, run }) => {
    const { kubernetes, namespace, pods } = cluster;
    const prefix = `over-${run.id}`;
    const containers = new ToolContainers(kubernetes, namespace, pods, run.toolImage, prefix);
    const gateway = cluster.gateway();
    const onItsWay = containers.in(gateway);
    expect(await containers.endAll()).toBe(1);

    const { name } = await onItsWay;
    const stateOf = () =>
      pods
        .all()
        .flatMap((pod) => pod.status?.ephemeralContainerStatuses ?? [])
        .filter((status) => status.name.startsWith(prefix))
        .map((status) => [status.name, Object.keys(status.state ?? {}).join()]);
    await expect(containers.in(gateway)).rejects.toThrow(`The tool containers ${prefix}-* have ended for good.`);
    await pods.until(`${name} to end`, () => stateOf().every(([, state]) => state === 'terminated'), {
      within: 20 * seconds,
    });
    expect(stateOf()).toEqual([[name, 'terminated']]);
  },
);

/** The bits that capabilities(7) gives them, as /proc/self/status shows them. */
const BITS: readonly (readonly [ToolNeeds, string])[] = [
  [{}, '0000000000000000'],
  [{ capabilities: ['KILL'] }, '0000000000000020'],
  [{ capabilities: ['NET_ADMIN'] }, '0000000000001000'],
];

steadyClusterTest.for(BITS)(
  'a tool container that needs %o has those capabilities and no token',
  async ([needs, bits], { cluster, run }) => {
    const { kubernetes, namespace, pods } = cluster;
    const containers = new ToolContainers(kubernetes, namespace, pods, run.toolImage, `least-${run.id}`);
    try {
      const tools = await containers.in(cluster.gateway(), needs);
      const may = await tools.must("awk '/^Cap(Prm|Eff|Bnd)/ { print $2 }' /proc/self/status | sort -u");
      expect(may).toBe(bits);
      expect(await tools.must('ls /var/run/secrets /run/secrets 2>/dev/null || true')).toBe('');
    } finally {
      await containers.endAll();
    }
  },
);
