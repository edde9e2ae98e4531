/** One POST of a form. Node 20's fetch cannot be told of a certificate authority. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { rootCertificates } from 'node:tls';

export interface FormAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Sends the fields and returns what is answered, whatever the status; throws Error if nobody answers within `within` ms.
 *
 * @param ca certificates of authorities, PEM, beside those that Node has
 */
export function postForm(
  url: string,
  fields: URLSearchParams,
  { within, ca }: { readonly within: number; readonly ca?: string | undefined },
): Promise<FormAnswer> {
  const body = fields.toString();
  const options = {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
      accept: 'application/json',
    },
    signal: AbortSignal.timeout(within),
    ...(ca !== undefined && { ca: [...rootCertificates, ...extraCertificates(), ca] }),
  };
  return new Promise((resolve, reject) => {
    const { request } = url.startsWith('https:') ? https : http;
    request(url, options, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
    })
      .on('error', reject)
      .end(body);
  });
}

/** Those that Node was told of by NODE_EXTRA_CA_CERTS: it forgets them where it is given any, and no one that it cannot read stops it. */
function extraCertificates(): string[] {
  try {
    return [readFileSync(process.env['NODE_EXTRA_CA_CERTS'] ?? '', 'utf8')];
  } catch {
    return [];
  }
}
