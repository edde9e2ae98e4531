import { expect, test } from 'vitest';
import { engineName, isZeebe } from './engine-name.ts';

test.for([
  ['8.5.8', 'Zeebe 8.5.8', true],
  ['8.7.0-alpha1', 'Zeebe 8.7.0-alpha1', true],
  ['zeebe-chaos-engine/0.1.0', 'zeebe-chaos-engine 0.1.0', false],
] as const)('a gateway of version %s is of %s', ([version, name, zeebe]) => {
  expect(engineName(version)).toBe(name);
  expect(isZeebe(name)).toBe(zeebe);
});
