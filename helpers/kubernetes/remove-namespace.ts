import { eventually } from '../wait/eventually.ts';
import { unlessGone } from './apply.ts';
import type { Kubernetes } from './connection.ts';

/**
 * Deletes a namespace, and returns when it is gone with all that was in it: until then what is made in it anew is ended too.
 *
 * @param within ms
 * @throws NeverHappened if it is there still
 */
export async function removeNamespace(kubernetes: Kubernetes, name: string, within: number): Promise<void> {
  await unlessGone(kubernetes.core.deleteNamespace({ name }));
  const isGone = async () => {
    const { items } = await kubernetes.core.listNamespace({ fieldSelector: `metadata.name=${name}` });
    return { value: items.length === 0 || undefined, seen: `namespace ${name}: ${items[0]?.status?.phase ?? 'gone'}` };
  };
  await eventually(isGone, { within, every: 500 });
}
