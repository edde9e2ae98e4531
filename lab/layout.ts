/** The lab's names, addresses and folders. Everything it makes carries the prefix, so that `down` can find it all. */
import path from 'node:path';
import type { Settings } from '../helpers/settings.ts';

/** Prefix of every network interface and cgroup of the lab. */
export const PREFIX = 'zclab';

/** The context name in the lab's kubeconfig. */
export const CONTEXT = 'zeebe-chaos-lab';

/** RFC 2544 benchmarking range: reserved for test networks, never routed on the Internet. */
export const RANGE = '198.18.0.0/15';
export const SERVICE_RANGE = '198.18.128.0/17';
export const POD_RANGE = '198.19.0.0/16';
export const HOST_ADDRESS = '198.18.0.1';
export const CONTROL_ADDRESS = '198.18.0.10';
/** First address of SERVICE_RANGE: the Service `kubernetes`. */
export const API_SERVICE_ADDRESS = '198.18.128.1';
export const API_SERVER = `https://${CONTROL_ADDRESS}:6443`;

const NODE_COUNT = 3;

/** A Linux network, process and mount namespace that stands for one machine of the cluster. */
export interface Machine {
  readonly name: string;
  readonly address: string;
  /** The pod range of a node; undefined for the control plane. */
  readonly podRange: string | undefined;
}

export const CONTROL: Machine = { name: 'control', address: CONTROL_ADDRESS, podRange: undefined };

export const NODES: readonly Machine[] = Array.from({ length: NODE_COUNT }, (_, i) => ({
  name: `node-${i}`,
  address: `198.18.0.${20 + i}`,
  podRange: `198.19.${i}.0/24`,
}));

export const MACHINES: readonly Machine[] = [CONTROL, ...NODES];

/** The folders and files of a lab. */
export function layoutOf(settings: Settings) {
  const { stateFolder: state, cacheFolder: cache } = settings;
  return {
    state,
    cache,
    logs: path.join(cache, 'logs'),
    /** Half-made things; emptied by `down`. */
    building: path.join(cache, 'building'),
    pki: path.join(state, 'pki'),
    volumes: path.join(state, 'volumes'),
    kubeconfig: path.join(state, 'kubeconfig'),
    /** Written last by `up`: which plan and Zeebe release the lab runs, with which binaries. */
    ready: path.join(state, 'ready.json'),
    machine: (name: string) => path.join(state, name),
  };
}

export type Layout = ReturnType<typeof layoutOf>;
