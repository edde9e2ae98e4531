/** What a question to the cluster takes. */
import { whatIsNotSteady } from '../../helpers/cluster/steady.ts';
import type { BenchLab } from './bench-lab.ts';
import { timeOf, type Versus } from './versus.ts';

/** One question for the topology, against `zbctl status`. */
export async function topologyQuestion({ cluster, zbctl }: BenchLab, repetitions: number): Promise<Versus> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let n = 0; n < repetitions; n++) {
    ours.push(await timeOf(() => cluster.topology()));
    theirs.push(await timeOf(() => zbctl('status')));
  }
  return { what: 'one topology question', ours, theirs, instead: '`zbctl status`' };
}

/** Whether all is ready and complete, against `kubectl get pods` for the pods alone. */
export async function readinessQuestion({ cluster, kubectl }: BenchLab, repetitions: number): Promise<Versus> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let n = 0; n < repetitions; n++) {
    ours.push(await timeOf(() => whatIsNotSteady(cluster)));
    theirs.push(await timeOf(() => kubectl('get', 'pods')));
  }
  return { what: 'one readiness question', ours, theirs, instead: '`kubectl get pods`' };
}
