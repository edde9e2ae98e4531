/** Brings Zeebe into a namespace of any cluster and waits until its pods are ready. */
import { chmodSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { apply } from '../../helpers/kubernetes/apply.ts';
import type { Kubernetes } from '../../helpers/kubernetes/connection.ts';
import { isReady } from '../../helpers/kubernetes/pods.ts';
import { watchPods } from '../../helpers/kubernetes/pod-watch.ts';
import { seconds } from '../../helpers/wait/deadline.ts';
import { eventually } from '../../helpers/wait/eventually.ts';
import type { Layout } from '../layout.ts';
import { claimsFirst, manifests, type Installation } from './manifests.ts';
import { securedSecrets } from './secured.ts';
import { differencesOf } from './shapes.ts';

/** The lab's storage class: dynamic volumes from the controller manager's host-path provisioner. */
const LAB_STORAGE_CLASS = 'standard';

/** Applies the storage class that the lab's volumes come from. */
export async function applyStorageClass(kubernetes: Kubernetes): Promise<void> {
  const storageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: LAB_STORAGE_CLASS, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'kubernetes.io/host-path',
  } as KubernetesObject;
  await apply(kubernetes, [storageClass]);
}

/** Applies a deployment's objects. */
export async function applyZeebe(kubernetes: Kubernetes, deployment: Installation): Promise<void> {
  await apply(kubernetes, manifests(deployment));
}

/**
 * Applies a deployment on the lab, once its volumes are bound. A kubelet that is given a pod a moment before its claim says
 * "Bound" looks again only after 10 s (`backOffPeriod` of Kubernetes 1.34); the scheduler does not wait for that word.
 *
 * @throws NeverHappened if they are not bound within 30 s
 */
export async function applyOnLab(
  kubernetes: Kubernetes,
  wanted: Omit<Installation, 'storageClass'>,
  layout: Layout,
): Promise<Installation> {
  const { namespace, shape } = wanted;
  const { restricted, secured } = differencesOf(shape);
  const deployment = { ...wanted, storageClass: LAB_STORAGE_CLASS };
  await apply(kubernetes, claimsFirst(deployment));
  const bound = async () => {
    const { items } = await kubernetes.core.listNamespacedPersistentVolumeClaim({ namespace });
    const waiting = items.filter(({ status }) => status?.phase !== 'Bound').map(({ metadata }) => metadata?.name);
    return { value: waiting.length === 0 || undefined, seen: `not bound: ${waiting.join(', ')}` };
  };
  await eventually(bound, { within: 30 * seconds });
  // The provisioner makes them root's own, and has no fsGroup.
  if (restricted) for (const volume of readdirSync(layout.volumes)) chmodSync(path.join(layout.volumes, volume), 0o777);
  if (secured) await apply(kubernetes, await securedSecrets(layout, namespace));
  await applyZeebe(kubernetes, deployment);
  return deployment;
}

/** Waits until every broker and gateway of a deployment is ready; throws with what was seen last after `within` ms. */
export async function untilZeebeReady(kubernetes: Kubernetes, deployment: Installation, within: number): Promise<void> {
  const { brokers, gateways } = deployment.plan;
  const wanted = brokers + (differencesOf(deployment.shape).embedded ? 0 : gateways);
  const pods = await watchPods(kubernetes, deployment.namespace, {
    labelSelector: 'app.kubernetes.io/part-of=camunda-platform',
  });
  try {
    await pods.until(`${wanted} ready Zeebe pods`, (all) => all.filter(isReady).length >= wanted, { within });
  } finally {
    pods.close();
  }
}
