import type { ErrorCode } from '../../main/foundation/error-catalogue.ts';
import type { NoteCount } from '../../main/foundation/money.ts';
import type { DeviceOutcome } from '../../main/foundation/outcome.ts';
import { countOf } from './payout-count.ts';
import type { PayoutEnd, PayoutResult } from './payout-desk.ts';

type Latch = (code: ErrorCode, detail: string) => void;

/** What an order that was sent came to: not heard of again is uncertain, until a person looks; refused with nothing gone is failed. */
export function outcomeOf(result: PayoutResult | undefined, { orderedCount, isRefused, latch }: { readonly orderedCount: number; readonly isRefused: boolean; readonly latch: Latch }): DeviceOutcome<PayoutEnd> {
  if (result === null || result === undefined) {
    latch('CDM_DISPENSE_UNCERTAIN', 'not heard of again');
    return { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'notHeardOfAgain', noteCountMin: 0, noteCountMax: orderedCount } };
  }
  if (isRefused && result.count.picked.length === 0 && result.count.presentedCountMax === 0) return { kind: 'failed', completionCode: 'commandErrorCode', detail: 'the unit refused the order, and no note left its place' };
  return { kind: 'completed', value: result };
}

export type ToBox = DeviceOutcome<{ readonly movedToBox: readonly NoteCount[] }>;

export interface ToBoxParts {
  /** Brings the next unit to the cash box. null: none is left that should move */
  readonly next: () => Promise<DeviceOutcome<PayoutEnd> | null>;
  /** What certainly lies in the cash box although the whole did not come to a good end: to be told with the next inventory. */
  readonly keep: (moved: readonly NoteCount[]) => void;
  readonly latch: Latch;
}

/** One unit after the other to the cash box, each counted by its own difference. */
export async function bringToBox({ next, keep, latch }: ToBoxParts): Promise<ToBox> {
  const moved: NoteCount[] = [];
  for (;;) {
    const ended = await next();
    if (ended === null) return { kind: 'completed', value: { movedToBox: byKind(moved) } };
    const isInBox = ended.kind === 'completed' && ended.value.count.presentedCountMax === 0;
    if (isInBox && countOf(ended.value.count.picked) > 0) {
      moved.push(...ended.value.count.picked);
      continue;
    }
    keep(moved);
    if (isInBox) return { kind: 'failed', completionCode: 'hardwareError', detail: 'the unit moves no notes to its cash box' };
    if (ended.kind !== 'completed') return ended;
    latch('CDM_DISPENSE_UNCERTAIN', 'not all that was moved lies in the box for certain');
    return { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'notAllInTheBox', noteCountMin: 0, noteCountMax: countOf(ended.value.count.picked) } };
  }
}

/** Kinds ascending, each once. */
function byKind(notes: readonly NoteCount[]): readonly NoteCount[] {
  const kinds = [...new Set(notes.map((note) => note.denominationMinor))].sort((a, b) => a - b);
  return kinds.map((denominationMinor) => ({ denominationMinor, noteCount: countOf(notes.filter((note) => note.denominationMinor === denominationMinor)) }));
}
