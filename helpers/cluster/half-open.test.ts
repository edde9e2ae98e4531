import { expect, test } from 'vitest';
import { peersIn } from './half-open.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

test('the IPv4 peers of connections between brokers are told once each, also those of IPv6 sockets', () => {
  const tables = [
    HEAD,
    '   0: 00000000:6786 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1',
    '   1: 020013C6:6786 030013C6:C350 01 00000000:00000000 00:00000000 00000000     0        0 1 1',
    '   2: 020013C6:C351 030013C6:6786 01 00000010:00000000 00:00000000 00000000     0        0 1 1',
    '   3: 020013C6:6784 050013C6:C351 01 00000000:00000000 00:00000000 00000000     0        0 1 1',
    HEAD,
    '   0: 0000000000000000FFFF0000020013C6:C352 0000000000000000FFFF0000070013C6:6786 01 0:0 00:0 0 0 0 1',
    '   1: 0000000000000000FFFF0000020013C6:C353 0000000000000000FFFF0000080013C6:6786 06 0:0 00:0 0 0 0 1',
    '   3: B80D0120000000000000000002000000:C354 B80D0120000000000000000007000000:6786 01 0:0 00:0 0 0 0 1',
    '   4: 0000000000000000FFFF0000020013C6:6786 0000000000000000FFFF00000600007F:C355 01 0:0 00:0 0 0 0 1',
    '',
  ];
  expect(peersIn(tables.join('\n'), [26502])).toEqual(['198.19.0.3', '198.19.0.7']);
  expect(peersIn(tables.join('\n'), [26500])).toEqual(['198.19.0.5']);
});
