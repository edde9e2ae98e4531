import type { KubernetesObject } from '@kubernetes/client-node';
import { execa } from 'execa';
import { parse } from 'yaml';
import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { admitLimitedUser, asNamedCluster } from '../fixtures/limited-user.ts';
import { renderRole, roles } from '../helpers/faults/roles.ts';
import { apply } from '../helpers/kubernetes/apply.ts';
import { connect } from '../helpers/kubernetes/connection.ts';
import { readSettings } from '../helpers/settings.ts';
import { seconds } from '../helpers/wait/deadline.ts';
import { layoutOf } from '../lab/layout.ts';

/** The lab as a cluster that was named, by a user with the rights of docs/role.yaml. */
describe('the doctor', () => {
  const run = inject('run');
  const { context, kubeconfig = '', namespace } = run;
  const admin = connect(context, kubeconfig);
  const layout = layoutOf(readSettings());
  const named = asNamedCluster(layout, run);

  async function doctor(env: Record<string, string> = {}) {
    const begun = performance.now();
    const { all, exitCode } = await execa('npm', ['run', '--silent', 'doctor'], {
      env: { ...named, ...env },
      all: true,
      reject: false,
    });
    return { output: all, exitCode, took: performance.now() - begun };
  }

  /** Whatever is written in the namespace shows in one of these versions. */
  async function versions(): Promise<string[]> {
    const { core, apps, coordination } = admin;
    const lists = await Promise.all([
      core.listNamespacedPod({ namespace }),
      core.listNamespacedConfigMap({ namespace }),
      apps.listNamespacedDeployment({ namespace }),
      coordination.listNamespacedLease({ namespace }),
    ]);
    return lists.flatMap(({ items }) =>
      items.map(({ metadata }) => `${metadata?.uid ?? ''} ${metadata?.resourceVersion ?? ''}`),
    );
  }

  beforeAll(async () => {
    await admitLimitedUser(admin, layout, namespace);
  });

  test('finds the lab right and touches nothing, in under 10 s', async () => {
    const before = await versions();
    const { output, exitCode, took } = await doctor();
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(/ right +brokers +3 ready\n/);
    expect(output).toMatch(/ right +through camunda-zeebe-gateway-\S+ +zeebe-chaos-engine 0\.1\.0; /);
    expect(output.match(/^ runs +production-m\//gm)).toHaveLength(10);
    expect(await versions()).toEqual(before);
    expect(took).toBeLessThan(10 * seconds);
  });

  test('names a right that the Role lacks, and which experiments it keeps from running', async () => {
    const role = roles.find(({ name }) => name === 'zeebe-chaos');
    if (!role) throw new Error('A Role is expected.');
    const give = (text: string) =>
      apply(admin, [{ ...(parse(text) as KubernetesObject), metadata: { name: role.name, namespace } }]);
    onTestFinished(() => give(renderRole(role)));
    await give(renderRole(role).replace(/("?pods\/ephemeralcontainers"?)/, 'pods/nothing'));
    const { output, exitCode } = await doctor();
    expect(exitCode, output).toBe(1);
    expect(output).toMatch(
      / broken +production-m\/leader-terminate +The right to patch pods\/ephemeralcontainers in namespace \S+ is missing/,
    );
    expect(output).toMatch(/ runs +production-m\/leader-restart\n/);
  });

  test('knows what Pod Security refuses, and what needs an image that was not named', async () => {
    const label = (level: string | null) =>
      admin.core.patchNamespace({
        name: namespace,
        body: [
          {
            op: level === null ? 'remove' : 'add',
            path: '/metadata/labels/pod-security.kubernetes.io~1enforce',
            value: level,
          },
        ],
      });
    onTestFinished(async () => {
      await label(null);
    });
    await label('baseline');
    const { output, exitCode } = await doctor({ CHAOS_WORKER_IMAGE: '' });
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(
      / skipped +production-m\/deployment-distribution +Pod Security refuses tool containers for disconnect/,
    );
    expect(output).toMatch(/ skipped +production-m\/worker-restart +CHAOS_WORKER_IMAGE names no image/);
    expect(output).toMatch(/ runs +production-m\/stress-cpu-on-broker\n/);
  });

  test('says in a sentence that there is no such context', async () => {
    const { output, exitCode } = await doctor({ CHAOS_KUBE_CONTEXT: 'nowhere' });
    expect(output.trim()).toBe(
      `The kubeconfig has no context "nowhere"; it has ${context}. Set CHAOS_KUBE_CONTEXT to one of them, or KUBECONFIG to another file.`,
    );
    expect(exitCode).toBe(1);
  });
});
