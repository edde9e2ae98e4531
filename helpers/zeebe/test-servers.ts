/** A small gateway and a small authorization server, for tests. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Server, ServerCredentials, status, type ServerUnaryCall } from '@grpc/grpc-js';
import { rpcDefinition } from './gateway-stub.ts';

export interface TestGateway {
  readonly address: string;
  /** The header `authorization` of each call, in order. */
  readonly authorizations: readonly (string | undefined)[];
  close(): void;
}

/** A gateway that answers Topology to whom `lets` lets in; by TLS where there is a certificate (PEM). */
export async function testGateway(
  lets: (authorization: string | undefined) => boolean,
  tls?: { readonly certificate: string; readonly key: string },
): Promise<TestGateway> {
  const authorizations: (string | undefined)[] = [];
  const server = new Server();
  const { path, requestDeserialize, responseSerialize } = rpcDefinition('Topology');
  server.register(
    path,
    (call: ServerUnaryCall<object, object>, answer: (error: object | null, value?: object) => void) => {
      const authorization = call.metadata.get('authorization')[0]?.toString();
      authorizations.push(authorization);
      if (lets(authorization)) answer(null, { brokers: [], clusterSize: 3, partitionsCount: 3, replicationFactor: 3 });
      else answer({ code: status.UNAUTHENTICATED, details: 'Invalid credentials' });
    },
    responseSerialize,
    requestDeserialize,
    'unary',
  );
  const credentials = tls
    ? ServerCredentials.createSsl(null, [
        { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) },
      ])
    : ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  return { address: `127.0.0.1:${port}`, authorizations, close: () => server.forceShutdown() };
}

export interface TestAuthorizationServer {
  readonly url: string;
  /** The form of each request, in order. */
  readonly requests: readonly URLSearchParams[];
  close(): void;
}

/** What an authorization server is asked. */
interface Asked {
  /** How often it was asked so far, this time included. */
  readonly count: number;
  readonly path: string;
  readonly form: URLSearchParams;
}

/** An authorization server that answers each request as told, by a JSON body and a status; its tokens are at /token. */
export async function testAuthorizationServer(
  answer: (asked: Asked) => { readonly status?: number; readonly body: object | string },
): Promise<TestAuthorizationServer> {
  const requests: URLSearchParams[] = [];
  const server = http.createServer((request, response) => {
    void text(request).then((content) => {
      const form = new URLSearchParams(content);
      requests.push(form);
      const { status: code = 200, body } = answer({ count: requests.length, path: request.url ?? '', form });
      response.writeHead(code, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
