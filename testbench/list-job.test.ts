import { expect, test } from 'vitest';
import { namesIn } from './list-job.ts';

test('the experiments of a suite are all of them, or those that were chosen, in their order', () => {
  expect(namesIn('production-m', [])).toHaveLength(10);
  expect(namesIn('production-m', [])).toContain('leader-restart');
  expect(namesIn('production-s', ['msg-correlation', 'follower-restart'])).toEqual([
    'msg-correlation',
    'follower-restart',
  ]);
});

test('a suite or an experiment that there is not is refused with those that there are', () => {
  expect(() => namesIn('..', [])).toThrow(
    'A suite is expected to be one of extra, production-l, production-m, production-s, found "..".',
  );
  expect(() => namesIn('production-s', ['deployment-distribution'])).toThrow(
    /^An experiment of production-s is expected to be one of follower-restart, .*, found "deployment-distribution"\.$/,
  );
});
