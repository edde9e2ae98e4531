import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectZeebe, type ZeebeClient } from './client.ts';

let silence: Server;
let address: string;
let zeebe: ZeebeClient;

beforeEach(async () => {
  // what a port-forward to a gateway that hangs looks like: the connection is accepted, nothing ever answers
  silence = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => silence.once('listening', listening));
  address = `127.0.0.1:${(silence.address() as AddressInfo).port}`;
  zeebe = connectZeebe({ address });
});

afterEach(() => {
  zeebe.close();
  silence.close();
});

describe('a call that nobody answers', () => {
  test('ends at its deadline, with unknown outcome', async () => {
    const started = performance.now();

    await expect(zeebe.completeJob(7n, {}, { within: 200 })).rejects.toMatchObject({
      method: 'CompleteJob',
      status: 'DEADLINE_EXCEEDED',
      outcome: 'unknown',
    });
    // Of its own deadline, not of that of a call that is told none.
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('ends when its signal fires, and carries the reason', async () => {
    const reason = new Error('the test was stopped');
    const stop = new AbortController();
    const call = zeebe.activateJobs(
      { type: 'any', max: 1, timeout: 1_000, requestTimeout: 5_000, worker: 'test' },
      { signal: stop.signal },
    );
    stop.abort(reason);

    await expect(call).rejects.toMatchObject({ status: 'CANCELLED', outcome: 'unknown', cause: reason });
  });
});

describe('a call that cannot be made', () => {
  test('did nothing if its signal had fired before', async () => {
    await expect(zeebe.topology({ signal: AbortSignal.abort() })).rejects.toMatchObject({ outcome: 'rejected' });
  });

  test('did nothing if the client was closed before', async () => {
    zeebe.close();

    await expect(zeebe.topology()).rejects.toThrow('Topology ended with CANCELLED: the client is closed');
  });

  test('fails at once where nobody listens', async () => {
    await new Promise((closed) => silence.close(closed));

    await expect(zeebe.topology({ within: 5_000 })).rejects.toMatchObject({
      status: 'UNAVAILABLE',
      outcome: 'unknown',
    });
  });
});
