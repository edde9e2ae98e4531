/** A connection to Zeebe's API, and what each call on it says of who makes it. */
import { Client, credentials } from '@grpc/grpc-js';
import type { Credentials, Tls, ZeebeAccess } from './access.ts';
import { tokensOf } from './tokens.ts';

export interface Channel {
  readonly grpc: Client;
  /**
   * The header `authorization` of a call, undefined for none; throws NoToken. It goes with each call, and not with the
   * channel: grpc-js takes no call credentials in plain text, where Camunda's clients do send them.
   */
  authorization(): string | undefined | Promise<string>;
  /** Told that this header was refused, so that another token is fetched. */
  forget(authorization: string): void;
}

/*
 * The address is a local port whose far end moves from gateway to gateway: reconnect in tenths of a second. Keepalive
 * finds a connection that leads nowhere any more; a gateway answers pings that come more often than every 30 s
 * (minKeepAliveInterval) with GOAWAY too_many_pings. Retries are the caller's, who knows what is safe.
 */
const CHANNEL_OPTIONS = {
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.min_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 500,
  'grpc.keepalive_time_ms': 45_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.enable_retries': 0,
};

/** Opens a channel to `address` (host:port); it connects with its first call. */
export function openChannel(address: string, access: ZeebeAccess): Channel {
  const { tls } = access;
  const secured = tls
    ? credentials.createSsl(tls.ca === undefined ? null : Buffer.from(tls.ca))
    : credentials.createInsecure();
  return {
    grpc: new Client(address, secured, { ...CHANNEL_OPTIONS, ...(tls && named(tls)) }),
    ...authorizing(access.credentials),
  };
}

/** The address is not the gateway's own, so that its certificate cannot be for it. */
function named({ name }: Tls): Record<string, string> {
  return name === undefined ? {} : { 'grpc.ssl_target_name_override': name, 'grpc.default_authority': name };
}

const BEARER = 'Bearer ';

function authorizing(of: Credentials): Pick<Channel, 'authorization' | 'forget'> {
  switch (of.kind) {
    case 'none':
      return { authorization: () => undefined, forget: () => undefined };
    case 'basic': {
      const header = `Basic ${Buffer.from(`${of.user}:${of.password}`).toString('base64')}`;
      return { authorization: () => header, forget: () => undefined };
    }
    case 'oauth': {
      const tokens = tokensOf(of);
      return {
        authorization: async () => `${BEARER}${await tokens.token()}`,
        forget: (header) => {
          tokens.forget(header.slice(BEARER.length));
        },
      };
    }
  }
}
