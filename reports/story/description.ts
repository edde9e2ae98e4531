/** The first screen of an experiment in the report: what was claimed, done, seen, and felt by clients. */
import type { About } from '../../fixtures/experiment.ts';
import type { RolesSeen } from '../../fixtures/observer.ts';
import { provenBy } from '../../helpers/faults/catalogue.ts';
import type { Verdict } from '../../helpers/verdict/verdict.ts';
import type { FaultSeen, Story } from './story.ts';

/** The description as HTML; the timeline is an SVG that it holds as an image, `docs` an address relative to the page. */
export function descriptionOf(
  story: Story,
  { cleanup = [] }: Verdict,
  about: Partial<About> = {},
  timeline?: string,
  docs?: string,
): string {
  return [
    ...cleanup.map((sentence) => `<p>Cleanup trouble: ${escaped(sentence)}</p>`),
    table(
      [],
      [
        ['Blast radius', about.blastRadius ?? ''],
        ['What proves the fault', [...provenBy(about.faults ?? []), about.alsoSeen ?? []].flat().join('; ')],
        ['What clients felt', story.clients ?? 'not known: the experiment did not come so far'],
      ],
    ),
    docs === undefined ? '' : `<p><a href="${escaped(docs)}">Documentation of the experiment</a></p>`,
    timeline === undefined ? '' : image(timeline),
    ...story.faults.map(faultTable),
    topologies(story),
  ].join('\n');
}

function faultTable({ title, evidence }: FaultSeen): string {
  const names = [...new Set(evidence.flatMap(({ values }) => Object.keys(values)))];
  const rows = names.map((name) => [name, ...evidence.map(({ values }) => plain(values[name]))]);
  return `<h4>Fault: ${escaped(title)}</h4>${table(['seen', ...evidence.map(({ when }) => when)], rows)}`;
}

/** Brokers down, partitions across: before the first fault, while it held, and at the end. */
function topologies({ roles, faults }: Story): string {
  const [first] = faults;
  const lastBefore = (time: number) => roles.findLast(({ at }) => at <= time)?.value;
  const moments: [string, RolesSeen | undefined][] = [
    ['before', lastBefore(first?.since ?? Infinity) ?? roles[0]?.value],
    ['during', first && lastBefore(first.until ?? Infinity)],
    ['after', roles.at(-1)?.value],
  ];
  return moments.map(([when, seen]) => (seen ? `<h4>Topology ${when}</h4>${topologyTable(seen)}` : '')).join('\n');
}

function topologyTable(roles: RolesSeen): string {
  const partitions = [...new Set(Object.values(roles).flatMap((of) => Object.keys(of)))].sort((a, b) => +a - +b);
  const rows = Object.entries(roles).map(([broker, of]) => [broker, ...partitions.map((p) => of[p] ?? '—')]);
  return table(['broker', ...partitions.map((p) => `partition ${p}`)], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, texts: readonly string[]) =>
    texts.map((t) => `<${tag} style="white-space: normal">${escaped(t)}</${tag}>`).join('');
  const header = head.length > 0 ? `<thead><tr>${cells('th', head)}</tr></thead>` : '';
  return `<table>${header}<tbody>${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('')}</tbody></table>`;
}

/** A picture of its own, so that no style of the page reaches into it. */
function image(svg: string): string {
  const data = Buffer.from(svg).toString('base64');
  return `<h4>Timeline</h4><img alt="Timeline" style="max-width: 100%" src="data:image/svg+xml;base64,${data}">`;
}

function plain(value: unknown): string {
  if (value === undefined) return '—';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
