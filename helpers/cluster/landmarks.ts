/** A namespace as the landmarks show it that a user has told. */
import type { V1Pod, V1Service } from '@kubernetes/client-node';
import type { Kubernetes } from '../kubernetes/connection.ts';
import type { Landmarks } from '../settings.ts';
import { isBroker, isGatewayService, PART, selects } from './resolve.ts';

/** A namespace's Services, and how its pods are to be looked at. */
export interface Survey {
  readonly services: readonly V1Service[];
  /** The pod as what it is of Zeebe, by its label `PART`, where that is not told by the charts' own. */
  readonly see: (pod: V1Pod) => V1Pod;
}

/** Lists the Services of a namespace; throws Error if the one that was named is not there. */
export async function survey(kubernetes: Kubernetes, namespace: string, landmarks: Landmarks): Promise<Survey> {
  const { items } = await kubernetes.core.listNamespacedService({ namespace });
  return surveyed(items, landmarks);
}

/** What `survey` makes of the Services that it lists. */
export function surveyed(items: readonly V1Service[], { brokers, gatewayService }: Landmarks): Survey {
  const services = gatewayService === undefined ? items : [asGatewayService(items, gatewayService)];
  const isBehindService = (pod: V1Pod) =>
    services.some((one) => isGatewayService(one) && selects(one.spec?.selector, pod));
  return {
    services,
    see: (pod) => {
      if (brokers ? selects(brokers, pod) : isBroker(pod)) return marked(pod, 'zeebe-broker');
      if (isBehindService(pod)) return marked(pod, 'zeebe-gateway');
      return brokers || gatewayService !== undefined ? marked(pod, 'nothing of Zeebe') : pod;
    },
  };
}

function asGatewayService(items: readonly V1Service[], name: string): V1Service {
  const service = items.find(({ metadata }) => metadata?.name === name);
  if (!service) throw new Error(`Service ${name}, which CHAOS_GATEWAY_SERVICE names, is expected in the namespace.`);
  return marked(service, 'zeebe-gateway');
}

/** The object itself, which is nobody's but ours. */
function marked<T extends V1Pod | V1Service>(object: T, part: string): T {
  object.metadata ??= {};
  object.metadata.labels = { ...object.metadata.labels, [PART]: part };
  return object;
}
