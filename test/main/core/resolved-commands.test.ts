/** Goal: a command that an earlier life of the core left without an outcome is written as its device tells it, and only by a device that can know. Method: the asking by itself, of a dispenser or recycler whose words the test says. */
import { expect, it } from 'vitest';
import type { DispenseCounts } from '../../../drivers/interfaces/cash-dispenser.ts';
import type { CoinCounts } from '../../../drivers/interfaces/coin-dispenser.ts';
import type { CoreParts } from '../../../main/core/core-parts.ts';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import { resolveDispense } from '../../../main/core/recovery/resolve-dispense.ts';
import { announceCutPayout, resolveCoins, resolvePayout } from '../../../main/core/recovery/resolve-payout.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import { entry } from '../../../main/journal/journal.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const NOTE = 500_000;
const SCOPE = { operationId: 'operation-1' };
const told = (presentedCount: number): DeviceOutcome<DispenseCounts> => ({ kind: 'completed', value: { cassetteNumber: 1, requestedCount: 3, presentedCount, rejectedCount: 0, pickedCount: presentedCount, stackedCount: 0, inTransportCount: 0, stoppedBy: null, rawErrorCode: 0 } });
const DOUBT: DeviceOutcome<DispenseCounts> = { kind: 'uncertain', completionCode: 'timeOut', lastKnown: { stage: 'x', noteCountMin: 1, noteCountMax: 2 } };
const FAILED: DeviceOutcome<DispenseCounts> = { kind: 'failed', completionCode: 'invalidData' };

function bench(says: DeviceOutcome<DispenseCounts>, { cassetteNumber = 1, mark = 'mark', serials = ['A', 'A'], state = 'ready' }: { readonly cassetteNumber?: number; readonly mark?: string; readonly serials?: readonly [string, string]; readonly state?: string } = {}) {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const journal = memoryJournal({ clock });
  const asked: string[] = [];
  const calls: string[] = [];
  const status = () => ({ state });
  const identified = (serialNumber: string) => entry('device.identified', { deviceId: 'device', protocol: 'p', model: null, firmware: null, serialNumber });
  journal.commit({ entries: [identified(serials[0])] });
  journal.commit({ entries: [entry('intent.dispense', { cassetteNumber, denominationMinor: NOTE, noteCount: 3 }, SCOPE)], facts: { 'dispenser.dispenseMark': mark } });
  journal.commit({ entries: [identified(serials[1])] });
  const ask = async (request: { readonly mark: string }) => (asked.push(request.mark), says);
  const recyclerDesk = { mark: () => mark, beginPayout: () => calls.push('begin'), endPayout: () => calls.push('end'), recycler: { deviceId: 'device', dispenser: { status }, unitNumberOf: () => 1, resolvePayout: ask } };
  const parts = { journal, clock, heldOutcomes: new HeldOutcomes({ journal, clock, log: silentLog }), devices: { dispenser: { deviceId: 'device', presenter: null, status, lastDispense: { resolve: ask } } }, recyclerDesk } as unknown as CoreParts;
  const run = async (work: Promise<unknown>) => {
    await Promise.all([work, clock.advance(60_000)]);
    return { asked, calls, outcomes: dataOf(journal.operationEntries('operation-1'), 'outcome.dispense').map(({ outcome, presentedCount, uncertainCount }) => [outcome, presentedCount, uncertainCount]), doubt: journal.fact('recycler.payoutDoubt') };
  };
  const coins = async (outcome: DeviceOutcome<CoinCounts>) => {
    const hoppers: object[] = [];
    journal.commit({ facts: { 'coinDispenser.payoutMark': 'mark 1', 'coinDispenser.2.payoutMark': 'mark 2' }, cashUnits: [{ unitId: `coinDispenser.${cassetteNumber - 200}`, denominationMinor: NOTE, noteCountDelta: 10 }].filter(() => cassetteNumber > 200) });
    const hopper = (hopperNumber: number) => ({ status, resolveDispense: async (request: object) => (hoppers.push([hopperNumber, request]), outcome) });
    const { outcomes } = await run(resolveCoins({ ...parts, devices: { coinDispensers: [hopper(1), hopper(2)] } } as unknown as CoreParts, 'operation-1'));
    return { asked: hoppers, outcomes, counts: journal.cashUnits().map(({ unitId, noteCount }) => [unitId, noteCount]) };
  };
  return { coins, dispenser: () => run(resolveDispense(parts, 'operation-1')), recycler: () => run(resolvePayout(parts, 'operation-1')) };
}

it.each([['all', told(3), [['completed', 3, 0]]], ['none', told(0), [['completed', 0, 0]]], ['some', told(2), [['completed', 2, 0]]], ['that it does not know', DOUBT, []], ['that it cannot say', FAILED, []]] as const)('a dispenser that says %s', async (_, says, outcomes) => {
  expect(await bench(says).dispenser()).toMatchObject({ asked: ['mark'], outcomes });
});

it.each([['another one', { serials: ['A', 'B'] as const }], ['without a mark', { mark: '' }], ['that is away', { state: 'offline' }], ['whose command it was not', { cassetteNumber: 101 }]] as const)('a dispenser %s is not asked, and the command stays open', async (_, more) => {
  expect(await bench(told(3), more).dispenser()).toMatchObject({ asked: [], outcomes: [] });
});

it('one that stopped with a fault is asked all the more', async () => {
  expect(await bench(told(3), { state: 'faulty' }).dispenser()).toMatchObject({ asked: ['mark'], outcomes: [['completed', 3, 0]] });
});

it.each([['all', told(3), [['completed', 3, 0]], undefined], ['one or two', DOUBT, [['uncertain', 1, 1]], `${NOTE}:1`], ['that it cannot say', FAILED, [['uncertain', 0, 3]], `${NOTE}:3`]] as const)('a recycler that says %s: counts are not compared before it is durable', async (_, says, outcomes, doubt) => {
  expect(await bench(says, { cassetteNumber: 101 }).recycler()).toEqual({ asked: ['mark'], calls: ['begin', 'end'], outcomes, doubt });
});

it.each([['another one', { serials: ['A', 'B'] as const }], ['that is away', { state: 'offline' }], ['whose command it was not', { cassetteNumber: 1 }]] as const)('a recycler %s is not asked, and the command stays open', async (_, more) => {
  expect(await bench(told(3), { cassetteNumber: 101, ...more }).recycler()).toMatchObject({ asked: [], calls: [], outcomes: [] });
});

const paid = (presentedCount: number): DeviceOutcome<CoinCounts> => ({ kind: 'completed', value: { requestedCount: 3, presentedCount, stoppedBy: null, rawStatusHex: '' } });
it.each([
  ['all', paid(3), [['completed', 3, 0]], 7], ['none', paid(0), [['completed', 0, 0]], 10], ['one or two', DOUBT, [['uncertain', 1, 1]], 9], ['that it cannot say', FAILED, [['uncertain', 0, 4]], 10], ['one on top', paid(4), [['completed', 4, 0]], 6],
] as const)('a hopper that says %s, by the registers of its own', async (_, says, outcomes, left) => {
  for (const hopperNumber of [1, 2]) {
    const { coins } = bench(told(0), { cassetteNumber: 200 + hopperNumber });
    expect(await coins(says as DeviceOutcome<CoinCounts>)).toEqual({ asked: [[hopperNumber, { coinCount: 3, mark: `mark ${hopperNumber}` }]], outcomes, counts: [[`coinDispenser.${hopperNumber}`, left]] });
  }
});

it('a hopper that stopped with a fault is asked all the more: an empty one still counts', async () => {
  const { coins } = bench(told(0), { cassetteNumber: 201, state: 'faulty' });
  expect(await coins({ kind: 'completed', value: { requestedCount: 3, presentedCount: 2, stoppedBy: 'CDM_COIN_EMPTY', rawStatusHex: '' } })).toMatchObject({ outcomes: [['completed', 2, 0]] });
});

it.each([['that is away', { state: 'offline', cassetteNumber: 201 }], ['that is there no more', { cassetteNumber: 203 }], ['whose command it was not', { cassetteNumber: 101 }]] as const)('a hopper %s is not asked, and the command stays open', async (_, more) => {
  expect(await bench(told(0), more).coins(paid(3))).toMatchObject({ asked: [], outcomes: [] });
});

it.each([
  ['a payout without an outcome', 1, '', [entry('operation.chosen', { operation: 'op-10' }, SCOPE), entry('intent.dispense', { cassetteNumber: 101, denominationMinor: NOTE, noteCount: 3 }, SCOPE)], {}], ['one of a dispenser', 0, '', [entry('operation.chosen', { operation: 'op-10' }, SCOPE), entry('intent.dispense', { cassetteNumber: 1, denominationMinor: NOTE, noteCount: 3 }, SCOPE)], {}],
  ['notes brought to the box, of which nobody heard', 1, 't-014', [], {}], ['a payout in doubt since the units were last compared', 1, '', [], { 'recycler.payoutDoubt': `${NOTE}:2` }],
  ['neither, where a customer\'s note was under way since', 0, 't-014', [entry('operation.chosen', { operation: 'op-01' }, SCOPE), entry('intent.stack', { noteId: 'a', denominationMinor: NOTE }, SCOPE)], { 'recycler.payoutDoubt': `${NOTE}:2` }], ['nothing', 0, '', [], {}],
] as const)('before a recycler starts it is told of %s', (_, toldCount, bringer, entries, facts) => {
  const journal = memoryJournal();
  journal.commit({ entries, facts });
  let count = 0;
  announceCutPayout({ journal, recyclerDesk: { bringer, recycler: { expectCutPayout: () => (count += 1) } } } as unknown as CoreParts);
  expect(count).toBe(toldCount);
});
