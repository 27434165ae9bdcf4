import type { NoteCount } from '../../../main/foundation/money.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { CcnetCommand } from '../../ccnet-family/codec.ts';
import type { CassetteTable } from './cassettes.ts';
import { countOf } from '../../life/payout-count.ts';

/** A unit that says nothing for so long has lost the payout. */
const PAYOUT_MS = 60_000;
const NOTE_MS = 20_000;
const TO_BOX_MS = 600_000;

export type Refusal = Extract<DeviceOutcome<never>, { kind: 'failed' }>;

/** One command that moves notes out of cassettes. */
export interface Order {
  readonly command: CcnetCommand;
  /** Notes that may come into the customer's reach by it. */
  readonly orderedCount: number;
  /** Left out: it is of several kinds. */
  readonly denominationMinor?: number;
  readonly limitMs: number;
}

export const payoutLimitMs = (noteCount: number): number => PAYOUT_MS + NOTE_MS * noteCount;

export function dispenseOrder(table: CassetteTable, notes: readonly NoteCount[]): Order | Refusal {
  const pairs = table.pairsFor(notes);
  const orderedCount = countOf(notes);
  if (pairs === null) return { kind: 'failed', completionCode: 'commandErrorCode', errorCode: 'CDM_CASSETTE_EMPTY', detail: 'the cassettes hold fewer' };
  return { command: { command: 'dispense', notes: pairs }, orderedCount, limitMs: payoutLimitMs(orderedCount) };
}

export function unloadOrder(cassette: { readonly cassetteNumber: number; readonly noteCount: number }): Order {
  return { command: { command: 'unload', ...cassette }, orderedCount: 0, limitMs: TO_BOX_MS };
}
