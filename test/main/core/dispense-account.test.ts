import { describe, expect, it } from 'vitest';
import { bunchAccount, bunchInQuestion } from '../../../main/core/cash/bunch-account.ts';
import { dispenseException, dispenseSuspense } from '../../../main/core/cash/dispense-suspense.ts';
import { completionCause, withdrawalOutcome } from '../../../main/core/cash/withdrawal-completion.ts';
import type { EntryData } from '../../../main/journal/entry-kinds.ts';
import type { EntryDraft, JournalEntry } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';

/**
 * Goal: after any order of events around a dispense the entries alone say where each note is, and what is in doubt has its item, once and with its evidence. Method:
 * entries as the core writes them, one table row for each way that a bunch or a command can go.
 */
const FIVES = { denominationMinor: 500_000, noteCount: 6 };
const TWOS = { denominationMinor: 200_000, noteCount: 1 };
const BUNCH = [FIVES, TWOS];
const BUNCH_MINOR = 3_200_000;

const journaled = (drafts: readonly EntryDraft[]): readonly JournalEntry[] => drafts.map((draft, index) => ({ ...draft, entryNumber: index + 1, atUtcMs: 0, monotonicMs: 0, bootId: 'boot', hash: '' }));
const dispensed = (counts: Partial<EntryData<'outcome.dispense'>> = {}) => entry('outcome.dispense', { cassetteNumber: 1, denominationMinor: 500_000, outcome: 'completed', requestedCount: 6, presentedCount: 0, rejectedCount: 0, pickedCount: 6, uncertainCount: 0, rawErrorCode: null, evidence: 'full', ...counts });
const gathered = (stackedCount: number, counts: Partial<EntryData<'outcome.dispense'>> = {}) => dispensed({ pickedCount: stackedCount, stackedCount, ...counts });
const STACKED = [gathered(6), gathered(1, { cassetteNumber: 2, denominationMinor: 200_000, requestedCount: 1 })];
const ordered = entry('intent.present', { presentedMinor: BUNCH_MINOR, notes: BUNCH });
const presented = (outcome: 'completed' | 'failed' | 'uncertain') => entry('outcome.present', { presentedMinor: BUNCH_MINOR, notes: BUNCH, outcome, evidence: 'sensor' });
const inReach = [...STACKED, ordered, presented('completed')];
const drawing = (from: 'exit' | 'stacker') => entry('intent.retract', { from, notes: BUNCH });
const drawn = (from: 'exit' | 'stacker', outcome: 'completed' | 'failed' | 'uncertain', notes: EntryData<'outcome.retract'>['notes'] = null) => entry('outcome.retract', { from, outcome, notes, evidence: 'drawn' });
const taken = entry('outcome.take', { result: 'taken', presentedMinor: BUNCH_MINOR });

describe('where the entries have a bunch', () => {
  it.each([
    ['gathered', STACKED, { presented: [], uncertainMinor: 0, inStacker: BUNCH }, null],
    ['ordered out, and no word since', [...STACKED, ordered], { presented: [], uncertainMinor: BUNCH_MINOR, inStacker: [] }, { stage: 'presenting', notes: BUNCH }],
    ['refused at the exit', [...STACKED, ordered, presented('failed')], { presented: [], uncertainMinor: 0, inStacker: BUNCH }, null],
    ['perhaps out', [...STACKED, ordered, presented('uncertain')], { presented: [], uncertainMinor: BUNCH_MINOR, inStacker: [] }, null],
    ['in reach, and nobody saw what became of it', inReach, { presented: [], uncertainMinor: BUNCH_MINOR, inStacker: [] }, { stage: 'inReach', notes: BUNCH }],
    ['of one kind in reach, and nobody saw what became of it', [STACKED[0]!, ordered, presented('completed')], { presented: [], uncertainMinor: 3_000_000, inStacker: [] }, { stage: 'inReach', notes: [FIVES] }],
    ['taken', [...inReach, taken], { presented: BUNCH, uncertainMinor: 0, inStacker: [] }, null],
    ['told to be drawn back, and no word since', [...inReach, drawing('exit')], { presented: [], uncertainMinor: BUNCH_MINOR, inStacker: [] }, null],
    // A take that is written while the device draws in tells nothing of what it gets.
    ['seen taken as it is drawn back, and no word since', [...inReach, drawing('exit'), taken], { presented: [], uncertainMinor: BUNCH_MINOR, inStacker: [] }, null],
    ['not drawn back: it lies in the exit, the customer\'s', [...inReach, drawing('exit'), drawn('exit', 'failed'), taken], { presented: BUNCH, uncertainMinor: 0, inStacker: [] }, null],
    ['not drawn back, and nobody saw what became of it', [...inReach, drawing('exit'), drawn('exit', 'failed')], { presented: [], uncertainMinor: BUNCH_MINOR, inStacker: [] }, { stage: 'inReach', notes: BUNCH }],
    ['drawn back whole, counted', [...inReach, drawing('exit'), drawn('exit', 'completed', BUNCH)], { presented: [], uncertainMinor: 0, inStacker: [] }, null],
    ['drawn back in part, counted', [...inReach, drawing('exit'), drawn('exit', 'completed', [{ ...FIVES, noteCount: 2 }])], { presented: [{ ...FIVES, noteCount: 4 }, TWOS], uncertainMinor: 0, inStacker: [] }, null],
    ['drawn back empty: it was taken', [...inReach, drawing('exit'), drawn('exit', 'completed', [])], { presented: BUNCH, uncertainMinor: 0, inStacker: [] }, null],
    ['drawn back uncounted', [...inReach, drawing('exit'), drawn('exit', 'completed')], { presented: [], uncertainMinor: BUNCH_MINOR, inStacker: [] }, null],
    ['perhaps drawn back', [...inReach, drawing('exit'), drawn('exit', 'uncertain')], { presented: [], uncertainMinor: BUNCH_MINOR, inStacker: [] }, null],
    ['drawn in from the stacker', [...STACKED, drawing('stacker'), drawn('stacker', 'completed', BUNCH)], { presented: [], uncertainMinor: 0, inStacker: [] }, null],
    ['perhaps drawn in from the stacker', [...STACKED, drawing('stacker'), drawn('stacker', 'uncertain')], { presented: [], uncertainMinor: 0, inStacker: BUNCH }, null],
    ['not drawn in from the stacker', [...STACKED, drawing('stacker'), drawn('stacker', 'failed')], { presented: [], uncertainMinor: 0, inStacker: BUNCH }, null],
    ['taken, and the next one gathered', [...inReach, taken, gathered(2)], { presented: BUNCH, uncertainMinor: 0, inStacker: [{ ...FIVES, noteCount: 2 }] }, null],
    ['taken, and the next one perhaps out', [...inReach, taken, gathered(2), ordered], { presented: BUNCH, uncertainMinor: 1_000_000, inStacker: [] }, { stage: 'presenting', notes: [{ ...FIVES, noteCount: 2 }] }],
    ['taken, and the next one uncounted in the box', [...inReach, taken, gathered(2), ordered, presented('completed'), drawing('exit'), drawn('exit', 'completed')], { presented: BUNCH, uncertainMinor: 1_000_000, inStacker: [] }, null],
    ['perhaps out, and the next one perhaps out, too', [...STACKED, ordered, presented('uncertain'), gathered(2), ordered], { presented: [], uncertainMinor: BUNCH_MINOR + 1_000_000, inStacker: [] }, { stage: 'presenting', notes: [{ ...FIVES, noteCount: 2 }] }],
    ['drawn back uncounted, and the next one, too', [...inReach, drawing('exit'), drawn('exit', 'completed'), gathered(2), ordered, presented('completed'), drawing('exit'), drawn('exit', 'completed')], { presented: [], uncertainMinor: BUNCH_MINOR + 1_000_000, inStacker: [] }, null],
  ] as const)('%s', (_, drafts, account, question) => {
    expect(bunchAccount(journaled(drafts))).toEqual(account);
    expect(bunchInQuestion(journaled(drafts))).toEqual(question);
  });

  it('is not asked for where notes left during the dispenses, or a jam came before the first was gathered', () => {
    expect(bunchAccount(journaled([dispensed({ presentedCount: 6 }), entry('outcome.present', { presentedMinor: 3_000_000, notes: [FIVES] })]))).toBeNull();
    expect(bunchAccount(journaled([gathered(0)]))).toBeNull();
  });
});

describe('what is in doubt after the dispenses of an operation', () => {
  let ids = 0;
  const items = (drafts: readonly EntryDraft[], { uncertainMinor = 0, overDispensedMinor = 0 } = {}) =>
    dispenseSuspense({ ids: { ulid: () => `item-${++ids}` } as never }, { operationId: 'operation', uncertainMinor, overDispensedMinor, entries: journaled(drafts), reference: 'AAA-111' });

  it('is nothing where all that was picked is out or in the tray, or gathered and presented', () => {
    expect(items([dispensed({ presentedCount: 5, rejectedCount: 1 })])).toEqual([]);
    expect(items([...inReach, taken])).toEqual([]);
  });

  it('are notes in the path, to the note, each with where it came from and the code of the device', () => {
    expect(items([dispensed({ presentedCount: 3, rejectedCount: 2, rawErrorCode: 0x33, evidence: 'CDM_JAMMED' }), dispensed({ cassetteNumber: 2, denominationMinor: 200_000, presentedCount: 4, evidence: 'CDM_JAMMED' })])).toMatchObject([
      { operationId: 'operation', reason: 'inTransport', amountMinor: -500_000, reference: 'AAA-111', evidence: 'cassette 1: 1 × 500000 picked, neither presented nor rejected (CDM_JAMMED, device code 33)' },
      { operationId: 'operation', reason: 'inTransport', amountMinor: -400_000, reference: 'AAA-111', evidence: 'cassette 2: 2 × 200000 picked, neither presented nor rejected (CDM_JAMMED)' },
    ]);
  });

  it('are notes that were gathered and never presented, beside those on the way to the stacker', () => {
    expect(items([gathered(3, { pickedCount: 5, evidence: 'CDM_JAMMED' })])).toMatchObject([
      { reason: 'inTransport', amountMinor: -1_000_000, evidence: expect.stringContaining('2 × 500000 picked') as string },
      { reason: 'inTransport', amountMinor: -1_500_000, evidence: '3 × 500000 gathered in the stacker, never presented' },
    ]);
  });

  it('is one sum for all that may have left, and a command in doubt as a whole is not counted in the path as well', () => {
    const lost = dispensed({ outcome: 'uncertain', presentedCount: 1, pickedCount: 3, uncertainCount: 2, evidence: 'timed out' });
    expect(items([lost], { uncertainMinor: 1_000_000 })).toMatchObject([{ reason: 'dispenseUncertain', amountMinor: -1_000_000, evidence: 'dispense command without a result: timed out' }]);
  });

  it.each([
    ['a present without a result', [...STACKED, ordered, presented('uncertain')], 'present without a result: sensor'],
    ['what was drawn back and not counted', [...inReach, drawing('exit'), drawn('exit', 'completed')], 'drawn back, not counted: drawn'],
    ['what was perhaps drawn back', [...inReach, drawing('exit'), drawn('exit', 'uncertain')], 'drawn back, not counted: drawn'],
    ['a command as well as a present', [...STACKED, ordered, presented('uncertain'), dispensed({ outcome: 'uncertain', pickedCount: 0, uncertainCount: 2, evidence: 'timed out' })], 'dispense command without a result: timed out; present without a result: sensor'],
    ['what was told to be drawn back, and no word since', [...inReach, drawing('exit')], 'told to be drawn back, and no word since'],
    ['what nobody saw the end of', inReach, 'presented, and nobody saw what became of it'],
    ['not a present that came to its end, nor a retract that did', [...inReach, drawing('exit'), drawn('exit', 'failed'), drawing('stacker'), drawn('stacker', 'uncertain')], 'presented, and nobody saw what became of it'],
    ['no bunch that was taken', [...inReach, taken, dispensed({ outcome: 'uncertain', pickedCount: 0, uncertainCount: 2, evidence: 'timed out' })], 'dispense command without a result: timed out'],
  ] as const)('names %s as its evidence', (_, drafts, evidence) => {
    expect(items(drafts, { uncertainMinor: 1 }).find(({ reason }) => reason === 'dispenseUncertain')?.evidence).toBe(evidence);
  });

  it('is told to the bank as what went wrong first, and not at all where nothing did', () => {
    const exceptionOf = (suspense: ReturnType<typeof items>) => dispenseException({ devices: { dispenser: { deviceId: 'dispenser' } } as never }, suspense);
    expect(exceptionOf([])).toBeNull();
    expect(exceptionOf(items([gathered(3)]))).toMatchObject({ kind: 'malfunction', deviceId: 'dispenser', errorCode: 'CDM_ITEMS_LEFT', detail: '3 × 500000 gathered in the stacker, never presented' });
    expect(exceptionOf(items([], { overDispensedMinor: 500_000 }))).toMatchObject({ errorCode: 'CDM_COUNT_MISMATCH', detail: '500000 left through the exit on top of what was authorised' });
    expect(exceptionOf(items([gathered(3)], { uncertainMinor: 500_000 }))).toMatchObject({ errorCode: 'CDM_DISPENSE_UNCERTAIN', detail: 'dispense command without a result: ; 3 × 500000 gathered in the stacker, never presented' });
    expect(dispenseException({ devices: { dispenser: null } as never }, items([gathered(3)]))).toBeNull();
  });
});

describe('what the bank hears of a withdrawal', () => {
  const out = { presented: [], presentedMinor: 500_000, uncertainMinor: 0, stoppedShort: false, take: 'taken', retracted: 'none' } as const;

  it.each([
    [{}, 'none'],
    [{ stoppedShort: true }, 'FILL'],
    [{ stoppedShort: true, presentedMinor: 0 }, 'MALF'],
    [{ uncertainMinor: 1 }, 'MALF'],
    [{ retracted: 'known', stoppedShort: true, presentedMinor: 0 }, 'CFGC'],
    [{ retracted: 'unknown', uncertainMinor: 500_000 }, 'CHFG'],
  ] as const)('%o ends for the cause %s [host-messages §5.2]', (how, cause) => {
    expect(completionCause({ ...out, ...how })).toBe(cause);
  });

  it.each([
    [500_000, 0, 'full'], [600_000, 0, 'full'], [499_999, 0, 'partial'], [1, 0, 'partial'], [0, 0, 'none'], [0, 1, 'doubtful'], [499_999, 1, 'doubtful'], [500_000, 1, 'full'],
  ] as const)('%i out and %i in doubt of 500000 is %s', (presentedMinor, uncertainMinor, outcome) => {
    expect(withdrawalOutcome({ requestedMinor: 500_000, presentedMinor, uncertainMinor })).toBe(outcome);
  });
});
