import { expect, test } from 'vitest';
import { aboutControl, whatIsWrong } from './control-meaning.ts';

const spec = {
  name: 'production-m/kill',
  declared: {
    faults: ['terminate'] as const,
    blastRadius: 'a broker',
    bounds: {},
    refuted: { by: 'a cut', says: ['lead partition 3', 'an instance'] },
  },
};

test.for([
  ['none', 'passed', ''],
  ['no-effect', 'broken', 'FaultWithoutEffect: terminate camunda-zeebe-0 is expected to raise the restart count'],
  ['refuted', 'failed', 'Another broker is expected to lead partition 3 within 7 s'],
  ['refuted', 'failed', 'Clients are expected to get an instance'],
] as const)('a control run %s that is %s for "%s" is right', ([control, verdict, reason]) => {
  expect(whatIsWrong(spec, control, { verdict, reason })).toBeUndefined();
});

test.for([
  ['none', 'failed', 'Another broker is expected to lead partition 3'],
  ['no-effect', 'passed', ''],
  ['no-effect', 'broken', 'FaultWithoutEffect: disconnect camunda-zeebe-0 and camunda-zeebe-1'],
  ['no-effect', 'broken', 'ExperimentInvalid: terminate camunda-zeebe-0 is refused'],
  ['refuted', 'broken', 'Another broker is expected to lead partition 3'],
  ['refuted', 'failed', 'The cluster is expected to be steady'],
] as const)('a control run %s that is %s for "%s" is wrong', ([control, verdict, reason]) => {
  expect(whatIsWrong(spec, control, { verdict, reason })).toContain(reason);
});

test('one that did not run is wrong', () => {
  expect(whatIsWrong(spec, 'refuted', undefined)).toBe(
    'production-m/kill, CHAOS_CONTROL=refuted, is expected to be failed and to say "lead partition 3" or "an instance", and is no result',
  );
});

test('a control run is told of by what it must end with, any other run is not', () => {
  const result = {
    name: 'production-m/kill',
    verdict: 'failed',
    reason: 'nobody leads partition 3 or gets an instance',
  } as const;
  const { declared } = spec;
  expect(aboutControl('refuted', { ...result, declared })).toEqual([
    'production-m/kill ended as it must with CHAOS_CONTROL=refuted.',
  ]);
  expect(aboutControl('no-effect', { ...result, declared })[0]).toMatch(
    /is expected to be broken and to say .*, and is failed/,
  );
  expect(aboutControl('none', { ...result, declared })).toEqual([]);
  expect(aboutControl('refuted', result)).toEqual([]);
});
