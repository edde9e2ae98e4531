/** Bearer tokens of an authorization server, kept in memory until shortly before they expire. */
import { ExperimentInvalid } from '../verdict/errors.ts';
import { seconds } from '../wait/deadline.ts';
import { retry } from '../wait/retry.ts';
import type { OAuth } from './access.ts';
import { postForm, type FormAnswer } from './post-form.ts';

/** How long an authorization server may take altogether, in milliseconds. */
const WITHIN = 5 * seconds;
/** How long before its end a token is replaced at the latest, in milliseconds; a tenth of its life where that is less. */
const BEFORE_END = 30 * seconds;

/** There is no token to be had, which no waiting mends; the message is one sentence. */
export class NoToken extends ExperimentInvalid {
  override readonly name = 'NoToken';
}

interface Held {
  readonly token: string;
  /** Of performance.now(). */
  readonly until: number;
}

/** The tokens of one client. */
export class Tokens {
  readonly #of: OAuth;
  #held: Held | undefined;
  #fetching: Promise<Held> | undefined;

  constructor(of: OAuth) {
    this.#of = of;
  }

  /** A token that is valid still, fetched if need be, once for all who ask meanwhile; throws NoToken within 5 s. */
  async token(): Promise<string> {
    if (this.#held && performance.now() < this.#held.until) return this.#held.token;
    this.#fetching ??= fetchToken(this.#of).finally(() => (this.#fetching = undefined));
    this.#held = await this.#fetching;
    return this.#held.token;
  }

  /** Holds a token no longer that was refused. */
  forget(token: string): void {
    if (this.#held?.token === token) this.#held = undefined;
  }
}

const known = new WeakMap<OAuth, Tokens>();

/** The tokens of a client, the same for all connections with these credentials. */
export function tokensOf(oauth: OAuth): Tokens {
  const tokens = known.get(oauth) ?? new Tokens(oauth);
  known.set(oauth, tokens);
  return tokens;
}

async function fetchToken(oauth: OAuth): Promise<Held> {
  const title = `Asking the authorization server ${serverOf(oauth)} for a token`;
  try {
    return await retry(() => ask(oauth), { title, within: WITHIN });
  } catch (error) {
    if (error instanceof NoToken) throw error;
    throw new NoToken((error as Error).message, { cause: error });
  }
}

/** What may stand in a header (RFC 6750, b64token, and more): grpc-js would tell any other token whole in its error. */
const TOKEN = /^[\x21-\x7e]+$/;

async function ask(oauth: OAuth): Promise<Held> {
  const { clientId, clientSecret, audience, scope } = oauth;
  const fields = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    ...(audience !== undefined && { audience }),
    ...(scope !== undefined && { scope }),
  });
  const asked = performance.now();
  const answer = await postForm(oauth.url, fields, { within: WITHIN, ca: oauth.ca });
  if (answer.status >= 500) throw new Error(`HTTP status ${answer.status}`);
  const { access_token: token, expires_in: life } = parsed(answer.body);
  if (answer.status !== 200) throw new NoToken(refusalOf(oauth, answer));
  if (typeof token !== 'string' || !TOKEN.test(token))
    throw new NoToken(
      `The authorization server ${serverOf(oauth)} is expected to answer with an access_token, and answered without one: is it the token endpoint that ZEEBE_AUTHORIZATION_SERVER_URL names?`,
    );
  return { token, until: asked + validFor(Number(life)) };
}

/** RFC 6749 only recommends to say how long; a token that is not said to expire is held until it is refused. */
function validFor(life: number): number {
  return life > 0 ? life * seconds - Math.min(BEFORE_END, (life * seconds) / 10) : Infinity;
}

/** RFC 6749, section 5.2: an answer other than 200 has a code of few words, which is told; nothing else of it is. */
function refusalOf(oauth: OAuth, { status, body }: FormAnswer): string {
  const { error } = parsed(body);
  const code = typeof error === 'string' && /^[\w.-]{1,60}$/.test(error) ? ` ${error}` : '';
  return `The authorization server ${serverOf(oauth)} is expected to give client "${oauth.clientId}" a token, and answered ${status}${code}: check ZEEBE_CLIENT_ID, ZEEBE_CLIENT_SECRET and ZEEBE_AUTHORIZATION_SERVER_URL, and the audience and scope if the server wants them.`;
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The URL without a name and password that may be in it. */
function serverOf({ url }: OAuth): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
