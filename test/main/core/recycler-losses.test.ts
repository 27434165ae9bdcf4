/** Goal: what is missing in a recycler's units and nobody brought, paid or took is in doubt, once and to the note. Method: whole terminals in virtual time; hands take notes behind the device's back. */
import { describe, expect, it } from 'vitest';
import type { CashRecycler } from '../../../drivers/interfaces/cash-recycler.ts';
import { RecyclerDesk } from '../../../main/core/cash/recycler-desk.ts';
import { actOnRecycler } from '../../../main/core/service/recycler-acts.ts';
import type { WorldRecyclerProtocol } from '../../../simulators/terminal/sample-config.ts';
import { checkRecycled } from '../../../simulators/world/checkers/recycled.ts';
import { readJournalMoney } from '../../../simulators/world/checkers/journal-money.ts';
import { overlay } from '../../../simulators/world/sabotage/overlay.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const [FIVE, TWO] = [500_000, 200_000];
const COUNTING = ['ssp-smart-payout', 'id003-recycler', 'ccnet-bill-to-bill'] as const;

async function world(protocol: WorldRecyclerProtocol, hasOtherFirmware = false): Promise<DeskWorld> {
  const made = new DeskWorld({ limits: IMPATIENT, hasOtherFirmware, recycler: { protocol, denominationsMinor: [FIVE, TWO], isAlone: true, stored: [{ denominationMinor: FIVE, noteCount: 6 }, { denominationMinor: TWO, noteCount: 2 }] } });
  await made.until('attract');
  await made.when(() => made.journal.fact('recycler.seeded') !== undefined, 'its units are counted');
  return made;
}
const units = (desk: DeskWorld) => Object.fromEntries(desk.journal.cashUnits().filter((row) => row.noteCount > 0).map((row) => [`${row.unitId} ${row.denominationMinor}`, row.noteCount]));
const lost = (desk: DeskWorld) => desk.journal.suspense().filter(({ reason }) => reason === 'inTransport').map(({ amountMinor, operationId, evidence }) => ({ amountMinor, operationId, evidence }));
const findings = (desk: DeskWorld) => [...checkRecycled(desk.surroundings, desk.journal, readJournalMoney(desk.journal)), ...desk.journal.compareBooks()];
const takeOut = (desk: DeskWorld, noteCount: number) => desk.hands('acceptor', { do: 'takeFromUnit', denominationMinor: FIVE, noteCount });

async function compared(desk: DeskWorld): Promise<void> {
  if (desk.parts.devices.acceptor?.status().state === 'faulty') desk.parts.devices.acceptor.reset();
  desk.parts.recyclerDesk?.recogniseSoon();
  await desk.when(() => desk.parts.recyclerDesk?.counted !== null, 'its units are compared', 120_000);
}

/** Power goes with the first note in the path, and hands are at the units before these are counted. */
async function payInDoubt(desk: DeskWorld, { takenCount }: { readonly takenCount: number }): Promise<number> {
  desk.fault('acceptor', { fault: 'powerCut', at: 'picked' });
  await desk.toWithdrawalConfirm(3 * FIVE);
  await desk.press('next');
  await desk.until(['result-success', 'result-partial', 'result-pending', 'result-refused'], 400_000);
  if (takenCount > 0) takeOut(desk, takenCount);
  await compared(desk);
  return desk.dataOf('outcome.dispense').reduce((sum, outcome) => sum + outcome.uncertainCount, 0);
}

describe.each(COUNTING)('notes that are gone from the units of a %s', (protocol) => {
  it('are an item of their own where nothing was paid', async () => {
    const desk = await world(protocol);
    takeOut(desk, 2);
    await compared(desk);
    expect(units(desk)).toEqual({ [`recycler.1 ${FIVE}`]: 4, [`acceptor.transport ${FIVE}`]: 2, [`recycler.2 ${TWO}`]: 2 });
    expect(lost(desk)).toEqual([{ amountMinor: -2 * FIVE, operationId: null, evidence: `2 notes of ${FIVE} of recycler.1: missing in it, and nobody says where they went` }]);
    await compared(desk);
    expect(lost(desk)).toHaveLength(1);
    expect(findings(desk)).toEqual([]);
    await desk.stop();
  });
});

describe.each(['id003-recycler', 'ccnet-bill-to-bill'] as const)('a payout of a %s without a result', (protocol) => {
  it('has the item for what it may have handed out; what is missing above that has its own', async () => {
    const desk = await world(protocol);
    expect(await payInDoubt(desk, { takenCount: 2 })).toBe(1);
    expect(units(desk)).toMatchObject({ [`recycler.1 ${FIVE}`]: 3, [`acceptor.transport ${FIVE}`]: 3 });
    expect(lost(desk).map(({ amountMinor }) => amountMinor)).toEqual([-2 * FIVE]);
    expect(findings(desk)).toEqual([]);
    await desk.stop();
  });

  it('excuses nothing that goes missing after its notes were counted', async () => {
    const desk = await world(protocol);
    expect(await payInDoubt(desk, { takenCount: 0 })).toBe(1);
    expect(lost(desk)).toEqual([]);
    takeOut(desk, 1);
    await compared(desk);
    expect(lost(desk).map(({ amountMinor }) => amountMinor)).toEqual([-FIVE]);
    expect(findings(desk)).toEqual([]);
    await desk.stop();
  });
});

const storedCount = (desk: DeskWorld, denominationMinor: number) => (desk.surroundings.acceptor.world() as unknown as { notes: { place: string; denominationMinor: number }[] }).notes.filter((note) => note.place === 'store' && note.denominationMinor === denominationMinor).length;

it('what a device says that it brought to its box is counted there, also where the disk refuses it once', async () => {
  const desk = await world('ccnet-bill-to-bill');
  void actOnRecycler(desk.parts, { staff: { login: 't-014', name: 'T.', level: 'cashOfficer' }, act: 'empty', keepCount: 0 });
  await desk.when(() => storedCount(desk, FIVE) === 0 && storedCount(desk, TWO) === 1, 'one kind is through, the other under way', 300_000);
  desk.hands('acceptor', { do: 'powerOff' });
  await desk.clock.advance(2_000);
  desk.hands('acceptor', { do: 'powerOn' });
  await desk.when(() => desk.parts.recyclerDesk?.isPayoutOpen === false, 'the act has ended', 300_000);
  let refusedCount = 0;
  desk.refusal = (entries) => (entries.some(({ kind }) => kind === 'notes.moved') && refusedCount++ === 0 ? { code: 'JNL_UNWRITABLE', detail: 'full (test)' } : null);
  desk.parts.devices.acceptor?.reset();
  await compared(desk);
  expect(units(desk)).toEqual({ [`acceptor.box ${FIVE}`]: 6, [`recycler.2 ${TWO}`]: 1, [`acceptor.transport ${TWO}`]: 1 });
  expect(refusedCount).toBeGreaterThan(1);
  expect(lost(desk).map(({ amountMinor }) => amountMinor)).toEqual([-TWO]);
  expect(findings(desk)).toEqual([]);
  await desk.stop();
});

it('a kind that the device does not name any more is not counted, and nothing of it is taken for gone', async () => {
  const desk = await world('ssp-smart-payout');
  const { recycler } = desk.parts.recyclerDesk!;
  // As one with another set of notes in its firmware.
  const other = overlay<CashRecycler>(recycler, {
    inventory: async () => {
      const told = await recycler.inventory();
      return told.kind === 'completed' ? { ...told, value: { ...told.value, units: told.value.units.filter(({ denominationMinor }) => denominationMinor !== TWO) } } : told;
    },
  });
  const own = new RecyclerDesk({ recycler: other, config: desk.parts.config.devices.recycler!, journal: desk.journal, clock: desk.clock, ids: desk.parts.ids, log: desk.parts.log });
  own.settled();
  await desk.when(() => own.counted !== null, 'its units are compared', 120_000);
  expect(units(desk)).toEqual({ [`recycler.1 ${FIVE}`]: 6, [`recycler.2 ${TWO}`]: 2 });
  expect(lost(desk)).toEqual([]);
  own.stop();
  await desk.stop();
});

it('a unit of which its service does not say any more what lay in it is not counted as empty, nor filled from the box when it says it again', async () => {
  const desk = await world('xfs4iot-cash-recycler');
  const before = units(desk);
  desk.hands('acceptor', { do: 'tellInitial', unit: 'unit5', isTold: false });
  await compared(desk);
  expect(units(desk)).toEqual(before);
  desk.hands('acceptor', { do: 'tellInitial', unit: 'unit5', isTold: true });
  await compared(desk);
  expect(units(desk)).toEqual(before);
  expect(lost(desk)).toEqual([]);
  expect(findings(desk)).toEqual([]);
  await desk.stop();
});

describe.each(COUNTING)('notes on their way from the units of a %s to its box', (protocol) => {
  it.each([false, true])('are no customer\'s when core and power go, wherever the power-up brings the one in the path (other firmware: %s)', async (hasOtherFirmware) => {
    const desk = await world(protocol, hasOtherFirmware);
    void actOnRecycler(desk.parts, { staff: { login: 't-014', name: 'T.', level: 'cashOfficer' }, act: 'empty', keepCount: 0 }).catch(() => undefined);
    const notes = () => (desk.surroundings.acceptor.world() as unknown as { readonly notes: readonly { readonly place: string }[] }).notes;
    await desk.when(() => notes().some(({ place }) => place === 'transport'), 'a note is in the path');
    desk.hands('acceptor', { do: 'powerOff' });
    desk.restart();
    desk.hands('acceptor', { do: 'powerOn' });
    await desk.until('attract', 300_000);
    desk.parts.devices.acceptor?.reset();
    await desk.clock.advance(60_000);
    await compared(desk);
    expect([desk.dataOf('note.unassigned'), Object.values(units(desk)).reduce((sum, count) => sum + count, 0)]).toEqual([[], 8]);
    await desk.stop();
  });
});
