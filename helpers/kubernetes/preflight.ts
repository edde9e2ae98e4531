/** Whether a run may do what it is going to do, asked before it does anything. */
import { reasonOf } from './apply.ts';
import type { Kubernetes } from './connection.ts';
import type { Right } from './right.ts';

/** The label of a namespace that no run may touch, whatever its value. */
const PROTECTED = 'zeebe-chaos/protected';

/**
 * Asks the API server for each right (SelfSubjectAccessReview, which every authenticated user may make).
 *
 * @returns one sentence for each verb on a resource that is missing
 * @throws Error with the API server's reason if it does not answer
 */
export async function missingRights(
  kubernetes: Kubernetes,
  namespace: string,
  rights: readonly Right[],
): Promise<string[]> {
  const asked = rights.flatMap((right) => right.verbs.map((verb) => ({ ...right, verb })));
  const answers = asked.map(async ({ why, group, resource: path, verb }) => {
    const [resource, subresource] = path.split('/');
    const resourceAttributes = {
      namespace,
      verb,
      group,
      resource: resource ?? '',
      ...(subresource && { subresource }),
    };
    const body = { spec: { resourceAttributes } };
    const { status } = await kubernetes.authorization.createSelfSubjectAccessReview({ body });
    return status?.allowed === true
      ? []
      : [`The right to ${verb} ${path}${group && `.${group}`} in namespace ${namespace} is missing (for ${why}).`];
  });
  try {
    return (await Promise.all(answers)).flat();
  } catch (error) {
    throw new Error(`The API server was expected to say what this user may do: ${reasonOf(error)}`, { cause: error });
  }
}

/** Throws if a namespace is protected by its label, or cannot be read. */
export async function refuseProtected(kubernetes: Kubernetes, namespace: string): Promise<void> {
  let labels: Record<string, string> | undefined;
  try {
    labels = (await kubernetes.core.readNamespace({ name: namespace })).metadata?.labels;
  } catch (error) {
    throw new Error(`Namespace ${namespace} was expected to be readable: ${reasonOf(error)}`, { cause: error });
  }
  if (labels?.[PROTECTED] !== undefined)
    throw new Error(
      `Namespace ${namespace} is protected by its label ${PROTECTED}: choose another with CHAOS_NAMESPACE, or take the label off.`,
    );
}
