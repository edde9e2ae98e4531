/**
 * An ephemeral container with network and stress tools in a running pod.
 *
 * It holds a lease that its runner renews; when the renewals stop, or a fault's own time is up, it lifts the faults it
 * carries by itself (keeper.sh). It has no token and needs nothing from the pod's own image.
 */
import { PatchStrategy, setHeaderOptions, type V1Pod } from '@kubernetes/client-node';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { FaultUnavailable } from '../verdict/errors.ts';
import { seconds, type Bound } from '../wait/deadline.ts';
import { reasonOf } from './apply.ts';
import { toCarry, toLift, toSee, type Carried, type Script } from './carried.ts';
import type { Kubernetes } from './connection.ts';
import { exec, type CommandResult, type Place } from './exec.ts';
import type { PodWatch } from './pod-watch.ts';
import type { PodIdentity } from './pods.ts';

/** A tool container lifts its faults when it was not renewed for `expires` ms; the runner renews `every` ms. */
export interface Lease {
  readonly expires: number;
  readonly every: number;
}

export const USUAL_LEASE: Lease = { expires: 30 * seconds, every: 5 * seconds };

const keeper = readFileSync(new URL('keeper.sh', import.meta.url), 'utf8');

/** What ends a tool container (keeper.sh). */
export const END = 'touch /tmp/zeebe-chaos/end';

/** What a container may do beyond what any process may (capabilities(7)): change routes, signal or trace processes of other users. */
export type Capability = 'NET_ADMIN' | 'KILL' | 'SYS_PTRACE';

/** What a tool container shares with a container of its pod, and what it may. */
export interface ToolNeeds {
  /** Its processes: such a tool container ends with that container's first process, since they share a PID namespace. */
  readonly processesOf?: string;
  /** A volume of the pod, mounted at /data. */
  readonly volume?: string;
  /** None unless told. */
  readonly capabilities?: readonly Capability[];
  /** Whose files it writes: root unless told, who without a capability writes only its own. */
  readonly user?: number;
}

export interface ToolContainer {
  readonly pod: PodIdentity;
  readonly name: string;
  /** Runs a bash script in the container, and tells how it ended; `args` are its $1, $2 … */
  run(script: string, args?: readonly string[], bound?: Partial<Bound>): Promise<CommandResult>;
  /** Runs a bash script that must succeed, and returns what it printed; throws with its last words if it does not. */
  must(script: string, args?: readonly string[], bound?: Partial<Bound>): Promise<string>;
  /** Puts a fault in; the container lifts it by itself at `until`, or when its runner is gone. */
  carry(fault: Carried, inject: Script, until: Date): Promise<void>;
  /** Returns what its watcher has seen of a fault that this container carries; throws if it carries it no more. */
  seen(fault: Carried): Promise<string>;
  /** Lifts a fault that this or another container of the pod carries; safe to repeat. */
  lift(fault: Carried): Promise<void>;
  /** Ends the container; what it still carries is lifted first. */
  end(): Promise<void>;
}

/** What the tool containers of a run have in common. */
export interface Common {
  readonly kubernetes: Kubernetes;
  readonly namespace: string;
  readonly pods: PodWatch;
  readonly image: string;
  /** What their names begin with. */
  readonly name: string;
  readonly lease: Lease;
}

/** Starts a tool container in a pod; throws FaultUnavailable if Pod Security refuses it, Error if it does not run within 20 s. */
export async function startToolContainer(common: Common, pod: PodIdentity, needs: ToolNeeds): Promise<ToolContainer> {
  const { kubernetes, namespace, pods } = common;
  // Ephemeral containers stay in a pod's record under their names, those of the run's earlier experiments too.
  const name = `${common.name}-${randomBytes(3).toString('hex')}`;
  const place: Place = { namespace, pod: pod.name, container: name };
  await add(common, pod, name, needs);
  await pods.until(`the tool container ${name} to run in ${pod.name}`, (all) => runsIn(all, pod, name), {
    within: 20 * seconds,
  });
  const run: ToolContainer['run'] = (script, args = [], bound = {}) =>
    exec(kubernetes, place, ['bash', '-c', script, 'tool', ...args], bound);
  const must: ToolContainer['must'] = async (script, args, bound) => {
    const { exitCode, stdout, stderr } = await run(script, args, bound);
    if (exitCode === 0) return stdout.trim();
    throw new Error(
      `A command in ${pod.name} was expected to succeed, and ended with ${exitCode}: ${stderr.trim() || stdout.trim()}`,
    );
  };
  const carryOut = async ({ text, args }: Script) => {
    await must(text, args);
  };
  const ending = new AbortController();
  void keepRenewing(common, { pod, name, run }, ending.signal);
  return {
    pod,
    name,
    run,
    must,
    carry: (fault, inject, until) => carryOut(toCarry(fault, inject, until)),
    seen: (fault) => {
      const { text, args } = toSee(fault);
      return must(text, args);
    },
    lift: (fault) => carryOut(toLift(fault)),
    end: async () => {
      ending.abort();
      await run(END);
    },
  };
}

/** A renewal that failed is repeated sooner, so that an API server that is away for 20 s costs no fault its hold. */
async function keepRenewing(
  { lease, pods }: Common,
  { pod, name, run }: Pick<ToolContainer, 'pod' | 'name' | 'run'>,
  signal: AbortSignal,
): Promise<void> {
  const { every } = lease;
  let renewed = true;
  for (;;) {
    await delay(renewed ? every : every / 5, undefined, { ref: false, signal }).catch(() => undefined);
    if (signal.aborted || hasEnded(pods, { pod, name })) return;
    renewed = await run('touch /tmp/zeebe-chaos/lease', [], { within: every / 2, signal }).then(
      ({ exitCode }) => exitCode === 0,
      () => false,
    );
  }
}

/** Whether a tool container has ended, or its pod is gone. */
export function hasEnded(pods: PodWatch, { pod, name }: Pick<ToolContainer, 'pod' | 'name'>): boolean {
  const now = pods.all().find((p) => p.metadata?.uid === pod.uid);
  if (!now) return true;
  return now.status?.ephemeralContainerStatuses?.find((c) => c.name === name)?.state?.terminated !== undefined;
}

/** What the Pod Security admission plugin says of what it refuses (k8s.io/pod-security-admission). */
const POD_SECURITY = /violates PodSecurity/;

async function add(
  { kubernetes, namespace, image, lease }: Common,
  pod: PodIdentity,
  name: string,
  { processesOf, volume, capabilities = [], user = 0 }: ToolNeeds,
): Promise<void> {
  const container = {
    name,
    image,
    ...(processesOf === undefined ? {} : { targetContainerName: processesOf }),
    ...(volume === undefined ? {} : { volumeMounts: [{ name: volume, mountPath: '/data' }] }),
    command: ['bash', '-c', keeper, 'keeper', String(lease.expires / seconds)],
    // The pod's own setting may be runAsNonRoot, as in the Helm chart.
    securityContext: {
      runAsUser: user,
      runAsNonRoot: user !== 0,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: [...capabilities] },
    },
  };
  try {
    await kubernetes.core.patchNamespacedPodEphemeralcontainers(
      {
        name: pod.name,
        namespace,
        body: { metadata: { uid: pod.uid }, spec: { ephemeralContainers: [container] } },
      },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
  } catch (error) {
    const reason = reasonOf(error);
    if (POD_SECURITY.test(reason))
      throw new FaultUnavailable(`A tool container in ${pod.name} is needed, and refused: ${reason}`, { cause: error });
    throw new Error(`A tool container was expected to be accepted in ${pod.name}: ${reason}`, { cause: error });
  }
}

/** Reasons for which the kubelet goes on trying, and nobody should wait for it. */
const hopeless = /^(ErrImage|InvalidImageName|ImagePullBackOff|CreateContainer|RunContainer)/;

function runsIn(pods: V1Pod[], { name, uid }: PodIdentity, container: string): boolean {
  const pod = pods.find((p) => p.metadata?.name === name);
  if (pod?.metadata?.uid !== uid) throw new Error(`Pod ${name} was replaced while its tool container was starting.`);
  const state = pod.status?.ephemeralContainerStatuses?.find((c) => c.name === container)?.state;
  if (state?.terminated)
    throw new Error(
      `The tool container in ${name} ended at once: ${state.terminated.message ?? state.terminated.reason}.`,
    );
  const { reason, message } = state?.waiting ?? {};
  if (reason && hopeless.test(reason))
    throw new Error(`The tool container in ${name} cannot start: ${reason}: ${message ?? ''}`);
  return state?.running !== undefined;
}
