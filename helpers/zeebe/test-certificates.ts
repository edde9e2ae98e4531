/** Certificates for tests: made by openssl in a folder of their own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execaSync } from 'execa';

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];

/** A certificate authority, and a certificate of its for one DNS name. */
export interface TestCertificates {
  readonly folder: string;
  readonly caFile: string;
  /** All of them PEM. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** Another authority, which has signed nothing here. */
  readonly strangerFile: string;
  readonly stranger: string;
  remove(): void;
}

/** Makes them for a DNS name; throws where there is no openssl. */
export function testCertificates(name: string): TestCertificates {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'zeebe-chaos-certificates-'));
  const file = (of: string) => path.join(folder, of);
  const openssl = (...args: string[]) => execaSync('openssl', args);
  for (const of of ['ca', 'stranger'])
    openssl('req', '-x509', ...EC, '-subj', `/CN=${of}`, '-keyout', file(`${of}.key`), '-out', file(`${of}.crt`));
  openssl(
    'req',
    ...EC.slice(0, -2),
    '-subj',
    '/CN=gateway',
    '-keyout',
    file('gateway.key'),
    '-out',
    file('gateway.csr'),
  );
  writeFileSync(file('names'), `subjectAltName=DNS:${name}\n`);
  const signed = ['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-set_serial', '0x11', '-days', '2'];
  openssl(
    'x509',
    '-req',
    '-in',
    file('gateway.csr'),
    ...signed,
    '-extfile',
    file('names'),
    '-out',
    file('gateway.crt'),
  );
  const read = (of: string) => readFileSync(file(of), 'utf8');
  return {
    folder,
    caFile: file('ca.crt'),
    ca: read('ca.crt'),
    certificate: read('gateway.crt'),
    key: read('gateway.key'),
    strangerFile: file('stranger.crt'),
    stranger: read('stranger.crt'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
