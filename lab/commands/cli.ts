/** `npm run lab -- up | down | status | kubeconfig | logs <component> | kubectl … | deploy …` */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { readSettings } from '../../helpers/settings.ts';
import { down } from './down.ts';
import { layoutOf } from '../layout.ts';
import { NO_PLAN, statusOf, type Status } from '../status.ts';
import { up } from './up.ts';
import { deployElsewhere } from '../zeebe/deploy-elsewhere.ts';
import { DEFAULT_PLAN } from '../zeebe/plans.ts';
import { shapeInWords } from '../zeebe/shapes.ts';

// Its commands are about the lab, whatever cluster is named for experiments.
const settings = readSettings({ ...process.env, CHAOS_KUBE_CONTEXT: '' });
const layout = layoutOf(settings);

const commands: Record<string, (args: string[]) => Promise<void>> = {
  async up([plan = DEFAULT_PLAN]) {
    const { reused, kubeconfig } = await up(settings, plan);
    console.log(`The lab is up${reused ? ' (it was already)' : ''}. Its kubeconfig: ${kubeconfig}`);
  },
  async down() {
    await down(settings);
    console.log('The lab is down.');
  },
  async status() {
    const status = await statusOf(layout);
    console.log(inWords(status));
    if (status.state !== 'up' || status.running.plan === NO_PLAN) process.exitCode = 1;
  },
  async kubeconfig() {
    await requireUp();
    console.log(layout.kubeconfig);
  },
  async logs([component]) {
    const names = existsSync(layout.logs)
      ? readdirSync(layout.logs)
          .map((file) => path.basename(file, '.log'))
          .sort()
      : [];
    if (!component || !names.includes(component))
      throw new Error(
        `\`logs\` expects one of: ${names.join(', ') || 'none (the lab has not run yet)'}; found ${component ?? 'nothing'}.`,
      );
    await execa('cat', [path.join(layout.logs, `${component}.log`)], { stdio: 'inherit' });
  },
  async kubectl(args) {
    const status = await requireUp();
    const { exitCode } = await execa(status.running.hyperkube, ['kubectl', ...args], {
      stdio: 'inherit',
      reject: false,
      env: { KUBECONFIG: layout.kubeconfig },
    });
    process.exitCode = exitCode ?? 1;
  },
  deploy: deployElsewhere,
};

function inWords(status: Status): string {
  if (status.state === 'down') return 'down';
  if (status.state === 'partial') return `not whole: ${status.why}; \`npm run lab -- down\` cleans up`;
  const { plan, shape, engine } = status.running;
  if (plan === NO_PLAN) return 'not whole: its Zeebe is being replaced, or was to be; `npm run lab -- up` does so';
  return `up: ${plan}${shapeInWords(shape)}, ${engine}`;
}

async function requireUp() {
  const status = await statusOf(layout);
  if (status.state !== 'up') throw new Error('The lab is not up; bring it up with `npm run lab -- up`.');
  return status;
}

const [name = '', ...args] = process.argv.slice(2);
const command = commands[name];
try {
  if (!command)
    throw new Error(`Expected one of ${Object.keys(commands).join(', ')} after \`npm run lab --\`, found "${name}".`);
  await command(args);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
