import { expect } from 'vitest';
import { minutes } from '../../helpers/wait/deadline.ts';
import { steadyClusterTest } from '../../fixtures/cluster-test.ts';
import { nameOf, otherCells } from './cells.ts';
import { judgeCell } from './judge-cell.ts';

steadyClusterTest.for(otherCells.map((cell) => [nameOf(cell), cell] as const))(
  'nothing is left behind: %s',
  { timeout: 5 * minutes },
  async ([, cell], { cluster }) => {
    const { wrong, output } = await judgeCell(cluster, cell);
    expect(wrong, output).toEqual([]);
  },
);
