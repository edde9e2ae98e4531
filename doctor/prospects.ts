/** Which experiments will run on a cluster, and why others will not. */
import { faults, type FaultName } from '../helpers/faults/catalogue.ts';
import { isBroker, zeebePods } from '../helpers/cluster/resolve.ts';
import type { FaultFacts } from '../helpers/chaos/fault-kind.ts';
import { otherThanIPv4 } from '../helpers/faults/disconnect/only-ipv4.ts';
import { missingCpuLimit } from '../helpers/faults/stress/stress.ts';
import { missingPidNamespace } from '../helpers/faults/serving-process.ts';
import { whyWorkersLackAccess, type WorkerSettings } from '../helpers/traffic/worker-deployment.ts';
import { allIn, isAnyFirst, type Facts, type MissingRights } from './facts.ts';
import { admits, podSecurityOf } from './pod-security.ts';

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
  const broken = rightsFor(needs, facts);
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

function whySkipped(fault: FaultName, facts: Facts): string[] {
  const { labels, pods } = facts;
  const level = podSecurityOf('value' in labels ? labels.value : {});
  const brokers = allIn(pods).filter(isBroker);
  const missing = [
    ...(fault === 'disconnect' ? zeebePods(allIn(pods)).map(otherThanIPv4) : []),
    ...(fault === 'stress' ? brokers.map(missingCpuLimit) : []),
    ...(fault === 'stress' || faults[fault].ends.includes('process') ? brokers.map(missingPidNamespace) : []),
  ];
  return [
    ...(admits(level, toolsOf(faults[fault], isAnyFirst(facts)))
      ? []
      : [`Pod Security refuses tool containers for ${fault} at the level ${level}.`]),
    ...missing.filter((one) => one !== undefined).slice(0, 1),
  ];
}

/** What the tool containers of a fault may do; undefined where it needs none. */
function toolsOf({ image, capabilities, capabilitiesForFirst }: FaultFacts, isFirst: boolean) {
  if (image !== 'tools') return undefined;
  return (isFirst ? capabilitiesForFirst : undefined) ?? capabilities;
}
