/** Gateways that want to know who asks, or to be asked in another way. */
import { ExperimentInvalid } from '../verdict/errors.ts';
import { holderOf, type Credentials, type Tls, type ZeebeAccess } from '../zeebe/access.ts';
import { ZeebeError } from '../zeebe/errors.ts';
import { NoToken } from '../zeebe/tokens.ts';

/** Throws ExperimentInvalid, in one sentence, for the answer of a gateway that no waiting makes talk to this client. */
export function refuseAccess(error: unknown, access: ZeebeAccess): void {
  const sentence = whyRefused(error, access);
  if (sentence !== undefined) throw new ExperimentInvalid(sentence, { cause: error });
}

function whyRefused(error: unknown, { tls, credentials }: ZeebeAccess): string | undefined {
  if (!(error instanceof ZeebeError)) return undefined;
  if (error.cause instanceof NoToken) return error.cause.message;
  switch (error.status) {
    case 'UNAUTHENTICATED':
      return unauthenticated(credentials, error);
    case 'PERMISSION_DENIED':
      return credentials.kind === 'none'
        ? unauthenticated(credentials, error)
        : `Zeebe's API is expected to let ${holderOf(credentials)} make every call, and it may not: ${error.message}`;
    case 'UNAVAILABLE':
      return tls && handshakeFailure(tls, error.details);
    default:
      return undefined;
  }
}

function unauthenticated(credentials: Credentials, { message }: ZeebeError): string {
  return credentials.kind === 'none'
    ? `Zeebe's API wants credentials, and none are set (ZEEBE_CLIENT_ID, ZEEBE_CLIENT_SECRET and ZEEBE_AUTHORIZATION_SERVER_URL, or CAMUNDA_BASIC_AUTH_USERNAME and CAMUNDA_BASIC_AUTH_PASSWORD): ${message}`
    : `Zeebe's API is expected to take the ${credentials.kind === 'basic' ? 'password' : 'token'} of ${holderOf(credentials)}, and refuses it: ${message}`;
}

/** Why a handshake failed: grpc-js (1.14) has the words of OpenSSL or node:tls in the details of UNAVAILABLE, and nothing else. */
function handshakeFailure(tls: Tls, details: string): string | undefined {
  if (/wrong version number|packet length too long/.test(details))
    return `Zeebe's API is expected to talk TLS, and talks plain text: set CAMUNDA_SECURE_CONNECTION=false.`;
  if (details.includes('ERR_TLS_CERT_ALTNAME_INVALID')) {
    const names = /the cert's altnames: (.*?)\.? Resolution note/.exec(details)?.[1] ?? 'none';
    return `The certificate of Zeebe's API is expected to be for ${tls.name ?? 'the gateway'}, and the names in it are ${names}: set ZEEBE_OVERRIDE_AUTHORITY to one of them.`;
  }
  const reason = /Last error: Error: (.*certificate.*?)\.? Resolution note/.exec(details)?.[1];
  if (reason === undefined) return undefined;
  if (/expired|not yet valid/.test(reason))
    return `The certificate of Zeebe's API is expected to be valid now, and is not: ${reason}.`;
  const authority = tls.ca === undefined ? 'a public authority' : `the authority in ${tls.caFile ?? 'its settings'}`;
  return `The certificate of Zeebe's API is expected to be vouched for by ${authority}, and is not (${reason}): set ZEEBE_CA_CERTIFICATE_PATH to the certificate of its authority.`;
}
