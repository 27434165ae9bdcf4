/**
 * Goal: a cash box that is full keeps a recycler from taking notes, and from paying them out only where its protocol says so. Method: the whole terminal over each simulated
 * recycler whose box is said to be full; with the core dying in the payout.
 */
import { describe, expect, it } from 'vitest';
import { operationTiles } from '../../../main/core/availability.ts';
import type { WorldRecyclerProtocol } from '../../../simulators/terminal/sample-config.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const FIVE = 500_000;

/** One note in the box, four in the unit. */
async function full(protocol: WorldRecyclerProtocol): Promise<DeskWorld> {
  const desk = new DeskWorld({ limits: IMPATIENT, recycler: { protocol, denominationsMinor: [FIVE], isAlone: true, stored: [{ denominationMinor: FIVE, noteCount: 4 }] } });
  await desk.boot();
  await desk.toCashIn();
  desk.hands('acceptor', { do: 'fault', fault: 'full', at: protocol === 'xfs4iot-cash-recycler' ? 'stored' : 'stacked' });
  desk.insert(200_000);
  await desk.when(() => desk.parts.devices.acceptor?.status().faults.includes('CIM_BOX_FULL') === true, 'its box is full');
  await desk.when(() => desk.data('cash-in').canFinish, 'it can be finished');
  await desk.press('next');
  await desk.until(['attract', 'out-of-service'], 300_000);
  await desk.clock.advance(5_000);
  return desk;
}

const tiles = (desk: DeskWorld) => operationTiles(desk.parts).map(({ operation, reason }) => [operation, reason]);

async function toDispensing(desk: DeskWorld): Promise<void> {
  await desk.press('touch');
  await desk.until('out-of-service');
  await desk.press('touch');
  await desk.until('menu');
  await desk.toWithdrawalConfirm(1_000_000);
  await desk.press('next');
}

describe('a full box of a recycler behind a service, which tells of taking and of paying apart', () => {
  it('turns only those away who bring notes', async () => {
    const desk = await full('xfs4iot-cash-recycler');
    expect(tiles(desk)).toEqual([['op-01', 'cashInFull'], ['op-05', 'cashInFull'], ['op-10', null]]);
    await toDispensing(desk);
    await desk.until('result-success', 300_000);
    expect(desk.dataOf('withdrawal.completed')).toMatchObject([{ outcome: 'full', presentedMinor: 1_000_000 }]);
    await desk.when(() => desk.journal.cashUnits().find(({ unitId }) => unitId === 'recycler.1')?.noteCount === 2, 'its unit is counted');
    await desk.settleQueue();
    expect(desk.journal.suspense({ state: 'open' })).toEqual([]);
    await desk.stop();
  });

  it('leaves a payout that the core died in as certain as any', async () => {
    const desk = await full('xfs4iot-cash-recycler');
    const unsubscribe = desk.journal.onCommitted((entries) => void (entries.some(({ kind }) => kind === 'intent.dispense') && desk.dieAtCommit(1, 'before')));
    await toDispensing(desk);
    await desk.clock.runUntil(() => desk.isDead, 120_000);
    unsubscribe();
    desk.restart();
    await desk.when(() => desk.isJournalOpen && desk.dataOf('withdrawal.completed').length === 1, 'it is settled', 300_000);
    expect(desk.dataOf('outcome.dispense')).toMatchObject([{ outcome: 'completed', presentedCount: 2 }]);
    expect(desk.journal.suspense({ state: 'open' })).toEqual([]);
    await desk.stop();
  });
});

describe.each(['ccnet-bill-to-bill', 'ssp-smart-payout', 'id003-recycler'] as const)('a full box of a %s', (protocol) => {
  it('stops the whole device until it is emptied [ccnet §7, ssp §14, id003 §14]', async () => {
    const desk = await full(protocol);
    expect(tiles(desk)).toEqual([['op-01', 'cashInFull'], ['op-05', 'cashInFull'], ['op-10', 'cashOutFailed']]);
    await desk.stop();
  });
});

describe('a core that starts while the box is full', () => {
  it.each(['ssp-smart-payout', 'ccnet-bill-to-bill', 'id003-recycler', 'xfs4iot-cash-recycler'] as const)('%s: takes none of its units for empty before the device has said what notes it knows', async (protocol) => {
    const desk = await full(protocol);
    const counted = () => desk.journal.cashUnits().filter(({ noteCount }) => noteCount > 0);
    const before = counted();
    expect(before).toEqual(expect.arrayContaining([expect.objectContaining({ unitId: 'recycler.1', noteCount: 4 })]));
    desk.die();
    await desk.clock.advance(2_000);
    desk.restart();
    await desk.when(() => desk.isJournalOpen && desk.dataOf('recovery.report').length === 2, 'it has started', 300_000);
    await desk.clock.advance(120_000);
    expect(counted()).toEqual(before);
    await desk.stop();
  });
});
