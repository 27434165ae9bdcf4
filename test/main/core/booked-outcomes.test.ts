import { describe, expect, it } from 'vitest';
import type { DispenseCounts } from '../../../drivers/interfaces/cash-dispenser.ts';
import { presentBatch, retractBatch } from '../../../main/core/cash/bunch-booking.ts';
import { commitBunchOutcome, commitDispenseOutcome } from '../../../main/core/cash/dispense-booking.ts';
import { refusedReport, settledReport } from '../../../main/core/host/refused-report.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { EntryDraft, JournalBatch, JournalEntry } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';

/**
 * Goal: what a device said of notes, and what the bank said of a report, is booked once and to the note: entry, counts and item of one transaction agree. Method: the transactions as they
 * are made, one row for each way that an outcome can be.
 */
const SCOPE = { sessionId: undefined, operationId: 'operation' };
const STOCK = [
  { unitId: 'dispenser.1', denominationMinor: 200_000, noteCount: 70 },
  { unitId: 'dispenser.1', denominationMinor: 500_000, noteCount: 4 },
  { unitId: 'dispenser.2', denominationMinor: 500_000, noteCount: 80 },
  { unitId: 'recycler.1', denominationMinor: 500_000, noteCount: 80 },
];
const FIVES = { cassetteNumber: 2, denominationMinor: 500_000, noteCount: 5 };

async function booked(run: (parts: Parameters<typeof commitDispenseOutcome>[0]) => Promise<unknown>): Promise<{ readonly data: readonly unknown[]; readonly counts: readonly (readonly [string, number])[] }> {
  const batches: JournalBatch[] = [];
  await run({ journal: { cashUnits: () => STOCK }, heldOutcomes: { commit: (batch: JournalBatch) => Promise.resolve(batches.push(batch) > 0) } } as never);
  expect(batches).toHaveLength(1);
  return read(batches[0]!);
}

const read = (batch: JournalBatch) => ({ data: (batch.entries ?? []).map((one) => one.data), counts: (batch.cashUnits ?? []).map(({ unitId, noteCountDelta }) => [unitId, noteCountDelta] as const) });
const counted = (counts: Partial<DispenseCounts>): DeviceOutcome<DispenseCounts> => ({ kind: 'completed', value: { cassetteNumber: 2, requestedCount: 5, presentedCount: 0, pickedCount: 0, rejectedCount: 0, stackedCount: 0, inTransportCount: 0, stoppedBy: null, rawErrorCode: 0, ...counts } });
const uncertain = (lastKnown: object): DeviceOutcome<never> => ({ kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'dispensing', ...lastKnown } });

describe('what one command came to', () => {
  it.each([
    ['all of it', FIVES, counted({ presentedCount: 5, pickedCount: 5 }), { outcome: 'completed', presentedCount: 5, pickedCount: 5, rejectedCount: 0, uncertainCount: 0, evidence: 'full' }, [['dispenser.2', -5]]],
    ['one rejected on the way', FIVES, counted({ presentedCount: 5, pickedCount: 6, rejectedCount: 1 }), { outcome: 'completed', presentedCount: 5, pickedCount: 6, rejectedCount: 1, evidence: 'full' }, [['dispenser.2', -6], ['dispenser.reject', 1]]],
    ['a jam', FIVES, counted({ presentedCount: 2, pickedCount: 4, rejectedCount: 1, inTransportCount: 1, stoppedBy: 'CDM_JAMMED', rawErrorCode: 0x33 }), { outcome: 'completed', presentedCount: 2, pickedCount: 4, rejectedCount: 1, rawErrorCode: 0x33, evidence: 'CDM_JAMMED' }, [['dispenser.2', -4], ['dispenser.reject', 1], ['dispenser.transport', 1]]],
    ['less than was asked for, and no reason', FIVES, counted({ presentedCount: 4, pickedCount: 4 }), { presentedCount: 4, evidence: 'not reached' }, [['dispenser.2', -4]]],
    ['more than was counted in it: a wrong load', { ...FIVES, cassetteNumber: 1 }, counted({ presentedCount: 5, pickedCount: 5 }), { cassetteNumber: 1, presentedCount: 5 }, [['dispenser.1', -4]]],
    ['nothing of a unit without a count', { ...FIVES, cassetteNumber: 3 }, counted({ presentedCount: 1, pickedCount: 1 }), { cassetteNumber: 3, presentedCount: 1 }, []],
    ['of a recycler, whose box takes what was rejected', { ...FIVES, cassetteNumber: 101 }, counted({ presentedCount: 3, pickedCount: 5, rejectedCount: 1, inTransportCount: 1 }), { cassetteNumber: 101 }, [['recycler.1', -5], ['acceptor.box', 1], ['acceptor.transport', 1]]],
    ['a refusal', FIVES, { kind: 'failed', completionCode: 'hardwareError', errorCode: 'CDM_JAMMED' }, { outcome: 'failed', requestedCount: 5, presentedCount: 0, pickedCount: 0, rejectedCount: 0, uncertainCount: 0, evidence: 'CDM_JAMMED' }, []],
    ['no word', FIVES, uncertain({}), { outcome: 'uncertain', requestedCount: 5, presentedCount: 0, pickedCount: 0, rejectedCount: 0, uncertainCount: 5, evidence: 'dispensing' }, []],
    ['no more of it than this', FIVES, uncertain({ noteCountMin: 2, noteCountMax: 4 }), { outcome: 'uncertain', presentedCount: 2, pickedCount: 2, rejectedCount: 0, uncertainCount: 2 }, [['dispenser.2', -2]]],
    ['at least this, perhaps one on top', FIVES, uncertain({ noteCountMin: 5, noteCountMax: 6 }), { presentedCount: 5, uncertainCount: 1 }, [['dispenser.2', -5]]],
  ] as const)('%s', async (_, step, outcome, data, counts) => {
    const batch = await booked((parts) => commitDispenseOutcome(parts, step, outcome as DeviceOutcome<DispenseCounts>, SCOPE));
    expect(batch.data).toMatchObject([data]);
    expect(batch.data[0]).not.toHaveProperty('stackedCount');
    expect(batch.counts).toEqual(counts);
  });

  it('of several cassettes into a stacker is one transaction, which names what was gathered of each, also nothing', async () => {
    const batch = await booked((parts) => commitBunchOutcome(parts, [FIVES, { cassetteNumber: 1, denominationMinor: 200_000, noteCount: 2 }], [counted({ pickedCount: 5, stackedCount: 5 }), counted({ cassetteNumber: 1, stoppedBy: 'CDM_JAMMED' })], SCOPE));
    expect(batch.data).toMatchObject([{ stackedCount: 5, evidence: 'full' }, { stackedCount: 0, evidence: 'CDM_JAMMED' }]);
    expect(batch.counts).toEqual([['dispenser.2', -5], ['dispenser.transport', 5]]);
  });
});

describe('a bunch', () => {
  const NOTES = [{ denominationMinor: 500_000, noteCount: 3 }, { denominationMinor: 200_000, noteCount: 1 }];
  const OUT = [['dispenser.transport', -3], ['dispenser.transport', -1]];
  const IN = [['dispenser.reject', 3], ['dispenser.reject', 1]];
  const failed = { kind: 'failed', completionCode: 'hardwareError' } as const;
  const drawnIn = (noteCount: number | null) => ({ kind: 'completed', value: { noteCount } }) as const;

  it.each([
    ['completed', { kind: 'completed', value: undefined }, OUT, 'confirmed'], ['failed', failed, [], 'hardwareError'], ['failed', { ...failed, errorCode: 'CDM_SHUTTER' }, [], 'CDM_SHUTTER'], ['uncertain', uncertain({}), OUT, 'dispensing'],
  ] as const)('whose present is %s leaves the stacker, or not', (kind, outcome, counts, evidence) => {
    const batch = read(presentBatch(NOTES, outcome as DeviceOutcome<void>, SCOPE));
    expect(batch.data).toEqual([{ presentedMinor: 1_700_000, notes: NOTES, outcome: kind, evidence }]);
    expect(batch.counts).toEqual(counts);
  });

  it.each([
    ['exit', drawnIn(4), NOTES, IN], ['exit', drawnIn(null), null, []], ['exit', drawnIn(0), [], []], ['exit', drawnIn(2), null, []], ['exit', failed, null, []], ['exit', uncertain({}), null, []],
    // What never left the stacker is counted already, whatever the device says of it.
    ['stacker', drawnIn(null), NOTES, [...IN, ...OUT]], ['stacker', failed, null, []], ['stacker', uncertain({}), null, []],
  ] as const)('drawn back from %s: %o', (from, outcome, notes, counts) => {
    const batch = read(retractBatch({ from, notes: NOTES, operationId: 'operation' }, outcome, SCOPE));
    expect(batch.data).toMatchObject([{ from, outcome: outcome.kind, notes }]);
    expect(batch.counts).toEqual(counts);
  });
});

describe('a report of money that the bank refuses for good', () => {
  const drafts = (...made: readonly EntryDraft[]): readonly JournalEntry[] => made.map((draft, index) => ({ ...draft, entryNumber: index + 1, atUtcMs: 0, monotonicMs: 0, bootId: 'boot', hash: '' }));
  const issued = entry('receipt.issued', { receiptNumber: '0427-000001', reference: 'AAA-111', status: 'accepted' });
  const accepted = entry('deposit.accepted', { insertedMinor: 700_000, feeMinor: 0, creditMinor: 700_000, changeMinor: 0, notes: [], by: 'customer' });
  const completed = entry('withdrawal.completed', { outcome: 'full', presentedMinor: 3_000_000, uncertainMinor: 0, cause: 'none' });
  const none = entry('withdrawal.completed', { outcome: 'none', presentedMinor: 0, uncertainMinor: 0, cause: 'MALF' });
  const doubted = entry('withdrawal.completed', { outcome: 'doubtful', presentedMinor: 0, uncertainMinor: 3_000_000, cause: 'RSTR' });
  const doubt = entry('suspense.opened', { suspenseId: 'doubt', reason: 'dispenseUncertain', amountMinor: -3_000_000, reference: null });
  const over = entry('suspense.opened', { suspenseId: 'over', reason: 'overDispensed', amountMinor: -500_000, reference: null });
  const ids = { ulid: () => 'item' };
  const of = (operation: string) => ({ operation, messageId: 'message', operationId: 'operation', lastError: 'HST_SILENT' }) as never;

  it.each([
    ['cash.deposit', [issued, accepted], 'depositRefused', 700_000, 'cash.deposit message refused by the bank: RF-15, ref'],
    ['pay.provider', [issued, accepted], 'depositRefused', 700_000, 'pay.provider message refused by the bank: RF-15, ref'],
    ['cash.withdraw.complete', [issued, completed], 'reportRefused', -3_000_000, 'cash.withdraw.complete message refused by the bank: RF-15, ref; the notes have left'],
    // What left on top of the authorisation has its own item.
    ['cash.withdraw.complete', [issued, completed, over], 'reportRefused', -2_500_000, 'cash.withdraw.complete message refused by the bank: RF-15, ref; the notes have left'],
    ['cash.withdraw.complete', [], 'reportRefused', 0, 'cash.withdraw.complete message refused by the bank: RF-15, ref; nothing was dispensed, the account may still be held'],
    ['cash.withdraw.complete', [issued, none], 'reportRefused', 0, 'cash.withdraw.complete message refused by the bank: RF-15, ref; nothing was dispensed, the account may still be held'],
    ['cash.withdraw.complete', [issued, doubted, doubt], 'reportRefused', 0, 'cash.withdraw.complete message refused by the bank: RF-15, ref; whether notes have left stands in the items of its operation, the account may still be held'],
    // The retained sum has its item since it was kept.
    ['cash.deposit.complete', [issued, accepted], 'reportRefused', 0, 'cash.deposit.complete message refused by the bank: RF-15, ref; the sum itself stands in the items of its operation'],
  ] as const)('%s leaves its cash, once', (operation, entries, reason, amountMinor, evidence) => {
    const refusal = { message: of(operation), entries: drafts(...entries), code: 'RF-15', isUnknownThere: false, hostRef: 'ref' } as const;
    const reference = entries.length === 0 ? null : 'AAA-111';
    const batch = refusedReport(ids as never, refusal);
    expect(batch.suspense).toEqual([{ suspenseId: 'item', operationId: 'operation', reason, amountMinor, evidence, reference }]);
    expect(batch.receiptStatuses).toEqual(reason === 'depositRefused' ? [{ receiptNumber: '0427-000001', status: 'refused RF-15', hostRef: 'ref' }] : undefined);
    expect(refusedReport(ids as never, { ...refusal, isUnknownThere: true, hostRef: null }).suspense![0]!.evidence).toContain(`${operation} message is about nothing that the bank knows`);
    // Ended by hand it is as much, and the receipt stays as it was given.
    const ended = settledReport(ids as never, { message: of(operation), entries: drafts(...entries), persons: ['one', 'two'], why: 'by telephone' });
    expect(ended).toMatchObject({ suspense: [{ suspenseId: 'item', operationId: 'operation', reason: 'reportSettled', amountMinor, reference }] });
    expect(ended.suspense![0]!.evidence).toContain(`${operation} message ended by one and two: by telephone; its last word: HST_SILENT`);
    expect(ended.receiptStatuses).toBeUndefined();
  });

  it('of a deposit without a receipt changes none', () => {
    expect(refusedReport(ids as never, { message: of('cash.deposit'), entries: drafts(accepted), code: 'RF-15', isUnknownThere: false, hostRef: null })).toEqual({ suspense: [expect.objectContaining({ amountMinor: 700_000, reference: null })] });
  });
});
