/** Proves that the lab's engine loses nothing acknowledged when brokers are killed, and that a build that does is found. */
import { setMaxListeners } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { readSettings } from '../helpers/settings.ts';
import { seconds } from '../helpers/wait/deadline.ts';
import { connectZeebe } from '../helpers/zeebe/client.ts';
import type { ZeebeClient } from '../helpers/zeebe/client.ts';
import { buildProgram, ENGINE, UNSYNCED_ENGINE, type GoProgram } from '../lab/build/go-binary.ts';
import { layoutOf } from '../lab/layout.ts';
import { LOOPBACK_BROKERS, startLoopback, type Loopback } from '../lab/loopback.ts';
import { Progress } from '../lab/progress.ts';
import { runBatch, type Batch } from './kills/batch.ts';
import { killOf, killOfAll, ROUNDS_A_CHECK } from './kills/plan.ts';
import { judge, writeTable, type Judged } from './kills/table.ts';
import { addToRecord, checkedOut, readRecord } from './record.ts';

const RECORD = path.resolve('reports/out/proofs/kills.jsonl');
const ROUNDS = 50;
/** Rounds within which the planted losses must be found, of instances and of completions; a check follows two rounds. */
const PLANTED_ROUNDS = 6;
const PLANTED_ROUNDS_A_CHECK = 2;
const PLANTED_VERSION = /-planted-unsynced$/;

/** Small and frequent: kills are to meet new segments, snapshots and compactions as well. */
const SETTINGS = { ZEEBE_BROKER_DATA_LOGSEGMENTSIZE: '64KB', ZEEBE_BROKER_DATA_SNAPSHOTPERIOD: '5s' };

/** Jobs whose completion was lost come back after 10 s, and a killed leader is replaced after up to 5 s. */
const SETTLE = 40 * seconds;
/** What is lost is waited for to the end; a killed cluster is whole again after some seconds. */
const SETTLE_PLANTED = 15 * seconds;

type Record = Judged & { readonly proofSeed: number };

const sound = (): Record[] => readRecord<Record>(RECORD).filter((batch) => !batch.planted);
const planted = (): Record[] => readRecord<Record>(RECORD).filter((batch) => batch.planted);
const roundsIn = (batches: readonly Batch[]): number => batches.flatMap(({ rounds }) => rounds).length;
const isFound = (): boolean => planted().some(({ lost }) => lost > 0) && planted().some(({ undone }) => undone > 0);

/**
 * Kills brokers in 50 rounds, then those of the build with the planted defect until what it loses is found, and goes on where
 * an earlier, interrupted proof stopped; throws if anything acknowledged was lost, or the planted losses were not found. A
 * proof that is finished or red, or that had another seed, is begun anew.
 */
export async function proveKills([wanted]: string[]): Promise<void> {
  const seed = seedOf(wanted);
  console.log(`Seed ${seed}: npm run proof -- kills ${seed}`);
  const ended = new AbortController();
  // Every call under way listens to it.
  setMaxListeners(0, ended.signal);
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => {
      ended.abort(new Error(`The proof was ended by ${name}.`));
    });
  const { signal } = ended;

  await withCluster(ENGINE, roundsIn(sound()) < ROUNDS, async (cluster, client) => {
    for (let done = roundsIn(sound()); done < ROUNDS; done += ROUNDS_A_CHECK) {
      const kills = roundsAfter(done, ROUNDS_A_CHECK).map((round) => killOf(seed, round, LOOPBACK_BROKERS));
      const name = `kills-${seed}-${done}`;
      const batch = await runBatch(cluster, client, { name, kills, settleWithin: SETTLE, signal });
      await note(seed, batch, false);
      if (batch.wrong.length > 0) throw new Error(`Promises were broken: ${batch.wrong.join(' ')}`);
    }
  });
  await withCluster(UNSYNCED_ENGINE, !isFound(), async (cluster, client) => {
    for (let done = roundsIn(planted()); done < PLANTED_ROUNDS && !isFound(); done += PLANTED_ROUNDS_A_CHECK) {
      const kills = roundsAfter(done, PLANTED_ROUNDS_A_CHECK).map((round) => killOfAll(seed, round, LOOPBACK_BROKERS));
      const name = `planted-${seed}-${done}`;
      await note(seed, await runBatch(cluster, client, { name, kills, settleWithin: SETTLE_PLANTED, signal }), true);
    }
  });
  if (!isFound()) throw new Error(`The planted losses were not both found in ${PLANTED_ROUNDS} rounds.`);
  console.log(
    `${ROUNDS} rounds lost nothing, and the planted losses were found; the table: ${await writeTable([...sound(), ...planted()])}.`,
  );
}

function roundsAfter(done: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => done + i + 1);
}

/** The seed asked for, or that of the proof to go on with, or a new one; a record that is not to be gone on with is removed. */
function seedOf(wanted: string | undefined): number {
  if (wanted !== undefined && !/^\d{1,9}$/.test(wanted))
    throw new Error(`A seed of at most nine digits is expected, found "${wanted}".`);
  const earlier = sound()[0]?.proofSeed;
  const isRed = sound().some((batch) => batch.wrong.length > 0) || roundsIn(planted()) >= PLANTED_ROUNDS;
  const goesOn = earlier !== undefined && !isRed && !isFound() && (wanted === undefined || Number(wanted) === earlier);
  if (goesOn) return earlier;
  rmSync(RECORD, { force: true });
  return wanted === undefined ? Math.floor(Math.random() * 1e9) : Number(wanted);
}

/** Does the work on a cluster of this engine, if it is wanted; after an error the data and logs are kept. */
async function withCluster(
  engine: GoProgram,
  isWanted: boolean,
  work: (cluster: Loopback, client: ZeebeClient) => Promise<void>,
): Promise<void> {
  if (!isWanted) return;
  const layout = layoutOf(readSettings());
  for (const folder of [layout.logs, layout.building]) mkdirSync(folder, { recursive: true });
  const making = { layout, progress: new Progress(layout.cache), signal: new AbortController().signal };
  const binary = await buildProgram(making, engine);
  const cluster = await startLoopback(binary, path.join(layout.cache, 'loopback'), SETTINGS);
  const client = connectZeebe(cluster);
  let isKept = true;
  try {
    await work(cluster, client);
    isKept = false;
  } finally {
    client.close();
    await cluster.stop({ keep: isKept });
    if (isKept) console.error(`Data and logs of the cluster are in ${cluster.home}.`);
  }
}

async function note(proofSeed: number, batch: Batch, isPlanted: boolean): Promise<void> {
  if (PLANTED_VERSION.test(batch.engine) !== isPlanted)
    throw new Error(`A build ${isPlanted ? 'with' : 'without'} a planted defect is expected, found ${batch.engine}.`);
  const commit = await checkedOut();
  const judged: Record = { proofSeed, planted: isPlanted, commit, ...batch };
  addToRecord(RECORD, judged);
  await writeTable([...sound(), ...planted()]);
  const which = batch.rounds.map(({ round }) => round).join(', ');
  console.log(`${isPlanted ? 'planted, ' : ''}round ${which}: ${judge(batch)}`);
}
