/** How Zeebe's API is reached: in plain text or by TLS, and as whom. */

/** Plain data, so that it can be handed to the workers of a run. It holds secrets: it is written down nowhere. */
export interface ZeebeAccess {
  /** Undefined: plain text. */
  readonly tls?: Tls | undefined;
  readonly credentials: Credentials;
}

export interface Tls {
  /** Certificates of authorities, PEM, instead of those that Node brings along. */
  readonly ca?: string | undefined;
  /** Where `ca` was read from, for messages. */
  readonly caFile?: string | undefined;
  /** What the gateways' certificate must be for; undefined = the name of their Service in the cluster. */
  readonly name?: string | undefined;
}

export type Credentials = NoCredentials | Basic | OAuth;

export interface NoCredentials {
  readonly kind: 'none';
}

export interface Basic {
  readonly kind: 'basic';
  readonly user: string;
  readonly password: string;
}

/** Client credentials (RFC 6749, section 4.4), exchanged for a bearer token. */
export interface OAuth {
  readonly kind: 'oauth';
  /** The token endpoint. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly audience?: string | undefined;
  readonly scope?: string | undefined;
  /** Certificates of authorities, PEM, beside those that Node brings along. */
  readonly ca?: string | undefined;
}

/** Plain text, and nobody in particular. */
export const OPEN_ACCESS: ZeebeAccess = { credentials: { kind: 'none' } };

/** The access by way of a Service: its name in the cluster is the one to verify, unless another was named. */
export function accessThrough(access: ZeebeAccess, service: string, namespace: string): ZeebeAccess {
  const { tls } = access;
  return tls === undefined ? access : { ...access, tls: { ...tls, name: tls.name ?? `${service}.${namespace}.svc` } };
}

/** Whether a client needs to be given anything that is not known to everybody before gateways talk to it. */
export function needsToBeGiven({ tls, credentials }: ZeebeAccess, env = process.env): boolean {
  const isPublic = tls?.ca === undefined && !env['NODE_EXTRA_CA_CERTS'];
  return (tls !== undefined && !isPublic) || credentials.kind !== 'none';
}

/** Whose credentials these are, for a sentence; never the secret. */
export function holderOf(credentials: Credentials): string {
  switch (credentials.kind) {
    case 'none':
      return 'nobody';
    case 'basic':
      return `user "${credentials.user}" (CAMUNDA_BASIC_AUTH_USERNAME)`;
    case 'oauth':
      return `client "${credentials.clientId}" (ZEEBE_CLIENT_ID)`;
  }
}
