import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readKubeconfig } from './kubeconfig.ts';

const home = mkdtempSync(path.join(os.tmpdir(), 'kubeconfig-'));
afterAll(() => rmSync(home, { recursive: true }));

/** A kubeconfig with one context on the cluster `shared`, whose server is called like the file. */
function kubeconfig(name: string): string {
  const file = path.join(home, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    file,
    `apiVersion: v1
kind: Config
clusters: [{ name: shared, cluster: { server: 'https://${path.basename(name)}', certificate-authority: ca.crt } }]
users: [{ name: me, user: { token: secret } }]
contexts: [{ name: ${path.basename(name)}, context: { cluster: shared, user: me } }]
current-context: ${path.basename(name)}
`,
  );
  return file;
}

const namesIn = (env: NodeJS.ProcessEnv) => readKubeconfig(env).contexts.map(({ name }) => name);

test('of several files the first that names a thing counts, and all contexts are there', () => {
  const files = [kubeconfig('a'), kubeconfig('b')];
  const config = readKubeconfig({ KUBECONFIG: files.join(path.delimiter) });
  expect(config.clusters.map(({ server }) => server)).toEqual(['https://a']);
  expect(config.contexts.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(config.currentContext).toBeUndefined();
});

test('a file that is listed and not there is skipped, as is an empty place in the list', () => {
  const list = [path.join(home, 'gone'), '', kubeconfig('c')].join(path.delimiter);
  expect(namesIn({ KUBECONFIG: list })).toEqual(['c']);
});

test("without a list it is the user's own, and without that there is none", () => {
  expect(namesIn({ HOME: path.join(home, 'nobody') })).toEqual([]);
  kubeconfig('user/.kube/config');
  expect(namesIn({ HOME: path.join(home, 'user') })).toEqual(['config']);
});

test('paths in a file are those from where it is', () => {
  const { clusters } = readKubeconfig({ KUBECONFIG: kubeconfig('elsewhere/d') });
  expect(clusters.map(({ caFile }) => caFile)).toEqual([path.join(home, 'elsewhere', 'ca.crt')]);
});

test('a file that is none is named', () => {
  const file = path.join(home, 'none');
  writeFileSync(file, 'clusters: [');
  expect(() => readKubeconfig({ KUBECONFIG: file })).toThrow(`${file} is expected to be a kubeconfig`);
});
