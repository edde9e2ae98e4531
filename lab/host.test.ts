import { describe, expect, test } from 'vitest';
import { whatFallsShort, type HostFacts } from './host.ts';

const GIB = 1024 ** 3;
const fit: HostFacts = {
  platform: 'linux',
  user: 'root',
  isRoot: true,
  hasCgroups: true,
  availableMemory: 6 * GIB,
  freeDisk: { '/cache': 8 * GIB },
  goVersion: 'go1.24.0',
  clashingRoutes: [],
};

describe('a host', () => {
  test('that just has what the lab needs is fit', () => {
    expect(whatFallsShort(fit)).toBeUndefined();
  });

  test.each<[Partial<HostFacts>, string]>([
    [{ platform: 'darwin' }, 'it needs Linux, found darwin.'],
    [{ isRoot: false, user: 'ada' }, 'it needs root (network namespaces, mounts, cgroups), found user ada.'],
    [{ hasCgroups: false }, 'it needs cgroups mounted at /sys/fs/cgroup, found none.'],
    [{ availableMemory: 5.94 * GIB }, 'it needs 6 GiB of available memory, found 5.9 GiB.'],
    [
      { freeDisk: { '/cache': 9 * GIB, '/state': 1.5 * GIB } },
      'it needs 8 GiB of free disk for /state, found 1.5 GiB.',
    ],
    [{ goVersion: '' }, 'it needs Go 1.24 or newer on the PATH, found none.'],
    [{ goVersion: 'go1.19.8' }, 'it needs Go 1.24 or newer, found go1.19.8.'],
    [
      { clashingRoutes: ['198.18.4.0/24 dev wg0'] },
      'it needs the address range 198.18.0.0/15 for itself, found the route 198.18.4.0/24 dev wg0 in it.',
    ],
  ])('with %o is told what falls short', (facts, sentence) => {
    expect(whatFallsShort({ ...fit, ...facts })).toBe(sentence);
  });

  test('with Go 2 has a new enough Go', () => {
    expect(whatFallsShort({ ...fit, goVersion: 'go2.0' })).toBeUndefined();
  });
});
