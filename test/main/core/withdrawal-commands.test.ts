/**
 * Goal: no command leaves for a device before its intent is durable, none at all where somebody is at the notes, the terminal closes or something is not written yet; what goes with an outcome into one
 * transaction is what nothing can come between; and a withdrawal does not end before each command has an outcome. Method: the actors of the cash-out by themselves, over a journal in memory whose disk the test fails.
 */
import { describe, expect, it } from 'vitest';
import { createActor, toPromise } from 'xstate';
import type { DispenseCounts } from '../../../drivers/interfaces/cash-dispenser.ts';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import type { CoreParts } from '../../../main/core/core-parts.ts';
import { cashOutActors } from '../../../main/core/operations/withdrawal-actors.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { JournalBatch, JournalError } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';
import type { DispenseStep } from '../../../state-machines/cash-out/cash-out.types.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const NOTE = 500_000;
const ID = 'operation-1';
const NOTES = [{ denominationMinor: NOTE, noteCount: 3 }];
const FULL: JournalError = { code: 'JNL_DISK_FULL', detail: 'test' };
const step = (cassetteNumber: number, noteCount = 3): DispenseStep => ({ cassetteNumber, denominationMinor: NOTE, noteCount });
const counted = (presentedCount: number, requestedCount = 3): DeviceOutcome<DispenseCounts> => ({ kind: 'completed', value: { cassetteNumber: 1, requestedCount, presentedCount, rejectedCount: 0, pickedCount: presentedCount, stackedCount: 0, inTransportCount: 0, stoppedBy: null, rawErrorCode: 0 } });
const LOST: DeviceOutcome<never> = { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'lost' } };

function bench({ facts = {}, isClosing = false, isBringing = false, mark, says = counted(3) }: { readonly facts?: JournalBatch['facts']; readonly isClosing?: boolean; readonly isBringing?: boolean; readonly mark?: string; readonly says?: DeviceOutcome<unknown> } = {}) {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const made = { failuresLeft: 0, calls: [] as string[], batches: [] as readonly string[][] };
  const journal = memoryJournal({ clock, faults: { beforeCommit: () => (made.failuresLeft-- > 0 ? FULL : null) } });
  journal.commit({ facts, cashUnits: [{ unitId: 'dispenser.1', denominationMinor: NOTE, noteCountDelta: 100 }] });
  journal.onCommitted((entries) => (made.batches = [...made.batches, entries.filter(({ operationId }) => operationId === ID).map(({ kind }) => kind)]));
  const told = (name: string) => async () => (made.calls.push(name), says);
  const presenter = { present: told('present'), retract: told('retract') };
  const recyclerDesk = { isBringing, recognise: async () => made.calls.push('recognise'), beginPayout: () => made.calls.push('begin'), endPayout: () => made.calls.push('end'), markFacts: () => ({ 'recycler.payoutMark': 'registers' }) };
  const heldOutcomes = new HeldOutcomes({ journal, clock, log: silentLog });
  const site = { isClosing };
  const parts = {
    journal, clock, log: silentLog, heldOutcomes, site, recyclerDesk,
    config: { devices: { dispenser: { cassettes: [1, 2, 3].map((cassetteNumber) => ({ cassetteNumber, denominationMinor: NOTE * cassetteNumber })) } } },
    devices: { coinDispensers: [], dispenser: { dispense: told('dispense'), presenter, ...(mark === undefined ? {} : { lastDispense: { readMark: async () => mark } }) } },
  } as unknown as CoreParts;
  const actors = cashOutActors(() => parts, () => null);
  const run = async (actor: Parameters<typeof createActor>[0], input: object) => {
    const done = toPromise(createActor(actor, { input: { operationId: ID, ...input } } as never).start()).then(() => 'done', () => 'failed');
    await clock.advance(60_000);
    return done;
  };
  return {
    made, journal, heldOutcomes, site,
    kinds: () => journal.operationEntries(ID).map(({ kind }) => kind),
    intent: (one: DispenseStep) => run(actors.journalDispenseIntent, { step: one }),
    pay: (one: DispenseStep, next: DispenseStep | null = null) => run(actors.dispenseStep, { step: one, next, presented: [{ denominationMinor: NOTE, noteCount: 2 }] }),
    presented: () => run(actors.journalPresented, { presented: [{ denominationMinor: NOTE, noteCount: 5 }] }),
    gather: (...steps: DispenseStep[]) => run(actors.journalBunchIntent, { steps }),
    orderOut: () => run(actors.journalPresentIntent, { notes: NOTES }),
    handOut: () => run(actors.presentBunch, { notes: NOTES }),
    orderBack: () => run(actors.journalRetractIntent, { notes: NOTES, from: 'exit' }),
    drawBack: () => run(actors.retractBunch, { notes: NOTES, from: 'exit' }),
    taken: () => run(actors.journalTake, { take: 'taken', presentedMinor: NOTE }),
  };
}
type Bench = ReturnType<typeof bench>;

/** What devices told and the disk did not take. */
const hold = ({ heldOutcomes, made }: Bench) => {
  heldOutcomes.hold({ entries: [entry('outcome.take', { result: 'taken', presentedMinor: 1 }, { operationId: ID })] });
  made.failuresLeft = 1;
};

const ORDERS = [
  ['a command', 'intent.dispense', (made: Bench) => made.intent(step(1))],
  ['a bunch to be gathered', 'intent.dispense', (made: Bench) => made.gather(step(1))],
  ['a bunch to be presented', 'intent.present', (made: Bench) => made.orderOut()],
  ['a bunch to be drawn back', 'intent.retract', (made: Bench) => made.orderBack()],
  ['the sum of what was handed out', 'outcome.present', (made: Bench) => made.presented()],
] as const;

describe.each(ORDERS)('%s', (_, kind, order) => {
  it('is durable before anything moves', async () => {
    const made = bench();
    expect([await order(made), made.kinds(), made.made.calls]).toEqual(['done', [kind], []]);
  });

  it('is not ordered where the disk does not take it, nor before what devices told is written', async () => {
    const full = bench();
    full.made.failuresLeft = 1;
    expect([await order(full), full.kinds()]).toEqual(['failed', []]);
    const held = bench();
    hold(held);
    expect([await order(held), held.kinds()]).toEqual(['failed', []]);
    expect([await order(held), held.kinds()]).toEqual(['done', ['outcome.take', kind]]);
  });
});

describe('what was not begun', () => {
  it.each([['while somebody is at the notes', { facts: { 'notes.exchange': 'aliya' } }], ['when the terminal closes', { isClosing: true }]] as const)('is not paid %s; what lies in the stacker goes out all the same', async (_, words) => {
    for (const order of [(made: Bench) => made.intent(step(1)), (made: Bench) => made.intent(step(101)), (made: Bench) => made.gather(step(1), step(2))]) {
      const made = bench(words);
      expect([await order(made), made.kinds()]).toEqual(['failed', []]);
    }
    const gathered = bench(words);
    expect([await gathered.orderOut(), await gathered.orderBack()]).toEqual(['done', 'done']);
  });

  it('of a recycler is not paid while it brings notes to its box, and its counts are not touched', async () => {
    const made = bench({ isBringing: true });
    expect([await made.intent(step(101)), made.kinds(), made.made.calls]).toEqual(['failed', [], []]);
    expect(await made.intent(step(1))).toBe('done');
  });
});

describe('notes of a cassette that nobody asked', () => {
  it('are in doubt with what they are worth, beside those of the order', async () => {
    const made = bench({ says: { kind: 'uncertain', completionCode: 'hardwareError', lastKnown: { stage: 'notesOfAnotherCassette', noteCountMin: 1, noteCountMax: 3, strangeCounts: [{ cassetteNumber: 2, noteCount: 2 }, { cassetteNumber: 3, noteCount: 1 }] } } });
    await made.intent(step(1));
    await made.pay(step(1));
    expect(made.journal.operationEntries(ID, ['outcome.dispense']).map(({ data }) => data)).toMatchObject([{ presentedCount: 1, uncertainCount: 2 + 7 }]);
  });
});

describe('a command to a recycler', () => {
  it('is ordered by counts of now, with the registers of just before it, and no counts are compared until its outcome is durable', async () => {
    const made = bench();
    await made.intent(step(101));
    expect([made.made.calls, made.journal.fact('recycler.payoutMark')]).toEqual([['recognise', 'begin'], 'registers']);
    made.made.failuresLeft = 3;
    await made.pay(step(101));
    expect([made.made.calls, made.kinds()]).toEqual([['recognise', 'begin', 'dispense', 'end'], ['intent.dispense', 'outcome.dispense']]);
  });

  it('that could not be written compares counts again', async () => {
    const made = bench();
    made.made.failuresLeft = 1;
    expect([await made.intent(step(101)), made.made.calls]).toEqual(['failed', ['recognise', 'begin', 'end']]);
  });
});

describe('with the outcome of a command', () => {
  it('goes the intent of the next one, which is then written once', async () => {
    const made = bench();
    await made.intent(step(1));
    await made.pay(step(1), step(2));
    expect(made.made.batches.at(-1)).toEqual(['outcome.dispense', 'intent.dispense']);
    expect([await made.intent(step(2)), made.kinds()]).toEqual(['done', ['intent.dispense', 'outcome.dispense', 'intent.dispense']]);
  });

  it('goes the sum where it was the last, which is then written once', async () => {
    const made = bench();
    await made.pay(step(1));
    expect(await made.presented()).toBe('done');
    expect(made.journal.operationEntries(ID, ['outcome.present']).map(({ data }) => data)).toEqual([{ presentedMinor: 5 * NOTE, notes: [{ denominationMinor: NOTE, noteCount: 5 }] }]);
  });

  it.each([
    ['some came', { says: counted(2) }, step(2)], ['no word came', { says: LOST }, step(2)], ['it was refused', { says: { kind: 'failed', completionCode: 'hardwareError' } as const }, step(2)],
    ['the terminal closes', { isClosing: true }, step(2)], ['the next one is a recycler\'s', {}, step(101)], ['the device tells its newest command again', { mark: 'm' }, step(2)],
  ] as const)('goes no other where %s', async (_, words, next) => {
    const made = bench(words);
    await made.pay(step(1), next);
    expect(made.kinds()).toEqual(['outcome.dispense']);
  });

  it('that the disk does not take is held without the next one, and nothing is ordered before it is written', async () => {
    const made = bench();
    made.made.failuresLeft = 31;
    await made.pay(step(1), step(2));
    expect(made.kinds()).toEqual([]);
    expect([await made.intent(step(2)), await made.intent(step(2)), made.kinds()]).toEqual(['failed', 'done', ['outcome.dispense', 'intent.dispense']]);
  });
});

describe('of a bunch', () => {
  it('each word of the device is written, also after a disk that takes nothing for a while', async () => {
    for (const [act, kind] of [[(made: Bench) => made.handOut(), 'outcome.present'], [(made: Bench) => made.drawBack(), 'outcome.retract'], [(made: Bench) => made.taken(), 'outcome.take']] as const) {
      const made = bench({ says: LOST });
      made.journal.commit({ cashUnits: [{ unitId: 'dispenser.transport', denominationMinor: NOTE, noteCountDelta: 3 }] });
      made.made.failuresLeft = 5;
      expect([await act(made), made.kinds()]).toEqual(['done', [kind]]);
    }
  });

  it('what the device said of itself is durable with each order by which notes leave', async () => {
    const made = bench({ mark: 'first' });
    await made.gather(step(1), step(2));
    expect([made.kinds(), made.journal.fact('dispenser.dispenseMark')]).toEqual([['intent.dispense', 'intent.dispense'], 'first']);
    const out = bench({ mark: 'second' });
    await out.orderOut();
    expect(out.journal.fact('dispenser.dispenseMark')).toBe('second');
  });
});
