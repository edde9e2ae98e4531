import type { V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import type { FaultName } from '../helpers/faults/catalogue.ts';
import { OPEN_ACCESS } from '../helpers/zeebe/access.ts';
import type { Facts } from './facts.ts';
import { findingsOf } from './findings.ts';
import { prospectOf } from './prospects.ts';

const broker = (ordinal: number, podIP = `198.19.0.${ordinal}`, cpu: string | undefined = '1'): V1Pod => ({
  metadata: { name: `zeebe-${ordinal}`, uid: `u${ordinal}`, labels: { 'app.kubernetes.io/component': 'zeebe-broker' } },
  spec: {
    nodeName: 'node-0',
    containers: [
      {
        name: 'zeebe',
        ports: [{ containerPort: 26501 }, { containerPort: 26500 }],
        resources: cpu ? { limits: { cpu } } : {},
      },
    ],
  },
  status: { podIP, conditions: [{ type: 'Ready', status: 'True' }] },
});

const sharing: V1Pod = { ...broker(0), spec: { containers: [], shareProcessNamespace: true } };
const three = [broker(0), broker(1), broker(2)];

const workers = { workerImage: 'worker:1', workerSecret: undefined, access: OPEN_ACCESS };
const noImage = { ...workers, workerImage: undefined };

const facts = (other: Partial<Facts> = {}): Facts => ({
  version: { value: 'v1.34.2' },
  labels: { value: {} },
  missing: { value: {} },
  pods: { value: three },
  gateways: { value: three },
  topologies: new Map(),
  isFirst: new Map(three.map(({ metadata }) => [metadata?.name ?? '', { value: false }])),
  holder: { value: undefined },
  ledger: { value: [] },
  ...other,
});

const baseline: Partial<Facts> = { labels: { value: { 'pod-security.kubernetes.io/enforce': 'baseline' } } };
const asFirst: Partial<Facts> = { isFirst: new Map([['zeebe-0', { value: true }]]) };

const on = (fault: FaultName, other?: Partial<Facts>) =>
  prospectOf({ name: 'a', faults: [fault] }, facts(other), workers);

test('an experiment for which all is there runs', () => {
  expect(on('terminate')).toEqual({ name: 'a', prospect: 'runs', why: '' });
});

test.for<[FaultName, Partial<Facts>, 'broken' | 'skipped', RegExp]>([
  [
    'restart',
    { missing: { value: { restart: ['The right to delete pods is missing.'] } } },
    'broken',
    /right to delete/,
  ],
  [
    'disconnect',
    { labels: { value: { 'pod-security.kubernetes.io/enforce': 'baseline' } } },
    'skipped',
    /at the level baseline/,
  ],
  [
    'stress',
    { labels: { value: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
    'skipped',
    /at the level restricted/,
  ],
  ['terminate', { ...asFirst, ...baseline }, 'skipped', /terminate at the level baseline/],
  ['snapshot corruption', { ...asFirst, ...baseline }, 'skipped', /snapshot corruption at the level baseline/],
  ['disconnect', { pods: { value: [broker(0, 'fd00::a')] } }, 'skipped', /IPv4 addresses only/],
  ['stress', { pods: { value: [broker(0, '198.19.0.1', '')] } }, 'skipped', /CPU limit on every container of zeebe-0/],
  ['terminate', { pods: { value: [sharing] } }, 'skipped', /PID namespace for each container of zeebe-0/],
])('%s where %o is %s', ([fault, other, prospect, why]) => {
  expect(on(fault, other)).toMatchObject({ prospect, why: expect.stringMatching(why) as string });
});

test.for<[FaultName, Partial<Facts>]>([
  ['stress', { labels: { value: { 'pod-security.kubernetes.io/enforce': 'baseline' } } }],
  ['restart', { labels: { value: { 'pod-security.kubernetes.io/enforce': 'restricted' } } }],
  ['terminate', baseline],
  ['terminate', asFirst],
  ['snapshot corruption', asFirst],
  ['restart', { ...asFirst, ...baseline }],
  ['restart', { pods: { value: [sharing] } }],
  ['disconnect', { pods: { value: [broker(0, '198.19.0.1', '')] } }],
])('%s is not kept by %o', ([fault, other]) => {
  expect(on(fault, other).prospect).toBe('runs');
});

test('an experiment with job workers is skipped without their image, and broken without the rights to them', () => {
  const needs = { name: 'a', faults: ['restart'], brings: 'job workers' } as const;
  expect(prospectOf(needs, facts(), noImage)).toMatchObject({
    prospect: 'skipped',
    why: expect.stringContaining('WORKER_IMAGE') as string,
  });
  const missing = { value: { 'job workers': ['The right to create deployments.apps is missing.'] } };
  expect(prospectOf(needs, facts({ missing }), noImage)).toMatchObject({
    prospect: 'broken',
    why: expect.stringContaining('deployments') as string,
  });
});

test('an experiment with job workers is skipped where these need credentials and no Secret has them', () => {
  const needs = { name: 'a', faults: ['restart'], brings: 'job workers' } as const;
  const access = { credentials: { kind: 'basic', user: 'demo', password: 'very secret' } } as const;
  const why = expect.stringContaining('CHAOS_WORKER_SECRET names no Secret') as string;
  expect(prospectOf(needs, facts(), { ...workers, access })).toMatchObject({ prospect: 'skipped', why });
  expect(findingsOf(facts(), { ...workers, access })).toContainEqual({
    about: 'worker access',
    state: 'noted',
    says: why,
  });
  const given = { ...workers, access, workerSecret: 'zeebe-access' };
  expect(prospectOf(needs, facts(), given).prospect).toBe('runs');
  expect(findingsOf(facts(), given)).not.toContainEqual(expect.objectContaining({ about: 'worker access' }));
  expect(prospectOf({ ...needs, brings: undefined }, facts(), { ...workers, access }).prospect).toBe('runs');
});

test.for<[string, Partial<Facts>, 'wrong' | 'noted', RegExp]>([
  ['API server', { version: { refused: 'connect ECONNREFUSED' } }, 'wrong', /ECONNREFUSED/],
  ['namespace', { labels: { value: { 'zeebe-chaos/protected': '' } } }, 'wrong', /protected/],
  [
    'namespace',
    { labels: { value: { 'pod-security.kubernetes.io/enforce': 'baseline' } } },
    'noted',
    /baseline pods only/,
  ],
  ['rights', { missing: { value: { 'every run': ['The right to list pods is missing.'] } } }, 'wrong', /list pods/],
  ['brokers', { pods: { value: [broker(0)] } }, 'wrong', /found 1/],
  ['brokers', { pods: { value: [...three, broker(1)] } }, 'wrong', /zeebe-1 is beside another broker 1; CHAOS_BROKERS/],
  ['brokers', { pods: { value: [broker(0), broker(1), broker(2, '198.19.0.2', '')] } }, 'noted', /without a CPU limit/],
  ['gateways', { gateways: { refused: 'Exactly one Service is expected' } }, 'wrong', /Exactly one/],
  ['gateways', { gateways: { value: [{ ...broker(0), status: {} }] } }, 'wrong', /0 of 1 ready/],
  ['Lease', { holder: { value: 'r1 on host' } }, 'noted', /held by run r1 on host/],
  ['ledger', { ledger: { value: ['disconnect a and b'] } }, 'wrong', /disconnect a and b/],
])('%s: what is not as it is expected is told', ([about, other, state, says]) => {
  const found = findingsOf(facts(other), workers).find((finding) => finding.about === about);
  expect(found).toMatchObject({ state, says: expect.stringMatching(says) as string });
  const usual = findingsOf(facts(), workers).find((finding) => finding.about === about);
  expect(usual?.state).toBe('right');
});
