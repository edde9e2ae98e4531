/** One call to the gateway: its bound, its signal, and its error. */
import {
  connectivityState,
  Metadata,
  status,
  type CallOptions as GrpcCallOptions,
  type Client,
  type ServiceError,
} from '@grpc/grpc-js';
import type { Channel } from './channel.ts';
import { ZeebeError, zeebeError } from './errors.ts';
import { rpcDefinition, type Rpc } from './gateway-stub.ts';

/** Every call's bounds: `within` is its deadline in milliseconds (10 000 unless told), `signal` cancels it. */
export interface CallOptions {
  readonly within?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_WITHIN = 10_000;

/** Makes one unary call, once; throws a ZeebeError on every other end than OK, also past its deadline or on abort. */
export function unary<Response>(channel: Channel, rpc: Rpc, request: object, options: CallOptions): Promise<Response> {
  const { path, requestSerialize, responseDeserialize } = rpcDefinition(rpc);
  return authorized(channel, rpc, options, (metadata, bounds) =>
    cancellable(channel.grpc, rpc, bounds, (grpcOptions, resolve, reject) =>
      channel.grpc.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        grpcOptions,
        (error, response) => {
          if (error) reject(error);
          else resolve(response as Response);
        },
      ),
    ),
  );
}

/** Makes one call and collects all that the gateway streams until it ends; throws as `unary` does. */
export function collected<Response>(
  channel: Channel,
  rpc: Rpc,
  request: object,
  options: CallOptions,
): Promise<Response[]> {
  const { path, requestSerialize, responseDeserialize } = rpcDefinition(rpc);
  return authorized(channel, rpc, options, (metadata, bounds) =>
    cancellable(channel.grpc, rpc, bounds, (grpcOptions, resolve, reject) => {
      const received: Response[] = [];
      return channel.grpc
        .makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata, grpcOptions)
        .on('data', (response: Response) => received.push(response))
        .on('error', reject)
        .on('end', () => {
          resolve(received);
        });
    }),
  );
}

type Call<T> = (metadata: Metadata, options: CallOptions) => Promise<T>;

/** Makes the call with the channel's authorization, and once more with another token where one was refused. */
async function authorized<T>(channel: Channel, rpc: Rpc, options: CallOptions, call: Call<T>): Promise<T> {
  const authorization = channel.authorization();
  // Not a turn later: who asks in one order is answered in it.
  if (typeof authorization !== 'object') return call(metadataWith(authorization), options);
  const end = performance.now() + (options.within ?? DEFAULT_WITHIN);
  const callAs = (header: string) =>
    call(metadataWith(header), { ...options, within: Math.max(0, end - performance.now()) });
  const first = await had(rpc, authorization, end, options.signal);
  try {
    return await callAs(first);
  } catch (error) {
    if (!(error instanceof ZeebeError) || error.status !== 'UNAUTHENTICATED') throw error;
    channel.forget(first);
    return await callAs(await had(rpc, Promise.resolve(channel.authorization() ?? first), end, options.signal));
  }
}

/** The authorization, or the error of a call that was not made for want of one until `end` (of performance.now()). */
async function had(
  rpc: Rpc,
  authorization: Promise<string>,
  end: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  let stop = (): void => undefined;
  let timer: NodeJS.Timeout | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(neverMade(rpc, 'the signal fired before the call was made', signal?.reason));
    signal?.addEventListener('abort', stop, { once: true });
    const late = () => reject(neverMade(rpc, 'no token came in time', undefined, status.DEADLINE_EXCEEDED));
    timer = setTimeout(late, end - performance.now());
  });
  try {
    return await Promise.race([authorization, aborted]);
  } catch (error) {
    if (error instanceof ZeebeError) throw error;
    throw neverMade(rpc, (error as Error).message, error, status.UNAUTHENTICATED);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

function metadataWith(authorization: string | undefined): Metadata {
  const metadata = new Metadata();
  if (authorization !== undefined) metadata.set('authorization', authorization);
  return metadata;
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

function neverMade(rpc: Rpc, why: string, cause?: unknown, code = status.CANCELLED): ZeebeError {
  return new ZeebeError(rpc, code, why, { cause, outcome: 'rejected' });
}
