import { describe, expect, test } from 'vitest';
import { parseConnections, whatMoved } from './network-probes.ts';

/** From `ss -tinHO state established` (iproute2 6.1); the JVM's sockets are IPv6, with IPv4 addresses mapped into it. */
const output = `\
0      3782144          198.19.0.3:37984          198.19.0.2:26502 bbr wscale:10,10 rto:208 rtt:4.719/9.403 mss:47616 cwnd:16 bytes_sent:176128 bytes_retrans:47616 bytes_acked:128513 segs_out:8 send 1291554990bps lastsnd:176 retrans:0/1 notsent:3782144 minrtt:0.015
0      0       [::ffff:198.19.0.3]:26502 [::ffff:198.19.0.2]:37218 cubic wscale:10,10 rto:204 rtt:0.018/0.009 mss:32768 cwnd:10 bytes_sent:500 bytes_acked:500 bytes_received:500 segs_out:2 send 160199111111bps minrtt:0.012 snd_wnd:65536                                    
128512 88      [::ffff:198.19.0.3]:40769 [::ffff:198.19.0.2]:26502 cubic wscale:10,10 rto:208 mss:32768 cwnd:10 bytes_received:128512 segs_out:3 minrtt:0.012
`;

const plain = '198.19.0.3:37984 → 198.19.0.2:26502';
const mapped = '[::ffff:198.19.0.3]:26502 → [::ffff:198.19.0.2]:37218';
const silent = '[::ffff:198.19.0.3]:40769 → [::ffff:198.19.0.2]:26502';

describe("the kernel's report on established connections", () => {
  test('is read by ends, bytes that wait to be acknowledged, and bytes that were', () => {
    expect(parseConnections(output)).toEqual([
      { name: plain, waiting: 3_782_144, acknowledged: 128_513 },
      { name: mapped, waiting: 0, acknowledged: 500 },
      { name: silent, waiting: 88, acknowledged: 0 },
    ]);
  });

  test('without a connection is empty', () => {
    expect(parseConnections('')).toEqual([]);
    expect(parseConnections('\n')).toEqual([]);
  });
});

describe('between two looks', () => {
  const before = parseConnections(output);

  test('nothing moved on connections that only wait for more', () => {
    const now = before.map((c) => ({ ...c, waiting: c.waiting + 100 }));
    expect(whatMoved(before, now)).toEqual([]);
  });

  test('a connection moved on which a byte was acknowledged', () => {
    const now = before.map((c) => (c.name === silent ? c : { ...c, acknowledged: c.acknowledged + 7 }));
    expect(whatMoved(before, now)).toEqual([`${plain} (7 bytes)`, `${mapped} (7 bytes)`]);
  });

  test('a connection that is new or gone has not moved', () => {
    const renewed = { name: '198.19.0.3:50000 → 198.19.0.2:26502', waiting: 0, acknowledged: 900 };
    expect(whatMoved(before, [renewed])).toEqual([]);
  });
});
