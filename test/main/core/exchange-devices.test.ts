/**
 * Goal: a dispenser whose service counts for itself hears of each thing that hands did, and what it did not do for certain is said and on record. Method: the acts on
 * driver and simulated service over the wire, with a journal in memory.
 */
import { describe, expect, it } from 'vitest';
import { createXfsDispenser } from '../../../drivers/cash-dispenser/xfs4iot-cash-dispenser/device.ts';
import { cassetteUnit } from '../../../main/core/cash/cash-unit-ids.ts';
import { isNoteExchangeOpen } from '../../../main/core/cash/note-exchange.ts';
import { actOnNotes } from '../../../main/core/service/note-acts.ts';
import { createXfsDispenserSimulator } from '../../../simulators/cash-dispenser/xfs4iot-cash-dispenser/simulator.ts';
import { sampleConfig } from '../../../simulators/terminal/sample-config.ts';
import type { NoteAct } from '../../../state-machines/service/service.types.ts';
import { createXfsBench } from '../../support/xfs-bench.ts';
import { memoryJournal } from '../journal/journal-fixture.ts';

const FIVE = 500_000;
const TWO = 200_000;
const CASSETTES = [{ cassetteNumber: 1, denominationMinor: FIVE, noteCount: 100 }, { cassetteNumber: 2, denominationMinor: TWO, noteCount: 12 }];

async function bench() {
  const xfs = createXfsBench((common) => createXfsDispenser({ ...common, cassetteCount: 2, bunchNotesMax: 40, hasStacker: true, tokenKey: null }), (environment) => createXfsDispenserSimulator(environment, { cassettes: CASSETTES }));
  xfs.device.start();
  await xfs.untilState('ready');
  const journal = memoryJournal();
  journal.commit({ cashUnits: CASSETTES.map(({ cassetteNumber, denominationMinor, noteCount }) => ({ unitId: cassetteUnit(cassetteNumber), denominationMinor, noteCountDelta: noteCount })) });
  const config = sampleConfig({ runFolder: '.', dataFolder: '.', bankPort: 1, cassettes: CASSETTES });
  const parts = { config, journal, devices: { acceptor: null, dispenser: xfs.device }, acceptorDesk: { hasOpenOrders: () => false }, cassettes: { refresh: async () => false } } as unknown as Parameters<typeof actOnNotes>[0];
  const act = (name: NoteAct, { cassetteNumber = 2, noteCount = 0 } = {}) => xfs.settle(actOnNotes(parts, { staff: { login: 't-014', name: 'T.', level: 'technician' }, act: name, cassetteNumber, noteCount }));
  const unit = async (unitId: string) => {
    const told = await xfs.settle(xfs.device.storage!.readUnits());
    return told.kind === 'completed' ? told.value.find((one) => one.unitId === unitId) : undefined;
  };
  const onRecord = () => journal.entries({ kinds: ['service.acted'], limit: 100 }).map(({ data }) => `${(data as { action: string }).action} ${(data as { target: string }).target}`);
  const held = (cassetteNumber: number) => journal.cashUnits().find(({ unitId }) => unitId === cassetteUnit(cassetteNumber))?.noteCount;
  return { ...xfs, journal, act, unit, onRecord, held };
}

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
