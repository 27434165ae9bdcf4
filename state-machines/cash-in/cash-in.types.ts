import type { FeeRule } from '../../main/contracts/host-operations.ts';
import type { OperationCode } from '../../main/contracts/operations.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import type { NoteCount } from '../../main/foundation/money.ts';
import type { CustomerLeft, IntentEvent } from '../events.ts';

export interface CashInInput {
  readonly operation: OperationCode;
  readonly operationId: string;
  /** Kinds that may be inserted, minor units. */
  readonly acceptedMinor: readonly number[];
  /** A note that would bring the sum above this goes back from escrow, never stacked. */
  readonly insertMaxMinor: number;
  /** Below this the primary button stays off. */
  readonly insertMinMinor: number;
  /** A fixed sum (with its fee) that is asked for; once reached no more notes are taken, the rest is change. */
  readonly wantedMinor: number | null;
  readonly feeRule: FeeRule;
  /** Fixed credit, where the sum is fixed. */
  readonly fixedCreditMinor: number | null;
}

export interface InsertedNote {
  readonly noteId: string;
  readonly denominationMinor: number;
}

/** Where a note that was ordered to move is now. */
export type NoteFate = 'stacked' | 'returned' | 'rejected' | 'unknown';

/** Coins under way have no escrow and cannot be given back: so many of the largest must still fit while their gate is open. */
export const COINS_UNDER_WAY_MAX = 20;

/** Why the bank stops a cash-in: there is no link · the link is there, but too much of what it was told waits to be confirmed. */
export type HostStop = 'host' | 'queueLimit';

export interface CashInContext extends CashInInput {
  readonly notes: readonly InsertedNote[];
  /** Ordered into the box and never heard of again: suspense. */
  readonly uncertainNotes: readonly InsertedNote[];
  readonly escrowed: InsertedNote | null;
  /** How a note came to be the customer's again. `notTaken`: for a reason that the screen names by itself. */
  readonly lastReturned: 'rejected' | 'overLimit' | 'notTaken' | null;
  /** Why no more is taken, as it is said; where there are two reasons, the acceptor's. */
  readonly stoppedBy: 'device' | 'boxFull' | HostStop | null;
  /** The bank's reason, also while the acceptor has one of its own: it holds on when the acceptor is back. */
  readonly hostStop: HostStop | null;
  /** What was inside when the primary button was pressed; null: it was not. */
  readonly agreedMinor: number | null;
  readonly by: 'customer' | 'walkAway';
  /** Coins that are taken beside the notes; empty: none. */
  readonly coinsMinor: readonly number[];
  readonly end: CashInOutput['kind'];
}

export type CashInEvent =
  | IntentEvent
  | CustomerLeft
  | { readonly type: 'acceptor.noteEntering' }
  | { readonly type: 'acceptor.noteEscrowed'; readonly note: InsertedNote }
  | { readonly type: 'acceptor.noteRejected' }
  /** A note that was given up as unknown lies in the box after all, and its outcome is durable. */
  | { readonly type: 'acceptor.noteFound'; readonly note: InsertedNote }
  /** A coin fell: it lies in the box, and its credit is durable. It counts among the notes. */
  | { readonly type: 'coin.accepted'; readonly coin: InsertedNote }
  /** The acceptor can take no more notes now. */
  | { readonly type: 'acceptor.stopped'; readonly reason: 'device' | 'boxFull' }
  | { readonly type: 'acceptor.resumed' }
  /** No more cash for the bank's sake. */
  | { readonly type: 'host.stopped'; readonly reason: HostStop }
  | { readonly type: 'host.resumed' };

export type CashInOutput =
  /** The customer (or, walked away, his terms) says: use what is inside. */
  | { readonly kind: 'accepted'; readonly notes: readonly InsertedNote[]; readonly uncertainNotes: readonly InsertedNote[]; readonly by: 'customer' | 'walkAway' }
  /** Do not credit: the sum stays as a suspense item. */
  | { readonly kind: 'retained'; readonly notes: readonly InsertedNote[]; readonly uncertainNotes: readonly InsertedNote[]; readonly by: 'customer' | 'walkAway' }
  /** Nothing is inside. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'left' }
  | { readonly kind: 'unavailable' };

/** `coinsMinor`: what is taken beside the notes. `hostStop`: the bank stops it as the acceptor opens, so no note is taken until that is over (PS-7.4); the customer is told. */
export type EnableReply = DeviceOutcome<void> & { readonly hostStop?: HostStop | null; readonly coinsMinor?: readonly number[] };

/** Most notes of one operation; the journal's and the receipt's limit. */
const NOTES_MAX = 200;

/** What is wanted is inside, or as much, or as many notes, as one operation takes. */
export function isFull({ notes, wantedMinor, insertMaxMinor }: Pick<CashInContext, 'notes' | 'wantedMinor' | 'insertMaxMinor'>): boolean {
  return notes.length >= NOTES_MAX || insertedMinor(notes) >= (wantedMinor ?? insertMaxMinor);
}

export function insertedMinor(notes: readonly InsertedNote[]): number {
  return notes.reduce((sum, note) => sum + note.denominationMinor, 0);
}

/** What is inside can be used as agreed. */
export function isEnough({ notes, insertMinMinor }: Pick<CashInContext, 'notes' | 'insertMinMinor'>): boolean {
  const sumMinor = insertedMinor(notes);
  return sumMinor > 0 && sumMinor >= insertMinMinor;
}

/** Notes by denomination, highest first. */
export function noteCounts(notes: readonly InsertedNote[]): NoteCount[] {
  const counts = new Map<number, number>();
  for (const note of notes) counts.set(note.denominationMinor, (counts.get(note.denominationMinor) ?? 0) + 1);
  return [...counts].sort(([left], [right]) => right - left).map(([denominationMinor, noteCount]) => ({ denominationMinor, noteCount }));
}
