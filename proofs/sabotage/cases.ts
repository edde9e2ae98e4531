/** What an outsider does behind a run's back, and what the run must say of it. */
import type { Control } from '../../helpers/settings.ts';
import { seconds } from '../../helpers/wait/deadline.ts';
import type { Outsider } from './outsider.ts';

export interface Sabotage {
  /** What is done, for tables: `the cut is taken out and put back at once`. */
  readonly title: string;
  readonly experiment: string;
  /** The line of the run's output at which it is done, whose groups are handed on; before the run unless told. */
  readonly when?: RegExp;
  readonly act: (outsider: Outsider, ...groups: string[]) => Promise<unknown>;
  /** For what must be told from a claim that is refuted. */
  readonly control?: Control;
  /** What the run must say: broken unless told, since nothing of it is the engine's doing. */
  readonly verdict?: 'failed';
  /** What the reason must be about. */
  readonly says: RegExp;
}

const CUT = /Evidence: (\S+) → (\S+): no route to host/;

/** Just before it goes in. */
const STRESS = /Action: stress (\S+) with/;

/** For as long as clients may wait before the stress is lifted: only the lift can tell of what is done then. */
const LATE = 23 * seconds;

export const sabotages: readonly Sabotage[] = [
  {
    title: 'a second route blocks the way that a cut blocks',
    experiment: 'extra/deployment-resent',
    when: CUT,
    act: (outsider, from = '', to = '') => outsider.addRoute(from, to),
    says: /has a route that is not this run's: unreachable/,
  },
  {
    title: 'a cut is taken out and put back at once',
    experiment: 'extra/deployment-resent',
    when: CUT,
    act: (outsider, from = '', to = '') => outsider.flicker(from, to),
    says: /^FaultWithoutEffect: \S+ is expected to have been cut off from \S+ all the time/,
  },
  {
    title: 'the processes that stress a broker are killed',
    experiment: 'production-m/stress-cpu-on-broker',
    when: STRESS,
    act: (outsider, broker = '') => outsider.endStress(broker, { after: LATE }),
    says: /^FaultWithoutEffect: stress camunda-zeebe-\d /,
  },
  {
    title: 'a broker under stress is killed',
    experiment: 'production-m/stress-cpu-on-broker',
    when: STRESS,
    act: (outsider, broker = '') => outsider.kill(broker, { after: LATE }),
    says: /^FaultWithoutEffect: stress camunda-zeebe-\d /,
  },
  {
    title: 'one gateway of two is cut off from every broker before the experiment',
    experiment: 'production-m/follower-restart',
    act: (outsider) => outsider.isolateGateway(),
    says: /^before the experiment: The cluster is expected to be steady .*camunda-zeebe-gateway-\S+(: | running, not ready)/,
  },
  {
    title: 'a tool container of a lost run is at work',
    experiment: 'production-m/follower-restart',
    act: (outsider) => outsider.leaveTools(),
    says: /^before the experiment: ExperimentInvalid: .*The tool container zeebe-chaos-lost-\S+ is at work in/,
  },
  {
    title: 'a job worker of a lost run is there',
    experiment: 'production-m/follower-restart',
    act: (outsider) => outsider.leaveWorker(),
    says: /^before the experiment: ExperimentInvalid: .*zeebe-chaos-worker-lost-\S+ is a job worker/,
  },
  {
    title: 'a route of a lost run keeps one broker from another, where the experiment cuts nothing',
    experiment: 'production-m/follower-restart',
    act: (outsider) => outsider.addRoute('camunda-zeebe-0', 'camunda-zeebe-1'),
    says: /^before the experiment: ExperimentInvalid: .*camunda-zeebe-0 has a route to \S+ that lets nothing through/,
  },
  {
    title: 'a broker that this run has killed is killed once more',
    experiment: 'production-m/leader-terminate',
    when: /Action: terminate (\S+)/,
    act: (outsider, broker = '') => outsider.killAgain(broker),
    says: /(is expected to (end its process once|restart its container once))|it has restarted once, beside the kill of this run/,
  },
  {
    title: 'a broker that restarts gracefully is given no grace',
    experiment: 'production-m/follower-restart',
    when: /Action: restart (\S+) gracefully/,
    act: (outsider, broker = '') => outsider.forceDelete(broker),
    says: /is expected to let camunda-zeebe-\d end by itself|^Pod camunda-zeebe-\d was expected to be deleted/,
  },
  {
    title: 'an instance that waits for a job worker is cancelled',
    experiment: 'production-m/worker-restart',
    when: /Action: start 20 instances that need a worker/,
    act: (outsider) => outsider.cancelWork(),
    // Nobody can tell an instance that was cancelled from one that was lost.
    verdict: 'failed',
    says: /[1-9] have ended without a completion/,
  },
  {
    title: 'every broker is starved while no leader is elected that would not be elected anyway',
    experiment: 'production-m/leader-terminate',
    control: 'refuted',
    act: (outsider) => outsider.starveAll(),
    says: /and that cannot be held against Zeebe: the threads of camunda-zeebe-\d waited/,
  },
];
