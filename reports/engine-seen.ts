/** Which engine an experiment was about, as its journal tells. */
import { existsSync, readFileSync } from 'node:fs';
import { isZeebe } from '../helpers/zeebe/engine-name.ts';

interface Line {
  readonly time: string;
  readonly experiment?: string;
  readonly surroundings?: { readonly engine?: string };
}

/** The engine that an experiment found since `since` (epoch ms); undefined where it never came to ask. */
export function engineSeen(journal: string, experiment: string, since: number): string | undefined {
  if (!existsSync(journal)) return undefined;
  const lines = readFileSync(journal, 'utf8').split('\n');
  for (const text of lines.reverse()) {
    // Most lines say nothing of it, some are long, and the last may be cut short.
    if (!text.includes('"surroundings"')) continue;
    const line = JSON.parse(text) as Line;
    if (line.experiment === experiment && Date.parse(line.time) >= since) return line.surroundings?.engine;
  }
  return undefined;
}

/** What a run says at its end of the engines that it was about; a sentence each. */
export function aboutEngines(engines: readonly (string | undefined)[]): string[] {
  const seen = [...new Set(engines)].filter((engine) => engine !== undefined);
  return seen.map((engine) =>
    isZeebe(engine)
      ? `This run was on ${engine}.`
      : `This run was on ${engine}, which is not Zeebe: it tells about the experiments, not about Zeebe.`,
  );
}
