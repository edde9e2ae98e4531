import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestResult } from 'allure-js-commons';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { descriptionOf } from './description.ts';
import { allureSteps } from './steps.ts';
import { storyOf } from './story.ts';
import { tell } from './tell.ts';
import { timelineOf } from './timeline.ts';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const CUT = 'disconnect camunda-zeebe-0 and camunda-zeebe-1';

const home = mkdtempSync(path.join(os.tmpdir(), 'zeebe-chaos-story-'));
afterAll(() => rmSync(home, { recursive: true }));

/** A journal whose lines are `seconds after the start, what the line holds`. */
function journal(...lines: [second: number, line: object][]): string {
  const file = path.join(mkdtempSync(path.join(home, 'journal-')), 'journal.jsonl');
  const whole = lines.map(([second, line]) => {
    const time = new Date(START + second * 1000).toISOString();
    return `${JSON.stringify({ time, run: 'r1', experiment: 'production-m/a', ...line })}\n`;
  });
  writeFileSync(file, whole.join(''));
  return file;
}

const file = journal(
  [0, { surroundings: { engine: 'Zeebe 8.5.8' } }],
  [1, { message: 'Probe: the cluster is expected to be steady (1 s)', tookMs: 1000, phase: 'steady before' }],
  [1, { message: 'of another experiment', experiment: 'production-m/b' }],
  [1, { message: 'of another run', run: 'r0' }],
  [1, { roles: { 'camunda-zeebe-0': { 1: 'leader' }, 'camunda-zeebe-1': { 1: 'follower' } } }],
  [1, { readiness: { 'camunda-zeebe-0': true } }],
  [2, { message: `Action: ${CUT} (1 s)`, tookMs: 1000, phase: 'prepare' }],
  [3, { message: '  inject (1 s)', tookMs: 1000, phase: 'inject' }],
  [3, { message: '  Evidence: …', of: CUT, evidence: { way: 'no route to host' } }],
  [4, { message: 'Probe: an instance (200 ms)', tookMs: 200, phase: 'claim', level: 'ERROR' }],
  [5, { message: 'a line of its own' }],
  [6, { message: '  lift (0 ms)', tookMs: 0, phase: 'lift' }],
  [7, { message: '  Evidence: …', of: `${CUT} (lifted)`, evidence: { way: 'open' } }],
  [8, { roles: { 'camunda-zeebe-0': { 1: 'follower' }, 'camunda-zeebe-1': { 1: 'leader' } } }],
  [9, { clientCalls: [[START + 3000, 10, 'ok']] }],
  [9, { message: 'Clients: 1 instance acknowledged', clients: {} }],
);
writeFileSync(file, '{"time":"2026-01-01T00:00:10.000Z","run":"r1","exper', { flag: 'a' });

describe('the story of an experiment', () => {
  const story = storyOf(file, 'r1', 'production-m/a');
  let drawn: string | undefined;
  // Once, and not in a test: on a machine with much else to do, two drawings took longer than a test may.
  beforeAll(async () => (drawn = await timelineOf(story)));

  test('holds its own lines, up to the one that a kill cut short', () => {
    expect(story.steps.map(({ title }) => title)).toEqual([
      'Probe: the cluster is expected to be steady (1 s)',
      `Action: ${CUT} (1 s)`,
      'inject (1 s)',
      'Probe: an instance (200 ms)',
      'a line of its own',
      'lift (0 ms)',
      'Clients: 1 instance acknowledged',
    ]);
    expect(story.surroundings).toEqual({ engine: 'Zeebe 8.5.8' });
  });

  test('knows when each fault held, and what proved it at each moment', () => {
    expect(story.faults).toEqual([
      {
        title: CUT,
        since: START + 2000,
        until: START + 7000,
        evidence: [
          { when: 'when it went in', at: START + 3000, values: { way: 'no route to host' } },
          { when: 'after the lift', at: START + 7000, values: { way: 'open' } },
        ],
      },
    ]);
  });

  test('tells a fault from the same one that goes in again', () => {
    const at = (second: number, suffix = ''): [number, object] => [second, { of: `${CUT}${suffix}`, evidence: {} }];
    const action = (second: number): [number, object] => [second, { message: `Action: ${CUT} (1 s)`, tookMs: 1000 }];
    const twice = [
      action(2),
      at(3),
      at(4, ' (lifted)'),
      action(5),
      at(6),
      at(7, ' (before the lift)'),
      at(8, ' (lifted)'),
    ];
    const { faults } = storyOf(journal(...twice), 'r1', 'production-m/a');
    expect(faults).toMatchObject([
      { title: CUT, since: START + 2000, until: START + 4000 },
      { title: CUT, since: START + 5000, until: START + 8000 },
    ]);
    expect(faults.map(({ evidence }) => evidence.length)).toEqual([2, 3]);
  });

  test('is told in steps by its parts, each with its time and whether it failed', () => {
    const steps = allureSteps(story).map(({ name, status, start, stop }) => [name, status, (stop ?? 0) - (start ?? 0)]);
    expect(steps).toEqual([
      ['Steady state before', 'passed', 1000],
      ['Prepare the fault', 'passed', 1000],
      ['Inject', 'passed', 1000],
      ['Hold: the claim', 'broken', 200],
      ['Hold', 'passed', 0],
      ['Lift', 'passed', 3000],
    ]);
  });

  test('shows the evidence and the topology before, during and after', () => {
    const html = descriptionOf(story, { verdict: 'passed', reason: '' });
    expect(html).toContain(`<h4>Fault: ${CUT}</h4>`);
    expect(html.replaceAll(/ style="[^"]*"/g, '')).toContain('<td>way</td><td>no route to host</td><td>open</td>');
    for (const when of ['before', 'during', 'after']) expect(html).toContain(`<h4>Topology ${when}</h4>`);
  });

  test.for([
    ['in this checkout by its description', {}, [], true],
    [
      'on the server of a pipeline by a link',
      { CI_PROJECT_URL: 'https://gitlab.com/a/b', CI_COMMIT_SHA: 'c1' },
      ['https://gitlab.com/a/b/-/blob/c1/docs/experiments.md#production-ma'],
      false,
    ],
  ] as const)('leads to the docs %s', ([, env, links, isDescribed]) => {
    for (const name of ['GITHUB_SHA', 'CI_PROJECT_URL', 'CI_COMMIT_SHA']) vi.stubEnv(name, '');
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const result = { links: [] as { url: string }[], descriptionHtml: '' };
    const told = {
      name: 'production-m/a',
      out: 'reports/out',
      verdict: { verdict: 'passed', reason: '' },
      about: {},
      timeline: undefined,
    } as const;
    tell(result as unknown as TestResult, story, told);
    vi.unstubAllEnvs();
    expect(result.links.map(({ url }) => url)).toEqual(links);
    expect(result.descriptionHtml.includes('<a href="../../../docs/experiments.md#production-ma">')).toBe(isDescribed);
  });

  test('is drawn, with its fault, its leaders and its pods by name', () => {
    for (const text of [CUT, 'partition 1', 'camunda-zeebe-0', 'Calls of clients', 'failed'])
      expect(drawn).toContain(text);
  });

  test('shows a fault that was never proven as such, and gateways by their whole names', async () => {
    const gateway = 'camunda-zeebe-gateway-7fcb9b6f-kvgp6';
    const unproven = journal(
      [1, { roles: { 'camunda-zeebe-0': { 1: 'leader' } } }],
      [1, { readiness: { [gateway]: true } }],
      [2, { message: `Action: ${CUT} (1 s)`, tookMs: 1000, phase: 'prepare' }],
      [7, { of: `${CUT} (lifted)`, evidence: { way: 'open' } }],
      [8, { message: 'Probe: the cluster is expected to be steady (1 s)', tookMs: 1000, phase: 'steady after' }],
    );
    const svg = await timelineOf(storyOf(unproven, 'r1', 'production-m/a'));
    expect(svg).toMatch(/row: disconnect camunda-zeebe-0 and camunda-zeebe-1; [^"]*value: not proven/);
    expect(svg).toContain(`>${gateway}<`);
    expect(drawn).not.toMatch(/; value: not proven/);
  });

  test('that was never observed has no picture', async () => {
    expect(await timelineOf(storyOf(file, 'r1', 'production-m/none'))).toBeUndefined();
  });
});
