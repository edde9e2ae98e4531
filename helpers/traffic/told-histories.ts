/** Operations as a client tells them, for tests of histories. */
import type { Activate, Ask, Complete, Create } from './history.ts';

export const call = { at: 0, tookMs: 5, outcome: 'ok' } as const;
export const lost = { outcome: 'unknown', error: 'DEADLINE_EXCEEDED' } as const;

/** Request n made instance n on partition 1, unless told. */
export const created = (request: number, but: Partial<Create> = {}): Create => ({
  op: 'create',
  ...call,
  request,
  key: BigInt(request),
  partition: 1,
  ...but,
});
export const notCreated = (request: number, outcome: 'rejected' | 'unknown'): Create => ({
  op: 'create',
  ...call,
  request,
  outcome,
  error: 'no',
});
export const saw = (...requests: (number | [request: number, key: number])[]): Activate => ({
  op: 'activate',
  ...call,
  seen: requests
    .map((r) => (typeof r === 'number' ? [r, r] : r))
    .map(([request = 0, key = 0]) => ({ request, key: BigInt(key) })),
});
export const completed = (key: number, but: Partial<Complete> = {}): Complete => ({
  op: 'complete',
  ...call,
  key: BigInt(key),
  ...but,
});
export const asked = (key: number, active: boolean): Ask => ({ op: 'ask', ...call, key: BigInt(key), active });
