/** What is right and what is wrong with a cluster, one line each. */
import { brokersAmong, isEmbedded, whyTwoZeebes } from '../helpers/cluster/resolve.ts';
import { hasCpuLimit, isReady } from '../helpers/kubernetes/pods.ts';
import { whyWorkersLackAccess, type WorkerSettings } from '../helpers/traffic/worker-deployment.ts';
import { engineName } from '../helpers/zeebe/engine-name.ts';
import { renderTopology } from '../helpers/zeebe/render-topology.ts';
import { whatIsMissing } from '../helpers/zeebe/topology.ts';
import { allIn, isAnyFirst, type Facts, type Told } from './facts.ts';
import { podSecurityOf } from './pod-security.ts';

export interface Finding {
  readonly about: string;
  /** `noted` is what keeps some experiments from running, as the list of these says. */
  readonly state: 'right' | 'noted' | 'wrong';
  readonly says: string;
}

/** Everything that holds for all experiments of a run. */
export function findingsOf(facts: Facts, workers: WorkerSettings): Finding[] {
  const { workerImage } = workers;
  const lacks = whyWorkersLackAccess(workers);
  return [
    about('API server', facts.version, (version) => right(`Kubernetes ${version}`)),
    about('namespace', facts.labels, namespaceFinding),
    about('rights', facts.missing, ({ 'every run': missing = [] }) =>
      missing.length === 0 ? right('those of every run') : wrong(missing.join(' ')),
    ),
    about('brokers', facts.pods, () => brokersFinding(facts)),
    about('gateways', facts.gateways, () => gatewaysFinding(facts)),
    ...[...facts.topologies].map(([gateway, topology]) =>
      about(`through ${gateway}`, topology, (known) => {
        const missing = whatIsMissing(known);
        const seen = `${engineName(known.gatewayVersion)}; ${renderTopology(known)}`;
        return missing.length === 0 ? right(seen) : wrong(missing.join(' '));
      }),
    ),
    about('Lease', facts.holder, (holder) =>
      holder === undefined
        ? right('nobody holds the namespace')
        : noted(`held by run ${holder}; taken over once it is not renewed any more`),
    ),
    about('ledger', facts.ledger, (titles) =>
      titles.length === 0 ? right('nothing is left') : wrong(`left by a run: ${titles.join('; ')}. See npm run heal.`),
    ),
    {
      about: 'worker image',
      ...(workerImage === undefined
        ? noted('CHAOS_WORKER_IMAGE names none')
        : right(`${workerImage}, not pulled here`)),
    },
    ...(lacks === undefined ? [] : [{ about: 'worker access', ...noted(lacks) }]),
  ];
}

type Says = Pick<Finding, 'state' | 'says'>;

const right = (says: string): Says => ({ state: 'right', says });
const noted = (says: string): Says => ({ state: 'noted', says });
const wrong = (says: string): Says => ({ state: 'wrong', says });

function about<T>(what: string, answer: Told<T>, judge: (value: T) => Says): Finding {
  return { about: what, ...('refused' in answer ? wrong(answer.refused) : judge(answer.value)) };
}

function namespaceFinding(labels: Readonly<Record<string, string>>): Says {
  if (labels['zeebe-chaos/protected'] !== undefined) return wrong('protected by its label zeebe-chaos/protected');
  const level = podSecurityOf(labels);
  return level === 'privileged' ? right('admits any pod') : noted(`Pod Security admits ${level} pods only`);
}

function brokersFinding(facts: Facts): Says {
  const { pods } = facts;
  try {
    const brokers = brokersAmong(allIn(pods));
    if (brokers.length < 3)
      return wrong(`three or more with an address are expected, labelled as Zeebe's; found ${brokers.length}`);
    const twice = whyTwoZeebes(brokers);
    if (twice) return wrong(twice);
    const own = allIn(pods).filter(({ metadata }) => brokers.some(({ name }) => name === metadata?.name));
    const unready = own.filter((pod) => !isReady(pod)).map(({ metadata }) => metadata?.name);
    if (unready.length > 0) return wrong(`not ready: ${unready.join(', ')}`);
    const unlimited = own.some((pod) => !hasCpuLimit(pod)) ? ['without a CPU limit'] : [];
    const first = isAnyFirst(facts) ? ['themselves process 1'] : [];
    const seen = [`${brokers.length} ready`, ...unlimited, ...first].join(', ');
    return unlimited.length > 0 ? noted(seen) : right(seen);
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

function gatewaysFinding({ gateways }: Facts): Says {
  const all = allIn(gateways);
  const ready = all.filter(isReady).length;
  const seen = `${ready} of ${all.length} ready${all.some(isEmbedded) ? ', inside the brokers' : ''}`;
  return ready > 0 && ready === all.length ? right(seen) : wrong(seen);
}
