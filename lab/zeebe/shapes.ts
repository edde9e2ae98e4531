/** The shapes in which the lab lays Zeebe out, after those of users' clusters; `usual` is that of the Helm chart 8.5. */
import type { Shape } from '../../helpers/settings.ts';

/** What a shape makes different. */
export interface Differences {
  /** The gateways are inside the brokers, and these are process 1 of their containers, as with charts from 8.8 on. */
  readonly embedded: boolean;
  /** Pod Security admits only what keeps to its level `restricted`, as Zeebe's own pods then do. */
  readonly restricted: boolean;
  /** Gateways speak TLS and ask who calls, for a name and a password. */
  readonly secured: boolean;
}

/** What makes a shape different from the usual one. */
export function differencesOf(shape: Shape): Differences {
  return { embedded: shape === 'embedded', restricted: shape === 'restricted', secured: shape === 'secured' };
}

/** What a sentence on the lab says of its shape: nothing of the usual one. */
export function shapeInWords(shape: Shape): string {
  return shape === 'usual' ? '' : `, ${shape}`;
}
