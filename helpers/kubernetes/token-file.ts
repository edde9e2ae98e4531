/** A user's token from a file. */
import type { KubeConfig, User } from '@kubernetes/client-node';
import { readFile } from 'node:fs/promises';
import type { OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';

const PROVIDER = 'token-file';

/** The user as it has its token from this file (an absolute path); as with kubectl it counts before a token by itself, and before a command. */
export function asTokenFileUser(user: User, file: string): User {
  const reader: { token?: string; exec?: unknown } & User = {
    ...user,
    authProvider: { name: PROVIDER, config: { file } },
  };
  delete reader.token;
  delete reader.exec;
  return reader;
}

/**
 * Gives requests the token of users that have it in a file. It is read for each: tokens are replaced there before they end.
 *
 * Its method throws Error where the file cannot be read.
 */
export const tokenFiles: Parameters<KubeConfig['addAuthenticator']>[0] = {
  isAuthProvider: (user) => fileOf(user) !== undefined,
  applyAuthentication: async (user, options: RequestOptions) => {
    const token = (await readFile(fileOf(user) ?? '', 'utf8')).trim();
    options.headers = { ...(options.headers as OutgoingHttpHeaders | undefined), Authorization: `Bearer ${token}` };
  },
};

function fileOf({ authProvider }: User): string | undefined {
  const provider = authProvider as
    { readonly name?: string; readonly config: { readonly file: string } } | undefined | null;
  return provider?.name === PROVIDER ? provider.config.file : undefined;
}
