/** The picture of an experiment: its faults, the leaders, the readiness of the pods, what clients felt, its probes. */
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { isProven, type FaultSeen, type Seen, type Story } from './story.ts';

interface Span {
  readonly row: string;
  readonly from: number;
  readonly to: number;
  readonly value: string;
}

const WIDTH = 640;
const ROW = 16;
/** Wide enough for a gateway's name, whose end tells it from the other; vega takes a letter for wider than it is. */
const LABEL = 340;

/** Draws the timeline as SVG on white, readable beside light and dark; undefined where nothing was observed. */
export async function timelineOf(story: Story): Promise<string | undefined> {
  const [start, end] = boundsOf(story);
  if (start === undefined || end === undefined || story.roles.length === 0) return undefined;
  const at = (time: number): number => (time - start) / 1000;
  const faults = story.faults.map((fault) => bandOf(fault, at, end));
  const scale = { domain: [0, at(end)], nice: false };
  const rows = (title: string, spans: readonly Span[], range: { domain: string[]; range?: string[] }) =>
    chart(title, faults, scale, spansMark(spans, scale, range), new Set(spans.map(({ row }) => row)).size);
  const leaders = spansOf(story.roles, at, at(end), (roles) =>
    Object.entries(roles).flatMap(([broker, of]) =>
      Object.entries(of)
        .filter(([, role]) => role.startsWith('leader'))
        .map(([partition]) => [`partition ${partition}`, broker]),
    ),
  );
  const harms = faults.map(({ title, from, to, value }) => ({ row: title, from, to, value }));
  const readiness = spansOf(story.readiness, at, at(end), (pods) =>
    Object.entries(pods).map(([pod, ready]) => [pod, ready ? 'ready' : 'not ready']),
  );
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 8,
    config: {
      axis: { labelFontSize: 11, titleFontSize: 11 },
      title: { anchor: 'start', fontSize: 12 },
    },
    resolve: { scale: { color: 'independent' } },
    vconcat: [
      rows('Faults', harms, { domain: ['holds', 'not proven'], range: ['#e4a11b', '#9a9a9a'] }),
      rows('Leader of each partition', leaders, { domain: [...new Set(leaders.map(({ value }) => value))].sort() }),
      rows('Readiness of each pod', readiness, { domain: ['ready', 'not ready'], range: ['#7fb77e', '#c8553d'] }),
      chart('Calls of clients, by the second in which they ended', faults, scale, callsMark(story, at, scale), 5),
      chart('Probes (a cross is one that failed)', faults, scale, probesMark(story, at, scale), 2),
    ],
  } as unknown as TopLevelSpec;
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}

function boundsOf({ steps, roles, readiness }: Story): [number | undefined, number | undefined] {
  const times = [...steps.flatMap(({ start, end }) => [start, end]), ...[...roles, ...readiness].map(({ at }) => at)];
  return times.length === 0 ? [undefined, undefined] : [Math.min(...times), Math.max(...times)];
}

function bandOf(fault: FaultSeen, at: (time: number) => number, end: number) {
  const { title, since, until } = fault;
  return { title, from: at(since), to: at(until ?? end), value: isProven(fault) ? 'holds' : 'not proven' };
}

/** Turns looks into spans: each value lasts until the look that shows another. */
function spansOf<T>(
  seen: readonly Seen<T>[],
  at: (time: number) => number,
  end: number,
  valuesIn: (value: T) => string[][],
): Span[] {
  const spans: Span[] = [];
  const open = new Map<string, { from: number; value: string }>();
  const close = (row: string, to: number): void => {
    const span = open.get(row);
    if (span) spans.push({ row, ...span, to });
    open.delete(row);
  };
  for (const look of seen) {
    const now = new Map(valuesIn(look.value) as [string, string][]);
    for (const [row, { value }] of [...open]) if (now.get(row) !== value) close(row, at(look.at));
    for (const [row, value] of now) if (!open.has(row)) open.set(row, { from: at(look.at), value });
  }
  for (const row of [...open.keys()]) close(row, end);
  return spans;
}

function chart(title: string, faults: readonly object[], scale: object, mark: object, rows: number): object {
  const bands = {
    data: { values: faults },
    mark: { type: 'rect', color: '#e4a11b', opacity: 0.22 },
    encoding: {
      x: { field: 'from', type: 'quantitative', scale },
      x2: { field: 'to' },
      tooltip: { field: 'title' },
    },
  };
  return { title, width: WIDTH, height: Math.max(1, rows) * ROW, layer: [bands, mark] };
}

const seconds = { title: 'seconds since the experiment began', grid: false };

function spansMark(spans: readonly Span[], scale: object, range: object): object {
  return {
    data: { values: spans },
    mark: { type: 'bar', height: ROW - 6 },
    encoding: {
      x: { field: 'from', type: 'quantitative', scale, axis: { ...seconds, title: null } },
      x2: { field: 'to' },
      y: { field: 'row', type: 'nominal', title: null, axis: { labelLimit: LABEL } },
      color: { field: 'value', type: 'nominal', title: null, scale: range },
    },
  };
}

function callsMark({ calls }: Story, at: (time: number) => number, scale: object): object {
  const values = calls.map(([start, took, outcome]) => ({ second: Math.floor(at(start + took)), outcome }));
  return {
    data: { values },
    mark: { type: 'bar', width: 4 },
    encoding: {
      x: { field: 'second', type: 'quantitative', scale, axis: { ...seconds, title: null } },
      y: { aggregate: 'count', type: 'quantitative', title: null, axis: { tickCount: 3 } },
      color: {
        field: 'outcome',
        type: 'nominal',
        title: null,
        scale: { domain: ['ok', 'rejected', 'unknown'], range: ['#5b8db8', '#c8553d', '#8d6a9f'] },
      },
    },
  };
}

function probesMark({ steps }: Story, at: (time: number) => number, scale: object): object {
  const probes = steps.filter(({ title }) => title.startsWith('Probe: '));
  const values = probes.map(({ end, failed }) => ({ at: at(end), probe: failed ? 'failed' : 'held' }));
  return {
    data: { values },
    mark: { type: 'point', filled: true, size: 60 },
    encoding: {
      x: { field: 'at', type: 'quantitative', scale, axis: seconds },
      y: { field: 'probe', type: 'nominal', title: null, scale: { domain: ['held', 'failed'] } },
      color: {
        field: 'probe',
        type: 'nominal',
        legend: null,
        scale: { domain: ['held', 'failed'], range: ['#3f7d3e', '#c8553d'] },
      },
      shape: {
        field: 'probe',
        type: 'nominal',
        legend: null,
        scale: { domain: ['held', 'failed'], range: ['circle', 'cross'] },
      },
    },
  };
}
