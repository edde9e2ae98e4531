/** Who is killed when: drawn from a seed, so that a round can be tried again. */
import { seededBy } from '../../helpers/seeded.ts';
import { seconds } from '../../helpers/wait/deadline.ts';

/** What clients do when brokers are killed; the load that ends with the kill leaves nobody to take the keys of what was lost. */
export type KillMoment = 'creating' | 'creating, for the last time' | 'completing';

/** One round: brokers that are killed at once and started again. */
export interface Kill {
  readonly round: number;
  /** Brings this round again. */
  readonly seed: number;
  readonly moment: KillMoment;
  readonly brokers: readonly number[];
  /** Milliseconds from the whole cluster, or from the first completion, to the kill. */
  readonly afterMs: number;
  /** Milliseconds that the brokers stay away; often none. */
  readonly downMs: number;
}

/** After so many rounds everything is completed, and the history is checked. */
export const ROUNDS_A_CHECK = 5;
const LAST_CREATING = ROUNDS_A_CHECK - 1;

/** How many are killed; one is the everyday case, two and three leave no majority that goes on. */
const HOW_MANY = [1, 1, 1, 1, 1, 1, 1, 2, 3, 3];
const LATEST: Record<KillMoment, number> = {
  creating: 1.5 * seconds,
  'creating, for the last time': 1.5 * seconds,
  // A few hundred completions take no longer.
  completing: 0.15 * seconds,
};
const LONGEST_AWAY = 3 * seconds;

/** The kill of a round, counted from 1, of a proof with this seed, in a cluster of that many brokers. */
export function killOf(proof: number, round: number, brokers: number): Kill {
  const seed = proof + round;
  const seeded = seededBy(seed, 'kills');
  const below = (limit: number): number => seeded.pick(upTo(limit)) ?? 0;
  const moment = momentOf(round);
  return {
    round,
    seed,
    moment,
    brokers: seeded
      .shuffle(upTo(brokers))
      .slice(0, seeded.pick(HOW_MANY))
      .sort((a, b) => a - b),
    afterMs: below(LATEST[moment]),
    downMs: seeded.pick([true, false]) ? 0 : below(LONGEST_AWAY),
  };
}

/** How long there is a load at least before everything is killed: most of what was acknowledged is to be written by then. */
const LOAD_FIRST = 1 * seconds;

/**
 * The kill of a round that shows what was acknowledged and not written: of all brokers, in rounds with odd numbers when the
 * load ends, in the others amid the completion of what it has made.
 */
export function killOfAll(proof: number, round: number, brokers: number): Kill {
  const kill = { ...killOf(proof, round, brokers), brokers: upTo(brokers) };
  const seeded = seededBy(kill.seed, 'all');
  const moment = round % 2 === 1 ? 'creating, for the last time' : 'completing';
  const after = seeded.pick(upTo(LATEST[moment])) ?? 0;
  return { ...kill, moment, afterMs: after + (moment === 'completing' ? 0 : LOAD_FIRST) };
}

function momentOf(round: number): KillMoment {
  const place = ((round - 1) % ROUNDS_A_CHECK) + 1;
  if (place < LAST_CREATING) return 'creating';
  return place === LAST_CREATING ? 'creating, for the last time' : 'completing';
}

function upTo(limit: number): number[] {
  return Array.from({ length: limit }, (_, i) => i);
}
