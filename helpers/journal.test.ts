import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Journal } from './journal.ts';

/** A journal in a folder that is not there yet, with what it said to people and what is on disk. */
function journal() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'zeebe-chaos-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'out/journal.jsonl');
  const said: string[] = [];
  const written = (): unknown[] =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  return { journal: new Journal(file, { run: 'r1' }, (line) => said.push(line)), said, written, folder };
}

describe('an event', () => {
  test('is a line for people and a line of JSON with the run it belongs to', () => {
    const { journal: j, said, written } = journal();

    j.write('Broker 1 leads partition 2', { partition: 2 });
    j.write('The watch ended', {}, 'WARN');

    expect(said).toEqual([
      expect.stringMatching(/^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d INFO\] Broker 1 leads partition 2\n$/),
      expect.stringMatching(/ WARN\] The watch ended\n$/),
    ]);
    expect(written()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
        level: 'INFO',
        message: 'Broker 1 leads partition 2',
        run: 'r1',
        partition: 2,
      },
      expect.objectContaining({ level: 'WARN', message: 'The watch ended', run: 'r1' }),
    ]);
  });

  test('keeps every digit of a 64-bit key, also inside of lists', () => {
    const { journal: j, written } = journal();

    j.write('deployed', { key: 9007199254740993n, all: [{ key: 2n ** 63n - 1n }] });

    expect(written()).toMatchObject([{ key: '9007199254740993', all: [{ key: '9223372036854775807' }] }]);
  });

  test('that cannot be written to disk is told to people and stops nothing', () => {
    const said: string[] = [];
    const { folder } = journal();
    // A folder in place of the file, since to root no file is forbidden.
    const j = new Journal(path.join(folder, '.'), {}, (line) => said.push(line));

    j.write('lift');

    expect(said).toEqual([
      expect.stringMatching(/^The journal's line could not be written to .*: EISDIR/),
      expect.stringMatching(/INFO\] lift\n$/),
    ]);
  });
});

describe('a step', () => {
  test('that succeeds is written down with its time, and its result returned', async () => {
    const { journal: j, said, written } = journal();

    expect(await j.phase('prove', () => Promise.resolve('proven'))).toBe('proven');

    expect(said).toEqual([expect.stringMatching(/INFO\] prove \(\d+ ms\)\n$/)]);
    expect(written()).toMatchObject([{ level: 'INFO', tookMs: expect.any(Number) as number }]);
  });

  test('that fails is written down with its reason, and fails on', async () => {
    const { journal: j, said, written } = journal();
    const failure = new Error('no route was added');

    await expect(j.phase('inject', () => Promise.reject(failure))).rejects.toBe(failure);

    expect(said).toEqual([expect.stringMatching(/ERROR\] inject: no route was added \(\d+ ms\)\n$/)]);
    expect(written()).toMatchObject([{ level: 'ERROR', run: 'r1', tookMs: expect.any(Number) as number }]);
  });
});

test('evidence reads as a sentence and stays data on disk', () => {
  const { journal: j, said, written } = journal();

  j.evidence('terminate zeebe-1', { 'exit code': 137, restarts: [0, 1], uid: 'same', position: 12n });

  expect(said).toEqual([
    expect.stringContaining('  Evidence: exit code: 137 · restarts: [0,1] · uid: same · position: "12"'),
  ]);
  expect(written()).toMatchObject([
    { of: 'terminate zeebe-1', evidence: { 'exit code': 137, restarts: [0, 1], uid: 'same', position: '12' } },
  ]);
});
