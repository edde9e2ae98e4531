import { expect, onTestFinished, test, vi } from 'vitest';
import { OPEN_ACCESS, type ZeebeAccess } from '../zeebe/access.ts';
import { whyWorkersLackAccess, workerManifest } from './worker-deployment.ts';

const secured: ZeebeAccess = {
  tls: { ca: 'a certificate', name: 'zeebe-gateway.camunda.svc' },
  credentials: { kind: 'basic', user: 'demo', password: 'very secret' },
};

const podOf = (access: ZeebeAccess, secret?: string) => {
  const known = { name: 'w', namespace: 'camunda', image: 'worker:1', replicas: 3, jobType: 'w' };
  const manifest = workerManifest({ ...known, address: 'zeebe-gateway:26500', access, secret });
  return manifest.spec?.template.spec;
};

const variable = (pod: ReturnType<typeof podOf>, name: string) =>
  pod?.containers[0]?.env?.find((one) => one.name === name)?.value;

test('workers of an open cluster talk plain text and are given nothing', () => {
  const pod = podOf(OPEN_ACCESS);
  expect(variable(pod, 'ZEEBE_INSECURE_CONNECTION')).toBe('true');
  expect(pod).not.toHaveProperty('volumes');
  expect(pod?.containers[0]).not.toHaveProperty('envFrom');
});

test("workers have a Secret's keys as variables and as files, and the name to verify from the run", () => {
  const pod = podOf(secured, 'zeebe-access');
  expect(pod?.containers[0]?.envFrom).toEqual([{ secretRef: { name: 'zeebe-access' } }]);
  expect(pod?.volumes).toEqual([{ name: 'access', secret: { secretName: 'zeebe-access' } }]);
  expect(pod?.containers[0]?.volumeMounts).toEqual([
    { name: 'access', mountPath: '/etc/zeebe-access', readOnly: true },
  ]);
  expect(variable(pod, 'ZEEBE_INSECURE_CONNECTION')).toBe('false');
  expect(variable(pod, 'ZEEBE_OVERRIDE_AUTHORITY')).toBe('zeebe-gateway.camunda.svc');
});

test("a run's own credentials are in no manifest", () => {
  expect(JSON.stringify(podOf(secured, 'zeebe-access'))).not.toMatch(/very secret|a certificate|demo/);
});

test('workers lack what the run has, unless a Secret was named', () => {
  const lacks = expect.stringContaining('CHAOS_WORKER_SECRET') as string;
  expect(whyWorkersLackAccess({ access: OPEN_ACCESS, workerSecret: undefined })).toBeUndefined();
  expect(whyWorkersLackAccess({ access: secured, workerSecret: undefined })).toEqual(lacks);
  expect(
    whyWorkersLackAccess({ access: { ...secured, credentials: { kind: 'none' } }, workerSecret: undefined }),
  ).toEqual(lacks);
  const publicly = { tls: {}, credentials: { kind: 'none' } } as const;
  vi.stubEnv('NODE_EXTRA_CA_CERTS', '');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  expect(whyWorkersLackAccess({ access: publicly, workerSecret: undefined })).toBeUndefined();
  vi.stubEnv('NODE_EXTRA_CA_CERTS', '/etc/own.crt');
  expect(whyWorkersLackAccess({ access: publicly, workerSecret: undefined })).toEqual(lacks);
  expect(whyWorkersLackAccess({ access: OPEN_ACCESS, workerSecret: undefined })).toBeUndefined();
  expect(whyWorkersLackAccess({ access: secured, workerSecret: 'zeebe-access' })).toBeUndefined();
});
