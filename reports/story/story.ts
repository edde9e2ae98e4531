/** What the journal tells of one experiment of one run. */
import { existsSync, readFileSync } from 'node:fs';
import type { Diagnostic } from '../../fixtures/diagnostics.ts';
import type { ReadinessSeen, RolesSeen } from '../../fixtures/observer.ts';

export interface Step {
  readonly title: string;
  /** `inject`, `claim` …; undefined where the line belongs to none. */
  readonly phase: string | undefined;
  /** Epoch milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly failed: boolean;
}

export interface EvidenceSeen {
  /** `when it went in`, `before the lift`, `after the lift`. */
  readonly when: string;
  readonly at: number;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface FaultSeen {
  readonly title: string;
  readonly since: number;
  /** When it was proven gone; undefined if it never was. */
  readonly until: number | undefined;
  readonly evidence: readonly EvidenceSeen[];
}

export interface Seen<T> {
  readonly at: number;
  readonly value: T;
}

/** The start of a client's call in epoch milliseconds, how long it took in ms, and how it ended. */
export type ClientCall = readonly [at: number, tookMs: number, outcome: 'ok' | 'rejected' | 'unknown'];

export interface Story {
  readonly surroundings: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
  readonly faults: readonly FaultSeen[];
  readonly roles: readonly Seen<RolesSeen>[];
  readonly readiness: readonly Seen<ReadinessSeen>[];
  readonly calls: readonly ClientCall[];
  /** What clients were told, in a sentence. */
  readonly clients: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

interface Line {
  readonly time: string;
  readonly run: string;
  readonly experiment?: string;
  readonly level?: string;
  readonly message?: string;
  readonly tookMs?: number;
  readonly phase?: string;
  readonly of?: string;
  readonly evidence?: Record<string, unknown>;
  readonly surroundings?: Record<string, unknown>;
  readonly roles?: RolesSeen;
  readonly readiness?: ReadinessSeen;
  readonly clientCalls?: ClientCall[];
  readonly clients?: unknown;
  readonly diagnostics?: Diagnostic[];
}

/** The story of an experiment, empty where the journal has none; a line that was cut short by a kill is left out. */
export function storyOf(journal: string, run: string, experiment: string): Story {
  const lines = linesOf(journal).filter((line) => line.run === run && line.experiment === experiment);
  const seen = <T>(pick: (line: Line) => T | undefined): Seen<T>[] =>
    lines.flatMap((line) => {
      const value = pick(line);
      return value === undefined ? [] : [{ at: Date.parse(line.time), value }];
    });
  return {
    surroundings: lines.find((line) => line.surroundings)?.surroundings ?? {},
    steps: lines.flatMap(stepOf),
    faults: faultsIn(lines),
    roles: seen((line) => line.roles),
    readiness: seen((line) => line.readiness),
    // vitest cleans up once more after a clean-up that threw, and so they may be told twice.
    calls: lines.findLast((line) => line.clientCalls)?.clientCalls ?? [],
    clients: lines.find((line) => line.clients !== undefined)?.message,
    diagnostics: lines.flatMap((line) => line.diagnostics ?? []),
  };
}

function linesOf(journal: string): Line[] {
  if (!existsSync(journal)) return [];
  return readFileSync(journal, 'utf8')
    .split('\n')
    .flatMap((text) => {
      try {
        return [JSON.parse(text) as Line];
      } catch {
        return [];
      }
    });
}

function stepOf({ time, message, tookMs = 0, phase, level, evidence }: Line): Step[] {
  if (message === undefined || evidence !== undefined) return [];
  const end = Date.parse(time);
  return [{ title: message.trim(), phase, start: end - tookMs, end, failed: level === 'ERROR' }];
}

const WENT_IN = 'when it went in';
const LIFTED = 'after the lift';

/** Whether a fault was seen to hold once it was in. */
export function isProven({ evidence }: Pick<FaultSeen, 'evidence'>): boolean {
  return evidence.some(({ when }) => when === WENT_IN);
}

const MOMENTS: readonly (readonly [suffix: string, when: string])[] = [
  [' (before the lift)', 'before the lift'],
  [' (lifted)', LIFTED],
];

/** In the order in which they went in; one of the same title that went in again is another. */
function faultsIn(lines: readonly Line[]): FaultSeen[] {
  const faults: { title: string; evidence: EvidenceSeen[] }[] = [];
  for (const { of, evidence, time } of lines) {
    if (of === undefined || evidence === undefined) continue;
    const [suffix, when] = MOMENTS.find(([ending]) => of.endsWith(ending)) ?? ['', WENT_IN];
    const title = of.slice(0, of.length - suffix.length);
    const seen = { when, at: Date.parse(time), values: evidence };
    const last = faults.findLast((fault) => fault.title === title);
    if (last === undefined || (suffix === '' && liftedAt(last.evidence) !== undefined))
      faults.push({ title, evidence: [seen] });
    else last.evidence.push(seen);
  }
  return faults.map(({ title, evidence }) => {
    const proven = evidence[0]?.at ?? 0;
    return { title, since: injectedAt(lines, title, proven) ?? proven, until: liftedAt(evidence), evidence };
  });
}

function liftedAt(evidence: readonly EvidenceSeen[]): number | undefined {
  return evidence.find(({ when }) => when === LIFTED)?.at;
}

/** A fault's first line ends when it has been prepared. */
function injectedAt(lines: readonly Line[], title: string, proven: number): number | undefined {
  const times = lines
    .filter(({ message }) => message?.startsWith(`Action: ${title} (`))
    .map(({ time }) => Date.parse(time));
  return times.findLast((time) => time <= proven);
}
