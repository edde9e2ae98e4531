import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Right } from '../kubernetes/right.ts';
import { baseRights, workerRights } from './base-rights.ts';
import { faults } from './catalogue.ts';
import { renderRole, roles } from './roles.ts';

interface Rule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly verbs: string[];
}

function grantedBy(file: string): string[] {
  const { rules } = parse(readFileSync(file, 'utf8')) as { rules: Rule[] };
  return spelled(
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.map((resource) => ({ group, resource, verbs }))),
    ),
  );
}

/** One verb on one resource each: `patch deployments.apps`. */
function spelled(rights: readonly Omit<Right, 'why'>[]): string[] {
  return rights.flatMap(({ group, resource, verbs }) =>
    verbs.map((verb) => `${verb} ${group === '' ? resource : `${resource}.${group}`}`),
  );
}

const needed = [baseRights, workerRights, ...Object.values(faults).map(({ rights }) => rights)].flatMap(spelled);

test.for(roles)('$file is as declared: run `npm run catalogue`', (role) => {
  expect(readFileSync(role.file, 'utf8')).toBe(renderRole(role));
});

test('docs/role.yaml grants all that is needed, nothing else, and nothing twice', () => {
  const granted = grantedBy('docs/role.yaml');
  expect(granted.toSorted()).toEqual([...new Set(needed)].toSorted());
});

test('each fault has a Role of its own, which grants what it needs and nothing else', () => {
  const files = readdirSync('docs/roles').toSorted();
  const groups = ['base', 'job-workers', ...Object.keys(faults).map((name) => name.replace(' ', '-'))];
  expect(files).toEqual(groups.map((group) => `${group}.yaml`).toSorted());
  for (const [name, { rights }] of Object.entries(faults))
    expect(grantedBy(`docs/roles/${name.replace(' ', '-')}.yaml`)).toEqual(spelled(rights));
});
