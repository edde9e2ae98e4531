import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { InvalidSetting, LAB_TOOL_IMAGE, LAB_WORKER_IMAGE, readSettings } from './settings.ts';

describe('without any setting', () => {
  test('experiments run on the embedded lab, unharmed by control runs', () => {
    expect(readSettings({})).toMatchObject({
      kubeContext: undefined,
      namespace: 'zeebe',
      labEngine: 'open',
      toolImage: LAB_TOOL_IMAGE,
      workerImage: LAB_WORKER_IMAGE,
      control: 'none',
      benchAddress: undefined,
      mayInstall: true,
      reports: path.resolve('reports/out'),
      stateFolder: '/var/lib/zeebe-chaos-lab',
      cacheFolder: path.join(os.homedir(), '.cache/zeebe-chaos'),
    });
  });

  test('the seed is one that can be given back', () => {
    const { seed } = readSettings({});
    expect(readSettings({ CHAOS_SEED: String(seed) }).seed).toBe(seed);
  });

  test("an ambient kubeconfig is not taken for consent, and other programs' variables are none of ours", () => {
    expect(readSettings({ KUBECONFIG: '/home/me/.kube/config', HOME: '/home/me' }).kubeContext).toBeUndefined();
  });
});

test.for([
  'CHAOS_DASHBOARD_SERVICE_HOST',
  'CHAOS_DASHBOARD_SERVICE_PORT',
  'CHAOS_DASHBOARD_SERVICE_PORT_HTTP',
  'CHAOS_PORT',
  'CHAOS_DASHBOARD_PORT_80_TCP',
  'CHAOS_DASHBOARD_PORT_80_TCP_ADDR',
])('%s is what Kubernetes tells pods of a Service, and none of our settings', (name) => {
  expect(() => readSettings({ [name]: '198.18.0.9' })).not.toThrow();
});

test('every setting is read', () => {
  const env = {
    CHAOS_KUBE_CONTEXT: 'staging',
    CHAOS_NAMESPACE: 'camunda',
    CHAOS_BROKERS: 'app.kubernetes.io/app=zeebe, tier=',
    CHAOS_GATEWAY_SERVICE: 'zeebe-service',
    CHAOS_SEED: '0',
    CHAOS_LAB_ENGINE: '/opt/camunda-zeebe-8.6.12.tar.gz',
    CHAOS_LAB_SHAPE: 'embedded',
    CHAOS_TOOL_IMAGE: 'images.example/tools:2',
    CHAOS_WORKER_IMAGE: 'images.example/worker:3',
    CHAOS_WORKER_SECRET: 'zeebe-access',
    CAMUNDA_BASIC_AUTH_USERNAME: 'demo',
    CAMUNDA_BASIC_AUTH_PASSWORD: 'secret',
    CHAOS_CONTROL: 'no-effect',
    CHAOS_CONTROL_AGAIN: 'no-effect',
    CHAOS_REPORTS: 'out/../results',
    CHAOS_BENCH_ADDRESS: 'zeebe-bench.example:26500',
    CHAOS_LAB_INSTALL: 'no',
    CHAOS_LAB_STATE: '/srv/lab/',
    CHAOS_LAB_CACHE: '/srv/cache/../kept',
  };
  expect(readSettings(env)).toEqual({
    kubeContext: 'staging',
    namespace: 'camunda',
    landmarks: { brokers: { 'app.kubernetes.io/app': 'zeebe', tier: '' }, gatewayService: 'zeebe-service' },
    seed: 0,
    labEngine: '/opt/camunda-zeebe-8.6.12.tar.gz',
    labShape: 'embedded',
    toolImage: 'images.example/tools:2',
    workerImage: 'images.example/worker:3',
    workerSecret: 'zeebe-access',
    access: { tls: undefined, credentials: { kind: 'basic', user: 'demo', password: 'secret' } },
    control: 'no-effect',
    mayInstall: false,
    reports: path.resolve('results'),
    benchAddress: 'zeebe-bench.example:26500',
    stateFolder: '/srv/lab/',
    cacheFolder: '/srv/kept',
  });
});

test("on the lab the variables of Camunda's clients are ambient noise, sound or not", () => {
  expect(readSettings({ ZEEBE_CLIENT_ID: 'half given' }).access).toEqual({ credentials: { kind: 'none' } });
  const elsewhere = { CHAOS_KUBE_CONTEXT: 'staging', CHAOS_NAMESPACE: 'camunda', CHAOS_TOOL_IMAGE: 'tools:2' };
  expect(() => readSettings({ ...elsewhere, ZEEBE_CLIENT_ID: 'half given' })).toThrow('ZEEBE_AUTHORIZATION_SERVER_URL');
});

test('elsewhere than on the lab there is no job worker unless its image is named', () => {
  const elsewhere = { CHAOS_KUBE_CONTEXT: 'staging', CHAOS_NAMESPACE: 'camunda', CHAOS_TOOL_IMAGE: 'tools:2' };
  expect(readSettings(elsewhere).workerImage).toBeUndefined();
});

test("what is wrong with the lab's settings is of no concern where another cluster is named, but for what is no setting at all", () => {
  const wrong = {
    CHAOS_LAB_ENGINE: 'zeebe.tar.gz',
    CHAOS_LAB_SHAPE: 'round',
    CHAOS_LAB_INSTALL: 'perhaps',
    CHAOS_LAB_STATE: '/tmp/lab',
    CHAOS_LAB_CACHE: 'here',
    HOME: '/tmp',
  };
  const elsewhere = { CHAOS_KUBE_CONTEXT: 'staging', CHAOS_NAMESPACE: 'camunda', CHAOS_TOOL_IMAGE: 'tools:2' };
  expect(readSettings({ ...elsewhere, ...wrong })).toMatchObject({ kubeContext: 'staging', labShape: 'usual' });
  for (const [name, value] of Object.entries(wrong).slice(0, 5)) {
    expect(() => readSettings({ [name]: value }), name).toThrow(name);
    expect(() => readSettings({ ...elsewhere, [name]: value }), name).not.toThrow();
  }
  expect(() => readSettings({ ...elsewhere, CHAOS_LAB_STAET: '/srv' })).toThrow('CHAOS_LAB_STAET is not a setting');
});

test("on the lab brokers are labelled as in Camunda's charts, whatever is there for a cluster", () => {
  expect(readSettings({ CHAOS_BROKERS: 'app=zeebe', CHAOS_GATEWAY_SERVICE: 'mine' }).landmarks).toEqual({});
});

test('a variable that is set to nothing is not set', () => {
  const names = [
    'KUBE_CONTEXT',
    'NAMESPACE',
    'BROKERS',
    'GATEWAY_SERVICE',
    'TOOL_IMAGE',
    'WORKER_IMAGE',
    'WORKER_SECRET',
    'CONTROL',
    'REPORTS',
    'BENCH_ADDRESS',
    'LAB_INSTALL',
    'LAB_STATE',
    'LAB_CACHE',
  ];
  const empty = Object.fromEntries(names.map((name) => [`CHAOS_${name}`, '']));
  const seed = { CHAOS_SEED: '7' };
  expect(readSettings({ ...empty, ...seed, CHAOS_LAB_ENGINE: '', XDG_CACHE_HOME: '' })).toEqual(readSettings(seed));
});

test('the cache is where the user keeps caches', () => {
  expect(readSettings({ XDG_CACHE_HOME: '/caches' }).cacheFolder).toBe('/caches/zeebe-chaos');
});

test('a state folder whose name only begins like one that lab machines replace is taken', () => {
  expect(readSettings({ CHAOS_LAB_STATE: '/tmpfs/lab' }).stateFolder).toBe('/tmpfs/lab');
});

describe('a mistake is told in one sentence', () => {
  const outside =
    'CHAOS_LAB_STATE is expected outside /tmp, /run, /proc, /sys and /dev, which every lab machine replaces by its own; found';

  test.for<[NodeJS.ProcessEnv, string]>([
    [
      { CHAOS_BENCH_ADDRESS: 'http://bench' },
      'CHAOS_BENCH_ADDRESS is expected to be the host:port of a Zeebe gateway, found "http://bench".',
    ],
    [
      { CHAOS_NAMESPASE: 'camunda' },
      'CHAOS_NAMESPASE is not a setting of zeebe-chaos; the settings are CHAOS_KUBE_CONTEXT, CHAOS_NAMESPACE, CHAOS_BROKERS, CHAOS_GATEWAY_SERVICE, CHAOS_SEED, CHAOS_TOOL_IMAGE, CHAOS_WORKER_IMAGE, CHAOS_WORKER_SECRET, CHAOS_CONTROL, CHAOS_CONTROL_AGAIN, CHAOS_REPORTS, CHAOS_BENCH_ADDRESS, CHAOS_LAB_ENGINE, CHAOS_LAB_SHAPE, CHAOS_LAB_INSTALL, CHAOS_LAB_STATE, CHAOS_LAB_CACHE and KUBECONFIG.',
    ],
    [
      { CHAOS_KUBE_CONTEXT: 'staging' },
      'CHAOS_NAMESPACE is expected beside CHAOS_KUBE_CONTEXT=staging: name the namespace Zeebe runs in.',
    ],
    [
      { CHAOS_KUBE_CONTEXT: 'staging', CHAOS_NAMESPACE: 'camunda' },
      'CHAOS_TOOL_IMAGE is expected beside CHAOS_KUBE_CONTEXT=staging: name an image with bash, iproute2, stress and procps that the cluster can pull.',
    ],
    [
      { CHAOS_NAMESPACE: 'Camunda_8' },
      'CHAOS_NAMESPACE is expected to be a Kubernetes namespace name, found "Camunda_8".',
    ],
    [
      { CHAOS_NAMESPACE: 'n'.repeat(64) },
      `CHAOS_NAMESPACE is expected to be a Kubernetes namespace name, found "${'n'.repeat(64)}".`,
    ],
    [{ CHAOS_SEED: '-1' }, 'CHAOS_SEED is expected to be a whole number of up to nine digits, found "-1".'],
    [
      { CHAOS_SEED: '1234567890' },
      'CHAOS_SEED is expected to be a whole number of up to nine digits, found "1234567890".',
    ],
    [
      { CHAOS_LAB_SHAPE: 'round' },
      'CHAOS_LAB_SHAPE is expected to be one of usual, embedded, secured, restricted, found "round".',
    ],
    [{ CHAOS_LAB_ENGINE: '8.5.8' }, 'CHAOS_LAB_ENGINE is expected to be an absolute path, found "8.5.8".'],
    [
      { CHAOS_KUBE_CONTEXT: 'staging', CHAOS_NAMESPACE: 'zeebe', CHAOS_TOOL_IMAGE: 'tools', CHAOS_CONTROL: 'refuted' },
      'A control run does more harm than an experiment may, and on a cluster of your own it is expected to be asked for twice: set CHAOS_CONTROL_AGAIN=refuted beside CHAOS_CONTROL=refuted, found "".',
    ],
    [{ CHAOS_CONTROL: 'refute' }, 'CHAOS_CONTROL is expected to be one of none, no-effect, refuted, found "refute".'],
    [
      { CHAOS_KUBE_CONTEXT: 'a', CHAOS_NAMESPACE: 'b', CHAOS_TOOL_IMAGE: 'c', CHAOS_WORKER_SECRET: 'Zeebe_Access' },
      'CHAOS_WORKER_SECRET is expected to be the name of a Secret, found "Zeebe_Access".',
    ],
    [
      { CHAOS_KUBE_CONTEXT: 'a', CHAOS_NAMESPACE: 'b', CHAOS_TOOL_IMAGE: 'c', CHAOS_GATEWAY_SERVICE: 'My_Gateway' },
      'CHAOS_GATEWAY_SERVICE is expected to be the name of a Service, found "My_Gateway".',
    ],
    [
      { CHAOS_KUBE_CONTEXT: 'a', CHAOS_NAMESPACE: 'b', CHAOS_TOOL_IMAGE: 'c', CHAOS_BROKERS: 'app=zeebe,tier' },
      `CHAOS_BROKERS is expected to be the labels of brokers' pods, as name=value,name=value, found "app=zeebe,tier".`,
    ],
    [{ CHAOS_LAB_INSTALL: 'true' }, 'CHAOS_LAB_INSTALL is expected to be yes or no, found "true".'],
    [{ CHAOS_LAB_STATE: 'lab' }, 'CHAOS_LAB_STATE is expected to be an absolute path, found "lab".'],
    [{ CHAOS_LAB_STATE: '/tmp/lab' }, `${outside} /tmp/lab.`],
    [{ CHAOS_LAB_STATE: '/srv/../run' }, `${outside} /run.`],
    [{ CHAOS_LAB_CACHE: './cache' }, 'CHAOS_LAB_CACHE is expected to be an absolute path, found "./cache".'],
  ])('%o', ([env, sentence]) => {
    expect(() => readSettings(env)).toThrow(new InvalidSetting(sentence));
  });
});
