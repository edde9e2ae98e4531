/** Takes the pictures of the report that the documents show. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Status, type TestResult } from 'allure-js-commons';
import { readSettings } from '../helpers/settings.ts';
import { up } from '../lab/commands/up.ts';
import { DEFAULT_PLAN } from '../lab/zeebe/plans.ts';
import { ensureChromium, takePicture } from '../reports/report/browser.ts';
import { makeSample } from './sample.ts';

const FOLDER = path.resolve('docs/pictures');

const picture = (name: string) => `${FOLDER}/${name}.png` as const;

/** Runs the sample on the lab, and writes docs/pictures. */
export async function takePictures(): Promise<void> {
  await ensureChromium();
  await up(readSettings(), DEFAULT_PLAN);
  const sample = await makeSample('pictures');
  await takePicture(pathToFileURL(sample.page).href, picture('overview'), [1100, 620]);
  await takePicture(sample.urlOf('passed'), picture('passed'), [1100, 2000]);
  await takePicture(sample.urlOf('failed'), picture('failed'), [1100, 1500]);
  await takePicture(sample.urlOf('broken'), picture('broken'), [1100, 1500]);
  const results = path.join(path.dirname(sample.page), '..', 'allure-results');
  writeFileSync(path.join(FOLDER, 'timeline.svg'), timelineIn(results));
  console.log(`The pictures are in ${path.relative('.', FOLDER)}.`);
}

function timelineIn(results: string): string {
  const all = readdirSync(results)
    .filter((file) => file.endsWith('-result.json'))
    .map((file) => JSON.parse(readFileSync(path.join(results, file), 'utf8')) as TestResult);
  const passed = all.find(({ status }) => status === Status.PASSED);
  const source = passed?.attachments.find(({ name }) => name === 'Timeline')?.source ?? '';
  return readFileSync(path.join(results, source), 'utf8');
}
