/** The Zeebe that the test bench itself runs on. */
import { gatewayPortOf } from '../helpers/cluster/resolve.ts';
import type { Kubernetes } from '../helpers/kubernetes/connection.ts';
import { isReady } from '../helpers/kubernetes/pods.ts';
import { watchPods } from '../helpers/kubernetes/pod-watch.ts';
import { forward } from '../helpers/kubernetes/port-forward.ts';
import type { Settings } from '../helpers/settings.ts';
import { connectZeebe, type ZeebeClient } from '../helpers/zeebe/client.ts';
import { layoutOf } from '../lab/layout.ts';
import { connectLab, statusOf } from '../lab/status.ts';
import type { Plan } from '../lab/zeebe/plans.ts';

/** Apart from every Zeebe under test, so that no experiment reaches it. */
export const BENCH_NAMESPACE = 'zeebe-chaos-bench';

export const BENCH_PLAN: Plan = { name: 'testbench', brokers: 1, partitions: 1, replicationFactor: 1, gateways: 1 };

export interface BenchZeebe {
  readonly client: ZeebeClient;
  close(): Promise<void>;
}

/**
 * Connects to the Zeebe at CHAOS_BENCH_ADDRESS, or else to the one in the lab.
 *
 * @throws Error with what to do, if the lab is not up or has no Zeebe for the bench
 */
export async function connectBench(settings: Settings): Promise<BenchZeebe> {
  const { benchAddress } = settings;
  if (benchAddress === undefined) return connectThroughLab(settings);
  const client = connectZeebe({ address: benchAddress });
  return {
    client,
    close: () => {
      client.close();
      return Promise.resolve();
    },
  };
}

async function connectThroughLab(settings: Settings): Promise<BenchZeebe> {
  const layout = layoutOf(settings);
  const { state } = await statusOf(layout);
  if (state !== 'up') throw new Error(`${missing} The lab is ${state === 'down' ? 'not up' : 'not whole'}.`);
  return throughGateway(connectLab(layout));
}

const missing =
  'The test bench is expected to have a Zeebe of its own: bring one up in the lab with `npm run testbench -- deploy`, or name one with CHAOS_BENCH_ADDRESS.';

async function throughGateway(kubernetes: Kubernetes): Promise<BenchZeebe> {
  const pods = await watchPods(kubernetes, BENCH_NAMESPACE, {
    labelSelector: 'app.kubernetes.io/component=zeebe-gateway',
  });
  try {
    if (pods.all().length === 0) throw new Error(`${missing} Namespace ${BENCH_NAMESPACE} of the lab has no gateway.`);
    const gateway = await forward(kubernetes, BENCH_NAMESPACE, gatewayPortOf, () => pods.all().find(isReady));
    const client = connectZeebe({ address: gateway.address });
    return {
      client,
      close: async () => {
        client.close();
        pods.close();
        await gateway.close();
      },
    };
  } catch (error) {
    pods.close();
    throw error;
  }
}
