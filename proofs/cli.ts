/** `npm run proof -- suite [runs] | controls | leftovers | long | testbench | shapes | kills [seed] | sabotage | soak [rounds] | pictures`: long proofs, resumable, that write their table as they go. */
import { proveControls } from './controls.ts';
import { proveKills } from './kills.ts';
import { proveLeftovers } from './leftovers.ts';
import { proveLong } from './long.ts';
import { takePictures } from './pictures.ts';
import { proveSabotage } from './sabotage.ts';
import { proveShapes } from './shapes.ts';
import { proveSoak } from './soak.ts';
import { proveSuite } from './suite.ts';
import { proveTestbench } from './testbench.ts';

const proofs: Record<string, (args: string[]) => Promise<void>> = {
  suite: proveSuite,
  controls: proveControls,
  leftovers: proveLeftovers,
  long: proveLong,
  testbench: proveTestbench,
  shapes: proveShapes,
  kills: proveKills,
  sabotage: proveSabotage,
  soak: proveSoak,
  pictures: takePictures,
};

const [name = '', ...args] = process.argv.slice(2);
try {
  const proof = proofs[name];
  if (!proof)
    throw new Error(`Expected one of ${Object.keys(proofs).join(', ')} after \`npm run proof --\`, found "${name}".`);
  await proof(args);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
