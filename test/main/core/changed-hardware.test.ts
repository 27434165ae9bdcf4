/**
 * Goal: where another device answers after a restart, what it says of itself settles no note that the one before was told to move.
 * Method: the whole terminal in virtual time; between two lives of the core the device's serial number is another.
 */
import { describe, expect, it } from 'vitest';
import type { CashAcceptor } from '../../../drivers/interfaces/cash-acceptor.ts';
import { AcceptorDesk } from '../../../main/core/cash/acceptor-desk.ts';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import { createIdSource } from '../../../main/foundation/ids.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';
import { entry } from '../../../main/journal/journal.ts';
import type { EntryKind } from '../../../main/journal/entry-kinds.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const FIVE = 500_000;

/** The journal knows a device of another serial number as the one that the orders of this life go to. */
function standsForAnother(world: DeskWorld, deviceId: string): void {
  const committed = world.journal.commit({ entries: [entry('device.identified', { deviceId, protocol: 'test', model: 'test', firmware: null, serialNumber: 'ANOTHER' })] });
  expect(committed.ok).toBe(true);
}

/** The core dies as an order is durable, and before the device hears of it. */
async function dieAfter(world: DeskWorld, kind: EntryKind, doing: () => Promise<void> | void): Promise<void> {
  const unsubscribe = world.journal.onCommitted((entries) => void (entries.some((one) => one.kind === kind) && world.die()));
  await doing();
  await world.clock.runUntil(() => world.isDead, 60_000);
  unsubscribe();
  await world.clock.advance(30_000);
  world.restart();
  await world.until('attract', 600_000);
}

describe('a device that is another one after the restart', () => {
  it.each([['the same', 'A', 'returned'], ['another', 'B', null]] as const)('of an acceptor: %s, and that it has no note to report says so much', async (_, serialNumber, result) => {
    const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
    const journal = memoryJournal({ clock });
    const owner = { operationId: 'operation-1', sessionId: 'session-1' };
    const note = { noteId: 'note-1', denominationMinor: FIVE };
    const identified = (serial: string) => entry('device.identified', { deviceId: 'acceptor', protocol: 'test', model: 'test', firmware: null, serialNumber: serial });
    journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, owner), identified('A')] });
    journal.commit({ entries: [entry('note.escrowed', note, owner), entry('intent.stack', note, owner)] });
    journal.commit({ entries: [identified(serialNumber)] });
    // Up, with its power kept, and nothing to tell.
    const acceptor = { deviceId: 'acceptor', onEvent: () => () => {}, onStatus: () => () => {} } as unknown as CashAcceptor;
    const desk = new AcceptorDesk({ acceptor, journal, heldOutcomes: new HeldOutcomes({ journal, clock, log: silentLog }), clock, ids: createIdSource(clock, seededRandom(1)), log: silentLog });
    const settled = desk.settleAdopted();
    await clock.advance(10_000);
    await settled;
    expect(dataOf(journal.operationEntries(owner.operationId), 'outcome.stack').map((outcome) => outcome.result)).toEqual(result === null ? [] : [result]);
    expect(desk.hasOpenOrders()).toBe(result === null);
  });

  it.each([['the same', false], ['another', true]] as const)('of a recycler: %s, and its registers say so much', async (_, isAnother) => {
    const world = new DeskWorld({ limits: IMPATIENT, recycler: { protocol: 'ssp-smart-payout', denominationsMinor: [FIVE], isAlone: true, stored: [{ denominationMinor: FIVE, noteCount: 4 }] } });
    await world.boot();
    if (isAnother) standsForAnother(world, 'acceptor');
    await world.toWithdrawalConfirm(1_000_000);
    await dieAfter(world, 'intent.dispense', () => world.press('next').catch(() => undefined));
    expect(world.dataOf('outcome.dispense')).toMatchObject([isAnother ? { outcome: 'uncertain', uncertainCount: 2 } : { outcome: 'completed', presentedCount: 0 }]);
    expect(world.dataOf('recovery.report').at(-1)!.lines.join()).toContain(isAnother ? 'another one answers' : 'by its registers');
    await world.stop();
  });

  it.each([['the same', false], ['another', true]] as const)('of a dispenser behind a service: %s, and its counters say so much', async (_, isAnother) => {
    const world = new DeskWorld({ limits: IMPATIENT, dispenser: 'xfs4iot-cash-dispenser' });
    await world.boot();
    if (isAnother) standsForAnother(world, 'dispenser');
    await world.toWithdrawalConfirm(1_000_000);
    await dieAfter(world, 'intent.dispense', () => world.press('next').catch(() => undefined));
    expect(world.dataOf('outcome.dispense').map(({ outcome }) => outcome)).toEqual([isAnother ? 'uncertain' : 'completed']);
    await world.stop();
  });
});
