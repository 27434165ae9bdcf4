import { dataOf } from '../../../main/journal/entry-data.ts';
import type { Journal } from '../../../main/journal/journal.ts';
import { SAMPLE_TERMINAL_ID } from '../../bank-host/sample-bank.ts';
import type { Surroundings } from '../virtual-terminal.ts';
import { bookedByOperation } from './booked.ts';
import type { Finding } from './findings.ts';
import type { JournalMoney } from './journal-money.ts';
import { sum } from './journal-money.ts';

interface AcceptorWorld {
  readonly notes: readonly { readonly denominationMinor: number; readonly place: string; readonly serial: string }[];
}
interface DispenserWorld {
  readonly exitMinor: number;
  readonly takenMinor: number;
}

/**
 * After one visit of which the journal has lost the end, orders and outcomes too: the loss is told, and what moved and is neither booked nor said stands in items of the operation, to the tenge or
 * without a sum. Only an operation that the journal has no entry of any more is told by the loss alone.
 * @param lostKinds  of the entries that are lacking
 */
export function checkLostEnd(surroundings: Surroundings, journal: Pick<Journal, 'suspense'>, money: JournalMoney, lostKinds: readonly string[]): readonly Finding[] {
  const [restored] = dataOf(money.entries, 'journal.restored');
  const isTold = restored !== undefined && (restored.knownLostCount === null || restored.knownLostCount === lostKinds.length);
  return [...(isTold ? [] : [{ rule: 'chain' as const, detail: `${lostKinds.length} entries are lost, the journal says ${restored?.knownLostCount ?? 'nothing'}` }]), ...money.operations.flatMap(({ operationId, authorisedMinor }): readonly Finding[] => {
    const booked = bookedByOperation(surroundings.bank, SAMPLE_TERMINAL_ID).get(operationId) ?? { inMinor: 0, outMinor: 0, suspenseOutMinor: 0 };
    const items = journal.suspense().filter((item) => item.operationId === operationId);
    const isUnsaid = (openMinor: number) => openMinor > sum(items.map(({ amountMinor }) => Math.abs(amountMinor))) && !items.some(({ amountMinor }) => amountMinor === 0);
    const { inMinor, outMinor } = movedMinor(surroundings);
    return [
      ...(isUnsaid(outMinor - booked.outMinor) ? [{ rule: 'suspense' as const, detail: `${operationId}: ${outMinor} left, ${booked.outMinor} booked, in suspense ${items.map(({ amountMinor }) => amountMinor).join(', ')}` }] : []),
      ...(isUnsaid(inMinor - booked.inMinor) ? [{ rule: 'suspense' as const, detail: `${operationId}: ${inMinor} came in, ${booked.inMinor} booked, in suspense ${items.map(({ amountMinor }) => amountMinor).join(', ')}` }] : []),
      ...(booked.outMinor + booked.suspenseOutMinor > Math.max(outMinor, authorisedMinor ?? 0) ? [{ rule: 'money' as const, detail: `${operationId}: ${outMinor} left, the bank charged ${booked.outMinor} and ${booked.suspenseOutMinor} in doubt` }] : []),
    ];
  })];
}

/** Of a terminal that nobody but this customer came to, and whose units were full of notes without numbers before. */
function movedMinor({ acceptor, dispenser, loaded }: Surroundings): { readonly inMinor: number; readonly outMinor: number } {
  const { notes } = acceptor.world() as unknown as AcceptorWorld;
  const { exitMinor, takenMinor } = dispenser.world() as unknown as DispenserWorld;
  const storedMinor = sum((loaded.recycler?.stored ?? []).map(({ denominationMinor, noteCount }) => denominationMinor * noteCount));
  const insideMinor = sum(notes.filter(({ place }) => ['box', 'store', 'collected'].includes(place)).map(({ denominationMinor }) => denominationMinor)) - storedMinor;
  return { inMinor: Math.max(0, insideMinor), outMinor: exitMinor + takenMinor + Math.max(0, 0 - insideMinor) };
}
