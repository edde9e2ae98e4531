/** Whether the processes of Zeebe that an experiment began with went on, but for those that it ended itself. */
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { ClaimRefuted, ExperimentInvalid } from '../verdict/errors.ts';
import { isBroker, zeebeContainerOf, zeebePods } from './resolve.ts';

/** A pod of Zeebe as it was found. */
interface Life {
  readonly name: string;
  readonly uid: string;
  readonly isBroker: boolean;
  readonly restarts: number;
}

/** The brokers and gateways there are. */
export function livesIn(pods: readonly V1Pod[]): Life[] {
  return zeebePods(pods).map((pod) => ({
    name: pod.metadata?.name ?? '',
    uid: pod.metadata?.uid ?? '',
    isBroker: isBroker(pod),
    restarts: statusOf(pod)?.restartCount ?? 0,
  }));
}

/** Of the container of Zeebe alone: what is beside it in its pod comes and goes as it likes. */
function statusOf(pod: V1Pod): V1ContainerStatus | undefined {
  return pod.status?.containerStatuses?.find(({ name }) => name === zeebeContainerOf(pod));
}

/** A fault of the experiment, by what it may end at its targets (`FaultFacts.ends`). */
interface Ending {
  readonly targets: readonly string[];
  readonly ends: readonly ('process' | 'pod')[];
}

/** What SIGKILL and SIGTERM leave, which come from outside, and what a process leaves that was asked to end. */
const ENDED_BY_OTHERS = [0, 137, 143];

/**
 * Throws for the first process that has ended without one of these faults: ClaimRefuted where it ended by itself or for want
 * of memory, ExperimentInvalid where somebody else ended a broker or its pod. Gateways come and go with their number, and
 * clients go to another one.
 */
export function mustHaveGoneOn(before: readonly Life[], pods: readonly V1Pod[], faults: readonly Ending[]): void {
  for (const life of before) {
    const error = endOf(
      life,
      pods,
      faults.filter(({ targets }) => targets.includes(life.name)),
    );
    if (error instanceof ClaimRefuted || (error && life.isBroker)) throw error;
  }
}

/** What is wrong with one of them; undefined where nothing is. */
function endOf({ name, uid, restarts }: Life, pods: readonly V1Pod[], own: readonly Ending[]): Error | undefined {
  const now = pods.find(({ metadata }) => metadata?.name === name);
  const isReplaced = now?.metadata?.uid !== uid;
  if (isReplaced && !own.some(({ ends }) => ends.includes('pod')))
    return new ExperimentInvalid(`Pod ${name} is expected to go on, and was replaced by somebody else.`);
  // Of one that is on its way the steady state tells.
  const status = now && statusOf(now);
  if (!status) return undefined;
  // A pod that was made anew has none of the restarts before; its kills may have been before that or after.
  const kills = own.filter(({ ends }) => ends.includes('process')).length;
  const others = status.restartCount - (isReplaced ? 0 : restarts) - kills;
  return others > 0 ? ended(name, others, kills, status) : undefined;
}

function ended(name: string, others: number, kills: number, { lastState }: V1ContainerStatus): Error {
  const { exitCode, reason } = lastState?.terminated ?? {};
  const byItself = reason === 'OOMKilled' || (exitCode !== undefined && !ENDED_BY_OTHERS.includes(exitCode));
  const beside = kills > 0 ? `, beside ${kills === 1 ? 'the kill' : `the ${kills} kills`} of this run` : '';
  const how = `last with exit code ${exitCode ?? 'none'}, ${reason ?? 'no reason'}`;
  const seen = `${name} is expected to go on; it has restarted ${others === 1 ? 'once' : `${others} times`}${beside}, ${how}.`;
  return byItself ? new ClaimRefuted(seen) : new ExperimentInvalid(seen);
}
