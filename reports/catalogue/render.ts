/** The catalogue of experiments as Markdown. */
import { faults, provenBy } from '../../helpers/faults/catalogue.ts';
import type { Right } from '../../helpers/kubernetes/right.ts';
import { seconds, spell } from '../../helpers/wait/deadline.ts';
import { anchorOf } from '../docs-link.ts';
import type { Declared, ExperimentSpec } from './specs.ts';

/** How many seconds each recorded run of an experiment took, by the experiment's name. */
export type Durations = Readonly<Record<string, readonly number[]>>;

const images = { none: 'none', tools: '`CHAOS_TOOL_IMAGE`' };

/** Renders the catalogue, an overview first and then a section for each experiment. */
export function renderCatalogue(specs: readonly ExperimentSpec[], durations: Durations): string {
  return `# The experiments

Written by \`npm run catalogue\` from what each spec file declares of itself; change it there.

| experiment | claim | faults | usual duration |
| --- | --- | --- | --- |
${specs.map((spec) => overviewOf(spec, durations)).join('\n')}

Rights are those in Zeebe's namespace beyond what every run needs; [\`role.yaml\`](role.yaml) has all of them. A control
run that cuts brokers off from each other also needs the rights and the image of \`disconnect\`. The usual duration is the
median of the runs recorded in \`docs/proofs/durations.json\`.

${specs.map((spec) => sectionOf(spec, durations)).join('\n\n')}
`;
}

function overviewOf({ name, claim, declared }: ExperimentSpec, durations: Durations): string {
  const link = `[\`${name}\`](#${anchorOf(name)})`;
  return row(link, claim, declared.faults.join(', '), usualDuration(durations[name]));
}

function sectionOf({ name, file, claim, declared }: ExperimentSpec, durations: Durations): string {
  const { faults, blastRadius, alsoSeen, refuted, alsoNeeds } = declared;
  const rows = [
    row('claim', claim),
    row('---', '---'),
    row(faults.length === 1 ? 'fault' : 'faults', faults.join(', ')),
    row('blast radius', blastRadius),
    row('what proves it', [...provenBy(faults), ...(alsoSeen === undefined ? [] : [alsoSeen])].join('; ')),
    row('refuted by', refuted.by),
    row('bounds', boundsOf(declared)),
    row('rights', rightsOf(declared)),
    row('image', imagesOf(declared)),
    row('capabilities', capabilitiesOf(declared)),
    ...(alsoNeeds === undefined ? [] : [row('also needs', alsoNeeds)]),
    row('usual duration', usualDuration(durations[name])),
    row('spec file', `[\`${file}\`](../${file})`),
  ];
  return `## ${name}\n\n${rows.join('\n')}`;
}

function boundsOf({ bounds }: Declared): string {
  const all = Object.entries(bounds).map(([name, ms]) => `\`${name}\` ${spell(ms)}`);
  return all.join(', ') || 'none';
}

function rightsOf(declared: Declared): string {
  const all = declared.faults.flatMap((fault) => faults[fault].rights.map(spellRight));
  return [...new Set(all)].join(', ') || 'none';
}

function spellRight({ group, resource, verbs }: Right): string {
  return `\`${verbs.join(', ')} ${group === '' ? resource : `${resource}.${group}`}\``;
}

function imagesOf(declared: Declared): string {
  const all = new Set(declared.faults.map((fault) => faults[fault].image));
  if (all.size > 1) all.delete('none');
  return [...all].map((image) => images[image]).join(', ');
}

const inCode = (word: string): string => `\`${word}\``;

function capabilitiesOf(declared: Declared): string {
  const all = declared.faults.flatMap((fault) => {
    const { capabilities, capabilitiesForFirst: forFirst = [] } = faults[fault];
    if (forFirst.length === 0) return capabilities.map(inCode);
    return [`${capabilities.map(inCode).join(', ')}, or ${forFirst.map(inCode).join(', ')} where Zeebe is process 1`];
  });
  return [...new Set(all)].join(', ') || 'none';
}

function usualDuration(runs: readonly number[] = []): string {
  const sorted = [...runs].sort((a, b) => a - b);
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const upper = sorted[Math.floor(sorted.length / 2)];
  if (lower === undefined || upper === undefined) return 'not measured yet';
  return spell(((lower + upper) / 2) * seconds);
}

/** As GitHub makes it of a heading. */
function row(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
