/**
 * Goal: a dispenser whose service counts for itself hears of each thing that hands did, and what it did not do for certain is said and on record. Method: the acts on
 * driver and simulated service over the wire, with a journal in memory.
 */
import { describe, expect, it } from 'vitest';
import { createXfsAcceptor } from '../../../drivers/cash-acceptor/xfs4iot-cash-acceptor/device.ts';
import { createXfsDispenser } from '../../../drivers/cash-dispenser/xfs4iot-cash-dispenser/device.ts';
import { BOX_UNIT, cassetteUnit, RECYCLER_TRANSPORT_UNIT } from '../../../main/core/cash/cash-unit-ids.ts';
import { HeldOutcomes } from '../../../main/core/cash/held-outcomes.ts';
import { isNoteExchangeOpen } from '../../../main/core/cash/note-exchange.ts';
import { actOnNotes } from '../../../main/core/service/note-acts.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { createXfsAcceptorSimulator } from '../../../simulators/cash-acceptor/xfs4iot-cash-acceptor/simulator.ts';
import { createXfsDispenserSimulator } from '../../../simulators/cash-dispenser/xfs4iot-cash-dispenser/simulator.ts';
import { dataOf } from '../../../main/journal/entry-data.ts';
import { sampleConfig } from '../../../simulators/terminal/sample-config.ts';
import type { NoteAct } from '../../../state-machines/service/service.types.ts';
import { createXfsBench } from '../../support/xfs-bench.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const UNTOLD = 'notes.exchangeUntold';
const FIVE = 500_000;
const TWO = 200_000;
const CASSETTES = [{ cassetteNumber: 1, denominationMinor: FIVE, noteCount: 100 }, { cassetteNumber: 2, denominationMinor: TWO, noteCount: 12 }];

async function bench(recycler?: Parameters<typeof sampleConfig>[0]['recycler']) {
  const xfs = createXfsBench((common) => createXfsDispenser({ ...common, cassetteCount: 2, bunchNotesMax: 40, hasStacker: true, tokenKey: null }), (environment) => createXfsDispenserSimulator(environment, { cassettes: CASSETTES }));
  xfs.device.start();
  await xfs.untilState('ready');
  let refuses = (): boolean => false;
  const journal = memoryJournal({ faults: { beforeCommit: () => (refuses() ? { code: 'JNL_UNWRITABLE', detail: 'test' } : null) } });
  journal.commit({ cashUnits: CASSETTES.map(({ cassetteNumber, denominationMinor, noteCount }) => ({ unitId: cassetteUnit(cassetteNumber), denominationMinor, noteCountDelta: noteCount })) });
  const config = sampleConfig({ runFolder: '.', dataFolder: '.', bankPort: 1, cassettes: CASSETTES, ...(recycler === undefined ? {} : { recycler }) });
  const heldOutcomes = new HeldOutcomes({ journal, clock: xfs.clock, log: silentLog });
  const parts = { config, journal, heldOutcomes, devices: { acceptor: null, dispenser: xfs.device }, acceptorDesk: { hasOpenOrders: () => false }, recyclerDesk: null, cassettes: { refresh: async () => false } } as unknown as Parameters<typeof actOnNotes>[0];
  const act = (name: NoteAct, { cassetteNumber = 2, noteCount = 0 } = {}) => xfs.settle(actOnNotes(parts, { staff: { login: 't-014', name: 'T.', level: 'technician' }, act: name, cassetteNumber, noteCount }));
  const unit = async (unitId: string) => {
    const told = await xfs.settle(xfs.device.storage!.readUnits());
    return told.kind === 'completed' ? told.value.find((one) => one.unitId === unitId) : undefined;
  };
  const onRecord = () => journal.entries({ kinds: ['service.acted'], limit: 100 }).map(({ data }) => `${(data as { action: string }).action} ${(data as { target: string }).target}`);
  const held = (cassetteNumber: number) => journal.cashUnits().find(({ unitId }) => unitId === cassetteUnit(cassetteNumber))?.noteCount;
  /** Of the commits from here on those `from` … `to`, from 1. */
  const refuse = (from: number, to: number) => {
    let commitCount = 0;
    refuses = () => (commitCount += 1) >= from && commitCount <= to;
  };
  return { ...xfs, journal, act, unit, onRecord, held, heldOutcomes, refuse };
}

async function boxBench() {
  const xfs = createXfsBench((common) => createXfsAcceptor(common), (environment) => createXfsAcceptorSimulator(environment, { denominationsMinor: [TWO, FIVE] }));
  xfs.device.onEvent((event) => {
    if (event.kind === 'noteStacked') event.acknowledge();
  });
  xfs.device.start();
  await xfs.untilState('ready');
  const journal = memoryJournal();
  const config = sampleConfig({ runFolder: '.', dataFolder: '.', bankPort: 1, cassettes: CASSETTES });
  const parts = { config, journal, heldOutcomes: new HeldOutcomes({ journal, clock: xfs.clock, log: silentLog }), devices: { acceptor: xfs.device, dispenser: null }, acceptorDesk: { hasOpenOrders: () => false }, recyclerDesk: null, cassettes: { refresh: async () => false } } as unknown as Parameters<typeof actOnNotes>[0];
  const act = (name: NoteAct) => xfs.settle(actOnNotes(parts, { staff: { login: 't-014', name: 'T.', level: 'technician' }, act: name, cassetteNumber: 1, noteCount: 0 }));
  const inBox = () => journal.cashUnits().filter(({ unitId }) => unitId === BOX_UNIT).reduce((sum, { noteCount }) => sum + noteCount, 0);
  const counted = async () => {
    const told = await xfs.settle(xfs.device.storage!.readUnits());
    return told.kind === 'completed' ? told.value.find(({ unitId }) => unitId === 'unitB')?.noteCount : undefined;
  };
  /** A customer's note, as the desk counts it. */
  const take = async (denominationMinor: number) => {
    let noteId: string | null = null;
    const unsubscribe = xfs.device.onEvent((event) => {
      if (event.kind === 'noteEscrowed') noteId = event.note.noteId;
    });
    await xfs.settle(xfs.device.enable({ denominationsMinor: [denominationMinor], currency: 'KZT' }));
    await xfs.clock.advance(100);
    xfs.hand({ do: 'insertNote', denominationMinor });
    await xfs.until(() => noteId !== null, 'the note');
    unsubscribe();
    expect(await xfs.settle(xfs.device.stack(noteId ?? ''))).toEqual({ kind: 'completed', value: 'stacked' });
    journal.commit({ cashUnits: [{ unitId: BOX_UNIT, denominationMinor, noteCountDelta: 1 }] });
    await xfs.settle(xfs.device.disable());
  };
  /** The person takes the box out, empties it and puts it back, whatever was said to the terminal. */
  const swapBox = async () => {
    xfs.hand({ do: 'removeBox' });
    await xfs.clock.advance(500);
    xfs.hand({ do: 'insertBox' });
    await xfs.clock.advance(500);
  };
  return { ...xfs, journal, act, inBox, counted, take, swapBox, untold: () => journal.fact(UNTOLD) ?? '' };
}

it('what devices told and the disk did not take is written before the cassettes are opened: it is not taken out as well', async () => {
  const { act, journal, heldOutcomes, held } = await bench();
  const taken = () => dataOf(journal.entries({ kinds: ['notes.moved'], limit: 9 }), 'notes.moved').flatMap(({ moves }) => moves.map(({ noteCount }) => noteCount));
  heldOutcomes.hold({ cashUnits: [{ unitId: cassetteUnit(2), denominationMinor: TWO, noteCountDelta: -5 }] });
  expect([await act('startExchange'), held(2)]).toEqual(['exchangeOpen', 7]);
  expect([await act('empty'), taken(), held(2)]).toEqual(['emptied', [7], 0]);
  expect(heldOutcomes.write().ok).toBe(true);
});

describe('a dispenser that counts for itself, beside a recycler', () => {
  it('is not told of the recycler’s path, which goes with its box', async () => {
    const { act, journal } = await bench({ denominationsMinor: [FIVE], isAlone: false });
    journal.commit({ cashUnits: [{ unitId: RECYCLER_TRANSPORT_UNIT, denominationMinor: FIVE, noteCountDelta: 2 }] });
    expect(await act('startExchange')).toBe('exchangeOpen');
    expect(await act('collect')).toBe('collected');
    expect([journal.fact(UNTOLD) ?? '', journal.cashUnits().filter((row) => row.unitId === RECYCLER_TRANSPORT_UNIT && row.noteCount > 0)]).toEqual(['', []]);
    expect(await act('endExchange')).toBe('exchangeEnded');
  });
});

describe('the cash box of an acceptor that counts for itself', () => {
  it('is opened, told that it is empty when it was taken out, and closed', async () => {
    const { act, take, swapBox, counted, inBox, untold, device } = await boxBench();
    await take(FIVE);
    await take(TWO);
    expect(await counted()).toBe(2);
    expect(await act('startExchange')).toBe('exchangeOpen');
    expect(device.storage!.isExchanging()).toBe(true);
    await swapBox();
    expect(await act('collect')).toBe('collected');
    expect([await counted(), inBox(), untold()]).toEqual([0, 0, '']);
    expect(await act('endExchange')).toBe('exchangeEnded');
    expect(device.storage!.isExchanging()).toBe(false);
    await take(FIVE);
    expect([await counted(), inBox()]).toEqual([1, 1]);
  });

  it('that did not hear of it although it closed, is told at the start of the next exchange what lies in it by then', async () => {
    const { act, take, swapBox, counted, inBox, untold, hand, journal, device } = await boxBench();
    await take(FIVE);
    await take(TWO);
    await act('startExchange');
    await swapBox();
    hand({ do: 'fault', fault: 'hardwareError' });
    expect(await act('collect')).toBe('deviceUncertain');
    hand({ do: 'fault', fault: 'hardwareError' });
    expect(await act('endExchange')).toBe('deviceUncertain');
    // Closed, and it still counts what was taken out.
    expect([isNoteExchangeOpen(journal), device.storage!.isExchanging()]).toEqual([false, false]);
    expect([await counted(), inBox(), untold()]).toEqual([2, 0, BOX_UNIT]);
    await take(FIVE);
    expect([await counted(), inBox()]).toEqual([3, 1]);
    expect(await act('startExchange')).toBe('exchangeOpen');
    expect([await counted(), inBox(), untold()]).toEqual([1, 1, '']);
    expect(await act('endExchange')).toBe('exchangeEnded');
  });

  it.each(['connectionLost', 'completionLost', 'silence'])('is told again after %s in the middle, and not before it is back is the exchange over', async (fault) => {
    const { act, take, swapBox, counted, inBox, untold, hand, untilState, journal, device, until } = await boxBench();
    await take(FIVE);
    await act('startExchange');
    await swapBox();
    hand({ do: 'fault', fault });
    expect(['deviceFailed', 'deviceUncertain']).toContain(await act('collect'));
    expect([inBox(), untold()]).toEqual([0, BOX_UNIT]);
    await until(() => device.status().state !== 'offline', 'the device');
    hand({ do: 'unplug' });
    await untilState('offline');
    expect(['deviceFailed', 'deviceUncertain']).toContain(await act('endExchange'));
    expect([isNoteExchangeOpen(journal), untold()]).toEqual([true, BOX_UNIT]);
    hand({ do: 'plug' });
    await untilState('faulty');
    expect(await act('endExchange')).toBe('exchangeEnded');
    expect([await counted(), inBox(), untold(), device.storage!.isExchanging(), isNoteExchangeOpen(journal)]).toEqual([0, 0, '', false, false]);
  });
});

describe('a dispenser that counts for itself', () => {
  it('is opened, told what lies in the cassette after a load and an emptying, and closed', async () => {
    const { act, unit, device, held, onRecord } = await bench();
    expect(await act('startExchange')).toBe('exchangeOpen');
    expect(device.storage!.isExchanging()).toBe(true);
    expect(await act('load', { noteCount: 300 })).toBe('loaded');
    expect([(await unit('unit2'))?.noteCount, held(2)]).toEqual([312, 312]);
    expect(await act('empty', { cassetteNumber: 1 })).toBe('emptied');
    expect([(await unit('unit1'))?.noteCount, held(1)]).toEqual([0, 0]);
    expect(await act('endExchange')).toBe('exchangeEnded');
    expect(device.storage!.isExchanging()).toBe(false);
    expect(onRecord().filter((line) => line.startsWith('notes.device'))).toEqual([]);
  });

  it('that is away leaves the counts of the terminal as the person says; it is told when it is back, and not before is the exchange over', async () => {
    const { act, unit, hand, untilState, journal, held, onRecord, clock, device } = await bench();
    await act('startExchange');
    hand({ do: 'unplug' });
    await untilState('offline');
    expect(['deviceFailed', 'deviceUncertain']).toContain(await act('load', { noteCount: 300 }));
    expect(held(2)).toBe(312);
    expect(['deviceFailed', 'deviceUncertain']).toContain(await act('endExchange'));
    expect(isNoteExchangeOpen(journal)).toBe(true);
    expect(onRecord().some((line) => /^notes\.device(Failed|Uncertain) test (readUnits|setCounts|endExchange): /.test(line))).toBe(true);
    hand({ do: 'plug' });
    await untilState('faulty');
    await clock.advance(1_000);
    expect(await act('endExchange')).toBe('exchangeEnded');
    expect([(await unit('unit2'))?.noteCount, held(2), device.storage!.isExchanging()]).toEqual([312, 312, false]);
    expect(isNoteExchangeOpen(journal)).toBe(false);
  });
});

describe('a disk that refuses in the middle of an act', () => {
  const WAYS = (['load', 'empty', 'startExchange'] as const).flatMap((act) => [1, 2, 3, 4].flatMap((from) => [from, 99].map((to) => ({ act, from, to }))));

  it.each(WAYS)('$act, commits $from to $to: whoever acted reads "not done" only where it was not, and the device hears of it in the end', async ({ act: name, from, to }) => {
    const { act, unit, held, onRecord, refuse, device } = await bench();
    if (name !== 'startExchange') await act('startExchange');
    const before = onRecord().filter((one) => one.startsWith(`notes.${name}`)).length;
    refuse(from, to);
    const result = await act(name, { noteCount: 30 }).catch(() => 'failed');
    refuse(1, 0);
    const isOnRecord = onRecord().filter((one) => one.startsWith(`notes.${name}`)).length > before;
    expect(isOnRecord).toBe(result !== 'failed');
    if (!isOnRecord) return;
    await act('startExchange');
    expect(await act('endExchange')).toBe('exchangeEnded');
    expect([(await unit('unit2'))?.noteCount, device.storage!.isExchanging()]).toEqual([held(2), false]);
  });
});
