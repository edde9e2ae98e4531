import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { topologyAt } from '../../helpers/cluster/try-access.ts';
import { readSettings } from '../../helpers/settings.ts';
import { minutes, seconds } from '../../helpers/wait/deadline.ts';
import type { ZeebeAccess } from '../../helpers/zeebe/access.ts';
import { connectZeebe } from '../../helpers/zeebe/client.ts';
import { deployModel } from '../../helpers/zeebe/deploy-model.ts';
import { buildProgram, ENGINE } from '../build/go-binary.ts';
import { cached, contentKey } from '../cache.ts';
import { layoutOf, type Layout } from '../layout.ts';
import { startLoopback, type Loopback } from '../loopback.ts';
import { Progress } from '../progress.ts';
import { zbctlOf } from '../zbctl.ts';
import { AUDIENCE, guard, GUARDED_NAME, type Guarded } from './guarded.ts';
import { ensurePython } from './python.ts';

const layout = layoutOf(readSettings());
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const models = here('../../bpmn');
const engineName = /^zeebe-chaos-engine\/\d+\.\d+\.\d+$/;
let cluster: Loopback;
let guarded: Guarded;

beforeAll(async () => {
  for (const folder of [layout.logs, layout.building]) mkdirSync(folder, { recursive: true });
  const making = { layout, progress: new Progress(layout.cache), signal: new AbortController().signal };
  cluster = await startLoopback(await buildProgram(making, ENGINE), path.join(layout.cache, 'loopback'));
  guarded = await guard(cluster);
}, 5 * minutes);

afterAll(async () => {
  await cluster.stop();
  guarded.stop();
});

describe("clients that nobody here wrote work with the lab's engine", () => {
  test(
    '@camunda8/sdk',
    async () => {
      const folder = await sdk(layout);
      const { stdout } = await execa('node', ['sdk.mjs', cluster.address, models], { cwd: folder });
      expect(JSON.parse(lastLine(stdout))).toEqual({
        brokers: 3,
        partitions: 3,
        engine: expect.stringMatching(engineName) as string,
        deployed: 3,
        result: { asked: 'sdk' },
        sameInstance: true,
        retries: [3, 1],
        received: 'from sdk',
        missing: expect.stringContaining('NOT_FOUND') as string,
      });
    },
    3 * minutes,
  );

  test(
    'pyzeebe',
    async () => {
      const python = await pyzeebe(layout);
      const { stdout } = await execa(python, [here('pyzeebe_client.py'), cluster.address, models]);
      expect(JSON.parse(lastLine(stdout))).toEqual({
        brokers: 3,
        partitions: 3,
        engine: expect.stringMatching(engineName) as string,
        result: { asked: 'pyzeebe' },
        sameInstance: true,
        retries: [3, 2],
        received: 'from pyzeebe',
        missing: 'ProcessInstanceNotFoundError',
      });
    },
    3 * minutes,
  );

  test(
    'zbctl',
    async () => {
      const program = await zbctlOf(layout);
      const zbctl = async (...args: string[]): Promise<Record<string, unknown>> => {
        const { stdout } = await execa(program, ['--insecure', '--address', cluster.address, ...args]);
        // What ends something is answered in words.
        return (stdout.startsWith('{') ? JSON.parse(stdout) : {}) as Record<string, unknown>;
      };
      const { stdout: status } = await execa(program, ['--insecure', '--address', cluster.address, 'status']);
      expect(status).toContain('Cluster size: 3');
      expect(status.match(/: Leader, Healthy/g)).toHaveLength(3);

      for (const model of ['canary', 'client-load', 'message-receiver'])
        await zbctl('deploy', 'resource', `${models}/${model}.bpmn`);
      const variables = (value: unknown): string[] => ['--variables', JSON.stringify(value)];
      const result = await zbctl(
        ...['create', 'instance', 'zeebe-chaos-canary', '--withResult'],
        ...variables({ asked: 'zbctl' }),
      );
      expect(JSON.parse(String(result['variables']))).toEqual({ asked: 'zbctl' });

      const working = await zbctl(
        ...['create', 'instance', 'zeebe-chaos-client-load'],
        ...variables({ jobType: 'zbctl-work' }),
      );
      const first = await jobOf(zbctl, 'zbctl-work');
      expect(first).toMatchObject({ processInstanceKey: working['processInstanceKey'], retries: 3 });
      await zbctl('fail', 'job', String(first['key']), '--retries', '1');
      const again = await jobOf(zbctl, 'zbctl-work');
      expect(again).toMatchObject({ key: first['key'], retries: 1 });
      await zbctl('complete', 'job', String(again['key']));

      await zbctl(
        ...['publish', 'message', 'zbctl-message', '--correlationKey', 'zbctl', '--ttl', '60s'],
        ...variables({ payload: 'from zbctl' }),
      );
      const receiver = { messageName: 'zbctl-message', correlationKey: 'zbctl', jobType: 'zbctl-got' };
      await zbctl('create', 'instance', 'zeebe-chaos-message-receiver', ...variables(receiver));
      const got = await jobOf(zbctl, 'zbctl-got');
      expect(JSON.parse(String(got['variables']))).toMatchObject({ payload: 'from zbctl' });

      const { processInstanceKey } = await zbctl(
        ...['create', 'instance', 'zeebe-chaos-client-load'],
        ...variables({ jobType: 'zbctl-nobody' }),
      );
      await zbctl('cancel', 'instance', String(processInstanceKey));
      await expect(zbctl('cancel', 'instance', String(processInstanceKey))).rejects.toThrow('NOT_FOUND');
    },
    3 * minutes,
  );
});

describe("the lab's engine behind TLS", () => {
  test.for<[string, () => [string, ZeebeAccess]]>([
    ['a user', () => [guarded.forUsers, guarded.user()]],
    ['a client with a token', () => [guarded.forTokens, guarded.client()]],
  ])('works for %s', async ([, known]) => {
    const [address, access] = known();
    const zeebe = connectZeebe({ address, access });
    try {
      const version = await deployModel(zeebe, 'canary.bpmn', { within: 5 * seconds });
      const created = { processId: 'zeebe-chaos-canary', version, requestTimeout: 5 * seconds };
      await expect(zeebe.createInstanceWithResult(created)).resolves.toMatchObject({ version });
      const query = { type: 'nothing', max: 1, timeout: 1_000, requestTimeout: -1, worker: 'test' };
      await expect(zeebe.activateJobs(query)).resolves.toEqual([]);
    } finally {
      zeebe.close();
    }
  });

  test.for<[string, () => [string, ZeebeAccess], string]>([
    [
      'nobody',
      () => [guarded.forUsers, { ...guarded.user(), credentials: { kind: 'none' } }],
      'wants credentials, and none are set',
    ],
    [
      'a wrong password',
      () => [guarded.forUsers, guarded.user('wrong')],
      'the password of user "demo" (CAMUNDA_BASIC_AUTH_USERNAME), and',
    ],
    [
      'a token for another audience',
      () => [guarded.forTokens, guarded.client('other')],
      'the token of client "chaos" (ZEEBE_CLIENT_ID), and',
    ],
    [
      'plain text',
      () => [guarded.forUsers, { credentials: { kind: 'none' } }],
      'is expected to take calls in plain text',
    ],
  ])('refuses %s, in one sentence', async ([, other, sentence]) => {
    await expect(topologyAt(...other())).rejects.toThrow(
      expect.objectContaining({
        name: 'ExperimentInvalid',
        message: expect.stringContaining(sentence) as string,
      }) as Error,
    );
  });

  test(
    "takes Camunda's own client with the same variables",
    async () => {
      const env = {
        ZEEBE_CA_CERTIFICATE_PATH: guarded.certificates.caFile,
        ZEEBE_OVERRIDE_AUTHORITY: GUARDED_NAME,
        ZEEBE_CLIENT_ID: 'chaos',
        ZEEBE_CLIENT_SECRET: 'very secret',
        ZEEBE_AUTHORIZATION_SERVER_URL: guarded.tokenUrl,
        ZEEBE_TOKEN_AUDIENCE: AUDIENCE,
        ZEEBE_CLIENT_CONFIG_PATH: path.join(guarded.certificates.folder, 'zbctl'),
      };
      const { stdout } = await execa(await zbctlOf(layout), ['--address', guarded.forTokens, 'status'], { env });
      expect(stdout).toContain('Cluster size: 3');
    },
    3 * minutes,
  );
});

type Zbctl = (...args: string[]) => Promise<Record<string, unknown>>;

async function jobOf(zbctl: Zbctl, type: string): Promise<Record<string, unknown>> {
  const { jobs } = await zbctl('activate', 'jobs', type, '--requestTimeout', '10s');
  const [job] = jobs as Record<string, unknown>[];
  if (!job) throw new Error(`A job of type ${type} is expected, and none was activated.`);
  return job;
}

/** The folder of sdk.mjs with the packages that it needs. */
function sdk(layout: Layout): Promise<string> {
  const files = ['package.json', 'package-lock.json', 'sdk.mjs'].map(here);
  return cached(path.join(layout.cache, 'clients'), `sdk-${contentKey(...files)}`, async (target) => {
    mkdirSync(target, { recursive: true });
    await execa('cp', [...files, target]);
    await execa('npm', ['ci', '--ignore-scripts'], { cwd: target });
  });
}

/** A Python that has pyzeebe; a virtual environment cannot be moved, so it is made in its place. */
async function pyzeebe(layout: Layout): Promise<string> {
  const requirements = here('requirements.txt');
  const folder = path.join(layout.cache, 'clients', `pyzeebe-${contentKey(requirements)}`);
  const whole = path.join(folder, 'whole');
  if (!existsSync(whole)) {
    await ensurePython(readSettings().mayInstall);
    await execa('python3', ['-m', 'venv', '--clear', folder]);
    await execa(path.join(folder, 'bin/pip'), ['install', '--quiet', '--no-deps', '--requirement', requirements]);
    writeFileSync(whole, '');
  }
  return path.join(folder, 'bin/python');
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
