import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { baseRights, workerRights } from './base-rights.ts';
import { faults } from './catalogue.ts';
import type { Right } from './needs.ts';

interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
}

const { rules } = parse(readFileSync('docs/role.yaml', 'utf8')) as { rules: Rule[] };

const granted = spelled(
  rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.map((resource) => ({ group, resource, verbs }))),
  ),
);
const needs: readonly (readonly [string, readonly Right[]])[] = [
  ['every run', baseRights],
  ['a run with job workers', workerRights],
  ...Object.entries(faults).map(([name, { rights }]) => [`the fault "${name}"`, rights] as const),
];

/** One verb on one resource each: `patch deployments.apps`. */
function spelled(rights: readonly Right[]): string[] {
  return rights.flatMap(({ group, resource, verbs }) =>
    verbs.map((verb) => `${verb} ${group === '' ? resource : `${resource}.${group}`}`),
  );
}

test.for(needs)('docs/role.yaml grants what %s needs', ([, rights]) => {
  expect(granted).toEqual(expect.arrayContaining(spelled(rights)));
});

test('docs/role.yaml grants nothing that nobody needs, and nothing twice', () => {
  const needed = needs.flatMap(([, rights]) => spelled(rights));
  expect(granted.filter((right) => !needed.includes(right))).toEqual([]);
  expect(granted).toEqual([...new Set(granted)]);
});
