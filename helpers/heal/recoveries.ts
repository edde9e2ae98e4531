/** How each kind of leftover is undone by somebody else than the run that left it. */
import { faults } from '../faults/catalogue.ts';
import type { Recovery } from '../chaos/fault.ts';
import type { Recover, FaultContext } from '../chaos/fault-kind.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import { recoverJobWorkers } from './worker-leftovers.ts';
import { recoverClientLoad, recoverReceiver } from './zeebe-leftovers.ts';

const recoveries: Readonly<Record<string, Recover>> = {
  ...Object.fromEntries(Object.entries(faults).map(([name, { recover }]) => [name, recover])),
  'client load': recoverClientLoad,
  receiver: recoverReceiver,
  'job workers': recoverJobWorkers,
};

/** What undoes an entry; throws if this version of the project does not know its kind. */
export function recoveryOf(context: FaultContext, { kind, name, undo }: LedgerEntry): Recovery {
  const recover = recoveries[kind];
  if (!recover)
    throw new Error(
      `Entry ${name} of the ledger is expected to be of a kind that this version can undo (${Object.keys(recoveries).join(', ')}), and is of kind "${kind}": heal with the version that made it.`,
    );
  return recover(context, undo);
}
