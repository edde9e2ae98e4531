/** The lab that is up, opened for measuring, with kubectl and zbctl for comparison. */
import { execa } from 'execa';
import { Cluster } from '../../helpers/cluster/cluster.ts';
import { Journal } from '../../helpers/journal.ts';
import { ToolContainers } from '../../helpers/kubernetes/tool-containers.ts';
import { seededBy } from '../../helpers/seeded.ts';
import type { Settings } from '../../helpers/settings.ts';
import { layoutOf } from '../../lab/layout.ts';
import { connectLab, statusOf } from '../../lab/status.ts';
import { zbctlOf } from '../../lab/zbctl.ts';

export interface BenchLab {
  readonly cluster: Cluster;
  readonly containers: ToolContainers;
  readonly kubectl: (...args: string[]) => Promise<string>;
  readonly zbctl: (...args: string[]) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Opens the lab; throws if it is not up. */
export async function openBenchLab(settings: Settings): Promise<BenchLab> {
  const layout = layoutOf(settings);
  const status = await statusOf(layout);
  if (status.state !== 'up')
    throw new Error('The lab is expected to be up for measuring; bring it up with `npm run lab -- up`.');
  const { namespace, landmarks, access, toolImage, seed } = settings;
  const cluster = await Cluster.open({
    kubernetes: connectLab(layout),
    namespace,
    landmarks,
    zeebeAccess: access,
    seeded: seededBy(seed),
    journal: new Journal(undefined, {}, () => undefined),
    skip: (reason) => {
      throw new Error(reason);
    },
  });
  const name = `zeebe-chaos-bench-${Date.now().toString(36)}`;
  const containers = new ToolContainers(cluster.kubernetes, namespace, cluster.pods, toolImage, name);
  const { hyperkube } = status.running;
  const zbctl = await zbctlOf(layout);
  const env = { KUBECONFIG: layout.kubeconfig };
  return {
    cluster,
    containers,
    kubectl: async (...args) =>
      (await execa(hyperkube, ['kubectl', '--namespace', namespace, ...args], { env })).stdout,
    zbctl: async (...args) => (await execa(zbctl, ['--insecure', '--address', cluster.localAddress, ...args])).stdout,
    close: async () => {
      await containers.endAll();
      await cluster.close();
    },
  };
}
