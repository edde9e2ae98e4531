/** Certificates for tests, in a folder of their own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeAuthority, makeCertificate } from '../certificates.ts';

/** A certificate authority, and a certificate of its for one DNS name. */
export interface TestCertificates {
  readonly folder: string;
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
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
export async function testCertificates(name: string): Promise<TestCertificates> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'zeebe-chaos-certificates-'));
  for (const authority of ['ca', 'stranger']) await makeAuthority(folder, authority, `/CN=${authority}`);
  await makeCertificate(folder, 'gateway', '/CN=gateway', [`DNS:${name}`]);
  const file = (of: string): string => path.join(folder, of);
  const read = (of: string): string => readFileSync(file(of), 'utf8');
  return {
    caFile: file('ca.crt'),
    certificateFile: file('gateway.crt'),
    keyFile: file('gateway.key'),
    strangerFile: file('stranger.crt'),
    folder,
    ca: read('ca.crt'),
    certificate: read('gateway.crt'),
    key: read('gateway.key'),
    stranger: read('stranger.crt'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
