/** A headless Chromium that looks at pages as a reader would, with no network. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { launch, type Page } from 'puppeteer-core';
import { readSettings } from '../../helpers/settings.ts';
import { seconds } from '../../helpers/wait/deadline.ts';
import { installPackages } from '../../lab/packages.ts';

export interface Look {
  /** What a reader sees and where links lead, frames and shadow trees included. */
  readonly text: string;
  /** Errors that the page wrote to the console or threw. */
  readonly errors: readonly string[];
}

/** What is installed where there is no Chromium. */
export const BROWSER_PACKAGES = ['chromium', 'fonts-dejavu-core'];

/** Installs Chromium if the host has none; throws with the command where CHAOS_LAB_INSTALL=no. */
export async function ensureChromium(): Promise<void> {
  const { failed } = await execa('chromium', ['--version'], { reject: false });
  if (!failed) return;
  if (!readSettings().mayInstall)
    throw new Error(
      `Chromium is expected on the PATH, and CHAOS_LAB_INSTALL=no: run \`apt-get install ${BROWSER_PACKAGES.join(' ')}\`.`,
    );
  await installPackages(BROWSER_PACKAGES);
}

/** Opens a page and reads it as soon as it is as `drawn` says, or else as it is after 20 s. */
export function lookAt(url: string, drawn: (look: Look) => boolean): Promise<Look> {
  return onPage(url, [1200, 900], async (page, errors) => {
    const end = performance.now() + 20 * seconds;
    for (;;) {
      const texts = await Promise.all(page.frames().map((frame) => frame.evaluate(TEXT)));
      const look = { text: texts.join(' ').replaceAll(/\s+/g, ' '), errors };
      if (drawn(look) || performance.now() > end) return look;
      await delay(100);
    }
  });
}

/** Says of a page that each of the words is on it. */
export function showing(words: readonly string[]): (look: Look) => boolean {
  return ({ text }) => words.every((each) => text.includes(each));
}

/** Takes a picture of a page, `size` pixels wide and high. */
export async function takePicture(url: string, file: `${string}.png`, size: readonly [number, number]): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  await onPage(url, size, (page) => page.screenshot({ path: file }));
}

async function onPage<T>(
  url: string,
  [width, height]: readonly [number, number],
  work: (page: Page, errors: string[]) => Promise<T>,
): Promise<T> {
  const browser = await launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND'],
    defaultViewport: { width, height },
  });
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(url, { waitUntil: 'networkidle0' });
    return await work(page, errors);
  } finally {
    await browser.close();
  }
}

/** Runs in the page, therefore text: what is shown and where links lead, shadow trees included, which innerText leaves out. */
const TEXT = `(() => {
  const texts = [];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) texts.push(node.data);
    if (['SCRIPT', 'STYLE'].includes(node.nodeName)) return;
    if (node.nodeName === 'IMG' && node.alt) texts.push(node.alt);
    if (node.nodeName === 'A') texts.push(node.getAttribute('href') ?? '');
    for (const child of [...(node.shadowRoot?.childNodes ?? []), ...node.childNodes]) walk(child);
  };
  walk(document.body);
  return texts.join(' ');
})()`;
