/** The proxy that the environment names for an API server, as kubectl takes it. */
import { BlockList, isIP } from 'node:net';

/**
 * The URL of the proxy for a server (a URL), by HTTPS_PROXY or HTTP_PROXY and NO_PROXY; undefined for none, and for this machine
 * itself. NO_PROXY lists names, which count for the names below them too, names that begin with a dot and count for these
 * only, addresses and ranges of them (CIDR), each with a port or without, or `*` (Go, golang.org/x/net/http/httpproxy).
 */
export function proxyFor(server: string, env: NodeJS.ProcessEnv): string | undefined {
  if (!URL.canParse(server)) return undefined;
  const { protocol, hostname, port } = new URL(server);
  const proxy = variable(env, protocol === 'http:' ? 'HTTP_PROXY' : 'HTTPS_PROXY');
  const host = { name: withoutBrackets(hostname), port: port || (protocol === 'http:' ? '80' : '443') };
  const passedBy = variable(env, 'NO_PROXY')
    .toLowerCase()
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  if (!proxy || isThisMachine(host.name) || passedBy.some((entry) => means(entry, host))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function variable(env: NodeJS.ProcessEnv, name: string): string {
  return env[name] || env[name.toLowerCase()] || '';
}

function isThisMachine(name: string): boolean {
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

function means(entry: string, { name, port }: { readonly name: string; readonly port: string }): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isWithin(name, entry);
  const { listed = entry, only } = /^(?<listed>[^:]+|\[.+\]):(?<only>\d+)$/.exec(entry)?.groups ?? {};
  if (only !== undefined && only !== port) return false;
  const suffix = withoutBrackets(listed).replace(/^\*\./, '.');
  if (isIP(suffix)) return isWithin(name, `${suffix}/${isIP(suffix) === 4 ? 32 : 128}`);
  return suffix.startsWith('.') ? name.endsWith(suffix) : name === suffix || name.endsWith(`.${suffix}`);
}

function isWithin(name: string, range: string): boolean {
  const [network = '', bits = ''] = range.split('/');
  const family = isIP(network);
  const isRange = family !== 0 && /^\d+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
  if (!isRange || isIP(name) !== family) return false;
  const version = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, Number(bits), version);
  return list.check(name, version);
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
