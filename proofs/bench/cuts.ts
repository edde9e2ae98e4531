/** What a network cut and its lift take, with the proofs. */
import { makeReady } from '../../helpers/chaos/fault.ts';
import { contextOf } from '../../helpers/chaos/fault-kind.ts';
import { between } from '../../helpers/faults/disconnect/cut-map.ts';
import { disconnect } from '../../helpers/faults/disconnect/disconnect.ts';
import type { BenchLab } from './bench-lab.ts';
import { timeOf, type Versus } from './versus.ts';

/** Cuts two leaders off from each other and lifts that, against the bare routes set through kubectl, without proof. */
export async function cuts({ cluster, containers, kubectl }: BenchLab, repetitions: number): Promise<Versus[]> {
  const [one, other] = await cluster.leadersOnDifferentBrokers({ first: 1 });
  const context = contextOf(cluster, containers);
  const needs = { capabilities: disconnect.capabilities };
  const [a, b] = [await containers.in(one, needs), await containers.in(other, needs)];
  const sides = [
    { from: a, to: other },
    { from: b, to: one },
  ];
  const route = (verb: 'add' | 'del') =>
    Promise.all(
      sides.map(({ from, to }) =>
        kubectl('exec', from.pod.name, '--container', from.name, '--', 'ip', 'route', verb, 'unreachable', to.ip),
      ),
    );
  const seen = { in: [] as number[], out: [] as number[], addRoute: [] as number[], delRoute: [] as number[] };
  for (let n = 0; n < repetitions; n++) {
    const cut = disconnect.make(context, between(one, other));
    await makeReady(cut);
    seen.in.push(await timeOf(async () => (await cut.inject(), await cut.prove())));
    seen.out.push(await timeOf(async () => (await cut.prove(), await cut.undo(), await cut.proveGone())));
    seen.addRoute.push(await timeOf(() => route('add')));
    seen.delRoute.push(await timeOf(() => route('del')));
  }
  const instead = '`kubectl exec … ip route`, both sides at once, without proof';
  return [
    { what: 'disconnect two leaders, with proof', ours: seen.in, theirs: seen.addRoute, instead },
    { what: 'lift that, with both proofs', ours: seen.out, theirs: seen.delRoute, instead },
  ];
}
