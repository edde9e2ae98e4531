/** `npm run lab -- deploy`: the lab's Zeebe manifests on a cluster of the user's. */
import { parseArgs } from 'node:util';
import { connect } from '../../helpers/kubernetes/connection.ts';
import { minutes } from '../../helpers/wait/deadline.ts';
import { applyZeebe, untilZeebeReady } from './deploy.ts';
import { DEFAULT_PLAN, planNamed } from './plans.ts';

const usage =
  '`deploy` expects --context <kubeconfig context> --namespace <namespace> --image <Zeebe image> [--plan production-m] [--storage-class <name>]';

/** Deploys to the named context and waits until Zeebe is ready; throws naming the option that is missing. */
export async function deployElsewhere(args: string[]): Promise<void> {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: { context: option, namespace: option, image: option, plan: option, 'storage-class': option },
  });
  const { context, namespace, image } = values;
  if (!context || !namespace || !image) throw new Error(`${usage}; found ${args.join(' ') || 'nothing'}.`);
  const deployment = {
    plan: planNamed(values.plan ?? DEFAULT_PLAN),
    namespace,
    shape: 'usual' as const,
    image,
    storageClass: values['storage-class'],
  };
  const kubernetes = connect(context);
  await applyZeebe(kubernetes, deployment);
  console.log(`Applied Zeebe as ${deployment.plan.name} to namespace ${namespace}; waiting for its pods.`);
  await untilZeebeReady(kubernetes, deployment, 10 * minutes);
  console.log('Zeebe is ready.');
}
