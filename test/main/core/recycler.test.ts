/**
 * Goal: one store that both sides share. A note is credited, becomes payable when the device counts it, is paid out again; books, bank and notes agree at each
 * step, also when the core dies or the power goes in the middle.
 */
import { describe, expect, it } from 'vitest';
import type { WorldRecyclerProtocol } from '../../../simulators/terminal/sample-config.ts';
import { WORLD_RECYCLERS } from '../../../simulators/terminal/sample-config.ts';
import { DeskWorld, IMPATIENT, SAMPLE } from '../../support/virtual-desk.ts';

const FIVE = 500_000;
const TWO = 200_000;

async function world(options: { readonly protocol?: WorldRecyclerProtocol; readonly stored?: { denominationMinor: number; noteCount: number }[]; readonly isAlone?: boolean } = {}): Promise<DeskWorld> {
  const made = new DeskWorld({ limits: IMPATIENT, recycler: { protocol: options.protocol ?? 'ssp-smart-payout', denominationsMinor: [FIVE, TWO], isAlone: options.isAlone ?? true, stored: options.stored ?? [] } });
  await made.until('attract');
  await made.when(() => made.parts.devices.acceptor?.status().state === 'ready', 'the recycler is up');
  await made.when(() => made.journal.fact('recycler.seeded') !== undefined, 'its units are counted');
  await made.when(() => made.model.screen === 'attract' && made.data('attract').operations.some((tile) => tile.operation === 'op-01' && tile.available), 'cash is taken');
  return made;
}
const units = (desk: DeskWorld) => Object.fromEntries(desk.journal.cashUnits().filter((row) => row.noteCount > 0).map((row) => [`${row.unitId} ${row.denominationMinor}`, row.noteCount]));
const places = (desk: DeskWorld) => (desk.surroundings.acceptor.world() as unknown as { notes: { serial: string; denominationMinor: number; place: string }[] }).notes;
const outCount = (desk: DeskWorld) => places(desk).filter((note) => note.place === 'customer' || note.place === 'bezel').length;

/** Where something is missing (nothing to pay out yet), the greeting says so first. */
async function toMenu(desk: DeskWorld): Promise<void> {
  await desk.press('touch');
  await desk.until(['menu', 'out-of-service']);
  if (desk.model.screen === 'out-of-service') await desk.press('touch');
  await desk.until('menu');
}

async function deposit(desk: DeskWorld, notes: readonly number[], phone: string = SAMPLE.phone): Promise<void> {
  await toMenu(desk);
  await desk.toCashIn(phone);
  for (const note of notes) await desk.insertCounted(note);
  await desk.press('next');
  await desk.until('result-success');
  await desk.press('next');
  await desk.until('attract');
}

async function withdraw(desk: DeskWorld, amountMinor: number): Promise<void> {
  await desk.toWithdrawalConfirm(amountMinor);
  await desk.press('next');
}

describe.each(WORLD_RECYCLERS)('a terminal with a recycler (%s) and nothing else', (protocol) => {
  it('cannot pay out before a note was accepted, and pays the very note then', async () => {
    const desk = await world({ protocol });
    expect(desk.model.screen).toBe('attract');
    await deposit(desk, [FIVE]);
    await desk.when(() => units(desk)[`recycler.1 ${FIVE}`] === 1, 'the note is recognised');
    expect(units(desk)).toEqual({ [`recycler.1 ${FIVE}`]: 1 });
    // Counted in the box with its credit, then moved in one transaction.
    const kinds = desk.entries().map((one) => one.kind);
    expect(kinds.indexOf('notes.moved')).toBeGreaterThan(kinds.indexOf('outcome.stack'));
    expect(desk.dataOf('notes.moved')).toEqual([{ moves: [{ fromUnitId: 'acceptor.box', toUnitId: 'recycler.1', denominationMinor: FIVE, noteCount: 1 }], evidence: 'counted by the device' }]);
    const { serial } = places(desk)[0]!;
    await withdraw(desk, FIVE);
    await desk.until('take-cash', 300_000);
    await desk.until('result-success', 300_000);
    expect(places(desk)).toMatchObject([{ serial, place: 'customer' }]);
    expect(units(desk)).toEqual({});
    await desk.settleQueue();
    expect(desk.money().host).toMatchObject({ cashInMinor: FIVE, cashOutMinor: FIVE });
    expect(desk.journal.suspense({ state: 'open' })).toEqual([]);
    expect(desk.journal.compareBooks()).toEqual([]);
    await desk.stop();
  });

  it('greets nobody before its units are set and counted', async () => {
    const desk = new DeskWorld({ limits: IMPATIENT, recycler: { protocol, denominationsMinor: [FIVE, TWO], isAlone: true, stored: [{ denominationMinor: TWO, noteCount: 1 }] } });
    await desk.until('attract');
    expect(units(desk)).toEqual({ [`recycler.2 ${TWO}`]: 1 });
    await desk.stop();
  });

  it('counts what lay in it before the first start, once', async () => {
    const desk = await world({ protocol, stored: [{ denominationMinor: TWO, noteCount: 4 }] });
    expect(units(desk)).toEqual({ [`recycler.2 ${TWO}`]: 4 });
    desk.restart();
    await desk.until('attract');
    await desk.clock.advance(10_000);
    expect(units(desk)).toEqual({ [`recycler.2 ${TWO}`]: 4 });
    await desk.stop();
  });

  it('keeps notes of every other kind in the cash box, where the journal counts them, and does not pay them', async () => {
    const desk = await world({ protocol });
    for (const denominationMinor of [50_000, 100_000, 1_000_000]) await deposit(desk, [denominationMinor]);
    await desk.clock.advance(10_000);
    expect(units(desk)).toEqual({ 'acceptor.box 50000': 1, 'acceptor.box 100000': 1, 'acceptor.box 1000000': 1 });
    // A unit that the terminal does not know of would keep them when the box is taken away.
    expect(places(desk).map(({ place }) => place)).toEqual(['box', 'box', 'box']);
    await desk.stop();
  });
});

describe.each(['ssp-smart-payout', 'ccnet-bill-to-bill', 'xfs4iot-cash-recycler'] as const)('a payout of a %s', (protocol) => {
  it.each([['before', 1], ['after', 1], ['before', 2], ['after', 2], ['before', 3], ['after', 3]] as const)('the core dies %s commit %s of a pay-out: its registers say what came of it, nothing is in doubt', async (when, commitsLeft) => {
    const desk = await world({ protocol, stored: [{ denominationMinor: FIVE, noteCount: 6 }] });
    await desk.toWithdrawalConfirm(3 * FIVE);
    await desk.press('next').catch(() => {});
    await desk.when(() => desk.dataOf('authorisation.received').length > 0, 'authorised').catch(() => {});
    if (!desk.isDead) {
      desk.dieAtCommit(commitsLeft - 1, when);
      await desk.clock.runUntil(() => desk.isDead, 120_000);
    }
    await desk.clock.advance(15_000);
    desk.restart();
    await desk.clock.advance(120_000);
    const told = desk.dataOf('outcome.dispense').reduce((sum, data) => sum + data.presentedCount, 0);
    expect(desk.dataOf('outcome.dispense').filter((data) => data.outcome === 'uncertain')).toEqual([]);
    expect(told).toBe(outCount(desk));
    expect(desk.journal.suspense({ state: 'open' })).toEqual([]);
    await desk.settleQueue(1_800_000);
    expect(desk.money().host.cashOutMinor).toBe(told * FIVE);
    expect(units(desk)[`recycler.1 ${FIVE}`] ?? 0).toBe(places(desk).filter((note) => note.place === 'store').length);
    await desk.stop();
  });
});

describe('a payout of an ID-003 recycler', () => {
  it.each([['before', 2], ['after', 2], ['before', 3]] as const)('the core dies %s commit %s of it: what left the boxes is in doubt, and nothing more', async (when, commitsLeft) => {
    const desk = await world({ protocol: 'id003-recycler', stored: [{ denominationMinor: FIVE, noteCount: 6 }] });
    await desk.toWithdrawalConfirm(3 * FIVE);
    await desk.press('next').catch(() => {});
    await desk.when(() => desk.dataOf('authorisation.received').length > 0, 'authorised').catch(() => {});
    if (!desk.isDead) {
      desk.dieAtCommit(commitsLeft - 1, when);
      await desk.clock.runUntil(() => desk.isDead, 120_000);
    }
    await desk.clock.advance(15_000);
    desk.restart();
    await desk.clock.advance(120_000);
    const [presented, doubtful] = (['presentedCount', 'uncertainCount'] as const).map((field) => desk.dataOf('outcome.dispense').reduce((sum, data) => sum + data[field], 0)) as [number, number];
    expect(outCount(desk)).toBeGreaterThanOrEqual(presented);
    expect(outCount(desk)).toBeLessThanOrEqual(presented + doubtful);
    expect(6 - places(desk).filter((note) => note.place === 'store').length).toBe(presented + doubtful);
    await desk.settleQueue(1_800_000);
    expect(desk.journal.compareBooks()).toEqual([]);
    await desk.stop();
  });
});

describe('the device loses power in a payout', () => {
  it.each([['picked'], ['atExit'], ['paidOut']])('the device loses power at %s: counted by its registers, what did not come is not debited', async (at) => {
    const desk = await world({ stored: [{ denominationMinor: FIVE, noteCount: 3 }] });
    desk.fault('acceptor', { fault: 'powerCut', at });
    await withdraw(desk, 3 * FIVE);
    await desk.until(['result-success', 'result-partial', 'result-refused', 'take-cash'], 400_000);
    await desk.clock.advance(30_000);
    await desk.settleQueue(1_800_000);
    expect(desk.money().host.cashOutMinor).toBe(outCount(desk) * FIVE);
    expect(desk.journal.suspense({ state: 'open' }).filter((item) => item.reason === 'dispenseUncertain')).toEqual([]);
    await desk.clock.advance(30_000);
    const rows = units(desk);
    expect((rows[`recycler.1 ${FIVE}`] ?? 0) + (rows[`acceptor.box ${FIVE}`] ?? 0) + (rows[`acceptor.transport ${FIVE}`] ?? 0)).toBe(3 - outCount(desk));
    await desk.stop();
  });

  it.each([['pick'], ['gathered'], ['present'], ['afterPresent']])('one behind a service, at %s: counted by its storage, and nothing is in doubt', async (at) => {
    const desk = await world({ protocol: 'xfs4iot-cash-recycler', stored: [{ denominationMinor: FIVE, noteCount: 3 }] });
    desk.fault('acceptor', { fault: 'powerCut', at });
    await withdraw(desk, 3 * FIVE);
    await desk.until(['result-success', 'result-partial', 'result-refused'], 400_000);
    await desk.clock.advance(30_000);
    await desk.settleQueue(1_800_000);
    expect(outCount(desk)).toBe(at === 'afterPresent' ? 3 : 0);
    expect(desk.money().host.cashOutMinor).toBe(outCount(desk) * FIVE);
    expect(desk.journal.suspense({ state: 'open' })).toEqual([]);
    // What was gathered and not presented lies in its reject unit, which is taken away with the box.
    const inside = places(desk).filter((note) => note.place === 'store').length;
    expect(units(desk)).toEqual({ ...(inside === 0 ? {} : { [`recycler.1 ${FIVE}`]: inside }), ...(outCount(desk) + inside === 3 ? {} : { [`acceptor.box ${FIVE}`]: 3 - outCount(desk) - inside }) });
    expect(desk.journal.compareBooks()).toEqual([]);
    await desk.stop();
  });

  it.each([['picked'], ['atExit'], ['paidOut']])('one without counters, at %s: what left its cassettes is in doubt, no more and no less', async (at) => {
    const desk = await world({ protocol: 'ccnet-bill-to-bill', stored: [{ denominationMinor: FIVE, noteCount: 3 }] });
    desk.fault('acceptor', { fault: 'powerCut', at });
    await withdraw(desk, 3 * FIVE);
    await desk.until(['result-success', 'result-partial', 'result-pending', 'result-refused'], 400_000);
    await desk.clock.advance(30_000);
    await desk.settleQueue(1_800_000);
    const inside = places(desk).filter((note) => note.place === 'store').length;
    const [told] = desk.dataOf('outcome.dispense');
    expect(told).toMatchObject({ outcome: 'uncertain', presentedCount: 0, uncertainCount: 3 - inside });
    expect(desk.money().host.cashOutMinor).toBeLessThanOrEqual(3 * FIVE);
    expect(desk.journal.suspense({ state: 'open' }).filter((item) => item.reason === 'dispenseUncertain').reduce((sum, item) => sum + item.amountMinor, 0)).toBe(-(3 - inside) * FIVE);
    expect(desk.journal.compareBooks()).toEqual([]);
    await desk.stop();
  });
});

describe('beside a dispenser', () => {
  it('a cassette that fails is left out, and what is owed comes from the others, the recycler among them', async () => {
    const desk = await world({ isAlone: false, stored: [{ denominationMinor: FIVE, noteCount: 2 }] });
    desk.fault('dispenser', { fault: 'pickError', at: 'note', index: 2, opcode: 0x45 });
    await desk.chooseOperation('op-10').catch(() => {});
    await desk.identify(SAMPLE.phone);
    await desk.enterCode(SAMPLE.phone);
    await desk.until(['account-choice', 'cash-out-amount']);
    if (desk.model.screen === 'account-choice') await desk.press('chooseAccount', { accountRef: desk.data('account-choice').accounts[0]!.accountRef });
    await desk.until('cash-out-amount');
    await desk.press('chooseAmount', { amountMinor: 4 * FIVE });
    await desk.until('confirm');
    await desk.press('next');
    await desk.until('take-cash', 300_000);
    desk.hands('dispenser', { do: 'takeNotes' });
    await desk.until('result-success', 300_000);
    await desk.settleQueue();
    expect(desk.money().host.cashOutMinor).toBe(4 * FIVE);
    expect(outCount(desk) * FIVE + desk.money().outMinor).toBe(4 * FIVE);
    expect(desk.dataOf('outcome.dispense').map((data) => [data.cassetteNumber, data.presentedCount])).toEqual([[1, 2], [101, 2]]);
    await desk.stop();
  });

  it('a mix goes over cassettes and units', async () => {
    const desk = await world({ isAlone: false, stored: [{ denominationMinor: FIVE, noteCount: 2 }] });
    expect(units(desk)).toMatchObject({ [`dispenser.1 ${FIVE}`]: 400, [`recycler.1 ${FIVE}`]: 2 });
    await deposit(desk, [TWO]);
    await desk.when(() => units(desk)[`recycler.2 ${TWO}`] === 1, 'the note is recognised');
    await withdraw(desk, 2 * FIVE);
    await desk.until('take-cash', 300_000);
    desk.hands('dispenser', { do: 'takeNotes' });
    await desk.until('result-success', 300_000);
    await desk.settleQueue();
    expect(desk.money().host.cashOutMinor).toBe(2 * FIVE);
    await desk.stop();
  });
});
