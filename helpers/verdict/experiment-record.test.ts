import { expect, test } from 'vitest';
import { whatWasNotLived, type FaultRecord } from './experiment-record.ts';

const lived: FaultRecord = {
  kind: 'disconnect',
  title: 'a cut',
  targets: [],
  proven: true,
  heldToTheEnd: true,
  gone: true,
};
const record = { declared: ['disconnect'], faults: [lived], claims: 1, assumptions: 0 };

test('nothing is missing where every declared fault was proven to its end and gone, and a claim was put', () => {
  expect(whatWasNotLived(record)).toEqual([]);
  expect(whatWasNotLived({ ...record, declared: undefined })).toEqual([]);
});

test.for<[object, string]>([
  [{ faults: [] }, 'The experiment is expected to inject what it declares, and has not: disconnect.'],
  [
    { declared: ['disconnect', 'terminate', 'stress'] },
    'The experiment is expected to inject what it declares, and has not: terminate, stress.',
  ],
  [{ faults: [lived, { ...lived, title: 'two', proven: false }] }, '"two" is expected to be proven, and was not.'],
  [
    { faults: [{ ...lived, heldToTheEnd: false }] },
    'The experiment is expected to lift "a cut", which proves that it held to the end, and has not.',
  ],
  [{ faults: [{ ...lived, gone: false }] }, '"a cut" is expected to be proven gone, and was not.'],
  [{ claims: 0 }, 'The experiment is expected to put a claim about Zeebe, and has put none.'],
])('a record with %o is not that of a passed experiment', ([other, sentence]) => {
  expect(whatWasNotLived({ ...record, ...other })).toEqual([sentence]);
});
