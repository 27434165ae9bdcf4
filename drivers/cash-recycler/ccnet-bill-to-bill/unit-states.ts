import { sumOfNotesMinor } from '../../../main/foundation/money.ts';
import type { KnownBillType } from '../../ccnet-family/bill-types.ts';
import { decodePairs } from '../../ccnet-family/cassette-codec.ts';
import type { PollState } from '../../ccnet-family/codec.ts';
import { DATA_STATE_CODES, DISPENSED, UNLOADED } from '../../ccnet-family/codec.ts';
import type { PayoutRegisters, PayoutTold } from '../../life/payout-count.ts';
import { levelDifference } from '../../life/payout-count.ts';

/** No bill type has it: the value is not known. */
export const UNKNOWN_TYPE = 0x1f;

const WITH_DATA: readonly number[] = Object.values(DATA_STATE_CODES);
/** Plain for a validator, with a byte or without it here: 12, 1D, 1E, 21, 28, 29. [ccnet §7] */
const WITH_OR_WITHOUT: readonly number[] = [0x12, 0x1d, 0x1e, 0x21, 0x28, 0x29];

/** Of the length that its code has. A late reply to another question (the cassette status begins with 80…9F) is none. */
export function isWhole(body: Uint8Array): boolean {
  const code = body[0] ?? 0;
  if (code === DISPENSED || code === UNLOADED) return true;
  if (WITH_DATA.includes(code)) return body.length === 2;
  return body.length === 1 || (body.length === 2 && WITH_OR_WITHOUT.includes(code));
}

/** What ended a payout or an unloading, by the unit's own word. */
export type UnitEvent =
  | { readonly event: 'dispensed'; readonly dataHex: string }
  | { readonly event: 'unloaded' | 'tooFew' | 'jammed' | 'failed' };

/** null: the state says nothing of that kind. */
export function unitEventOf(state: PollState): UnitEvent | null {
  switch (state.state) {
    case 'dispensed':
      return { event: 'dispensed', dataHex: state.dataHex };
    case 'unloaded':
      return { event: 'unloaded' };
    case 'invalidBillNumber':
      return { event: 'tooFew' };
    case 'billToBillJam':
    case 'validatorJammed':
    case 'dropCassetteJammed':
      return { event: 'jammed' };
    case 'failure':
      return { event: 'failed' };
    default:
      return null;
  }
}

const STILL: readonly PollState['state'][] = ['idling', 'unitDisabled', 'dispensed', 'unloaded', 'invalidBillNumber', 'billToBillJam', 'validatorJammed', 'dropCassetteJammed', 'dropCassetteFull', 'failure'];

/** Something may still move, or is not known to stand still. */
export function paysOrMoves(state: PollState): boolean {
  return !STILL.includes(state.state);
}

/**
 * What the event allows, held against the counts: 25 alone proves nothing [ccnet §16]. With it, what left the cassettes went out, as long as that is not more than was ordered; pairs
 * behind 25 that can be read and speak of ordered kinds must agree.
 */
export function toldOf(
  event: UnitEvent | null,
  payout: { readonly kind: 'pay' | 'toBox'; readonly before: PayoutRegisters; readonly after: PayoutRegisters; readonly orderedCount: number; readonly bills: readonly KnownBillType[] },
): PayoutTold {
  switch (event?.event) {
    case undefined:
      return { presentedMinor: [], stoppedBy: null };
    case 'tooFew':
      // In revision 2.3.1 the same code ends an unloading. [ccnet §7, 28]
      return { presentedMinor: levelDifference(payout.before.levels, payout.after.levels).length === 0 ? [0] : [], stoppedBy: 'CDM_CASSETTE_EMPTY' };
    case 'jammed':
      return { presentedMinor: [], stoppedBy: 'CDM_JAMMED' };
    case 'failed':
      return { presentedMinor: [], stoppedBy: 'CDM_FAILURE' };
    case 'unloaded':
      return { presentedMinor: payout.kind === 'toBox' ? [0] : [], stoppedBy: null };
    case 'dispensed':
      return { presentedMinor: payout.kind === 'pay' ? dispensedMinor(event.dataHex, payout) : [], stoppedBy: null };
  }
}

function dispensedMinor(dataHex: string, { before, after, orderedCount, bills }: Parameters<typeof toldOf>[1]): readonly number[] {
  const picked = levelDifference(before.levels, after.levels);
  const pickedCount = picked.reduce((sum, note) => sum + note.noteCount, 0);
  const byCounts = picked.every((note) => note.noteCount > 0) && pickedCount <= orderedCount ? sumOfNotesMinor(picked) : null;
  const byData = pairsMinor(dataHex, bills);
  if (byData === null) return byCounts === null ? [] : [byCounts];
  return byCounts === null || byCounts === byData ? [byData] : [byCounts, byData];
}

/** null: not pairs of kinds that the table knows. Their layout is [unverified]. */
function pairsMinor(dataHex: string, bills: readonly KnownBillType[]): number | null {
  const pairs = decodePairs(Buffer.from(dataHex, 'hex'));
  if (pairs === null) return null;
  let sumMinor = 0;
  for (const { billType, noteCount } of pairs) {
    const denominationMinor = bills.find((known) => known.billType === billType)?.denominationMinor;
    if (denominationMinor === undefined) return null;
    sumMinor += denominationMinor * noteCount;
  }
  return sumMinor;
}
