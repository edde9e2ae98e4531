/** Server-side apply: creates what is missing and changes what differs. */
import { PatchStrategy, type KubernetesObject } from '@kubernetes/client-node';
import type { Kubernetes } from './connection.ts';

/** The field manager of every object this project applies. */
export const FIELD_MANAGER = 'zeebe-chaos';

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

/** The API server's own sentence from a failed call, where there is one. */
export function reasonOf(error: unknown): string {
  const body = (error as { body?: unknown }).body;
  try {
    const status = (typeof body === 'string' ? JSON.parse(body) : body) as { message?: string } | undefined;
    if (status?.message) return status.message;
  } catch {
    // Not a Status object: fall back to the error's own message.
  }
  return error instanceof Error ? error.message : String(error);
}

/** The HTTP status code of a failed call to the API server; undefined if there was no answer. */
export function statusCodeOf(error: unknown): number | undefined {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'number' ? code : undefined;
}
