import { expect, test } from 'vitest';
import { faults } from '../../helpers/faults/catalogue.ts';
import { renderCatalogue } from './render.ts';
import type { ExperimentSpec } from './specs.ts';

const kill: ExperimentSpec = {
  name: 'production-m/kill',
  file: 'suites/production-m/kill.test.ts',
  claim: 'a partition survives a kill',
  declared: {
    faults: ['terminate'],
    blastRadius: 'one leader',
    refuted: { by: 'the followers are cut off from each other', says: 'lead' },
    bounds: { election: 1_500, service: 180_000 },
  },
};

const both: ExperimentSpec = {
  name: 'production-s/stress_and-restart',
  file: 'suites/production-s/stress_and-restart.test.ts',
  claim: 'work goes on, restarted | starved',
  declared: {
    faults: ['restart', 'snapshot corruption', 'stress'],
    blastRadius: 'every worker',
    alsoSeen: 'clients go on',
    refuted: { by: 'no worker is left', says: 'completed' },
    alsoNeeds: 'an image of the worker',
    bounds: {},
  },
};

test('the catalogue has an overview and a section for each experiment', () => {
  expect(renderCatalogue([kill, both], { 'production-s/stress_and-restart': [40, 9, 12, 10.5] }))
    .toBe(`# The experiments

Written by \`npm run catalogue\` from what each spec file declares of itself; change it there.

| experiment | claim | faults | usual duration |
| --- | --- | --- | --- |
| [\`production-m/kill\`](#production-mkill) | a partition survives a kill | terminate | not measured yet |
| [\`production-s/stress_and-restart\`](#production-sstress_and-restart) | work goes on, restarted \\| starved | restart, snapshot corruption, stress | 11.3 s |

Rights are those in Zeebe's namespace beyond what every run needs; [\`role.yaml\`](role.yaml) has all of them. A control
run that cuts brokers off from each other also needs the rights and the image of \`disconnect\`. The usual duration is the
median of the runs recorded in \`docs/proofs/durations.json\`.

## production-m/kill

| claim | a partition survives a kill |
| --- | --- |
| fault | terminate |
| blast radius | one leader |
| what proves it | ${faults.terminate.proves} |
| refuted by | the followers are cut off from each other |
| bounds | \`election\` 1.5 s, \`service\` 3 min |
| rights | \`patch pods/ephemeralcontainers\`, \`get, create pods/exec\` |
| image | \`CHAOS_TOOL_IMAGE\` |
| capabilities | \`KILL\`, or \`SYS_PTRACE\` where Zeebe is process 1 |
| usual duration | not measured yet |
| spec file | [\`suites/production-m/kill.test.ts\`](../suites/production-m/kill.test.ts) |

## production-s/stress_and-restart

| claim | work goes on, restarted \\| starved |
| --- | --- |
| faults | restart, snapshot corruption, stress |
| blast radius | every worker |
| what proves it | ${faults.restart.proves}; ${faults['snapshot corruption'].proves}; ${faults.stress.proves}; clients go on |
| refuted by | no worker is left |
| bounds | none |
| rights | \`delete pods\`, \`patch pods/ephemeralcontainers\`, \`get, create pods/exec\`, \`get pods/log\` |
| image | \`CHAOS_TOOL_IMAGE\` |
| capabilities | \`KILL\`, or \`SYS_PTRACE\` where Zeebe is process 1 |
| also needs | an image of the worker |
| usual duration | 11.3 s |
| spec file | [\`suites/production-s/stress_and-restart.test.ts\`](../suites/production-s/stress_and-restart.test.ts) |
`);
});

test.for([
  ['one run', [7], '7 s'],
  ['an odd number of runs', [100, 8, 9.26], '9.3 s'],
  ['an even number of runs', [4, 100, 1, 6], '5 s'],
  ['nothing: no run was recorded', [], 'not measured yet'],
] as const)('the usual duration is the median of %s', ([, runs, duration]) => {
  expect(renderCatalogue([kill], { 'production-m/kill': runs })).toContain(`| usual duration | ${duration} |`);
});
