/** Every setting of the project, read from the environment and validated in this one place. */
import os from 'node:os';
import path from 'node:path';
import { InvalidSetting } from './verdict/errors.ts';
import { OPEN_ACCESS, type ZeebeAccess } from './zeebe/access.ts';
import { readAccess } from './zeebe/read-access.ts';

export interface Settings {
  /** The kubeconfig context named with CHAOS_KUBE_CONTEXT; undefined means the embedded lab. */
  readonly kubeContext: string | undefined;
  /** The namespace that Zeebe runs in. */
  readonly namespace: string;
  /** How brokers and gateways are found there; on the lab they are labelled as in Camunda's charts. */
  readonly landmarks: Landmarks;
  /** How Zeebe's API is reached there; on the lab the variables of Camunda's clients count for nothing. */
  readonly access: ZeebeAccess;
  /** Repeats the choice of targets; printed with every run. */
  readonly seed: number;
  /** What the lab runs: `open`, an engine under an open licence, or the path of a Zeebe release archive. */
  readonly labEngine: string;
  readonly labShape: Shape;
  /** Replaces the image of the tool containers that carry network and stress faults. */
  readonly toolImage: string;
  /** The image of the job worker; undefined where none was named, so that experiments that need one are skipped. */
  readonly workerImage: string | undefined;
  /** The Secret, in Zeebe's namespace, that gives job workers their access; undefined where none was named. */
  readonly workerSecret: string | undefined;
  /** `host:port` of the gateway of the Zeebe that the test bench runs on; undefined means one in the lab. */
  readonly benchAddress: string | undefined;
  /** Whether the lab may install missing Debian packages. */
  readonly mayInstall: boolean;
  /** What a control run does to the experiments; `none` in every other run. */
  readonly control: Control;
  /** Where a run writes its results, journal and Allure results. */
  readonly reports: string;
  /** Where the lab keeps its running state; removed by `lab down`. */
  readonly stateFolder: string;
  /** Where built binaries, root file systems and images stay between runs. */
  readonly cacheFolder: string;
}

/** How brokers and gateways are found where they are not labelled as in Camunda's charts, or a namespace holds two Zeebes. */
export interface Landmarks {
  /** What brokers' pods are labelled; undefined means as in the charts. */
  readonly brokers?: Labels | undefined;
  /** The name of the Service in front of the gateways; undefined means the one that is labelled so. */
  readonly gatewayService?: string | undefined;
}

type Labels = Readonly<Record<string, string>>;

/**
 * What a control run does to an experiment, to show that it can go wrong: `no-effect` leaves every fault out but still
 * asks for its proof; `refuted` adds the experiment's refuter.
 */
export type Control = (typeof controls)[number];
const controls = ['none', 'no-effect', 'refuted'] as const;

/** How the lab lays Zeebe out; lab/zeebe/shapes.ts says what each is. */
export type Shape = (typeof shapes)[number];
const shapes = ['usual', 'embedded', 'secured', 'restricted'] as const;

const known = {
  CHAOS_KUBE_CONTEXT: 'a kubeconfig context',
  CHAOS_NAMESPACE: 'a Kubernetes namespace',
  CHAOS_BROKERS: "the labels of brokers' pods",
  CHAOS_GATEWAY_SERVICE: 'the name of a Service',
  CHAOS_SEED: 'a whole number',
  CHAOS_TOOL_IMAGE: 'an image reference',
  CHAOS_WORKER_IMAGE: 'an image reference',
  CHAOS_WORKER_SECRET: 'the name of a Secret',
  CHAOS_CONTROL: controls.join(', '),
  CHAOS_CONTROL_AGAIN: 'the same as CHAOS_CONTROL',
  CHAOS_REPORTS: 'a path',
  CHAOS_BENCH_ADDRESS: 'host:port',
  CHAOS_LAB_ENGINE: 'open or an absolute path',
  CHAOS_LAB_SHAPE: shapes.join(', '),
  CHAOS_LAB_INSTALL: 'yes or no',
  CHAOS_LAB_STATE: 'an absolute path',
  CHAOS_LAB_CACHE: 'an absolute path',
} as const;

export { InvalidSetting };

/** The image of tool containers on the lab; elsewhere CHAOS_TOOL_IMAGE names one the cluster can pull. */
export const LAB_TOOL_IMAGE = 'localhost/zeebe-chaos/tools:1';

/** The image of the job worker on the lab; elsewhere CHAOS_WORKER_IMAGE names one the cluster can pull. */
export const LAB_WORKER_IMAGE = 'localhost/zeebe-chaos/worker:1';

/**
 * Reads the settings from an environment, by default the process's own.
 *
 * @throws InvalidSetting naming the variable, what was expected and what was found.
 */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  refuseTypos(env);
  const kubeContext = env['CHAOS_KUBE_CONTEXT'] || undefined;
  return {
    kubeContext,
    namespace: namespaceFrom(env['CHAOS_NAMESPACE'], kubeContext),
    landmarks: kubeContext
      ? { brokers: labelsFrom(env['CHAOS_BROKERS']), gatewayService: nameFrom('CHAOS_GATEWAY_SERVICE', env) }
      : {},
    access: kubeContext ? readAccess(env) : OPEN_ACCESS,
    seed: seedFrom(env['CHAOS_SEED']),
    ...labSettings(env, kubeContext),
    toolImage: toolImageFrom(env['CHAOS_TOOL_IMAGE'], kubeContext),
    workerImage: env['CHAOS_WORKER_IMAGE'] || (kubeContext ? undefined : LAB_WORKER_IMAGE),
    // As with the access itself, what is there for a cluster does not count on the lab.
    workerSecret: kubeContext ? nameFrom('CHAOS_WORKER_SECRET', env) : undefined,
    control: controlFrom(env['CHAOS_CONTROL'], env['CHAOS_CONTROL_AGAIN'], kubeContext),
    benchAddress: addressFrom(env['CHAOS_BENCH_ADDRESS']),
    reports: reportsFolder(env),
  };
}

type LabSettings = Pick<Settings, 'labEngine' | 'labShape' | 'mayInstall' | 'stateFolder' | 'cacheFolder'>;

/** What is wrong with the lab's settings is of no concern to who has named another cluster: then it has its own, and installs nothing. */
function labSettings(env: NodeJS.ProcessEnv, kubeContext: string | undefined): LabSettings {
  try {
    return {
      labEngine: engineFrom(env['CHAOS_LAB_ENGINE']),
      labShape: shapeFrom(env['CHAOS_LAB_SHAPE']),
      mayInstall: yesOrNo('CHAOS_LAB_INSTALL', env['CHAOS_LAB_INSTALL'], true),
      stateFolder: visibleFolder('CHAOS_LAB_STATE', env['CHAOS_LAB_STATE'] || '/var/lib/zeebe-chaos-lab'),
      cacheFolder: visibleFolder('CHAOS_LAB_CACHE', env['CHAOS_LAB_CACHE'] || path.join(cacheHome(env), 'zeebe-chaos')),
    };
  } catch (error) {
    if (kubeContext === undefined) throw error;
    return labSettings({ CHAOS_LAB_CACHE: '/var/cache/zeebe-chaos', CHAOS_LAB_INSTALL: 'no' }, undefined);
  }
}

/** The folder that a run writes to; a function of its own because the runner's configuration needs no other setting. */
export function reportsFolder(env: NodeJS.ProcessEnv = process.env): string {
  return path.resolve(env['CHAOS_REPORTS'] || 'reports/out');
}

/** What the kubelet puts into the environment of every pod for a Service, here one that is called `chaos-…` (service links). */
const OF_A_SERVICE = /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?$/;

function refuseTypos(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env))
    if (name.startsWith('CHAOS_') && !(name in known) && !OF_A_SERVICE.test(name))
      throw new InvalidSetting(
        `${name} is not a setting of zeebe-chaos; the settings are ${Object.keys(known).join(', ')} and KUBECONFIG.`,
      );
}

function namespaceFrom(value: string | undefined, kubeContext: string | undefined): string {
  if (!value && kubeContext)
    throw new InvalidSetting(
      `CHAOS_NAMESPACE is expected beside CHAOS_KUBE_CONTEXT=${kubeContext}: name the namespace Zeebe runs in.`,
    );
  const namespace = value || 'zeebe';
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace))
    throw new InvalidSetting(`CHAOS_NAMESPACE is expected to be a Kubernetes namespace name, found "${namespace}".`);
  return namespace;
}

function toolImageFrom(value: string | undefined, kubeContext: string | undefined): string {
  if (!value && kubeContext)
    throw new InvalidSetting(
      `CHAOS_TOOL_IMAGE is expected beside CHAOS_KUBE_CONTEXT=${kubeContext}: name an image with bash, iproute2, stress and procps that the cluster can pull.`,
    );
  return value || LAB_TOOL_IMAGE;
}

function nameFrom(
  name: 'CHAOS_WORKER_SECRET' | 'CHAOS_GATEWAY_SERVICE',
  { [name]: value }: NodeJS.ProcessEnv,
): string | undefined {
  if (!value) return undefined;
  if (value.length > 253 || !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(value))
    throw new InvalidSetting(`${name} is expected to be ${known[name]}, found "${value}".`);
  return value;
}

function labelsFrom(value: string | undefined): Labels | undefined {
  if (!value) return undefined;
  const labels = value.split(',').map((label) => /^\s*([\w./-]+)=([\w.-]*)\s*$/.exec(label)?.slice(1));
  if (labels.some((label) => label === undefined))
    throw new InvalidSetting(
      `CHAOS_BROKERS is expected to be the labels of brokers' pods, as name=value,name=value, found "${value}".`,
    );
  return Object.fromEntries(labels as [string, string][]);
}

function seedFrom(value: string | undefined): number {
  if (!value) return Date.now() % 1_000_000;
  if (!/^\d{1,9}$/.test(value))
    throw new InvalidSetting(`CHAOS_SEED is expected to be a whole number of up to nine digits, found "${value}".`);
  return Number(value);
}

function engineFrom(value: string | undefined): string {
  const engine = value || 'open';
  return engine === 'open' ? engine : folderFrom('CHAOS_LAB_ENGINE', engine);
}

function shapeFrom(value: string | undefined): Shape {
  const shape = shapes.find((s) => s === (value || 'usual'));
  if (!shape)
    throw new InvalidSetting(`CHAOS_LAB_SHAPE is expected to be one of ${shapes.join(', ')}, found "${value ?? ''}".`);
  return shape;
}

function addressFrom(value: string | undefined): string | undefined {
  if (!value) return undefined;
  if (!/^[^\s/:]+:\d{1,5}$/.test(value))
    throw new InvalidSetting(
      `CHAOS_BENCH_ADDRESS is expected to be the host:port of a Zeebe gateway, found "${value}".`,
    );
  return value;
}

function yesOrNo(name: keyof typeof known, value: string | undefined, otherwise: boolean): boolean {
  if (!value) return otherwise;
  if (value !== 'yes' && value !== 'no')
    throw new InvalidSetting(`${name} is expected to be yes or no, found "${value}".`);
  return value === 'yes';
}

/** A control run may take a partition's majority: on a cluster that is not the lab one has to say so twice. */
function controlFrom(value: string | undefined, again: string | undefined, kubeContext: string | undefined): Control {
  const control = controls.find((c) => c === (value || 'none'));
  if (!control)
    throw new InvalidSetting(`CHAOS_CONTROL is expected to be one of ${controls.join(', ')}, found "${value ?? ''}".`);
  if (kubeContext && control !== 'none' && again !== control)
    throw new InvalidSetting(
      `A control run does more harm than an experiment may, and on a cluster of your own it is expected to be asked for twice: set CHAOS_CONTROL_AGAIN=${control} beside CHAOS_CONTROL=${control}, found "${again ?? ''}".`,
    );
  return control;
}

/** A lab machine has its own /tmp and /run, so that a folder there would be invisible to it. */
function visibleFolder(name: keyof typeof known, value: string): string {
  const folder = folderFrom(name, value);
  if (/^\/(tmp|run|var\/run|proc|sys|dev)(\/|$)/.test(folder))
    throw new InvalidSetting(
      `${name} is expected outside /tmp, /run, /proc, /sys and /dev, which every lab machine replaces by its own; found ${folder}.`,
    );
  return folder;
}

function folderFrom(name: keyof typeof known, value: string): string {
  if (!path.isAbsolute(value))
    throw new InvalidSetting(`${name} is expected to be an absolute path, found "${value}".`);
  return path.normalize(value);
}

function cacheHome(env: NodeJS.ProcessEnv): string {
  return env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache');
}
