/** Proves that what is done behind a run's back is neither held against Zeebe nor taken for a green run. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Cluster } from '../helpers/cluster/cluster.ts';
import { untilSteady } from '../helpers/cluster/steady.ts';
import { minutes } from '../helpers/wait/deadline.ts';
import type { ExperimentResult } from '../reports/result.ts';
import { openOwnCluster } from './own-cluster.ts';
import { addToRecord, checkedOut, readRecord, writePage } from './record.ts';
import { sabotages, type Sabotage } from './sabotage/cases.ts';
import { Outsider } from './sabotage/outsider.ts';
import { sabotaged } from './sabotage/sabotaged.ts';

interface Judged extends Pick<ExperimentResult, 'verdict' | 'reason'> {
  readonly title: string;
  readonly right: boolean;
  /** What was checked out. */
  readonly commit: string;
}

const RECORD = path.resolve('reports/out/proofs/sabotage.jsonl');
const TABLE = path.resolve('docs/proofs/sabotage.md');

/** Does each sabotage, goes on where an interrupted proof stopped, and writes the table; throws if a verdict is not right. */
export async function proveSabotage(): Promise<void> {
  if (sabotages.every(({ title }) => judged().get(title)?.right)) rmSync(RECORD, { force: true });
  const { cluster, run } = await openOwnCluster('sabotage');
  try {
    for (const sabotage of sabotages.filter(({ title }) => !judged().get(title)?.right)) {
      const result = await judge(cluster, run.toolImage, sabotage);
      addToRecord(RECORD, result);
      await writeTable();
      console.log(`${result.right ? 'right' : 'WRONG'}: ${result.title}: ${result.verdict}: ${result.reason}`);
    }
  } finally {
    await cluster.close();
  }
  const wrong = [...judged().values()].filter(({ right }) => !right);
  if (wrong.length > 0) throw new Error(wrong.map(({ title, verdict }) => `${title}: ${verdict}`).join('\n'));
}

async function judge(cluster: Cluster, toolImage: string, sabotage: Sabotage): Promise<Judged> {
  const outsider = new Outsider(cluster, toolImage);
  const commit = await checkedOut();
  try {
    const { experiments, output } = await sabotaged(outsider, sabotage);
    const [result] = experiments;
    if (!result) throw new Error(`An experiment is expected to have run, and none has:\n${output}`);
    const { verdict, reason } = result;
    const right = verdict === (sabotage.verdict ?? 'broken') && sabotage.says.test(reason);
    return { title: sabotage.title, verdict, reason: reason.split('\n')[0] ?? '', right, commit };
  } finally {
    await outsider.end();
    await untilSteady(cluster, { within: 2 * minutes });
  }
}

/** The last judgement of each. */
function judged(): Map<string, Judged> {
  return new Map(readRecord<Judged>(RECORD).map((one) => [one.title, one]));
}

async function writeTable(): Promise<void> {
  const rows = sabotages.map(({ title, experiment }) => {
    const { verdict, reason, right, commit } = judged().get(title) ?? {};
    const words = [
      title,
      experiment,
      verdict ?? 'not run',
      reason?.replaceAll('|', '\\|') ?? '',
      right ? 'yes' : 'no',
      commit ?? '',
    ];
    return `| ${words.join(' | ')} |`;
  });
  const markdown = `# Sabotage

Written by \`npm run proof -- sabotage\`: somebody who knows nothing of the run changes the cluster behind its back. None of it is
Zeebe's doing, and none of it may pass for what the experiment does: each must be broken, with a reason that is about it. Only
where nobody could tell it from work that Zeebe has lost it must be failed.

| what is done | experiment | verdict | reason | right | commit |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
  await writePage(TABLE, markdown);
}
