/** Whether gateways talk to this client at all, asked of one before anything is touched. */
import type { V1Pod } from '@kubernetes/client-node';
import { connect as connectTls } from 'node:tls';
import type { Kubernetes } from '../kubernetes/connection.ts';
import { isReady } from '../kubernetes/pods.ts';
import { throughForward } from '../kubernetes/port-forward.ts';
import type { Landmarks } from '../settings.ts';
import { ExperimentInvalid } from '../verdict/errors.ts';
import { seconds } from '../wait/deadline.ts';
import type { ZeebeAccess } from '../zeebe/access.ts';
import { connectZeebe } from '../zeebe/client.ts';
import { ZeebeError } from '../zeebe/errors.ts';
import type { Topology } from '../zeebe/topology.ts';
import { survey } from './landmarks.ts';
import { gatewayAccess, gatewayPortOf, gatewaysAmong } from './resolve.ts';
import { refuseAccess } from './who-asks.ts';

/** How long a handshake may take, in milliseconds. */
const HANDSHAKE_WITHIN = 2 * seconds;

/**
 * Asks a ready gateway for the topology, and throws ExperimentInvalid, one sentence, where its answer is that it does not
 * talk to this client. Whatever else is wrong, also that none is ready, is for the steady state to tell, which waits.
 */
export async function tryAccess(
  kubernetes: Kubernetes,
  { namespace, access, landmarks }: { namespace: string; access: ZeebeAccess; landmarks: Landmarks },
): Promise<void> {
  try {
    const [pods, { services, see }] = await Promise.all([
      kubernetes.core.listNamespacedPod({ namespace }),
      survey(kubernetes, namespace, landmarks),
    ]);
    const gateway = gatewaysAmong(pods.items.map(see), services).find(isReady);
    if (!gateway) return;
    const through = { kubernetes, namespace, access: gatewayAccess(access, services, namespace) };
    await topologyThrough(through, gateway);
  } catch (error) {
    if (error instanceof ExperimentInvalid) throw error;
  }
}

/** Asks one gateway for the topology within `within` ms; throws ExperimentInvalid where it does not talk to this client. */
export async function topologyThrough(
  { kubernetes, namespace, access }: { kubernetes: Kubernetes; namespace: string; access: ZeebeAccess },
  gateway: V1Pod,
  within = 5 * seconds,
): Promise<Topology> {
  const ask = (address: string) => topologyAt(address, access, within);
  return throughForward(kubernetes, namespace, gatewayPortOf, () => gateway, ask);
}

/** As `topologyThrough`, of the gateway at an address. */
export async function topologyAt(address: string, access: ZeebeAccess, within = 5 * seconds): Promise<Topology> {
  const client = connectZeebe({ address, access });
  try {
    return await client.topology({ within });
  } catch (error) {
    refuseAccess(error, access);
    // To a client without TLS a gateway with it is one that hangs up, as one that dies is.
    const isLost = error instanceof ZeebeError && ['UNAVAILABLE', 'DEADLINE_EXCEEDED'].includes(error.status);
    if (isLost && access.tls === undefined && (await talksTls(address)))
      throw new ExperimentInvalid(
        `Zeebe's API is expected to take calls in plain text, and talks TLS: set CAMUNDA_SECURE_CONNECTION=true, and ZEEBE_CA_CERTIFICATE_PATH where its authority is not a public one.`,
        { cause: error },
      );
    throw error;
  } finally {
    client.close();
  }
}

/** Whether a handshake succeeds, whoever answers. */
function talksTls(address: string): Promise<boolean> {
  const { hostname: host, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = connectTls({ host, port: Number(port), rejectUnauthorized: false, ALPNProtocols: ['h2'] });
    const end = (talks: boolean) => {
      socket.destroy();
      resolve(talks);
    };
    socket.setTimeout(HANDSHAKE_WITHIN, () => end(false));
    socket.on('secureConnect', () => end(true)).on('error', () => end(false));
    socket.on('close', () => end(false));
  });
}
