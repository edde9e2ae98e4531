/** Which files of cluster tests are run when, so that each has stood on either side of each other one. */
import { seededBy } from '../../helpers/seeded.ts';
import type { Tested } from '../inner/run-tests.ts';

/** One file in one round. */
export interface Step {
  /** From 1. */
  readonly round: number;
  /** Whether two processes keep both cores busy beside it. */
  readonly busy: boolean;
  readonly file: string;
}

/** A step that was taken. */
export interface Soaked extends Step {
  readonly tests: readonly Tested[];
  /** What was checked out. */
  readonly commit: string;
}

/** Every file in every round, each round in an order of its own; every second round beside busy processes. */
export function soakPlan(files: readonly string[], rounds: number): Step[] {
  return Array.from({ length: rounds }, (_, n) => n + 1).flatMap((round) =>
    seededBy(round, 'soak')
      .shuffle([...files].sort())
      .map((file) => ({ round, busy: round % 2 === 0, file })),
  );
}
