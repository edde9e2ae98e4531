/** Builds every Kubernetes component, etcd, CoreDNS and kubectl as one static binary from Go modules. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, contentKey } from '../cache.ts';
import { run } from '../run.ts';
import type { Making } from './making.ts';

const KUBERNETES_VERSION = 'v1.34.2';

/** Returns the path of the binary; about five minutes on two cores from nothing. */
export async function buildHyperkube({ layout, progress, signal }: Making): Promise<string> {
  const source = fileURLToPath(new URL('../hyperkube', import.meta.url));
  const key = contentKey(source, fileURLToPath(import.meta.url));
  return cached(path.join(layout.cache, 'bin'), `hyperkube-${key}`, (target) =>
    progress.phase(`building Kubernetes ${KUBERNETES_VERSION} from Go modules`, async () => {
      const [major, minor] = KUBERNETES_VERSION.slice(1).split('.');
      const version = 'k8s.io/component-base/version';
      const flags = `-s -w -X ${version}.gitVersion=${KUBERNETES_VERSION} -X ${version}.gitMajor=${major} -X ${version}.gitMinor=${minor}`;
      await run(layout, 'go', ['build', '-trimpath', '-buildvcs=false', '-ldflags', flags, '-o', target, '.'], {
        cwd: source,
        env: { CGO_ENABLED: '0' },
        signal,
      });
    }),
  );
}
