/** What the gateways of the lab's shape `secured` and their clients share: the lab's authority, and a user. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { KubernetesObject, V1Secret } from '@kubernetes/client-node';
import { makeCertificate } from '../../helpers/certificates.ts';
import type { ZeebeAccess } from '../../helpers/zeebe/access.ts';
import type { Layout } from '../layout.ts';
import { GATEWAY } from './manifest-parts.ts';

/** The user that charts from 8.8 on begin with. */
export const GATEWAY_USER = { name: 'demo', password: 'demo' } as const;

/** Holds the gateways' certificate and its key. */
export const CERTIFICATE_SECRET = `${GATEWAY}-tls`;

/** Holds what job workers need. */
export const WORKER_SECRET = 'zeebe-access';

/** How a lab's gateways of that shape are reached. */
export function securedAccess(layout: Layout): ZeebeAccess {
  const { name: user, password } = GATEWAY_USER;
  return { tls: { ca: authorityOf(layout) }, credentials: { kind: 'basic', user, password } };
}

/** The Secrets of that shape, with a new certificate for the gateways' Service. */
export async function securedSecrets(layout: Layout, namespace: string): Promise<KubernetesObject[]> {
  await makeCertificate(layout.pki, CERTIFICATE_SECRET, `/CN=${GATEWAY}`, [`DNS:${GATEWAY}.${namespace}.svc`]);
  const read = (name: string): string => readFileSync(path.join(layout.pki, name), 'utf8');
  return [
    secret(CERTIFICATE_SECRET, namespace, {
      'tls.crt': read(`${CERTIFICATE_SECRET}.crt`),
      'tls.key': read(`${CERTIFICATE_SECRET}.key`),
    }),
    secret(WORKER_SECRET, namespace, {
      CAMUNDA_BASIC_AUTH_USERNAME: GATEWAY_USER.name,
      CAMUNDA_BASIC_AUTH_PASSWORD: GATEWAY_USER.password,
      ZEEBE_CA_CERTIFICATE_PATH: '/etc/zeebe-access/ca.crt',
      'ca.crt': authorityOf(layout),
    }),
  ];
}

function authorityOf({ pki }: Layout): string {
  return readFileSync(path.join(pki, 'ca.crt'), 'utf8');
}

function secret(name: string, namespace: string, stringData: Record<string, string>): V1Secret {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData };
}
