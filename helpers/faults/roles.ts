/** The Roles under which runs work: one for what every run needs, one for each group of faults, and one for all of it. */
import type { Right } from '../kubernetes/right.ts';
import { baseRights, workerRights } from './base-rights.ts';
import { faults } from './catalogue.ts';

export interface KubernetesRole {
  /** The Role's name in Kubernetes. */
  readonly name: string;
  /** Where its manifest is, from the project's root. */
  readonly file: string;
  /** One sentence on what it is for. */
  readonly purpose: string;
  readonly rights: readonly Right[];
}

const groups: readonly (readonly [group: string, purpose: string, rights: readonly Right[]])[] = [
  ['base', 'What every run needs, whatever its faults.', baseRights],
  ['job-workers', 'What `worker-restart` needs beside its fault, for the job workers it brings along.', workerRights],
  ...Object.entries(faults).map(
    ([name, { rights }]) => [name.replace(' ', '-'), `What the fault "${name}" needs.`, rights] as const,
  ),
];

/** Every Role; a run needs `base` and those of its faults, or the one Role that is all of them. */
export const roles: readonly KubernetesRole[] = [
  {
    name: 'zeebe-chaos',
    file: 'docs/role.yaml',
    purpose: 'What a run of every experiment needs in the namespace of Zeebe.',
    rights: merged(groups.flatMap(([, , rights]) => rights)),
  },
  ...groups.map(([group, purpose, rights]) => ({
    name: `zeebe-chaos-${group}`,
    file: `docs/roles/${group}.yaml`,
    purpose,
    rights,
  })),
];

/** One entry for each resource and purpose, each verb on a resource once; of two with the same verbs one has both purposes. */
function merged(rights: readonly Right[]): Right[] {
  const all: Right[] = [];
  for (const right of rights) {
    const { group, resource, why } = right;
    const those = all.filter((one) => one.group === group && one.resource === resource);
    const verbs = right.verbs.filter((verb) => !those.some((one) => one.verbs.includes(verb)));
    const same = those.find((one) => String(one.verbs) === String(right.verbs));
    if (verbs.length > 0) all.push({ ...right, verbs });
    else if (same && !same.why.includes(why)) all[all.indexOf(same)] = { ...same, why: `${same.why}; ${why}` };
  }
  return all;
}

/** The manifest of a Role, as YAML. */
export function renderRole({ name, purpose, rights }: KubernetesRole): string {
  const rules = rights.map(
    ({ why, group, resource, verbs }) => `  # ${why}
  - apiGroups: [${group === '' ? "''" : group}]
    resources: [${resource}]
    verbs: [${verbs.join(', ')}]
`,
  );
  return `# ${purpose} Written by \`npm run catalogue\`.
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: ${name}
rules:
${rules.join('')}`;
}
