/** An archive laid out as a Zeebe release is, around an engine of this project: the way of a release to the lab is tried on it. */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { buildProgram, type GoProgram } from './go-binary.ts';
import type { Layout } from '../layout.ts';
import { Progress } from '../progress.ts';

const NAME = 'camunda-zeebe-0.1.0';

export interface MadeRelease {
  /** The path of the archive. */
  readonly archive: string;
  readonly remove: () => void;
}

/** Builds the program and packs it, in a folder of its own in the lab's cache. */
export async function makeRelease(layout: Layout, program: GoProgram): Promise<MadeRelease> {
  const making = { layout, progress: new Progress(layout.cache), signal: new AbortController().signal };
  const binary = await buildProgram(making, program);
  const folder = mkdtempSync(path.join(layout.cache, 'release-'));
  const bin = path.join(folder, NAME, 'bin');
  mkdirSync(bin, { recursive: true });
  copyFileSync(binary, path.join(bin, 'engine'));
  for (const role of ['broker', 'gateway']) {
    writeFileSync(path.join(bin, role), `#!/bin/sh\nexec "\${0%/*}/engine" ${role}\n`);
    chmodSync(path.join(bin, role), 0o755);
  }
  const archive = path.join(folder, `${NAME}.tar.gz`);
  await execa('tar', ['-czf', archive, '-C', folder, NAME]);
  return { archive, remove: () => rmSync(folder, { recursive: true }) };
}
