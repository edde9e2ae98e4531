/** Server-side apply: creates what is missing and changes what differs. */
import { ApiException, PatchStrategy, type KubernetesObject } from '@kubernetes/client-node';
import type { Kubernetes } from './connection.ts';

/** The field manager of every object this project applies. */
const FIELD_MANAGER = 'zeebe-chaos';

/** Applies objects one after the other; throws with the API server's reason for the first it refuses. */
export async function apply(kubernetes: Kubernetes, objects: KubernetesObject[]): Promise<void> {
  for (const object of objects) {
    try {
      await kubernetes.objects.patch(object, undefined, undefined, FIELD_MANAGER, true, PatchStrategy.ServerSideApply);
    } catch (error) {
      throw new Error(
        `The API server was expected to accept ${object.kind} ${object.metadata?.name}: ${reasonOf(error)}`,
        {
          cause: error,
        },
      );
    }
  }
}

/** Waits for a deletion; what is gone already is as good. */
export async function unlessGone(deletion: Promise<unknown>): Promise<void> {
  await deletion.catch((error: unknown) => {
    if (!hasCode(error, 404)) throw error;
  });
}

/** Whether the API server answered with this HTTP status. */
export function hasCode(error: unknown, code: number): boolean {
  return error instanceof ApiException && error.code === code;
}

/** The API server's own sentence from a failed call, where there is one, or else the error's. */
export function reasonOf(error: unknown): string {
  const { body } = error as { body?: unknown };
  try {
    const status = (typeof body === 'string' ? JSON.parse(body) : body) as { message?: string } | undefined;
    if (status?.message) return status.message;
  } catch {
    // Not a Status object: fall back to the error's own message.
  }
  // A WebSocket that could not be opened fails with an event, which has a message and is no Error.
  const { message } = error as { message?: unknown };
  return typeof message === 'string' ? message : String(error);
}
