import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { releaseIn } from './release.ts';

async function archiveOf(...files: string[]): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'release-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  for (const file of files) {
    mkdirSync(path.join(folder, 'in', path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, 'in', file), '');
  }
  await execa('tar', ['-czf', path.join(folder, 'release.tar.gz'), '-C', path.join(folder, 'in'), '.']);
  return path.join(folder, 'release.tar.gz');
}

test('an archive laid out as a release says its version', async () => {
  const archive = await archiveOf('camunda-zeebe-8.6.0/bin/broker', 'camunda-zeebe-8.6.0/bin/gateway');
  expect(await releaseIn(archive)).toEqual({ archive, folder: 'camunda-zeebe-8.6.0', version: '8.6.0' });
});

test.each([
  ['an archive without a gateway', () => archiveOf('camunda-zeebe-8.6.0/bin/broker'), 'an archive without them'],
  ['a file that is no archive', () => Promise.resolve('package.json'), 'no archive'],
  ['a path with nothing at it', () => Promise.resolve('/nowhere/zeebe.tar.gz'), 'no file'],
])('%s is refused in one sentence', async (_what, make, found) => {
  const archive = await make();
  await expect(releaseIn(archive)).rejects.toThrow(
    `CHAOS_LAB_ENGINE is expected to be \`open\` or the path of a Zeebe release archive with camunda-zeebe-<version>/bin/broker and bin/gateway in it; at ${archive} there is ${found}.`,
  );
});
