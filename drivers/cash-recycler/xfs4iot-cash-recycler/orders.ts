import type { Currency, NoteCount } from '../../../main/foundation/money.ts';
import { MINOR_PER_UNIT } from '../../../main/foundation/money.ts';
import type { StorageUnit } from '../../xfs4iot/counts.ts';
import { totalOf } from '../../xfs4iot/counts.ts';
import type { UnitMix } from '../../xfs4iot/dispensing.ts';
import { storedUnitsOf } from '../../xfs4iot/stored-units.ts';
import type { Refusal } from './payout-course.ts';
import type { RecyclingUnit } from './recycling-units.ts';

/** From which units notes are picked: of one kind from the fullest first. */
export function mixFor(notes: readonly NoteCount[], { units, currency }: { readonly units: readonly RecyclingUnit[]; readonly currency: Currency }): UnitMix | Refusal {
  const counts: Record<string, number> = {};
  let amountMinor = 0;
  for (const { denominationMinor, noteCount } of notes) {
    const ofKind = units.filter((unit) => unit.denominationMinor === denominationMinor);
    let leftCount = noteCount;
    for (const unit of ofKind.filter(({ isUsable }) => isUsable).sort((left, right) => (right.noteCount ?? 0) - (left.noteCount ?? 0))) {
      const picked = Math.min(leftCount, unit.noteCount ?? 0);
      if (picked > 0) counts[unit.unitId] = picked;
      leftCount -= picked;
    }
    const isMissing = ofKind.length > 0 && ofKind.every(({ isUsable }) => !isUsable);
    if (leftCount > 0) return { kind: 'failed', completionCode: 'commandErrorCode', errorCode: isMissing ? 'CDM_CASSETTE_MISSING' : 'CDM_CASSETTE_EMPTY', detail: isMissing ? 'its unit is out, broken, or was touched without an exchange' : 'its unit holds fewer' };
    amountMinor += denominationMinor * noteCount;
  }
  return { counts, currencies: { [currency]: amountMinor / MINOR_PER_UNIT } };
}

/** The next unit that holds more of its kind than is to be kept. */
export function depleteOrder(units: readonly RecyclingUnit[], keep: readonly NoteCount[]): { readonly from: RecyclingUnit; readonly noteCount: number } | null {
  for (const from of [...units].sort((left, right) => left.denominationMinor - right.denominationMinor)) {
    const heldCount = units.filter((unit) => unit.denominationMinor === from.denominationMinor).reduce((sum, unit) => sum + (unit.noteCount ?? 0), 0);
    const noteCount = Math.min(from.noteCount ?? 0, heldCount - (keep.find((note) => note.denominationMinor === from.denominationMinor)?.noteCount ?? 0));
    if (from.isUsable && noteCount > 0) return { from, noteCount };
  }
  return null;
}

/** The cash box: the first unit that only takes notes in, and how many ever came into it. null: there is none. */
export function boxOf(storage: Readonly<Record<string, StorageUnit>>): { readonly unitId: string; readonly gotCount: number } | null {
  const box = storedUnitsOf(storage).find((unit) => unit.role === 'cashIn');
  if (box === undefined) return null;
  const got = storage[box.unitId]?.cash?.status?.in ?? {};
  return { unitId: box.unitId, gotCount: ['deposited', 'distributed', 'transport'].reduce((sum, role) => sum + totalOf(got[role]), 0) };
}
