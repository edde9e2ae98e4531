/** Gateways that want to know who asks. */
import { ExperimentInvalid } from '../verdict/errors.ts';
import { ZeebeError } from '../zeebe/errors.ts';

const ASKS_WHO: readonly ZeebeError['status'][] = ['UNAUTHENTICATED', 'PERMISSION_DENIED'];

/** Throws ExperimentInvalid for the answer of a gateway that takes no call without credentials, which no waiting mends. */
export function refuseCredentials(error: unknown): void {
  if (!(error instanceof ZeebeError) || !ASKS_WHO.includes(error.status)) return;
  throw new ExperimentInvalid(
    `Zeebe's API is expected to take calls without credentials, which zeebe-chaos does not have: ${error.message}`,
    { cause: error },
  );
}
