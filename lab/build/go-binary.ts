/** Builds the project's own Go programs as static binaries. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, contentKey } from '../cache.ts';
import { run } from '../run.ts';
import type { Making } from './making.ts';

/** A Go module of this repository that is one program. */
export interface GoProgram {
  readonly name: string;
  /** What the progress calls it. */
  readonly title: string;
  /** The folder of its module. */
  readonly source: string;
  /** Go's build tags; a program with other tags has another name. */
  readonly tags?: string;
}

const folder = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** The job worker that experiments bring along. */
export const WORKER: GoProgram = { name: 'worker', title: 'the job worker', source: folder('worker') };

/** The lab's engine, broker and gateway in one. */
export const ENGINE: GoProgram = { name: 'engine', title: 'the engine', source: folder('lab/engine') };

/** The engine with a planted defect, for a checker to find; its version names it. Nothing but the proofs runs it. */
export const UNSYNCED_ENGINE: GoProgram = {
  ...ENGINE,
  name: 'engine-planted-unsynced',
  title: 'the engine that acknowledges before its log is on disk',
  tags: 'planted_unsynced',
};

/** The engine with another planted defect, for an experiment to refute. */
export const UNSENT_ENGINE: GoProgram = {
  ...ENGINE,
  name: 'engine-planted-unsent',
  title: 'the engine that never sends a command to another partition again',
  tags: 'planted_unsent',
};

/** A short key of all that goes into a program; another key is another program. */
export function programKey({ source }: GoProgram): string {
  return contentKey(source, fileURLToPath(import.meta.url));
}

/** Returns the path of a program's binary. */
export async function buildProgram({ layout, progress, signal }: Making, program: GoProgram): Promise<string> {
  const name = `${program.name}-${programKey(program)}`;
  return cached(path.join(layout.cache, 'bin'), name, (target) =>
    progress.phase(`building ${program.title}`, async () => {
      const tags = ['-tags', program.tags ?? ''];
      await run(
        layout,
        'go',
        ['build', ...tags, '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', target, '.'],
        {
          cwd: program.source,
          env: { CGO_ENABLED: '0' },
          signal,
        },
      );
    }),
  );
}
