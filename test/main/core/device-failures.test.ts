import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScreenId } from '../../../main/contracts/screen-model.ts';
import { expectMoneyHolds } from '../../support/money-equation.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const RESULTS: readonly ScreenId[] = ['result-success', 'result-pending', 'result-refused', 'result-partial'];

let world: DeskWorld;
beforeEach(async () => {
  world = new DeskWorld({ limits: IMPATIENT });
  await world.boot();
});
afterEach(() => world.stop());

const finish = async () => {
  await world.press('next');
  await world.until(['attract', 'out-of-service'], 300_000);
  await world.settleQueue();
  expectMoneyHolds(world);
  expect(world.journal.openOperationIds()).toEqual([]);
};

/** Nobody moves any more: until the session is over. */
const walkAway = async () => {
  await world.when(() => world.dataOf('session.ended').length === 1, 'the session ends by itself', 900_000);
  await world.settleQueue();
  expectMoneyHolds(world);
  expect(world.journal.openOperationIds()).toEqual([]);
};

describe('an acceptor that fails with a note under way', () => {
  const faults = [
    ['powerCut', 'accepting'], ['powerCut', 'escrow'], ['powerCut', 'beforeGate'], ['powerCut', 'afterGate'], ['powerCut', 'stacked'], ['powerCut', 'afterStackedAck'],
    ['unplug', 'escrow'], ['unplug', 'beforeGate'], ['unplug', 'afterGate'], ['unplug', 'stacked'],
    ['jamInHead', 'accepting'], ['jamInStacker', 'afterGate'], ['cheat', 'beforeGate'], ['full', 'stacked'], ['failure', 'beforeGate'],
    ['lostAck', 'event'], ['duplicateEvent', 'event'], ['lostReply', 'stackReply'], ['silence', 'stackReply'], ['badCrc', 'eventReply'],
  ] as const;

  it.each(faults)('%s at %s: the customer walks away and no note is lost or credited twice', async (fault, at) => {
    await world.toCashIn();
    await world.insertCounted(500_000);
    world.fault('acceptor', { fault, at });
    world.insert(1_000_000);
    await walkAway();
    expect(world.dataOf('deposit.accepted')).toHaveLength(1);
    expect(world.dataOf('deposit.accepted')[0]!.by).toBe('walkAway');
  });

  it('box pulled out with money inside: no more notes, and what is inside can be finished', async () => {
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    world.hands('acceptor', { do: 'removeBox' });
    await world.when(() => world.data('cash-in').stoppedBy !== null, 'the stop is said');
    expect(world.data('cash-in')).toMatchObject({ canFinish: true });
    await world.press('next');
    await world.until(RESULTS);
    expect(world.dataOf('deposit.accepted')[0]!.insertedMinor).toBe(1_000_000);
    await finish();
  });

  it('cable pulled for good while a note is on its way: the note is a suspense item, the rest is credited', async () => {
    await world.toCashIn();
    await world.insertCounted(500_000);
    world.insert(1_000_000);
    await world.when(() => world.dataOf('intent.stack').length === 2, 'the note is ordered');
    world.hands('acceptor', { do: 'unplug' });
    await world.when(() => world.dataOf('outcome.stack').length === 2, 'the outcome is written');
    await world.when(() => world.model.screen === 'cash-in' && world.data('cash-in').canFinish, 'it can be finished');
    await world.press('next');
    await world.until('result-pending');
    expect(world.data('result-pending')).toMatchObject({ why: 'noteUncertain', doubtfulMinor: 1_000_000 });
    expect(world.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'noteUncertain', amountMinor: 1_000_000, reference: world.data('result-pending').reference }]);
    await finish();
  });

  it('cable pulled for good while a note is on its way, and the bank silent: the screen says both, also after a restart', async () => {
    await world.toCashIn();
    await world.insertCounted(500_000);
    world.insert(1_000_000);
    await world.when(() => world.dataOf('intent.stack').length === 2, 'the note is ordered');
    world.hands('acceptor', { do: 'unplug' });
    await world.when(() => world.model.screen === 'cash-in' && world.data('cash-in').canFinish, 'it can be finished', 200_000);
    world.arm('lostRequest', 'cash.deposit', { times: 20 });
    await world.press('next');
    await world.until('result-pending');
    expect(world.data('result-pending')).toMatchObject({ why: 'noAnswer', also: 'noteUncertain', amountMinor: 480_000, doubtfulMinor: 1_000_000 });
    world.die();
    world.restart();
    await world.until('result-pending');
    expect(world.data('result-pending')).toMatchObject({ why: 'interrupted', also: 'noteUncertain', amountMinor: 480_000, doubtfulMinor: 1_000_000 });
    world.bank.clearFaults();
    await world.settleQueue();
    expectMoneyHolds(world);
  });

  it('cable pulled for good with the only note on its way: the screen says that it is checked, and leaving asks nothing and gives its reference', async () => {
    await world.toCashIn();
    world.insert(1_000_000);
    await world.when(() => world.dataOf('intent.stack').length === 1, 'the note is ordered');
    world.hands('acceptor', { do: 'unplug' });
    await world.when(() => world.model.screen === 'cash-in' && world.data('cash-in').doubtfulMinor === 1_000_000, 'it is doubted', 200_000);
    expect(world.data('cash-in')).toMatchObject({ insertedMinor: 0, canFinish: false, finishBlockedBy: 'devicesStopped' });
    await world.press('cancel');
    await world.until(['cash-in-leave', ...RESULTS]);
    expect(world.data('result-pending')).toMatchObject({ why: 'noteUncertain', amountMinor: 0, doubtfulMinor: 1_000_000 });
    expect(world.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'noteUncertain', amountMinor: 1_000_000, reference: world.data('result-pending').reference }]);
    await finish();
  });

  it('a disk that fills up in the middle: the note in escrow goes back and the terminal goes out of service', async () => {
    await world.toCashIn();
    await world.insertCounted(500_000);
    world.isDiskFull = true;
    world.insert(1_000_000);
    await world.when(() => world.model.screen === 'cash-in' && world.data('cash-in').stoppedBy !== null && world.data('cash-in').canFinish, 'the note is back', 60_000);
    expect((world.surroundings.acceptor.world() as { places: { box: { noteCount: number } } }).places.box.noteCount).toBe(1);
    await world.press('next');
    await world.until('result-pending');
    await world.press('next');
    await world.until('out-of-service', 300_000);
    world.isDiskFull = false;
    await world.until('attract', 300_000);
    await world.settleQueue();
    // Settled when the disk came back, without a restart.
    expect(world.journal.openOperationIds()).toEqual([]);
    expect(world.dataOf('deposit.accepted')).toMatchObject([{ insertedMinor: 500_000, by: 'recovery' }]);
    expectMoneyHolds(world);
  });
});

describe('a disk that takes nothing while a note is on its way into the box', () => {
  const stackWithFullDisk = async () => {
    await world.toCashIn();
    await world.insertCounted(500_000);
    world.insert(1_000_000);
    await world.when(() => world.dataOf('intent.stack').length === 2, 'the note is ordered');
    world.isDiskFull = true;
    // Longer than the desk tries: the outcome is given up, the device goes on repeating its event.
    await world.clock.advance(40_000);
    expect(world.dataOf('outcome.stack')).toHaveLength(1);
  };

  it('credits the note exactly once when the disk comes back while its customer is there', async () => {
    await stackWithFullDisk();
    world.isDiskFull = false;
    await world.when(() => world.dataOf('outcome.stack').length === 2, 'the device said it again');
    await world.when(() => world.model.screen === 'cash-in' && world.data('cash-in').noteCount === 2 && world.data('cash-in').canFinish, 'the note counts');
    await world.press('next');
    await world.until(RESULTS);
    expect(world.dataOf('deposit.accepted')).toMatchObject([{ insertedMinor: 1_500_000 }]);
    expect(world.journal.suspense({ state: 'open' })).toEqual([]);
    await finish();
  });

  it('credits the note exactly once when the disk comes back after the session', async () => {
    await stackWithFullDisk();
    await world.until('out-of-service', 600_000);
    world.isDiskFull = false;
    await world.until('attract', 300_000);
    await world.settleQueue();
    expect(world.journal.openOperationIds()).toEqual([]);
    expect(world.dataOf('outcome.stack').filter((data) => data.result === 'stacked')).toHaveLength(2);
    expect(world.dataOf('deposit.accepted')).toMatchObject([{ insertedMinor: 1_500_000, by: 'recovery' }]);
    expectMoneyHolds(world);
  });
});

describe('a dispenser that fails', () => {
  const withdraw = async (amountMinor = 3_200_000) => {
    await world.toWithdrawalConfirm(amountMinor);
    await world.press('next');
    await world.until(['take-cash', ...RESULTS], 300_000);
    if (world.model.screen !== 'take-cash') return;
    // A jammed note out of reach may be all there is.
    world.surroundings.dispenser.control({ do: 'takeNotes' });
    await world.until(RESULTS, 300_000);
  };

  it.each([
    ['pickError', 'note', 2], ['billEnd', 'note', 0], ['overReject', 'note', 1], ['reject', 'note', 1], ['motorStop', 'note', 3], ['jam', 'chk', 0], ['jam', 'ejt', 0], ['jam', 'exit', 0],
    ['extraNote', 'note', 1], ['powerCut', 'command', 0], ['powerCut', 'note', 2], ['powerCut', 'reply', 0], ['lineLoss', 'note', 2], ['lineLoss', 'reply', 0], ['replyLost', 'reply', 0],
    ['ackLost', 'command', 0], ['silence', 'command', 0], ['nak', 'command', 0], ['badBcc', 'reply', 0], ['slow', 'reply', 0],
  ] as const)('%s at %s (note %i): pays and books what certainly left, and doubts the rest', async (fault, at, index) => {
    world.fault('dispenser', { fault, at, index, opcode: 0x45 });
    await withdraw();
    const money = world.money();
    const screen = world.model.screen;
    if (money.dispenseUncertainMinor > 0) expect(screen).toBe('result-pending');
    else if (money.presentedMinor === 3_200_000) expect(screen).toBe('result-success');
    else expect(screen).toBe(money.presentedMinor === 0 ? 'result-refused' : 'result-partial');
    const data = world.model.data as { readonly amountMinor: number; readonly reference: string | null };
    expect(data.amountMinor).toBe(money.presentedMinor);
    expect(data.reference).not.toBeNull();
    await finish();
  });

  it.each([['exit', '35'], ['ejt', '48'], ['chk', '33']] as const)('a note that jams at %s opens a suspense item with its evidence, and the bank hears of the malfunction', async (at, code) => {
    world.fault('dispenser', { fault: 'jam', at, index: 2 });
    await withdraw();
    const { presentedMinor, outMinor, inTransportMinor } = world.money();
    expect(inTransportMinor).toBe(500_000);
    expect(world.journal.suspense({ state: 'open' })).toMatchObject([{ reason: 'inTransport', amountMinor: -500_000, reference: (world.model.data as { reference: string }).reference }]);
    expect(world.journal.suspense({ state: 'open' })[0]!.evidence).toContain(`device code ${code}`);
    // A hand may reach what sticks in the exit; the journal says that it may have left.
    expect(outMinor).toBeGreaterThanOrEqual(presentedMinor);
    expect(outMinor).toBeLessThanOrEqual(presentedMinor + inTransportMinor);
    await finish();
    expect(world.bank.database.prepare('SELECT error_code FROM device_events').pluck().all()).toEqual(['CDM_ITEMS_LEFT']);
  });

  it('a cassette pulled out is not offered: the amounts follow what is left', async () => {
    world.hands('dispenser', { do: 'removeCassette', cassetteNumber: 1 });
    await world.toAmount();
    expect(world.data('cash-out-amount').denominationsMinor).toEqual([200_000]);
    await world.press('chooseAmount', { amountMinor: 500_000 });
    await world.when(() => world.model.screen === 'cash-out-amount' && world.data('cash-out-amount').impossible !== null, 'said to be impossible');
    expect(world.data('cash-out-amount').impossible).toMatchObject({ amountMinor: 500_000 });
    expect(world.data('cash-out-amount').impossible!.nearestMinor).toContain(400_000);
  });

  it('both cassettes gone: cash-out is off with the reason, the rest is offered (ux.md, availability)', async () => {
    for (const cassetteNumber of [1, 2]) world.hands('dispenser', { do: 'removeCassette', cassetteNumber });
    await world.when(() => world.model.screen === 'attract' && world.data('attract').operations.some((tile) => tile.operation === 'op-10' && !tile.available), 'cash-out is off');
    expect(world.data('attract').operations).toMatchObject([{ operation: 'op-01', available: true }, { operation: 'op-05', available: true }, { operation: 'op-10', available: false, reason: 'cashOutEmpty' }]);
  });
});

describe('a printer that fails', () => {
  it.each(['paperOut', 'jam', 'coverOpen', 'powerCut', 'cutterError'] as const)('%s: the electronic receipt stands and the session goes on', async (fault) => {
    world.fault('printer', { fault });
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    await world.press('next');
    await world.until('result-success');
    await finish();
    expect(world.dataOf('receipt.given')).toHaveLength(1);
    // Uncut it hangs out of the slot, and is in the customer's hand.
    if (fault !== 'cutterError') expect(world.dataOf('outcome.print').map(({ outcome }) => outcome)).not.toContain('completed');
  });

  it('without paper at the start the result offers only the electronic one', async () => {
    world.fault('printer', { fault: 'paperOut', at: 'now' });
    await world.clock.advance(10_000);
    await world.toCashIn();
    await world.insertCounted(1_000_000);
    await world.press('next');
    await world.until('result-success');
    expect(world.data('result-success')).toMatchObject({ paper: 'unavailable', selectedReceipt: 'electronic' });
    await finish();
    expect(world.screens).not.toContain('take-receipt');
  });
});

describe('a device without power', () => {
  it.each(['acceptor', 'dispenser', 'printer'] as const)('%s: one fault in the journal while it lasts, one recovery when it is back', async (device) => {
    const since = world.entries().length;
    const told = () => world.entries().slice(since).filter((one) => one.kind === 'device.faulted' || one.kind === 'device.recovered').map((one) => one.kind);
    world.hands(device, { do: 'powerOff' });
    await world.clock.advance(60_000);
    expect(told()).toEqual(['device.faulted']);
    world.hands(device, { do: 'powerOn' });
    await world.clock.advance(60_000);
    expect(told()).toEqual(['device.faulted', 'device.recovered']);
  });
});

describe('a part that is out of service', () => {
  const pull = () => world.hands('dispenser', { do: 'unplug' });
  const isNotice = () => world.model.screen === 'out-of-service' && world.data('out-of-service').scope === 'partial';
  const isPartly = () => world.model.screen === 'attract' && world.data('attract').operations.some(({ available }) => !available);

  it('is said before the menu, which opens by itself when the part is back', async () => {
    pull();
    await world.when(isPartly, 'the dispenser is missed', 60_000);
    await world.press('touch');
    await world.when(isNotice, 'the notice');
    world.hands('dispenser', { do: 'plug' });
    await world.until('menu', 60_000);
    expect(world.data('menu').operations.every(({ available }) => available)).toBe(true);
  });

  it('is not said any more when nothing at all is left', async () => {
    pull();
    await world.when(isPartly, 'the dispenser is missed', 60_000);
    await world.press('touch');
    await world.when(isNotice, 'the notice');
    world.hands('acceptor', { do: 'unplug' });
    await world.when(() => world.model.screen === 'out-of-service' && world.data('out-of-service').scope === 'all', 'out of service', 60_000);
  });
});
