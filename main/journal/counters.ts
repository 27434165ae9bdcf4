import type { Head } from './chain-writer.ts';
import type { EntryData } from './entry-kinds.ts';
import type { JournalEntry } from './journal.ts';
import { referenceCode } from './numbering.ts';

type Counted = Pick<JournalEntry, 'kind' | 'data'>;

/** Counters after an entry: of receipts, reference codes and messages. A function of the chain alone, so that they can be counted again from it. */
export function countersAfter<Counters extends Pick<Head, 'receiptCount' | 'referenceCount' | 'seq'>>(counters: Counters, { kind, data }: Counted, terminalNumber: string): Counters {
  switch (kind) {
    case 'receipt.recorded': {
      const { reference } = data as EntryData<'receipt.recorded'>;
      return withReference({ ...counters, receiptCount: counters.receiptCount + 1 }, reference, terminalNumber);
    }
    case 'suspense.recorded':
    case 'reference.given':
      return withReference(counters, (data as EntryData<'suspense.recorded'>).reference, terminalNumber);
    case 'message.staged':
      return { ...counters, seq: counters.seq + 1 };
    case 'books.carried': {
      const { receiptCount, referenceCount, seq } = data as EntryData<'books.carried'>;
      return { ...counters, receiptCount, referenceCount, seq };
    }
    case 'numbers.skipped': {
      const { receiptCount, referenceCount, seq } = data as EntryData<'numbers.skipped'>;
      return { ...counters, receiptCount: Math.max(counters.receiptCount, receiptCount), referenceCount: Math.max(counters.referenceCount, referenceCount), seq: Math.max(counters.seq, seq) };
    }
    default:
      return counters;
  }
}

/** Counters after a tombstone: kind and version tell all that is needed. Suspense items, which may cite an older reference, are never purged. */
export function countersPastTombstone<Counters extends Pick<Head, 'receiptCount' | 'referenceCount' | 'seq'>>(counters: Counters, { kind, version }: { readonly kind: string; readonly version: number }): Counters {
  const { receiptCount, referenceCount, seq } = counters;
  if (kind === 'message.staged') return { ...counters, seq: seq + 1 };
  if (kind === 'reference.given') return { ...counters, referenceCount: referenceCount + 1 };
  // Of version 1 its reference is not known and was not counted.
  return kind === 'receipt.recorded' ? { ...counters, receiptCount: receiptCount + 1, referenceCount: referenceCount + (version > 1 ? 1 : 0) } : counters;
}

/** Advances when this is the next code; a code given earlier may be cited again (a suspense item of an older receipt). */
function withReference<Counters extends Pick<Head, 'referenceCount'>>(counters: Counters, reference: string | null, terminalNumber: string): Counters {
  const referenceCount = counters.referenceCount + 1;
  return reference === referenceCode(terminalNumber, referenceCount) ? { ...counters, referenceCount } : counters;
}
