/** What a user of @camunda8/sdk does, against the gateway at argv[2]; prints what it saw as JSON. argv[3]: the models' folder. */
import { readFileSync } from 'node:fs';
import { Camunda8 } from '@camunda8/sdk';

const [address, models] = process.argv.slice(2);
const zeebe = new Camunda8({
  CAMUNDA_OAUTH_DISABLED: true,
  ZEEBE_GRPC_ADDRESS: `grpc://${address}`,
  ZEEBE_GRPC_CLIENT_EAGER_CONNECT: false,
  zeebeGrpcSettings: { ZEEBE_CLIENT_LOG_LEVEL: 'NONE' },
}).getZeebeGrpcApiClient();

const jobs = (type) =>
  zeebe.activateJobs({ type, worker: 'sdk', timeout: 30_000, maxJobsToActivate: 10, requestTimeout: 10_000 });
const start = (bpmnProcessId, variables) => zeebe.createProcessInstance({ bpmnProcessId, variables });

const topology = await zeebe.topology();
const deployed = [];
for (const name of ['canary.bpmn', 'client-load.bpmn', 'message-receiver.bpmn'])
  deployed.push(await zeebe.deployResource({ name, process: readFileSync(`${models}/${name}`) }));

const result = await zeebe.createProcessInstanceWithResult({
  bpmnProcessId: 'zeebe-chaos-canary',
  variables: { asked: 'sdk' },
  requestTimeout: 10_000,
});

const working = await start('zeebe-chaos-client-load', { jobType: 'sdk-work' });
const [first] = await jobs('sdk-work');
await zeebe.failJob({ jobKey: first.key, retries: 1, errorMessage: 'once more', retryBackOff: 0 });
const [again] = await jobs('sdk-work');
await zeebe.completeJob({ jobKey: again.key, variables: { done: true } });

await zeebe.publishMessage({
  name: 'sdk-message',
  correlationKey: 'sdk',
  timeToLive: 60_000,
  variables: { payload: 'from sdk' },
});
await start('zeebe-chaos-message-receiver', { messageName: 'sdk-message', correlationKey: 'sdk', jobType: 'sdk-got' });
const [received] = await jobs('sdk-got');
await zeebe.completeJob({ jobKey: received.key, variables: {} });

const cancelled = await start('zeebe-chaos-client-load', { jobType: 'sdk-nobody' });
await zeebe.cancelProcessInstance(cancelled.processInstanceKey);
const missing = await zeebe.cancelProcessInstance(cancelled.processInstanceKey).then(
  () => 'nothing',
  (error) => String(error.message),
);

console.log(
  JSON.stringify({
    brokers: topology.brokers.length,
    partitions: topology.partitionsCount,
    engine: topology.gatewayVersion,
    deployed: deployed.length,
    result: result.variables,
    sameInstance: first.processInstanceKey === working.processInstanceKey && again.key === first.key,
    retries: [first.retries, again.retries],
    received: received.variables.payload,
    missing,
  }),
);
await zeebe.close();
process.exit(0);
