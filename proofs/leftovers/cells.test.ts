import { expect, test } from 'vitest';
import { coveringCells, ends, faultNames, moments, otherCells } from './cells.ts';

test('every end of a run is tried by a test, and every fault and every moment in each run of the tests', () => {
  const all = [...coveringCells, ...otherCells];
  expect(new Set(all.map(({ end }) => end))).toEqual(new Set(ends));
  expect(new Set(coveringCells.map(({ fault }) => fault))).toEqual(new Set(faultNames));
  expect(new Set(coveringCells.map(({ moment }) => moment))).toEqual(new Set(moments));
});
