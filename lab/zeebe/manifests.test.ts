import type { V1Deployment, V1Pod, V1Service, V1StatefulSet } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { servicePort } from '../../helpers/cluster/ports.ts';
import {
  actuatorBasePathOf,
  brokersAmong,
  gatewayService,
  gatewaysAmong,
  isEmbedded,
  managementPortOf,
} from '../../helpers/cluster/resolve.ts';
import { manifests } from './manifests.ts';
import { DEFAULT_PLAN, planNamed } from './plans.ts';

const objectsOf = (shape: 'usual' | 'embedded' | 'secured' | 'restricted') =>
  manifests({ plan: planNamed(DEFAULT_PLAN), namespace: 'zeebe', shape, image: 'zeebe:1', storageClass: undefined });

/** The pods that a workload makes. */
function podsOf({ metadata, spec }: V1StatefulSet | V1Deployment): V1Pod[] {
  return Array.from({ length: spec?.replicas ?? 1 }, (_, n) => {
    const name = `${metadata?.name}-${n}`;
    const made = structuredClone({ metadata: spec?.template.metadata ?? {}, spec: spec?.template.spec });
    Object.assign(made.metadata, { name, uid: name });
    Object.assign(made.spec ?? {}, { nodeName: 'node-1' });
    return { ...made, status: { podIP: `198.19.0.${n + 1}` } } as V1Pod;
  });
}

test.for([
  ['usual', false],
  ['embedded', true],
  ['secured', false],
  ['restricted', false],
] as const)('in the shape %s the parts of Zeebe are found', ([shape, embedded]) => {
  const objects = objectsOf(shape);
  const of = <T>(...kinds: string[]) => objects.filter(({ kind }) => kinds.includes(kind ?? '')) as T[];
  const services = of<V1Service>('Service');
  const pods = of<V1StatefulSet | V1Deployment>('StatefulSet', 'Deployment').flatMap(podsOf);
  const gateways = gatewaysAmong(pods, services);
  expect(brokersAmong(pods).map(({ nodeId, name }) => [nodeId, name])).toEqual([
    [0, 'camunda-zeebe-0'],
    [1, 'camunda-zeebe-1'],
    [2, 'camunda-zeebe-2'],
  ]);
  expect(gateways.map(isEmbedded)).toEqual(embedded ? [true, true, true] : [false, false]);
  expect(servicePort(gatewayService(services))).toBe(26500);
  expect(pods.map((pod) => [managementPortOf(pod), actuatorBasePathOf(pod)])).toEqual(pods.map(() => [9600, '']));
});
