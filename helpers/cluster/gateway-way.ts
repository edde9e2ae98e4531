/** The way of this run's clients to a gateway: another one after that is gone, or cut off. */
import type { V1Pod } from '@kubernetes/client-node';
import type { Kubernetes } from '../kubernetes/connection.ts';
import type { PodWatch } from '../kubernetes/pod-watch.ts';
import { isReady, type PodIdentity } from '../kubernetes/pods.ts';
import { forward, type Forward } from '../kubernetes/port-forward.ts';
import { gatewayPortOf } from './resolve.ts';

export interface GatewayWay extends Pick<Forward, 'address' | 'close'> {
  /** Leads connections around the pods that `these` tells at that moment, as far as there are others. */
  leadAround(these: () => readonly PodIdentity[]): void;
}

/** What a way needs to know: which gateways there are, and which of those that are ready is to be taken. */
export interface GatewayChoice {
  readonly gateways: () => readonly V1Pod[];
  readonly choose: (among: readonly V1Pod[]) => V1Pod | undefined;
}

/** Opens a way; a connection through it ends when its gateway is not to be used any more. */
export async function wayToGateways(
  { kubernetes, namespace, pods }: { kubernetes: Kubernetes; namespace: string; pods: PodWatch },
  { gateways, choose }: GatewayChoice,
): Promise<GatewayWay> {
  let avoided = (): readonly PodIdentity[] => [];
  const usable = (): readonly V1Pod[] => {
    const ready = gateways().filter(isReady);
    const around = avoided();
    const others = ready.filter(({ metadata }) => around.every(({ uid }) => uid !== metadata?.uid));
    return others.length > 0 ? others : ready;
  };
  const way = await forward(kubernetes, namespace, gatewayPortOf, () => choose(usable()));
  const dropOthers = (): void => {
    const names = usable().map(({ metadata }) => metadata?.name);
    way.dropUnless((name) => names.includes(name));
  };
  pods.onChange(dropOthers);
  return {
    address: way.address,
    close: () => way.close(),
    leadAround: (these) => {
      avoided = these;
      dropOthers();
    },
  };
}
