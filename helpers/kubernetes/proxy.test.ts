import { expect, test } from 'vitest';
import { proxyFor } from './proxy.ts';

const HTTPS_PROXY = 'http://proxy:3128';

test.for([
  ['https://api.example', 'http://proxy:3128', 'http://proxy:3128'],
  ['https://api.example', 'socks5://proxy:1080', 'socks5://proxy:1080'],
  ['https://api.example', 'proxy:3128', 'http://proxy:3128'],
  ['https://api.example', '', undefined],
  ['http://api.example', HTTPS_PROXY, undefined],
  ['https://localhost:6443', HTTPS_PROXY, undefined],
  ['https://127.0.0.2:6443', HTTPS_PROXY, undefined],
  ['https://[::1]:6443', HTTPS_PROXY, undefined],
])('for %s and HTTPS_PROXY=%s it is %s', ([server, proxy, expected]) => {
  expect(proxyFor(server ?? '', { HTTPS_PROXY: proxy })).toBe(expected);
});

test('small letters do, and great ones count first', () => {
  const small = { https_proxy: 'http://small', no_proxy: 'b.example' };
  expect(proxyFor('https://a.example', small)).toBe('http://small');
  expect(proxyFor('https://b.example', small)).toBeUndefined();
  expect(proxyFor('https://b.example', { ...small, HTTPS_PROXY, NO_PROXY: 'c.example' })).toBe(HTTPS_PROXY);
});

test.for([
  ['*', 'https://api.example', true],
  ['other.example, example', 'https://api.example', true],
  ['EXAMPLE', 'https://api.example', true],
  ['ample', 'https://api.example', false],
  ['.example', 'https://api.example', true],
  ['.api.example', 'https://api.example', false],
  ['*.example', 'https://api.example', true],
  ['api.example:6443', 'https://api.example:6443', true],
  ['api.example:443', 'https://api.example', true],
  ['api.example:6443', 'https://api.example', false],
  ['198.18.0.9', 'https://198.18.0.9:6443', true],
  ['198.18.0.0/15', 'https://198.19.255.9:6443', true],
  ['198.18.0.0/15', 'https://198.20.0.9:6443', false],
  ['198.18.0.0/15', 'https://api.example', false],
  ['198.18.0.0/33', 'https://198.18.0.9', false],
  ['fd00:0::9', 'https://[fd00::9]:6443', true],
  ['198.18.0.0/x', 'https://198.18.0.9', false],
  ['fd00::/8', 'https://[fd00::9]:6443', true],
  ['[fd00::9]:6443', 'https://[fd00::9]:6443', true],
  ['fd00::9', 'https://[fd00::9]:6443', true],
] as const)('NO_PROXY=%s passes it by for %s: %s', ([NO_PROXY, server, isPassedBy]) => {
  expect(proxyFor(server, { HTTPS_PROXY, NO_PROXY })).toBe(isPassedBy ? undefined : HTTPS_PROXY);
});
