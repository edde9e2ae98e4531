/** Makes the HTML report of a run: one file that needs no network and tells nobody that it was opened. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestResult } from 'allure-js-commons';
import { execa } from 'execa';
import { tell } from '../story/tell.ts';
import { storyOf } from '../story/story.ts';
import { timelineOf } from '../story/timeline.ts';
import { unfinished } from '../../helpers/verdict/verdict.ts';

/**
 * Turns the Allure results in a folder of reports into `report/index.html` there and returns its path.
 *
 * @throws Error if there are no results, or if Allure makes no report of them
 */
export async function makeReport(out: string): Promise<string> {
  const results = path.join(out, 'allure-results');
  if (!existsSync(results) || !readdirSync(results).some((file) => file.endsWith('-result.json')))
    throw new Error(
      `Results of a run are expected in ${results}, and there are none: run \`npx vitest run suites/production-m\` first.`,
    );
  await completeUnfinished(out, results);
  const page = path.join(out, 'report', 'index.html');
  const runs = runsIn(results);
  const env = { CHAOS_REPORTS: out, REPORT_HISTORY: runs === lastRuns(out) ? 'keep' : 'append' };
  const { all } = await execa('npx', ['allure', 'generate', results, '--config', 'allurerc.mjs'], { env, all: true });
  if (!existsSync(page)) throw new Error(`Allure was expected to write ${page}: ${all}`);
  writeFileSync(page, withoutAnalytics(readFileSync(page, 'utf8')));
  writeFileSync(lastRunsFile(out), runs);
  return page;
}

/** A run has one line in the history, however often its report is made. */
function runsIn(results: string): string {
  const runs = resultsIn(results).map(([, { labels }]) => labels.find(({ name }) => name === 'run')?.value ?? '');
  return [...new Set(runs)].sort().join('\n');
}

function lastRuns(out: string): string | undefined {
  return existsSync(lastRunsFile(out)) ? readFileSync(lastRunsFile(out), 'utf8') : undefined;
}

function lastRunsFile(out: string): string {
  return path.join(out, 'report', 'runs');
}

function resultsIn(results: string): [file: string, result: TestResult][] {
  return readdirSync(results)
    .filter((name) => name.endsWith('-result.json'))
    .map((name) => path.join(results, name))
    .map((file) => [file, JSON.parse(readFileSync(file, 'utf8')) as TestResult]);
}

/**
 * Returns the page without the scripts that Allure 3.18 embeds for Google Analytics, whatever its settings say.
 *
 * @throws Error if some other trace of it is left, as after an update of Allure
 */
export function withoutAnalytics(html: string): string {
  const clean = html
    .replaceAll(/<script[^>]*src="https:\/\/www\.googletagmanager\.com[^>]*><\/script>/g, '')
    .replaceAll(/<script>[^<]*(?:gtag|dataLayer)[^<]*<\/script>/g, '');
  if (/googletagmanager\.com|google-analytics\.com/.test(clean))
    throw new Error('The report was expected to be without analytics, and names Google still.');
  return clean;
}

/** An experiment whose run was killed has a provisional result, and what it did so far is in the journal. */
async function completeUnfinished(out: string, results: string): Promise<void> {
  for (const [file, result] of resultsIn(results)) {
    if (result.statusDetails.message !== unfinished.reason) continue;
    const label = (name: string) => result.labels.find((one) => one.name === name)?.value ?? '';
    const name = `${label('epic')}/${label('story')}`;
    const story = storyOf(path.join(out, 'journal.jsonl'), label('run'), name);
    tell(result, story, { name, out, verdict: unfinished, about: undefined, timeline: await timelineOf(story) });
    writeFileSync(file, JSON.stringify(result));
  }
}
