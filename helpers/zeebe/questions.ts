/** Questions to Zeebe that change nothing. */
import type { CallOptions, ZeebeClient } from './client.ts';
import { ZeebeError } from './errors.ts';
import type { Key } from './keys.ts';

/**
 * Whether the partition on which `parkedInstanceKey` waits has the process definition. It asks for a migration that
 * Zeebe must refuse, since no mapping is given (8.5, ProcessInstanceMigrationMigrateProcessor looks up the instance, the
 * definition and the mapping in this order). Throws the ZeebeError of every answer that does not speak of the
 * definition: instance absent, partition without a leader, deadline. The question appends a command to that partition's
 * log, which is refused; it changes nothing else.
 */
export async function hasDefinition(
  client: ZeebeClient,
  { definitionKey, parkedInstanceKey }: { definitionKey: Key; parkedInstanceKey: Key },
  options: CallOptions = {},
): Promise<boolean> {
  try {
    await client.migrateInstance({ key: parkedInstanceKey, definitionKey, mappings: [] }, options);
  } catch (error) {
    if (said(error, 'FAILED_PRECONDITION', 'no mapping instruction defined')) return true;
    if (said(error, 'NOT_FOUND', 'no process definition found')) return false;
    throw error;
  }
  throw new Error(`Instance ${parkedInstanceKey} was migrated to definition ${definitionKey}: it waits on no element.`);
}

/** Whether an element instance, or a process instance by its key, is active; it sets no variable in its local scope. */
export async function elementInstanceActive(
  client: ZeebeClient,
  elementInstanceKey: Key,
  options: CallOptions = {},
): Promise<boolean> {
  try {
    await client.setVariables(elementInstanceKey, {}, { ...options, local: true });
    return true;
  } catch (error) {
    if (said(error, 'NOT_FOUND', 'no such element was found')) return false;
    throw error;
  }
}

function said(error: unknown, status: ZeebeError['status'], words: string): boolean {
  return error instanceof ZeebeError && error.status === status && error.details.includes(words);
}
