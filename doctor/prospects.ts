/** Which experiments will run on a cluster, and why others will not. */
import { faults, type FaultName } from '../helpers/faults/catalogue.ts';
import { isBroker } from '../helpers/cluster/resolve.ts';
import { hasCpuLimit } from '../helpers/kubernetes/pods.ts';
import { whyWorkersLackAccess, type WorkerSettings } from '../helpers/traffic/worker-deployment.ts';
import { allIn, type Facts, type MissingRights } from './facts.ts';
import { podSecurityOf } from './pod-security.ts';

/** What an experiment needs, as its spec file declares it. */
export interface Needs {
  /** `production-m/leader-restart` */
  readonly name: string;
  readonly faults: readonly FaultName[];
  readonly brings?: 'job workers' | undefined;
}

export interface Prospect {
  readonly name: string;
  readonly prospect: 'runs' | 'skipped' | 'broken';
  /** Empty where it runs. */
  readonly why: string;
}

/** What will become of an experiment, as far as that is to be seen beforehand: broken before skipped. */
export function prospectOf(needs: Needs, facts: Facts, workers: WorkerSettings): Prospect {
  const broken = [...rightsFor(needs, facts), ...needs.faults.flatMap((fault) => whyBroken(fault, facts))];
  const skipped = [
    ...needs.faults.flatMap((fault) => whySkipped(fault, facts)),
    ...(needs.brings ? whyNoWorkers(workers) : []),
  ];
  const prospect = broken.length > 0 ? 'broken' : skipped.length > 0 ? 'skipped' : 'runs';
  return { name: needs.name, prospect, why: [...new Set(broken.length > 0 ? broken : skipped)].join(' ') };
}

function whyNoWorkers(workers: WorkerSettings): string[] {
  const lacks = whyWorkersLackAccess(workers);
  return [
    ...(workers.workerImage === undefined ? ['CHAOS_WORKER_IMAGE names no image.'] : []),
    ...(lacks === undefined ? [] : [lacks]),
  ];
}

function rightsFor({ faults: own, brings }: Needs, { missing }: Facts): string[] {
  const all: MissingRights = 'value' in missing ? missing.value : {};
  return [...own, ...(brings ? [brings] : [])].flatMap((of) => all[of] ?? []);
}

function whyBroken(fault: FaultName, { labels, pods, hasInit }: Facts): string[] {
  const { image, capabilities, ends } = faults[fault];
  const level = podSecurityOf('value' in labels ? labels.value : {});
  const isRefused =
    image === 'tools' &&
    (level === 'restricted' || (level === 'baseline' && (capabilities as readonly string[]).includes('NET_ADMIN')));
  const hasNoInit = [...hasInit.values()].some((told) => 'value' in told && !told.value);
  const isIPv6 = allIn(pods).some((pod) => isBroker(pod) && pod.status?.podIP?.includes(':'));
  return [
    ...(isRefused ? [`Pod Security refuses tool containers for ${fault} at the level ${level}.`] : []),
    ...(ends.includes('process') && hasNoInit
      ? ['The broker is process 1 of its container, which a kill from inside does not reach.']
      : []),
    ...(fault === 'disconnect' && isIPv6 ? ['Pods with IPv6 addresses are not cut off.'] : []),
  ];
}

function whySkipped(fault: FaultName, { pods }: Facts): string[] {
  if (fault !== 'stress') return [];
  const unlimited = allIn(pods).find((pod) => isBroker(pod) && !hasCpuLimit(pod));
  return unlimited
    ? [`A CPU limit on every container of ${unlimited.metadata?.name} is needed, and there is none.`]
    : [];
}
