import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeReport } from './make.ts';

const home = mkdtempSync(path.join(os.tmpdir(), 'zeebe-chaos-report-'));
afterAll(() => rmSync(home, { recursive: true }));

const emptyFolder = () => mkdtempSync(path.join(home, 'out-'));

function folderWithRun(run: string, out = emptyFolder()): string {
  const results = path.join(out, 'allure-results');
  mkdirSync(results, { recursive: true });
  const labels = [{ name: 'run', value: run }];
  const times = { start: 1_000, stop: 2_000, stage: 'finished', status: 'passed', statusDetails: {} };
  const rest = { steps: [], attachments: [], parameters: [], links: [] };
  const result = { uuid: 'a', historyId: 'a', name: 'a claim', fullName: 'a', labels, ...times, ...rest };
  writeFileSync(path.join(results, 'a-result.json'), JSON.stringify(result));
  return out;
}

const historyOf = (out: string) => readFileSync(path.join(out, 'history.jsonl'), 'utf8').trim().split('\n').length;

test('a run has one line in the history, however often its report is made', { timeout: 60_000 }, async () => {
  const out = folderWithRun('one');
  await makeReport(out);
  await makeReport(out);
  expect(historyOf(out)).toBe(1);

  folderWithRun('two', out);
  const page = await makeReport(out);
  expect(historyOf(out)).toBe(2);
  expect(readFileSync(page, 'utf8')).not.toMatch(/googletagmanager|google-analytics/);
});

test('a folder without results is refused, and says what to run first', async () => {
  const out = emptyFolder();
  await expect(makeReport(out)).rejects.toThrow('run `npx vitest run suites/production-m` first');
});
