/** An experiment that puts one fault in and lifts it, and ends itself on the way if its cell says so. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import { entriesIn } from '../../helpers/ledger/ledger.ts';
import { experiment, expect, seconds, test } from '../../fixtures/index.ts';
import type { Chaos } from '../../fixtures/handed/chaos.ts';
import type { Cluster } from '../../helpers/cluster/cluster.ts';
import type { ActiveFault } from '../../helpers/chaos/fault.ts';
import type { Run } from '../../helpers/run.ts';
import type { Victim } from './cells.ts';
import { ACTED } from './run-cell.ts';

const { end, fault, moment } = JSON.parse(process.env['LEFTOVERS_CELL'] ?? '{}') as Victim;

/** From the start of the test, its fixtures included, in ms. */
const TIMEOUT = 20 * seconds;

const about = experiment({
  faults: [fault === 'broker kill' ? 'terminate' : fault],
  blastRadius: 'as in the experiments',
  bounds: {},
  refuted: { by: 'nothing', says: 'never' },
});

beforeAll(() => {
  if (end === 'failing beforeAll') throw new Error('This beforeAll is made to fail.');
});

afterAll(() => {
  if (end === 'failing afterAll') throw new Error('This afterAll is made to fail.');
});

const { meta, timeout } = about;

test(
  'a run that is ended leaves nothing behind',
  { meta, timeout: end === 'timeout' ? TIMEOUT : timeout },
  async ({ cluster, chaos, run, task, signal }) => {
    const inject = await injector(cluster, chaos);
    const left = () => (task.result?.startTime ?? 0) + TIMEOUT - Date.now();
    if (end === 'timeout' && moment === 'during inject') await delay(left() - 1 * seconds);
    cluster.journal.write('  The fault is on its way in');
    const going = inject();
    if (end === 'throw' && moment === 'during inject') {
      await untilWritten(cluster);
      throw new Error('This body is made to throw.');
    }
    const active = await going;
    // Whoever claims nothing does not pass; what is claimed matters to nobody here.
    expect(active.evidence).not.toEqual({});
    if (end === 'failing afterAll') return;
    if (end === 'timeout' && moment === 'during lift') await delay(left() - 300);
    else if (end === 'throw' || moment !== 'while held') await delay(1 * seconds);
    else if (end === 'nothing') await untilActed(run, signal);
    else await delay(2 * timeout, undefined, { signal });
    if (end === 'throw' && moment === 'while held') throw new Error('This body is made to throw.');
    const lifting = active.lift();
    if (end === 'throw') {
      await delay(200);
      throw new Error('This body is made to throw.');
    }
    await lifting;
    if (end === 'timeout') await delay(2 * timeout, undefined, { signal });
  },
);

async function injector(cluster: Cluster, chaos: Chaos): Promise<() => Promise<ActiveFault>> {
  const leader = await cluster.leaderOf(3);
  const [follower] = await cluster.followersOf(3);
  switch (fault) {
    case 'disconnect':
      return () => chaos.cut(leader, follower);
    case 'stress':
      return () => chaos.stress(follower, { cpu: 8 });
    case 'broker kill':
      return () => chaos.terminate(follower);
    case 'snapshot corruption':
      return () => chaos.corruptSnapshot(follower, 3);
  }
}

/** Until the test has done what it does to a run that goes on. */
async function untilActed({ reports }: Run, signal: AbortSignal): Promise<void> {
  while (!existsSync(path.join(reports, ACTED))) await delay(100, undefined, { signal });
}

/** Until the fault stands in the ledger, and so is about to go in. */
async function untilWritten({ kubernetes, namespace }: Cluster): Promise<void> {
  for (;;) {
    const entries = await entriesIn(kubernetes, namespace);
    if (entries.some(({ kind }) => kind !== 'client load')) return;
    await delay(20);
  }
}
