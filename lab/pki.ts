/** Certificates and tokens of one lab: made by `up`, gone with `down`. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { makeAuthority, makeCertificate } from '../helpers/certificates.ts';
import { API_SERVICE_ADDRESS, API_SERVER, CONTEXT, CONTROL_ADDRESS, NODES, type Layout } from './layout.ts';

/** A user of the lab without rights of its own. */
export const LIMITED_USER = 'limited';

/** The users that the API server knows by token, with the groups that Kubernetes' built-in roles are bound to. */
const users = {
  admin: ['system:masters'],
  // Its controllers share this identity; a service account each costs four seconds at every start of the lab.
  'system:kube-controller-manager': ['system:masters'],
  'system:kube-scheduler': [],
  'system:kube-proxy': [],
  coredns: ['system:masters'],
  // Has no right but what a RoleBinding gives it: stands for a user of a cluster elsewhere.
  [LIMITED_USER]: [],
  ...Object.fromEntries(NODES.map((node) => [`system:node:${node.name}`, ['system:nodes']])),
} as Record<string, string[]>;

/** Makes the certificate authority, the API server's certificates, the service account key and a kubeconfig for each user. */
export async function makePki(layout: Layout): Promise<void> {
  mkdirSync(layout.pki, { recursive: true, mode: 0o700 });
  await makeAuthority(layout.pki, 'ca', `/CN=${CONTEXT}`);
  await Promise.all([
    makeCertificate(layout.pki, 'apiserver', '/CN=kube-apiserver', [
      `IP:${CONTROL_ADDRESS}`,
      `IP:${API_SERVICE_ADDRESS}`,
      'IP:127.0.0.1',
      ...['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].map((name) => `DNS:${name}`),
    ]),
    makeCertificate(layout.pki, 'kubelet-client', '/O=system:masters/CN=kube-apiserver-kubelet-client', []),
    execa('openssl', ['genrsa', '-out', file(layout, 'service-account.key'), '2048']),
  ]);
  makeTokens(layout);
}

/** The kubeconfig of one of the lab's users, for components and for `admin`. */
export function kubeconfigOf(layout: Layout, user: string): string {
  return user === 'admin' ? layout.kubeconfig : file(layout, `${user.replaceAll(':', '-')}.kubeconfig`);
}

function makeTokens(layout: Layout): void {
  const lines = Object.entries(users).map(([user, groups]) => {
    const token = randomBytes(24).toString('hex');
    writeFileSync(kubeconfigOf(layout, user), kubeconfig(layout, user, token), { mode: 0o600 });
    return [token, user, user, ...(groups.length > 0 ? [`"${groups.join(',')}"`] : [])].join(',');
  });
  writeFileSync(file(layout, 'tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
}

function kubeconfig(layout: Layout, user: string, token: string): string {
  const authority = readFileSync(file(layout, 'ca.crt')).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: CONTEXT, cluster: { server: API_SERVER, 'certificate-authority-data': authority } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: CONTEXT, context: { cluster: CONTEXT, user, namespace: 'zeebe' } }],
    'current-context': CONTEXT,
  };
  return JSON.stringify(config, null, 2);
}

function file(layout: Layout, name: string): string {
  return path.join(layout.pki, name);
}
