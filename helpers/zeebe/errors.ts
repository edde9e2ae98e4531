/** How a call ended that was not answered with what was asked for. */
import { status, type ServiceError } from '@grpc/grpc-js';

/** What a failed call did: `rejected` = certainly nothing; `unknown` = it may have been done, or may yet be. */
export type FailedOutcome = 'rejected' | 'unknown';

/**
 * Statuses that Zeebe gives only where the command was not carried out (gateway 8.5, GrpcErrorMapper): the record
 * processor's rejections, requests that the gateway refuses by itself, and RESOURCE_EXHAUSTED, which is back-pressure
 * before the command is appended, or every partition in turn refusing so (RequestRetryHandler goes on only after
 * back-pressure, a wrong leader or no connection). The gateway resends a command only if no leader took it.
 *
 * Not among them: ABORTED (the connection to the broker closed after the command was sent), DEADLINE_EXCEEDED,
 * INTERNAL (a processing error, but any unexpected exception too) and UNAVAILABLE (a wrong leader, but also a gateway
 * that died with the call in its hands: seen on 8.5.8, where an instance came of a call that ended with ECONNRESET).
 */
const REJECTIONS: ReadonlySet<status> = new Set([
  status.NOT_FOUND,
  status.INVALID_ARGUMENT,
  status.ALREADY_EXISTS,
  status.FAILED_PRECONDITION,
  status.RESOURCE_EXHAUSTED,
  status.UNIMPLEMENTED,
  status.PERMISSION_DENIED,
  status.UNAUTHENTICATED,
]);

/** RESOURCE_EXHAUSTED that grpc-js makes itself, from a response too large or a stream reset: the command may be done. */
const EXHAUSTED_HERE = /^(Received message larger than max|Bandwidth exhausted)/;

/** What a call that ended with this status and these details did; the outcome is of this one call, not of its retries. */
export function outcomeOfStatus(code: status, details: string): FailedOutcome {
  if (code === status.RESOURCE_EXHAUSTED && EXHAUSTED_HERE.test(details)) return 'unknown';
  return REJECTIONS.has(code) ? 'rejected' : 'unknown';
}

/** A call to Zeebe that failed: its status by name, the rpc, the gateway's own words, and what the call did. */
export class ZeebeError extends Error {
  override readonly name = 'ZeebeError';
  readonly status: keyof typeof status;
  readonly method: string;
  readonly details: string;
  readonly outcome: FailedOutcome;

  constructor(
    method: string,
    code: status,
    details: string,
    options: { cause?: unknown; outcome?: FailedOutcome } = {},
  ) {
    const name = (code in status ? status[code] : 'UNKNOWN') as keyof typeof status;
    super(`${method} ended with ${name}: ${details}`, { cause: options.cause });
    this.status = name;
    this.method = method;
    this.details = details;
    this.outcome = options.outcome ?? outcomeOfStatus(code, details);
  }
}

/** Wraps what grpc-js reports for the rpc `method`; a cancelled call carries the reason of its signal as the cause. */
export function zeebeError(method: string, error: ServiceError, signal?: AbortSignal): ZeebeError {
  return new ZeebeError(method, error.code, error.details, { cause: signal?.aborted ? signal.reason : error });
}

/** Whether Zeebe has no such job, instance or definition, or has it no longer. */
export function isGone(error: unknown): boolean {
  return error instanceof ZeebeError && error.status === 'NOT_FOUND';
}
