/** The manifests of docs/test-worker.yaml, made to run on the lab: nothing pulls images there. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { KubernetesObject, V1Deployment } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';

/** What a pod on the lab takes from its machine: Node with the libraries it needs, and this checkout. */
const FOLDERS = ['/usr', path.dirname(process.execPath), process.cwd()];

/**
 * Returns the manifests with the lab's images, and with folders of the machine in place of an image of this project.
 *
 * @param toolImage an image whose `/lib` and `/bin` lead to `/usr`, as in every Debian
 */
export function labManifests(toolImage: string, workerImage: string): KubernetesObject[] {
  const documents = parseAllDocuments(readFileSync('docs/test-worker.yaml', 'utf8'));
  const objects = documents.map((document) => document.toJS() as KubernetesObject);
  const deployment = objects.find((object): object is V1Deployment => object.kind === 'Deployment');
  const pod = deployment?.spec?.template.spec;
  const [container] = pod?.containers ?? [];
  if (!pod || !container) throw new Error('docs/test-worker.yaml is expected to have a Deployment with a container.');
  const images: Record<string, string> = { CHAOS_TOOL_IMAGE: toolImage, CHAOS_WORKER_IMAGE: workerImage };
  container.image = toolImage;
  container.workingDir = process.cwd();
  container.command = [process.execPath, ...(container.command ?? []).slice(1)];
  container.env = (container.env ?? []).map(({ name, value = '' }) => ({ name, value: images[name] ?? value }));
  FOLDERS.forEach((folder, i) => {
    pod.volumes?.push({ name: `machine-${i}`, hostPath: { path: folder } });
    container.volumeMounts?.push({ name: `machine-${i}`, mountPath: folder });
  });
  return objects;
}
