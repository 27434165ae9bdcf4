/**
 * Goal: a bunch that an earlier life of the core left between cassette and customer is nobody's doubt where its dispenser can tell of it, and everybody's where it cannot: what may lie in reach is never said
 * not to have been presented. Method: the asking by itself, of a dispenser that gathers and whose words the test says, on a journal in memory.
 */
import { describe, expect, it } from 'vitest';
import type { BunchPlace, DispenseCounts } from '../../../drivers/interfaces/cash-dispenser.ts';
import { bunchAccount } from '../../../main/core/cash/bunch-account.ts';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import type { CoreParts } from '../../../main/core/core-parts.ts';
import { resolveBunch, resolveDispense } from '../../../main/core/recovery/resolve-dispense.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import type { EntryDraft } from '../../../main/journal/journal.ts';
import { entry } from '../../../main/journal/journal.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const ID = 'operation-1';
const SCOPE = { operationId: ID };
const FIVES = { cassetteNumber: 1, denominationMinor: 500_000, noteCount: 3 };
const TWOS = { cassetteNumber: 2, denominationMinor: 200_000, noteCount: 2 };
const STEPS = [FIVES, TWOS];
const NOTES = STEPS.map(({ denominationMinor, noteCount }) => ({ denominationMinor, noteCount }));
const BUNCH_MINOR = 1_900_000;

const stacked = (requestedCount: number, stackedCount: number): DeviceOutcome<DispenseCounts> => ({ kind: 'completed', value: { cassetteNumber: 0, requestedCount, presentedCount: 0, rejectedCount: 0, pickedCount: stackedCount, stackedCount, inTransportCount: 0, stoppedBy: null, rawErrorCode: 0 } });
const DOUBT: DeviceOutcome<DispenseCounts> = { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'x' } };
const intents = STEPS.map((step) => entry('intent.dispense', step, SCOPE));
const gathered = STEPS.map(({ cassetteNumber, denominationMinor, noteCount }) => entry('outcome.dispense', { cassetteNumber, denominationMinor, outcome: 'completed', requestedCount: noteCount, presentedCount: 0, rejectedCount: 0, pickedCount: noteCount, uncertainCount: 0, stackedCount: noteCount, rawErrorCode: 0, evidence: 'full' }, SCOPE));
const ordered = entry('intent.present', { presentedMinor: BUNCH_MINOR, notes: NOTES }, SCOPE);
const presented = entry('outcome.present', { presentedMinor: BUNCH_MINOR, notes: NOTES, outcome: 'completed', evidence: 'confirmed' }, SCOPE);
const PRESENTING = [...intents, ...gathered, ordered];
const IN_REACH = [...PRESENTING, presented];

interface Words {
  readonly left: readonly EntryDraft[];
  readonly mark?: string;
  readonly serials?: readonly [string, string];
  readonly state?: string;
  /** Of the bunch that lies in the stacker. */
  readonly isCounted?: boolean;
}

function bench({ left, mark = 'mark', serials = ['A', 'A'], state = 'ready', isCounted = false }: Words) {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const journal = memoryJournal({ clock });
  const asked: object[] = [];
  const identified = (serialNumber: string) => entry('device.identified', { deviceId: 'device', protocol: 'p', model: null, firmware: null, serialNumber });
  const counts = isCounted ? NOTES.map(({ denominationMinor, noteCount }) => ({ unitId: 'dispenser.transport', denominationMinor, noteCountDelta: noteCount })) : STEPS.map(({ cassetteNumber, denominationMinor }) => ({ unitId: `dispenser.${cassetteNumber}`, denominationMinor, noteCountDelta: 100 }));
  expect(journal.commit({ entries: [identified(serials[0])], cashUnits: counts }).ok).toBe(true);
  journal.commit({ entries: left, facts: { 'dispenser.dispenseMark': mark } });
  journal.commit({ entries: [identified(serials[1])] });
  const parts = (answers: object) => ({
    journal, clock, heldOutcomes: new HeldOutcomes({ journal, clock, log: silentLog }), recyclerDesk: null,
    devices: { dispenser: { deviceId: 'device', presenter: {}, status: () => ({ state }), lastDispense: answers } },
  }) as unknown as CoreParts;
  const run = async (work: Promise<unknown>) => {
    await Promise.all([work, clock.advance(60_000)]);
    const entries = journal.operationEntries(ID);
    return {
      asked,
      outcomes: dataOf(entries, 'outcome.dispense').map(({ outcome, stackedCount }) => [outcome, stackedCount]),
      presents: dataOf(entries, 'outcome.present').map(({ outcome, notes }) => [outcome, notes]),
      takes: dataOf(entries, 'outcome.take').map(({ result, presentedMinor }) => [result, presentedMinor]),
      account: bunchAccount(entries),
      counts: journal.cashUnits().filter(({ noteCount }) => noteCount > 0).map(({ unitId, noteCount }) => [unitId, noteCount]),
    };
  };
  return {
    find: (place: BunchPlace) => run(resolveBunch(parts({ findBunch: async (request: object) => (asked.push(request), place) }), ID)),
    resolve: (...says: readonly DeviceOutcome<DispenseCounts>[]) => run(resolveDispense(parts({ resolve: async (request: object) => says[asked.push(request) - 1] }), ID)),
    mute: () => run(resolveBunch(parts({}), ID)),
  };
}

const IN_STACKER = NOTES.map(({ noteCount }) => ['dispenser.transport', noteCount]).sort();
const OUT = { presented: NOTES, uncertainMinor: 0, inStacker: [] };

describe('a bunch that was to be presented', () => {
  const told = (words: Partial<Words> = {}) => bench({ left: PRESENTING, isCounted: true, ...words });

  it('and was not, by its dispenser: it lies in the stacker', async () => {
    const { account, presents, takes, counts, asked } = await told().find('notPresented');
    expect([asked, presents, takes, account?.inStacker, account?.uncertainMinor]).toEqual([[{ noteCount: 5, mark: 'mark' }], [['failed', NOTES]], [], NOTES, 0]);
    expect(counts.sort()).toEqual(IN_STACKER);
  });

  it('and was taken: handed out, and in no count', async () => {
    expect(await told().find('taken')).toMatchObject({ presents: [['completed', NOTES]], takes: [['taken', BUNCH_MINOR]], account: OUT, counts: [] });
  });

  it('and nobody can say: in doubt, and nothing is written', async () => {
    expect(await told().find('unknown')).toMatchObject({ presents: [], takes: [], account: { presented: [], uncertainMinor: BUNCH_MINOR } });
  });

  it.each([['of another dispenser', { serials: ['A', 'B'] as const }], ['without a mark', { mark: '' }], ['of one that is away', { state: 'offline' }]] as const)('is not asked for %s', async (_, words) => {
    expect(await told(words).find('notPresented')).toMatchObject({ asked: [], presents: [], account: { uncertainMinor: BUNCH_MINOR } });
  });

  it('is asked for of one that stopped with a fault, and of none that cannot tell', async () => {
    expect((await told({ state: 'faulty' }).find('taken')).account).toEqual(OUT);
    expect(await told().mute()).toMatchObject({ presents: [], account: { uncertainMinor: BUNCH_MINOR } });
  });
});

describe('a bunch that was in reach', () => {
  const told = () => bench({ left: IN_REACH });

  it('and was taken is the customer\'s, once', async () => {
    expect(await told().find('taken')).toMatchObject({ asked: [{ noteCount: 5, mark: 'mark' }], presents: [['completed', NOTES]], takes: [['taken', BUNCH_MINOR]], account: OUT });
  });

  it.each(['notPresented', 'unknown'] as const)('and is %s by its dispenser stays in doubt: it was seen to be presented', async (place) => {
    expect(await told().find(place)).toMatchObject({ presents: [['completed', NOTES]], takes: [], account: { presented: [], uncertainMinor: BUNCH_MINOR, inStacker: [] } });
  });

  it('and of which the journal has the end is not asked for', async () => {
    for (const end of [entry('outcome.take', { result: 'notTaken', presentedMinor: BUNCH_MINOR }, SCOPE), entry('intent.retract', { from: 'exit', notes: NOTES }, SCOPE)]) {
      expect(await bench({ left: [...IN_REACH, end] }).find('taken')).toMatchObject({ asked: [], takes: end.kind === 'outcome.take' ? [['notTaken', BUNCH_MINOR]] : [] });
    }
  });
});

describe('a command for several cassettes', () => {
  const told = () => bench({ left: intents });

  it('is told of each, with the mark of before it', async () => {
    const { asked, outcomes, account, counts } = await told().resolve(stacked(3, 3), stacked(2, 1));
    expect(asked).toEqual([{ cassetteNumber: 1, noteCount: 3, mark: 'mark' }, { cassetteNumber: 2, noteCount: 2, mark: 'mark' }]);
    expect(outcomes).toEqual([['completed', 3], ['completed', 1]]);
    expect(account).toEqual({ presented: [], uncertainMinor: 0, inStacker: [NOTES[0], { ...NOTES[1], noteCount: 1 }] });
    expect(Object.fromEntries(counts as [string, number][])).toMatchObject({ 'dispenser.1': 97, 'dispenser.2': 99 });
  });

  it.each([['of the first nothing', [DOUBT, stacked(2, 2)]], ['of the last nothing', [stacked(3, 3), DOUBT]], ['a refusal of one', [stacked(3, 3), { kind: 'failed', completionCode: 'invalidData' }]], ['of none', [DOUBT, DOUBT]]] as const)('of which is said %s stays open as a whole', async (_, says) => {
    expect(await told().resolve(...says)).toMatchObject({ outcomes: [], counts: [['dispenser.1', 100], ['dispenser.2', 100]] });
  });

  it('of which the outcome is written already is not asked for', async () => {
    expect(await bench({ left: [...intents, ...gathered] }).resolve(stacked(3, 3), stacked(2, 2))).toMatchObject({ asked: [] });
  });
});
