/** Runs the tests that are too long for `npm run cluster`, file by file. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { isPassed, runTests, type Tested } from './inner/run-tests.ts';
import { addToRecord, checkedOut, readRecord } from './record.ts';

interface TestedFile {
  readonly file: string;
  readonly tests: readonly Tested[];
  /** What was checked out. */
  readonly commit: string;
}

const RECORD = path.resolve('reports/out/proofs/long.jsonl');
const REPORTS = path.resolve('reports/out/proof-long');
const TABLE = path.resolve('docs/proofs/long.md');

/**
 * Runs each file of long tests, and goes on where an earlier, interrupted proof stopped; throws if a test was not green.
 * Files that were not are tried anew when the proof is called again; a finished, green one begins anew.
 */
export async function proveLong(): Promise<void> {
  const files = await longTests();
  const isGreen = (file: string): boolean => tested().get(file)?.tests.every(isPassed) ?? false;
  if (files.every(isGreen)) rmSync(RECORD, { force: true });
  for (const file of files.filter((one) => !isGreen(one))) {
    console.log(`${file} …`);
    const commit = await checkedOut();
    const tests = await runTests('long', file, REPORTS);
    addToRecord(RECORD, { file, tests, commit } satisfies TestedFile);
    writeTable(files);
    for (const { test, status, seconds } of tests) console.log(`  ${status} ${test} (${seconds} s)`);
  }
  const red = [...tested().values()].flatMap(({ tests }) => tests.filter((test) => !isPassed(test)));
  if (red.length > 0) throw new Error(red.map(({ test, status }) => `${status}: ${test}`).join('\n'));
}

async function longTests(): Promise<string[]> {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '*.long.test.ts'];
  const { stdout } = await execa('git', args);
  return stdout.split('\n').filter(Boolean);
}

/** The last run of each file. */
function tested(): Map<string, TestedFile> {
  return new Map(readRecord<TestedFile>(RECORD).map((one) => [one.file, one]));
}

function writeTable(files: readonly string[]): void {
  const rows = files.flatMap((file) => {
    const { tests = [], commit = '' } = tested().get(file) ?? {};
    return tests.map(({ test, status, seconds }) => `| ${test} | ${status} | ${seconds} | ${commit} |`);
  });
  writeFileSync(
    TABLE,
    `# Long tests

Written by \`npm run proof -- long\`: tests of the framework on the lab that take too long for each \`npm run cluster\`.

| test | result | seconds | commit |
| --- | --- | --- | --- |
${rows.join('\n')}
`,
  );
}
