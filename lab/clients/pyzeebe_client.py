"""What a user of pyzeebe does, against the gateway at argv[1]; prints what it saw as JSON. argv[2]: the models' folder."""

import asyncio
import json
import sys

from pyzeebe import Job, ZeebeClient, ZeebeWorker, create_insecure_channel
from pyzeebe.errors import ProcessInstanceNotFoundError

ADDRESS, MODELS = sys.argv[1:3]


async def main():
    channel = create_insecure_channel(grpc_address=ADDRESS)
    client, worker = ZeebeClient(channel), ZeebeWorker(channel)
    topology = await client.topology()
    for name in ("canary.bpmn", "client-load.bpmn", "message-receiver.bpmn"):
        await client.deploy_resource(f"{MODELS}/{name}")
    result = await client.run_process_with_result("zeebe-chaos-canary", {"asked": "pyzeebe"}, timeout=10_000)

    seen, received = [], asyncio.get_running_loop().create_future()

    async def once_more(error: Exception, job: Job, controller):
        await controller.set_failure_status(str(error))

    @worker.task(task_type="pyzeebe-work", exception_handler=once_more)
    async def work(job: Job):
        seen.append((job.key, job.process_instance_key, job.retries))
        if len(seen) == 1:
            raise ValueError("once more")
        return {"done": True}

    @worker.task(task_type="pyzeebe-got")
    async def got(payload: str):
        received.set_result(payload)
        return {}

    working = asyncio.create_task(worker.work())
    instance = await client.run_process("zeebe-chaos-client-load", {"jobType": "pyzeebe-work"})
    await client.publish_message("pyzeebe-message", "pyzeebe", {"payload": "from pyzeebe"}, 60_000)
    await client.run_process(
        "zeebe-chaos-message-receiver",
        {"messageName": "pyzeebe-message", "correlationKey": "pyzeebe", "jobType": "pyzeebe-got"},
    )
    payload = await asyncio.wait_for(received, 20)
    while len(seen) < 2:
        await asyncio.sleep(0.05)
    cancelled = await client.run_process("zeebe-chaos-client-load", {"jobType": "pyzeebe-nobody"})
    await client.cancel_process_instance(cancelled.process_instance_key)
    try:
        await client.cancel_process_instance(cancelled.process_instance_key)
        missing = "nothing"
    except ProcessInstanceNotFoundError as error:
        missing = type(error).__name__
    await worker.stop()
    working.cancel()
    print(
        json.dumps(
            {
                "brokers": len(topology.brokers),
                "partitions": topology.partitions_count,
                "engine": topology.gateway_version,
                "result": result.variables,
                "sameInstance": seen[0][:2] == seen[1][:2] and seen[0][1] == instance.process_instance_key,
                "retries": [seen[0][2], seen[1][2]],
                "received": payload,
                "missing": missing,
            }
        )
    )


asyncio.run(asyncio.wait_for(main(), 60))
