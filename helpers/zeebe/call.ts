/** One call to the gateway: its bound, its signal, and its error. */
import {
  connectivityState,
  Metadata,
  status,
  type CallOptions as GrpcCallOptions,
  type Client,
  type ServiceError,
} from '@grpc/grpc-js';
import { ZeebeError, zeebeError } from './errors.ts';
import { rpcDefinition, type Rpc } from './gateway-stub.ts';

/** Every call's bounds: `within` is its deadline in milliseconds (10 000 unless told), `signal` cancels it. */
export interface CallOptions {
  readonly within?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_WITHIN = 10_000;

/** Makes one unary call, once; throws a ZeebeError on every other end than OK, also past its deadline or on abort. */
export function unary<Response>(client: Client, rpc: Rpc, request: object, options: CallOptions): Promise<Response> {
  const { path, requestSerialize, responseDeserialize } = rpcDefinition(rpc);
  return cancellable(client, rpc, options, (grpcOptions, resolve, reject) =>
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      new Metadata(),
      grpcOptions,
      (error, response) => {
        if (error) reject(error);
        else resolve(response as Response);
      },
    ),
  );
}

/** Makes one call and collects all that the gateway streams until it ends; throws as `unary` does. */
export function collected<Response>(
  client: Client,
  rpc: Rpc,
  request: object,
  options: CallOptions,
): Promise<Response[]> {
  const { path, requestSerialize, responseDeserialize } = rpcDefinition(rpc);
  return cancellable(client, rpc, options, (grpcOptions, resolve, reject) => {
    const received: Response[] = [];
    return client
      .makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, new Metadata(), grpcOptions)
      .on('data', (response: Response) => received.push(response))
      .on('error', reject)
      .on('end', () => {
        resolve(received);
      });
  });
}

type Start<T> = (
  options: GrpcCallOptions,
  resolve: (value: T) => void,
  reject: (error: Error) => void,
) => { cancel(): void };

function cancellable<T>(
  client: Client,
  rpc: Rpc,
  { within = DEFAULT_WITHIN, signal }: CallOptions,
  start: Start<T>,
): Promise<T> {
  if (signal?.aborted)
    return Promise.reject(neverMade(rpc, 'the signal had fired before the call was made', signal.reason));
  if (client.getChannel().getConnectivityState(false) === connectivityState.SHUTDOWN)
    return Promise.reject(neverMade(rpc, 'the client is closed'));
  return new Promise<T>((resolve, reject) => {
    const release = () => signal?.removeEventListener('abort', cancel);
    const call = start(
      { deadline: Date.now() + within },
      (value) => {
        release();
        resolve(value);
      },
      (error) => {
        release();
        reject(zeebeError(rpc, error as ServiceError, signal));
      },
    );
    const cancel = () => {
      call.cancel();
    };
    signal?.addEventListener('abort', cancel, { once: true });
  });
}

function neverMade(rpc: Rpc, why: string, cause?: unknown): ZeebeError {
  return new ZeebeError(rpc, status.CANCELLED, why, { cause, outcome: 'rejected' });
}
