import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { postForm } from './post-form.ts';
import { testCertificates } from './test-certificates.ts';

test('an authority that Node was told of counts beside one that is given', async () => {
  const certificates = await testCertificates('localhost');
  const { key, certificate, caFile, stranger } = certificates;
  const server = https.createServer({ key, cert: certificate }, (_, response) => response.end('answer'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    vi.unstubAllEnvs();
    server.close();
    certificates.remove();
  });
  const post = () =>
    postForm(`https://localhost:${(server.address() as AddressInfo).port}`, new URLSearchParams(), {
      within: 5_000,
      ca: stranger,
    });
  vi.stubEnv('NODE_EXTRA_CA_CERTS', `${caFile}.gone`);
  await expect(post()).rejects.toThrow('unable to verify');
  vi.stubEnv('NODE_EXTRA_CA_CERTS', caFile);
  await expect(post()).resolves.toMatchObject({ status: 200, body: 'answer' });
});
