import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
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

test('the way to a cluster is by its own proxy, or else by that of the environment', () => {
  const file = kubeconfig('proxied');
  const proxyUrls = () =>
    readKubeconfig({ KUBECONFIG: file, HTTPS_PROXY: 'http://proxy' }).clusters.map(({ proxyUrl }) => proxyUrl);
  expect(proxyUrls()).toEqual(['http://proxy']);
  const usual = readFileSync(file, 'utf8');
  for (const [own, counts] of [
    ['http://own', 'http://own'],
    ['""', 'http://proxy'],
    ['socks5://own', 'socks5h://own'],
  ]) {
    writeFileSync(file, usual.replace('cluster: { server', `cluster: { proxy-url: ${own}, server`));
    expect(proxyUrls()).toEqual([counts]);
  }
});

test('what stands in a file counts before a file that it names, and who is not asked for may be whatever', () => {
  const file = kubeconfig('both');
  const usual = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    usual
      .replace('certificate-authority: ca.crt', 'certificate-authority: gone, certificate-authority-data: aGVyZQ==')
      .replace('users: [', 'users: [{ name: odd, user: { exec: {} } }, '),
  );
  const { clusters, users } = readKubeconfig({ KUBECONFIG: file });
  expect(clusters).toMatchObject([{ caData: 'aGVyZQ==', caFile: undefined }]);
  expect(users).toHaveLength(2);
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

test('a file with nothing in it is one, and names nothing', () => {
  const file = path.join(home, 'empty');
  writeFileSync(file, '\n');
  expect(namesIn({ KUBECONFIG: file })).toEqual([]);
});

/** The headers and the certificate that requests of `me` carry, by the kubeconfig `name` in which this is its user. */
function requestsOf(name: string, user: string) {
  const file = kubeconfig(name);
  writeFileSync(file, readFileSync(file, 'utf8').replace('user: { token: secret }', `user: ${user}`));
  const config = readKubeconfig({ KUBECONFIG: file });
  config.setCurrentContext(path.basename(name));
  for (const cluster of config.clusters) Reflect.deleteProperty(cluster, 'caFile');
  return async () => {
    const options: { headers?: Record<string, string>; cert?: string; key?: string } = {};
    await config.applyToHTTPSOptions(options);
    return { authorization: options.headers?.['Authorization'], cert: options.cert, key: options.key };
  };
}

test("a token's file is read for each request, from where the kubeconfig is", async () => {
  const requests = requestsOf('tokens/f', '{ token: old, tokenFile: token, exec: { command: no-such-command } }');
  for (const token of ['first', 'second']) {
    writeFileSync(path.join(home, 'tokens', 'token'), `${token}\n`);
    expect(await requests()).toMatchObject({ authorization: `Bearer ${token}` });
  }
});

// A script is no command on Windows.
describe.skipIf(process.platform === 'win32')('a command that gives credentials', () => {
  /** A command that counts how often it ran and prints `status`, in which $COUNT and $KUBERNETES_EXEC_INFO are filled in. */
  function command(place: string, status: string): () => number {
    const file = path.join(home, place);
    mkdirSync(path.dirname(file), { recursive: true });
    const count = `${file}.count`;
    writeFileSync(
      file,
      `#!/bin/sh
echo run >> '${count}'
COUNT=$(grep -c run '${count}')
cat <<EOF
{ "kind": "ExecCredential", "status": ${status} }
EOF
`,
      { mode: 0o755 },
    );
    return () => readFileSync(count, 'utf8').split('\n').length - 1;
  }
  const plugin = (fields: string) => `{ exec: { apiVersion: client.authentication.k8s.io/v1, ${fields} } }`;

  test('is run from where the kubeconfig is, once for requests at one time, and anew when its credential ends', async () => {
    const soon = new Date(Date.now() + 700).toISOString();
    const runs = command('plugins/bin/give', `{ "token": "$COUNT", "expirationTimestamp": "${soon}" }`);
    const requests = requestsOf('plugins/g', plugin('command: ./bin/give'));
    const first = await Promise.all([requests(), requests(), requests()]);
    expect(first.map(({ authorization }) => authorization)).toEqual(['Bearer 1', 'Bearer 1', 'Bearer 1']);
    await vi.waitFor(async () => expect(await requests()).toMatchObject({ authorization: 'Bearer 2' }), 5_000);
    expect(runs()).toBeGreaterThanOrEqual(2);
  });

  test.for(['{ "token": "endless" }', '{ "token": "endless", "expirationTimestamp": null }'])(
    'that tells no end is believed for a while: %s',
    async (status) => {
      const runs = command(`endless${status.length}/give`, status);
      const requests = requestsOf(`h${status.length}`, plugin(`command: ./endless${status.length}/give`));
      await requests();
      expect(await requests()).toMatchObject({ authorization: 'Bearer endless' });
      expect(runs()).toBe(1);
    },
  );

  test('is told who is asked, if it wants to be, and may give a certificate', async () => {
    const told = path.join(home, 'told.json');
    const script = `printf %s "$KUBERNETES_EXEC_INFO" > '${told}'; echo '{ "status": { "clientCertificateData": "'$OF'", "clientKeyData": "key" } }'`;
    const fields = ['command: sh', `args: [-c, ${JSON.stringify(script)}]`, 'env: [{ name: OF, value: me }]'];
    const requests = requestsOf('i', plugin([...fields, 'provideClusterInfo: true'].join(', ')));
    expect(await requests()).toMatchObject({ authorization: undefined, cert: 'me', key: 'key' });
    expect(JSON.parse(readFileSync(told, 'utf8'))).toMatchObject({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: 'https://i' } },
    });
  });

  test.for([
    [
      'is missing',
      'command: no-such-command, installHint: Install it.',
      /^The command no-such-command, from which .* is expected to give them, and could not be run \(.*ENOENT\)\.\nInstall it\.$/,
    ],
    [
      'fails',
      'command: sh, args: [-c, "echo log in first >&2; exit 3", --secret=very-secret]',
      /^(?!.*very-secret).* ended with exit code 3\.\nlog in first$/s,
    ],
    [
      'prints something else',
      'command: echo, args: [secret]',
      /^(?!.*secret).* is expected to print an ExecCredential/,
    ],
    ['wants a terminal', 'command: sh, interactiveMode: Always', /wants a terminal/],
  ] as const)('that %s is named', async ([why, fields, sentence]) => {
    const requests = requestsOf(why.replaceAll(' ', '-'), plugin(fields));
    await expect(requests()).rejects.toThrow(sentence);
  });
});
