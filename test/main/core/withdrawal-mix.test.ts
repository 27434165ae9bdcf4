/**
 * Goal: what is offered and ordered can be handed out: only notes and coins that are there, may leave and belong to no open exchange, and never more of them than a customer can take, also where a cassette
 * failed and the rest is made of others. Method: the actors that mix and the one that gathers, over a journal in memory.
 */
import { describe, expect, it } from 'vitest';
import { createActor, toPromise } from 'xstate';
import type { DispenseCounts } from '../../../drivers/interfaces/cash-dispenser.ts';
import type { CoreParts } from '../../../main/core/core-parts.ts';
import { payableUnits } from '../../../main/core/cash/payable-units.ts';
import { cashOutActors, withdrawalActors } from '../../../main/core/operations/withdrawal-actors.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import type { JournalBatch } from '../../../main/journal/journal.ts';
import type { DispenseStep, RemixInput } from '../../../state-machines/cash-out/cash-out.types.ts';
import type { WithdrawalContext } from '../../../state-machines/withdrawal/withdrawal.types.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const [TWO, FIVE, TEN, COIN] = [200_000, 500_000, 1_000_000, 10_000];

interface Bench {
  /** Counted, by unit. */
  readonly counts?: Readonly<Record<string, readonly (readonly [denominationMinor: number, noteCount: number])[]>>;
  readonly facts?: JournalBatch['facts'];
  readonly keepCount?: number;
  readonly missing?: readonly number[];
  /** The devices see it when they are asked anew. */
  readonly seenGone?: readonly number[];
  readonly isBringing?: boolean;
  readonly state?: string;
  /** Of a dispenser that gathers. */
  readonly bunchNotesMax?: number;
  readonly stackSays?: DeviceOutcome<readonly DispenseCounts[]>;
}

const FULL = { 'dispenser.1': [[FIVE, 100]], 'dispenser.2': [[TWO, 100]], 'recycler.1': [[TEN, 100]], 'coinDispenser.1': [[COIN, 100]] } as const;

function bench({ counts = FULL, facts = {}, keepCount = 0, missing = [], seenGone = [], isBringing = false, state = 'ready', bunchNotesMax, stackSays }: Bench = {}) {
  const journal = memoryJournal();
  const cashUnits = Object.entries(counts).flatMap(([unitId, notes]) => notes.map(([denominationMinor, noteCountDelta]) => ({ unitId, denominationMinor, noteCountDelta })));
  expect(journal.commit({ cashUnits, facts }).ok).toBe(true);
  const held: JournalBatch[] = [];
  const gone = new Set<number>();
  const presenter = bunchNotesMax === undefined ? null : { bunchNotesMax, stack: () => Promise.resolve(stackSays) };
  const parts = {
    journal, log: silentLog, recyclerDesk: { isBringing },
    config: {
      dispense: { strategy: 'fewestNotes' },
      devices: {
        dispenser: { cassettes: [{ cassetteNumber: 1, denominationMinor: FIVE, capacityNotes: 1000, keepCount }, { cassetteNumber: 2, denominationMinor: TWO, capacityNotes: 1000, keepCount }] },
        recycler: { units: [{ denominationMinor: TEN, capacityNotes: 100, keepCount }] }, coinDispensers: [{ denominationMinor: COIN, capacityCoins: 1000, keepCount }],
      },
    },
    cassettes: { isPresent: (cassetteNumber: number) => !missing.includes(cassetteNumber) && !gone.has(cassetteNumber), refresh: () => Promise.resolve().then(() => seenGone.forEach((cassetteNumber) => gone.add(cassetteNumber))) },
    devices: { dispenser: { presenter, capabilities: { notesPerCommandMax: 5 }, status: () => ({ state }) } },
    heldOutcomes: { commit: (batch: JournalBatch) => Promise.resolve(held.push(batch)) },
  } as unknown as CoreParts;
  const run = <Output>(actor: Parameters<typeof createActor>[0], input: object) => toPromise(createActor(actor, { input } as never).start()) as Promise<Output>;
  return {
    units: () => Object.fromEntries(payableUnits(parts).map((unit) => [unit.cassetteNumber, [unit.denominationMinor, unit.noteCount, unit.keepCount]])),
    mix: (amountMinor: number) => run<{ readonly kind: string; readonly steps?: readonly DispenseStep[]; readonly nearestMinor?: readonly number[] }>(withdrawalActors(() => parts, () => null).mixAmount, { amountMinor, context: { operationId: 'o' } as WithdrawalContext }),
    remix: (input: Partial<RemixInput>) => run<readonly DispenseStep[] | null>(cashOutActors(() => parts, () => null).remixRest, { operationId: 'o', failedCassettes: [], noteCount: 0, owedMinor: FIVE, ...input }),
    stack: (steps: readonly DispenseStep[]) => run<{ readonly outcomes: readonly DeviceOutcome<DispenseCounts>[] }>(cashOutActors(() => parts, () => null).stackBunch, { steps, operationId: 'o' }).then(({ outcomes }) => ({ outcomes, held })),
    kinds: () => journal.entries({ limit: 100 }).map(({ kind }) => kind),
  };
}

const sumMinor = (steps: readonly DispenseStep[] = []) => steps.reduce((sum, { denominationMinor, noteCount }) => sum + denominationMinor * noteCount, 0);
const notesOf = (steps: readonly DispenseStep[] = []) => steps.reduce((sum, { noteCount }) => sum + noteCount, 0);

describe('what can be paid', () => {
  const ALL = { 1: [FIVE, 100, 0], 2: [TWO, 100, 0], 101: [TEN, 100, 0], 201: [COIN, 100, 0] };

  it('is each cassette, unit and hopper with what the journal counts of its kind in it', () => {
    expect(bench().units()).toEqual(ALL);
    expect(bench({ keepCount: 7 }).units()).toMatchObject({ 1: [FIVE, 100, 7], 101: [TEN, 100, 7], 201: [COIN, 100, 7] });
    // Of another kind, which an earlier configuration had there, and of a unit that was never counted: only a recycler pays by kind, whatever else lies there.
    expect(bench({ counts: { 'dispenser.1': [[TWO, 9], [FIVE, 4]], 'recycler.1': [[FIVE, 3], [TEN, 2]], 'coinDispenser.1': [[TWO, 1], [COIN, 5]] } }).units()).toEqual({ 1: [FIVE, 0, 0], 2: [TWO, 0, 0], 101: [TEN, 2, 0], 201: [COIN, 0, 0] });
    expect(bench({ counts: { 'dispenser.1': [[TWO, 0], [FIVE, 4]] } }).units()).toMatchObject({ 1: [FIVE, 4, 0] });
  });

  it.each([
    ['nothing while somebody is at the notes, coins neither', { facts: { 'notes.exchange': 'aliya' } }, {}],
    ['all again when he is done', { facts: { 'notes.exchange': '' } }, ALL],
    ['no coins while somebody is at the coins', { facts: { 'coins.exchange': 'aliya' } }, { 1: ALL[1], 2: ALL[2], 101: ALL[101] }],
    ['nothing of a recycler that brings its notes to the box', { isBringing: true }, { 1: ALL[1], 2: ALL[2], 201: ALL[201] }],
    ['nothing that its device does not see', { missing: [2, 201] }, { 1: ALL[1], 101: ALL[101] }],
  ] as const)('is %s', (_, words, units) => {
    expect(bench(words).units()).toEqual(units);
  });
});

describe('a mix', () => {
  const FIVES = { 'dispenser.1': [[FIVE, 100]] } as const;

  it('of forty notes is ordered, of one more is not: what is near can be ordered', async () => {
    expect(notesOf((await bench({ counts: FIVES }).mix(40 * FIVE)).steps)).toBe(40);
    const { mix, kinds } = bench({ counts: FIVES });
    expect(await mix(41 * FIVE)).toEqual({ kind: 'impossible', nearestMinor: [39 * FIVE, 40 * FIVE] });
    expect(kinds()).not.toContain('amount.chosen');
  });

  it('counts coins among the notes that a customer takes', async () => {
    const { mix } = bench({ counts: { 'dispenser.1': [[FIVE, 100]], 'coinDispenser.1': [[COIN, 100]] } });
    expect((await mix(39 * FIVE + COIN)).kind).toBe('possible');
    expect((await mix(38 * FIVE + 3 * COIN)).kind).toBe('impossible');
  });

  it.each([0, -FIVE, 1, FIVE + 1, Number.MAX_SAFE_INTEGER])('of %i is none, and nothing is written', async (amountMinor) => {
    const { mix, kinds } = bench();
    expect(await mix(amountMinor)).toMatchObject({ kind: 'impossible' });
    expect(kinds()).not.toContain('amount.chosen');
  });

  it('never takes the notes that stay', async () => {
    expect((await bench({ counts: FIVES, keepCount: 90 }).mix(11 * FIVE)).kind).toBe('impossible');
    expect(sumMinor((await bench({ counts: FIVES, keepCount: 90 }).mix(10 * FIVE)).steps)).toBe(10 * FIVE);
  });

  it('becomes commands of at most what the device takes at once, of a gathering one of at most a bunch', async () => {
    const commands = (await bench({ counts: FIVES }).mix(12 * FIVE)).steps;
    expect([commands?.map(({ noteCount }) => noteCount), sumMinor(commands)]).toEqual([[5, 5, 2], 12 * FIVE]);
    const { mix, kinds } = bench({ counts: FIVES });
    await mix(FIVE);
    expect(kinds()).toContain('amount.chosen');
    const bunches = (await bench({ counts: { ...FIVES, 'dispenser.2': [[TWO, 100]] }, bunchNotesMax: 6 }).mix(8 * FIVE + 2 * TWO)).steps;
    expect([bunches?.map(({ noteCount }) => noteCount), sumMinor(bunches)]).toEqual([[6, 2, 2], 8 * FIVE + 2 * TWO]);
  });
});

describe('what is still owed when a cassette failed', () => {
  it('comes from the others, of the notes that a customer still can take', async () => {
    const { remix } = bench({ counts: { 'dispenser.1': [[FIVE, 100]], 'dispenser.2': [[TWO, 100]] } });
    expect(await remix({ owedMinor: TEN, failedCassettes: [1] })).toEqual([{ cassetteNumber: 2, denominationMinor: TWO, noteCount: 5 }]);
    expect(notesOf((await remix({ owedMinor: TEN, failedCassettes: [1], noteCount: 35 })) ?? [])).toBe(5);
    expect(await remix({ owedMinor: TEN, failedCassettes: [1], noteCount: 36 })).toBeNull();
    expect(await remix({ owedMinor: FIVE, failedCassettes: [1] })).toBeNull();
  });

  it('is never ordered from a cassette that is gone since', async () => {
    expect(await bench({ counts: { 'dispenser.1': [[FIVE, 100]] } }).remix({})).toHaveLength(1);
    expect(await bench({ counts: { 'dispenser.1': [[FIVE, 100]] }, seenGone: [1] }).remix({})).toBeNull();
  });

  it('is not made where forty notes are out, or more', async () => {
    for (const noteCount of [40, 41]) expect(await bench().remix({ noteCount })).toBeNull();
    expect(await bench().remix({ noteCount: 39 })).toHaveLength(1);
  });

  it.each([['ready', true], ['busy', true], ['faulty', false], ['offline', false], ['initialising', false], ['recovering', false]] as const)('of a device that is %s', async (state, isPaid) => {
    expect((await bench({ state }).remix({})) !== null).toBe(isPaid);
  });
});

describe('a bunch that is gathered', () => {
  const STEPS: readonly DispenseStep[] = [{ cassetteNumber: 2, denominationMinor: TWO, noteCount: 3 }, { cassetteNumber: 1, denominationMinor: FIVE, noteCount: 2 }];
  const doubt = (noteCountMin?: number, noteCountMax?: number) => ({ kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'lost', ...(noteCountMin === undefined ? {} : { noteCountMin }), ...(noteCountMax === undefined ? {} : { noteCountMax }) } }) as const;
  const stack = (stackSays: NonNullable<Bench['stackSays']>) => bench({ bunchNotesMax: 10, stackSays }).stack(STEPS);
  const bounds = (outcomes: readonly DeviceOutcome<DispenseCounts>[]) => outcomes.map((outcome) => (outcome.kind === 'uncertain' ? [outcome.lastKnown.noteCountMin, outcome.lastKnown.noteCountMax] : outcome.kind));
  const doubted = (held: readonly JournalBatch[]) => held.flatMap(({ entries = [] }) => entries.map(({ data }) => (data as { readonly uncertainCount: number }).uncertainCount));

  it.each([
    ['no bounds', doubt(), [[0, 3], [0, 2]], [3, 2]],
    // Nobody knows of which cassette they are.
    ['at least so many', doubt(4, 5), [[0, 3], [0, 2]], [3, 2]],
    ['less than were asked for', doubt(0, 2), [[0, 3], [0, 2]], [3, 2]],
    // Two notes as one: what is more than the order is of the dearest.
    ['one on top of the order', doubt(0, 6), [[0, 3], [0, 3]], [3, 3]],
    ['two on top of the order', doubt(5, 7), [[0, 3], [0, 4]], [3, 4]],
  ] as const)('in doubt with %s: of each cassette all or nothing, in one transaction', async (_, says, each, uncertainCounts) => {
    const { outcomes, held } = await stack(says);
    expect([bounds(outcomes), held.length, doubted(held)]).toEqual([each, 1, uncertainCounts]);
  });

  it('in doubt with one on top, whichever place the dearest has in the command', async () => {
    const { outcomes } = await bench({ bunchNotesMax: 10, stackSays: doubt(0, 6) }).stack(STEPS.toReversed());
    expect(bounds(outcomes)).toEqual([[0, 3], [0, 3]]);
  });

  it('is told of each cassette in the order of the command, or refused for all', async () => {
    const counts = (requestedCount: number, stackedCount: number) => ({ cassetteNumber: 0, requestedCount, presentedCount: 0, rejectedCount: 0, pickedCount: stackedCount, stackedCount, inTransportCount: 0, stoppedBy: null, rawErrorCode: 0 });
    const { outcomes } = await stack({ kind: 'completed', value: [counts(3, 3), counts(2, 1)] });
    expect(outcomes.map((outcome) => outcome.kind === 'completed' && outcome.value.stackedCount)).toEqual([3, 1]);
    expect(bounds((await stack({ kind: 'failed', completionCode: 'hardwareError' })).outcomes)).toEqual(['failed', 'failed']);
  });
});
