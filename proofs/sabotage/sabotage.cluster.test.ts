import { expect } from 'vitest';
import { steadyClusterTest } from '../../fixtures/cluster-test.ts';
import { minutes } from '../../helpers/wait/deadline.ts';
import { sabotages } from './cases.ts';
import { Outsider } from './outsider.ts';
import { sabotaged } from './sabotaged.ts';

steadyClusterTest.for(sabotages)(
  '$experiment is broken where $title',
  { timeout: 6 * minutes },
  async (sabotage, { cluster, run }) => {
    const outsider = new Outsider(cluster, run.toolImage);
    try {
      const { experiments, output } = await sabotaged(outsider, sabotage);
      const reason = expect.stringMatching(sabotage.says) as string;
      expect(experiments, output).toMatchObject([{ verdict: 'broken', reason }]);
    } finally {
      await outsider.end();
    }
  },
);
