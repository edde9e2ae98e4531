import { expect, test } from 'vitest';
import { FaultStateMachine, type FaultState } from './fault-state.ts';

const through = (states: readonly FaultState[]) => {
  const machine = new FaultStateMachine('cut');
  for (const state of states) machine.become(state);
  return machine.is;
};

test.for<FaultState[]>([
  ['checked', 'injecting', 'proven', 'lifting', 'gone'],
  ['checked', 'lifting', 'gone'],
  ['checked', 'injecting', 'lifting', 'gone'],
  ['checked', 'injecting', 'proven', 'lifting', 'lifting', 'gone'],
])('a fault is made, then %s', (states) => {
  expect(through(states)).toBe(states.at(-1));
});

test.for<[FaultState[], FaultState, string]>([
  [[], 'injecting', '"cut" is made and is expected to become checked, not injecting.'],
  [['checked'], 'proven', '"cut" is checked and is expected to become injecting or lifting, not proven.'],
  [
    ['checked', 'injecting', 'proven'],
    'injecting',
    '"cut" is proven and is expected to become lifting, not injecting.',
  ],
  [['checked', 'injecting', 'proven'], 'gone', '"cut" is proven and is expected to become lifting, not gone.'],
  [['checked', 'lifting', 'gone'], 'proven', '"cut" is gone and is expected to become nothing else, not proven.'],
])('a fault that is made, then %s does not become %s', ([states, next, message]) => {
  expect(() => through([...states, next])).toThrow(message);
});
