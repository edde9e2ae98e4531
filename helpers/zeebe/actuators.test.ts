import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { actuatorsAt } from './actuators.ts';

let server: Server;
let base: string;
let answer: { status: number; body: string } | 'nothing';
let asked: string[];

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (answer !== 'nothing') response.writeHead(answer.status).end(answer.body);
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/actuator`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test('the partitions of a broker are told by id', async () => {
  // recorded on Zeebe 8.5.8
  const recorded =
    '{"2":{"role":"LEADER","processedPosition":100,"snapshotId":"39-1-83-9223372036854775807",' +
    '"processedPositionInSnapshot":83,"streamProcessorPhase":"PROCESSING","exporterPhase":"CLOSED","exportedPosition":-1}}';
  answer = { status: 200, body: recorded };

  const partitions = await actuatorsAt(`${base}/`).partitions();

  expect(partitions.get(2)).toMatchObject({ role: 'LEADER', snapshotId: '39-1-83-9223372036854775807' });
  expect(asked).toEqual(['GET /actuator/partitions']);
});

test('rebalancing and snapshots are asked for under the base path', async () => {
  answer = { status: 200, body: '' };
  await actuatorsAt(base).rebalance();
  await actuatorsAt(base).takeSnapshot();

  expect(asked).toEqual(['POST /actuator/rebalance', 'POST /actuator/partitions/takeSnapshot']);
});

test('another answer than success is told with its status and its beginning', async () => {
  answer = { status: 404, body: '{"title":"Not Found"}' };

  await expect(actuatorsAt(base).rebalance()).rejects.toThrow(
    `POST ${base}/rebalance answered 404: {"title":"Not Found"}`,
  );
});

test('silence is told with the bound', async () => {
  answer = 'nothing';

  await expect(actuatorsAt(base).partitions({ within: 100 })).rejects.toThrow(
    `GET ${base}/partitions did not answer within 0.1 s.`,
  );
});

test('an endpoint where nobody listens is told with the reason', async () => {
  await new Promise((closed) => server.close(closed));

  await expect(actuatorsAt(base).partitions()).rejects.toThrow(
    /partitions could not be reached: connect ECONNREFUSED 127\.0\.0\.1:\d+\.$/,
  );
});

test('an abort ends the question with its own reason', async () => {
  answer = 'nothing';
  const reason = new Error('the test was stopped');

  await expect(actuatorsAt(base).partitions({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
