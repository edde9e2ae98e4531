/** Certificates, made by openssl in a folder: `<name>.crt` and `<name>.key`, both PEM. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const TEN_YEARS = ['-days', '3650'];

/** Makes a certificate authority. */
export async function makeAuthority(folder: string, name: string, subject: string): Promise<void> {
  const files = ['-keyout', path.join(folder, `${name}.key`), '-out', path.join(folder, `${name}.crt`)];
  await execa('openssl', ['req', '-x509', ...KEY, ...TEN_YEARS, '-subj', subject, ...files]);
}

/** Makes a certificate that the folder's authority `ca` signs: a server's for these names, or a client's for none. */
export async function makeCertificate(
  folder: string,
  name: string,
  subject: string,
  altNames: readonly string[],
): Promise<void> {
  const file = (ending: string): string => path.join(folder, `${name}.${ending}`);
  await execa('openssl', ['req', ...KEY, '-subj', subject, '-keyout', file('key'), '-out', file('csr')]);
  const extension = altNames.length > 0 ? `subjectAltName=${altNames.join(',')}` : 'extendedKeyUsage=clientAuth';
  writeFileSync(file('ext'), `${extension}\n`);
  const authority = ['-CA', path.join(folder, 'ca.crt'), '-CAkey', path.join(folder, 'ca.key')];
  const serial = ['-set_serial', `0x${randomBytes(8).toString('hex')}`];
  const files = ['-in', file('csr'), '-extfile', file('ext'), '-out', file('crt')];
  await execa('openssl', ['x509', '-req', ...authority, ...serial, ...TEN_YEARS, ...files]);
}
