import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { covering } from '../vitest.config.ts';

test('docs/testing.md has every test that needs a cluster in its tier', () => {
  const rows = readFileSync('docs/testing.md', 'utf8').matchAll(/^\| `(\S+)` +\| (covering|cluster|proof) +\|/gm);
  const told = [...rows].map(([, file, tier]) => `${tier} ${file}`);

  const files = ['doctor', 'fixtures', 'helpers', 'lab', 'proofs', 'reports', 'testbench'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
  );
  const found = (suffix: string) => files.filter((f) => f.endsWith(suffix)).map((f) => f.slice(0, -suffix.length));
  const tierOf = (file: string) => (covering.includes(`${file}.cluster.test.ts`) ? 'covering' : 'cluster');
  const there = [
    ...found('.cluster.test.ts').map((file) => `${tierOf(file)} ${file}`),
    ...found('.long.test.ts').map((file) => `proof ${file}`),
  ];
  expect(told.sort()).toEqual(there.sort());
});
