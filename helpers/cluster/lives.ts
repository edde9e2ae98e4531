/** Whether the processes of Zeebe that an experiment began with went on, but for those that it ended itself. */
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { ClaimRefuted, ExperimentInvalid } from '../verdict/errors.ts';
import type { FaultRecord } from '../verdict/experiment-record.ts';
import { isBroker, zeebePods } from './resolve.ts';

/** A pod of Zeebe as it was found. */
interface Life {
  readonly name: string;
  readonly uid: string;
  readonly isBroker: boolean;
  /** Of all its containers together. */
  readonly restarts: number;
}

/** The brokers and gateways there are. */
export function livesIn(pods: readonly V1Pod[]): Life[] {
  return zeebePods(pods).map((pod) => ({
    name: pod.metadata?.name ?? '',
    uid: pod.metadata?.uid ?? '',
    isBroker: isBroker(pod),
    restarts: restartsOf(pod),
  }));
}

function restartsOf({ status }: V1Pod): number {
  return (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}

/** What a fault that replaces pods does to them is proven by itself. */
const REPLACES = ['restart', 'snapshot corruption'];

/** What SIGKILL and SIGTERM leave, which come from outside, and what a process leaves that was asked to end. */
const ENDED_BY_OTHERS = [0, 137, 143];

/**
 * Throws for the first process that has ended without one of these faults: ClaimRefuted where it ended by itself or for want
 * of memory, ExperimentInvalid where somebody else ended a broker or its pod. Gateways come and go with their number, and
 * clients go to another one.
 */
export function mustHaveGoneOn(before: readonly Life[], pods: readonly V1Pod[], faults: readonly FaultRecord[]): void {
  for (const life of before) {
    const { name, uid, restarts, isBroker } = life;
    const own = faults.filter(({ targets }) => targets.includes(name));
    if (own.some(({ kind }) => REPLACES.includes(kind))) continue;
    const pod = pods.find(({ metadata }) => metadata?.uid === uid);
    if (!pod && isBroker)
      throw new ExperimentInvalid(`Pod ${name} is expected to go on, and was replaced by somebody else.`);
    if (!pod) continue;
    const ours = own.filter(({ kind }) => kind === 'terminate').length;
    const others = restartsOf(pod) - restarts - ours;
    const error = others === 0 ? undefined : ended(name, others, ours, pod.status?.containerStatuses ?? []);
    if (error instanceof ClaimRefuted || (error && isBroker)) throw error;
  }
}

function ended(name: string, others: number, ours: number, statuses: readonly V1ContainerStatus[]): Error {
  const { exitCode, reason } = statuses.find(({ lastState }) => lastState?.terminated)?.lastState?.terminated ?? {};
  const byItself = reason === 'OOMKilled' || (exitCode !== undefined && !ENDED_BY_OTHERS.includes(exitCode));
  const kills = ours > 0 ? `, beside ${ours === 1 ? 'the kill' : `the ${ours} kills`} of this run` : '';
  const how = `last with exit code ${exitCode ?? 'none'}, ${reason ?? 'no reason'}`;
  const seen = `${name} is expected to go on; it has restarted ${others === 1 ? 'once' : `${others} times`}${kills}, ${how}.`;
  return byItself ? new ClaimRefuted(seen) : new ExperimentInvalid(seen);
}
