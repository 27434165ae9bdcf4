import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createXfsAcceptor } from '../../../drivers/cash-acceptor/xfs4iot-cash-acceptor/device.ts';
import { createXfsDispenser } from '../../../drivers/cash-dispenser/xfs4iot-cash-dispenser/device.ts';
import type { CashAcceptorEvent } from '../../../drivers/interfaces/cash-acceptor.ts';
import type { CashStorage, CashStorageEvent, StoredUnit } from '../../../drivers/interfaces/cash-storage.ts';
import { storageSchema } from '../../../drivers/xfs4iot/counts.ts';
import { retractedOf } from '../../../drivers/xfs4iot/dispensing.ts';
import { movesOfUnit, registersOf } from '../../../drivers/xfs4iot/payout-registers.ts';
import { storedUnitsOf } from '../../../drivers/xfs4iot/stored-units.ts';
import { CassetteWatch } from '../../../main/core/cash/cassette-watch.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { createXfsAcceptorSimulator } from '../../../simulators/cash-acceptor/xfs4iot-cash-acceptor/simulator.ts';
import { createXfsDispenserSimulator } from '../../../simulators/cash-dispenser/xfs4iot-cash-dispenser/simulator.ts';
import { createXfsBench, goldenForm } from '../../support/xfs-bench.ts';
import golden from '../../vectors/xfs4iot-storage.json' with { type: 'json' };

const CASSETTES = [{ cassetteNumber: 1, denominationMinor: 500_000, noteCount: 100 }, { cassetteNumber: 2, denominationMinor: 200_000, noteCount: 12 }];

async function dispenserBench() {
  const bench = createXfsBench((common) => createXfsDispenser({ ...common, cassetteCount: 2, bunchNotesMax: 40, hasStacker: true, tokenKey: null }), (environment) => createXfsDispenserSimulator(environment, { cassettes: CASSETTES }));
  const storage = bench.device.storage as CashStorage;
  const events: CashStorageEvent[] = [];
  storage.onEvent((event) => events.push(event));
  bench.device.start();
  await bench.untilState('ready');
  const units = async (): Promise<readonly StoredUnit[]> => {
    const told = await bench.settle(storage.readUnits());
    if (told.kind !== 'completed') throw new Error(told.kind);
    return told.value;
  };
  return { ...bench, storage, events, units, unit: async (unitId: string) => (await units()).find((unit) => unit.unitId === unitId)!, presenter: bench.device.presenter! };
}

async function acceptorBench() {
  const bench = createXfsBench((common) => createXfsAcceptor(common), (environment) => createXfsAcceptorSimulator(environment, { denominationsMinor: [200_000, 500_000] }));
  const events: CashAcceptorEvent[] = [];
  bench.device.onEvent((event) => {
    events.push(event);
    if (event.kind === 'noteStacked' || event.kind === 'noteReturned') event.acknowledge();
  });
  bench.device.start();
  await bench.untilState('ready');
  return { ...bench, events, storage: bench.device.storage as CashStorage };
}

describe('units', () => {
  it('are told with role, cassette number, value and the sum of what was set, came and went', async () => {
    const bench = await dispenserBench();
    expect(await bench.units()).toEqual([
      { unitId: 'unit1', role: 'cashOut', cassetteNumber: 1, currency: 'KZT', denominationMinor: 500_000, status: 'ok', level: 'ok', noteCount: 100, isCountSure: true },
      { unitId: 'unit2', role: 'cashOut', cassetteNumber: 2, currency: 'KZT', denominationMinor: 200_000, status: 'ok', level: 'ok', noteCount: 12, isCountSure: true },
      expect.objectContaining({ unitId: 'unitR', role: 'reject', cassetteNumber: null, denominationMinor: null, noteCount: 0, isCountSure: true }),
      expect.objectContaining({ unitId: 'unitT', role: 'retract', cassetteNumber: null, noteCount: 0, isCountSure: true }),
    ]);
    await bench.settle(bench.presenter.stack([{ cassetteNumber: 1, noteCount: 3 }]));
    expect((await bench.unit('unit1')).noteCount).toBe(97);
    await bench.settle(bench.presenter.present());
    bench.hand({ do: 'takeNotes' });
    expect((await bench.unit('unit1')).noteCount).toBe(97);
  });

  it('tell that counts moved, and that a level was crossed', async () => {
    const bench = await dispenserBench();
    await bench.settle(bench.presenter.stack([{ cassetteNumber: 2, noteCount: 3 }]));
    expect(bench.events.map(({ kind }) => kind)).toEqual(['countsChanged', 'levelCrossed']);
    expect(bench.events[1]).toEqual({ kind: 'levelCrossed', unitIds: ['unit2'] });
    expect(await bench.unit('unit2')).toMatchObject({ level: 'low', noteCount: 9 });
  });

  it('say which of them stopped a dispense', async () => {
    const bench = await dispenserBench();
    const outcome = await bench.settle(bench.presenter.stack([{ cassetteNumber: 1, noteCount: 2 }, { cassetteNumber: 2, noteCount: 13 }]));
    expect(outcome).toMatchObject({ kind: 'completed', value: [{ cassetteNumber: 1, stackedCount: 2, stoppedBy: null }, { cassetteNumber: 2, stackedCount: 12, stoppedBy: 'CDM_CASSETTE_EMPTY' }] });
    expect(bench.events).toContainEqual({ kind: 'unitFailed', unitIds: ['unit2'], failure: 'empty' });
  });

  it('that were out without an exchange pay nothing until one', async () => {
    const bench = await dispenserBench();
    bench.hand({ do: 'removeCassette', cassetteNumber: 1 });
    await bench.clock.advance(100);
    expect(bench.events).toContainEqual({ kind: 'unitChanged', unitIds: ['unit1'] });
    bench.hand({ do: 'insertCassette', cassetteNumber: 1 });
    expect((await bench.unit('unit1')).status).toBe('manipulated');
    const sensors = await bench.settle(bench.device.readSensors());
    expect(sensors).toMatchObject({ kind: 'completed', value: { cassettes: [{ isPresent: false }, { isPresent: true }] } });
    const failed = await bench.settle(bench.presenter.stack([{ cassetteNumber: 1, noteCount: 1 }]));
    expect(failed).toMatchObject({ kind: 'completed', value: [{ pickedCount: 0, stoppedBy: 'CDM_PICK_FAILURE' }] });
    await bench.settle(bench.storage.startExchange());
    await bench.settle(bench.storage.endExchange());
    expect((await bench.unit('unit1')).status).toBe('ok');
  });

  it('of any shape are read without a throw, and never have a count that nobody told', () => {
    const counts = fc.oneof(fc.jsonValue(), fc.record({ typeA: fc.record({ fit: fc.integer() }) }));
    fc.assert(fc.property(fc.dictionary(fc.string({ maxLength: 8 }), fc.record({ status: fc.string(), cash: fc.record({ status: fc.record({ in: fc.record({ deposited: counts }), out: fc.record({ presented: counts }) }) }) })), (storage) => {
      const parsed = storageSchema.safeParse({ storage });
      if (parsed.success) expect(storedUnitsOf(parsed.data.storage).every((unit) => unit.noteCount === null && !unit.isCountSure)).toBe(true);
    }));
  });

  it.each([0xffff_ffff, Number.MAX_SAFE_INTEGER, -1, 0.5])('a count of %s is none: sums of money stay exact', (presented) => {
    const registers = (count: number) => registersOf({ unit1: { cash: { status: { out: { presented: { type5: { fit: count } } } } } } }, [{ unitId: 'unit1', denominationMinor: 500 }]);
    expect(movesOfUnit('unit1', registers(3), registers(presented))).toBe(null);
  });
});

const notes = (noteCount: number) => ({ type5: { fit: noteCount } });
describe('what a Retract drew in', () => {
  it.each([
    [{ storage: { unitT: { retractOperations: 1, retracted: { unrecognized: 2 } } } }, 2],
    [{ storage: { unitT: { retractOperations: 1, retracted: notes(2) }, unitR: { rejected: notes(1) } } }, 3],
    [{ storage: { unitT: { retracted: notes(1) } }, transport: notes(1), stacker: notes(1) }, 3],
    // Drawn in, and not counted there: no word that the customer has them.
    [{ storage: { unitT: { retractOperations: 1 } } }, null],
    [{ storage: { unitT: { retractOperations: 1, retracted: {} } }, transport: {}, stacker: {} }, null],
    [{ storage: { unitT: { retractOperations: 1 } }, transport: notes(1) }, null],
    [{}, null], [{ storage: null }, null], [{ storage: 'unitT' }, null],
  ])('%j: %s', (payload, noteCount) => {
    expect(retractedOf(payload)).toBe(noteCount);
  });
});

describe('an exchange', () => {
  it('says to the service what was loaded, in these messages', async () => {
    const bench = await dispenserBench();
    bench.wire.splice(0);
    expect(await bench.settle(bench.storage.startExchange())).toMatchObject({ kind: 'completed' });
    bench.hand({ do: 'removeCassette', cassetteNumber: 2 });
    await bench.clock.advance(100);
    bench.hand({ do: 'loadCassette', cassetteNumber: 2, noteCount: 1_988 });
    bench.hand({ do: 'insertCassette', cassetteNumber: 2 });
    await bench.clock.advance(100);
    expect(await bench.settle(bench.storage.setCounts([{ unitId: 'unit2', notes: [{ denominationMinor: 200_000, noteCount: 2_000 }] }]))).toMatchObject({ kind: 'completed' });
    expect(await bench.settle(bench.storage.endExchange())).toEqual({ kind: 'completed', value: { hasUnitProblem: false } });
    expect(await bench.unit('unit2')).toMatchObject({ noteCount: 2_000, status: 'ok', level: 'ok' });
    const questions = ['Common.Status', 'Storage.GetStorage', 'CashManagement.GetBankNoteTypes'];
    expect(bench.wire.map(goldenForm).filter(({ type, name }) => type !== 'acknowledge' && !questions.includes(name))).toEqual(golden.conversation);
  });

  it('takes the dispenser out of use, whoever opened it, and nothing is paid meanwhile', async () => {
    const bench = await dispenserBench();
    await bench.settle(bench.storage.startExchange());
    await bench.untilState('faulty');
    expect(bench.device.status().faults).toEqual(['CDM_EXCHANGE']);
    expect(bench.storage.isExchanging()).toBe(true);
    expect(await bench.settle(bench.presenter.stack([{ cassetteNumber: 1, noteCount: 1 }]))).toMatchObject({ kind: 'failed' });
    expect((await bench.unit('unit1')).noteCount).toBe(100);
    // Also for a terminal that was started anew meanwhile.
    bench.hand({ do: 'unplug' });
    await bench.untilState('offline');
    bench.hand({ do: 'plug' });
    await bench.untilState('faulty');
    expect(bench.storage.isExchanging()).toBe(true);
    await bench.settle(bench.storage.endExchange());
    await bench.untilState('ready');
    expect(bench.storage.isExchanging()).toBe(false);
  });

  it('is not opened over notes that are under way', async () => {
    const bench = await dispenserBench();
    await bench.settle(bench.presenter.stack([{ cassetteNumber: 1, noteCount: 1 }]));
    expect(await bench.settle(bench.storage.startExchange())).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
    await bench.settle(bench.presenter.present());
    expect(await bench.settle(bench.storage.startExchange())).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
    expect(bench.simulator.world()).toMatchObject({ isExchanging: false });
  });

  it('sets nothing outside of it, for a unit or a note that the service does not have, or twice for one unit', async () => {
    const bench = await dispenserBench();
    const load = (unitId: string, denominationMinor: number) => ({ unitId, notes: [{ denominationMinor, noteCount: 5 }] });
    expect(await bench.settle(bench.storage.setCounts([load('unit1', 500_000)]))).toMatchObject({ kind: 'failed', detail: expect.stringContaining('noExchangeActive') });
    await bench.settle(bench.storage.startExchange());
    for (const loads of [[], [load('unit9', 500_000)], [load('unit1', 700)], [load('unit1', 500_000), load('unit1', 500_000)]]) expect(await bench.settle(bench.storage.setCounts(loads))).toMatchObject({ kind: 'failed', completionCode: 'invalidData' });
    expect((await bench.unit('unit1')).noteCount).toBe(100);
    expect(await bench.settle(bench.storage.setCounts([{ unitId: 'unit1', notes: [] }]))).toMatchObject({ kind: 'completed' });
    expect((await bench.unit('unit1')).noteCount).toBe(0);
  });

  it.each(['silence', 'completionLost', 'connectionLost'])('whose start %s hid is in doubt, and the status tells when the device is back', async (fault) => {
    const bench = await dispenserBench();
    bench.hand({ do: 'fault', fault });
    expect(await bench.settle(bench.storage.startExchange())).toMatchObject({ kind: 'uncertain' });
    await bench.until(() => ['ready', 'faulty'].includes(bench.device.status().state), 'the device');
    expect(bench.storage.isExchanging()).toBe(fault !== 'silence');
    expect(bench.simulator.world()).toMatchObject({ isExchanging: fault !== 'silence' });
    expect((await bench.settle(bench.storage.startExchange())).kind).toBe('completed');
    await bench.settle(bench.storage.endExchange());
    await bench.untilState('ready');
  });

  it.each(['completionLost', 'connectionLost'])('whose counts %s hid are in doubt, are read, and may be said again', async (fault) => {
    const bench = await dispenserBench();
    await bench.settle(bench.storage.startExchange());
    bench.hand({ do: 'fault', fault });
    const loads = [{ unitId: 'unit1', notes: [{ denominationMinor: 500_000, noteCount: 700 }] }];
    expect(await bench.settle(bench.storage.setCounts(loads))).toMatchObject({ kind: 'uncertain' });
    await bench.untilState('faulty');
    expect((await bench.unit('unit1')).noteCount).toBe(700);
    expect((await bench.settle(bench.storage.setCounts(loads))).kind).toBe('completed');
  });

  it('ends also where a cassette has a problem, which is told', async () => {
    const bench = await dispenserBench();
    await bench.settle(bench.storage.startExchange());
    bench.hand({ do: 'fault', fault: 'unitProblem', at: 'endExchange' });
    expect(await bench.settle(bench.storage.endExchange())).toEqual({ kind: 'completed', value: { hasUnitProblem: true } });
    await bench.untilState('ready');
    bench.hand({ do: 'fault', fault: 'unitProblem', at: 'startExchange' });
    expect(await bench.settle(bench.storage.startExchange())).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'storageUnitError' } });
  });

  it('is kept by the service over a loss of its power', async () => {
    const bench = await dispenserBench();
    await bench.settle(bench.storage.startExchange());
    bench.hand({ do: 'powerOff' });
    await bench.untilState('offline');
    bench.hand({ do: 'powerOn' });
    await bench.untilState('faulty');
    expect(bench.device.status().faults).toEqual(['CDM_EXCHANGE']);
  });
});

describe('what the core makes of it', () => {
  it('a cassette that was out without an exchange pays nothing, as soon as the service tells', async () => {
    const bench = await dispenserBench();
    const watch = new CassetteWatch({ dispenser: bench.device, log: silentLog, configured: [500_000, 200_000].map((denominationMinor, index) => ({ cassetteNumber: index + 1, denominationMinor })) });
    const refreshed: Promise<boolean>[] = [];
    bench.storage.onEvent(({ kind }) => {
      if (kind !== 'countsChanged') refreshed.push(watch.refresh());
    });
    bench.hand({ do: 'removeCassette', cassetteNumber: 2 });
    await bench.clock.advance(2_000);
    expect(await bench.settle(Promise.all(refreshed))).toEqual([true]);
    expect([watch.isPresent(1), watch.isPresent(2)]).toEqual([true, false]);
  });
});

describe('a cassette of which the service says that other notes lie in it', () => {
  it('pays nothing, and nothing is ordered of it by its old number', async () => {
    const bench = await dispenserBench();
    const watch = new CassetteWatch({ dispenser: bench.device, log: silentLog, configured: [500_000, 200_000].map((denominationMinor, index) => ({ cassetteNumber: index + 1, denominationMinor })) });
    await bench.settle(watch.refresh());
    expect([watch.isPresent(1), watch.isPresent(2)]).toEqual([true, true]);
    bench.hand({ do: 'relabel', cassetteNumber: 1, denominationMinor: 200_000 });
    expect(await bench.settle(bench.device.presenter!.stack([{ cassetteNumber: 1, noteCount: 2 }]))).toMatchObject({ kind: 'failed', errorCode: 'CDM_CASSETTE_MISSING' });
    await bench.untilState('ready');
    expect(await bench.settle(watch.refresh())).toBe(true);
    expect([watch.isPresent(1), watch.isPresent(2)]).toEqual([false, true]);
    expect((await bench.settle(bench.device.presenter!.stack([{ cassetteNumber: 2, noteCount: 2 }]))).kind).toBe('completed');
  });
});

describe('the box of an acceptor', () => {
  const take = async (bench: Awaited<ReturnType<typeof acceptorBench>>, denominationMinor: number) => {
    bench.hand({ do: 'insertNote', denominationMinor });
    await bench.until(() => bench.events.at(-1)?.kind === 'noteEscrowed', 'the note');
    const note = bench.events.at(-1);
    if (note?.kind === 'noteEscrowed') await bench.settle(bench.device.stack(note.note.noteId));
  };

  it('is counted by the service, told when it is out and back, and emptied by an exchange', async () => {
    const bench = await acceptorBench();
    await bench.settle(bench.device.enable({ denominationsMinor: [200_000, 500_000], currency: 'KZT' }));
    await bench.clock.advance(10);
    await take(bench, 500_000);
    await bench.clock.advance(10);
    expect(await bench.settle(bench.storage.startExchange())).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
    await bench.settle(bench.device.disable());
    expect(await bench.settle(bench.storage.readUnits())).toMatchObject({ kind: 'completed', value: [{ unitId: 'unitB', role: 'cashIn', cassetteNumber: null, noteCount: 1, status: 'ok' }] });
    expect((await bench.settle(bench.storage.startExchange())).kind).toBe('completed');
    await bench.until(() => bench.device.status().faults.includes('CIM_EXCHANGE'), 'the exchange');
    bench.hand({ do: 'removeBox' });
    await bench.until(() => bench.device.status().faults.includes('CIM_BOX_REMOVED'), 'the box');
    bench.hand({ do: 'insertBox' });
    await bench.until(() => !bench.device.status().faults.includes('CIM_BOX_REMOVED'), 'the box');
    expect(bench.events.map(({ kind }) => kind).filter((kind) => kind.startsWith('box'))).toEqual(['boxRemoved', 'boxInserted']);
    expect((await bench.settle(bench.storage.setCounts([{ unitId: 'unitB', notes: [] }]))).kind).toBe('completed');
    expect(await bench.settle(bench.storage.endExchange())).toMatchObject({ kind: 'completed' });
    await bench.untilState('ready');
    expect(await bench.settle(bench.storage.readUnits())).toMatchObject({ value: [{ noteCount: 0, level: 'empty' }] });
  });

  it.each(['silence', 'completionLost', 'connectionLost'])('whose exchange %s hid at each of its three steps: in doubt, told by the service when it is back, and said again', async (fault) => {
    const bench = await acceptorBench();
    const back = () => bench.until(() => ['ready', 'faulty'].includes(bench.device.status().state), 'the device');
    const counted = async () => {
      const told = await bench.settle(bench.storage.readUnits());
      return told.kind === 'completed' ? told.value[0]!.noteCount : null;
    };
    const isHeard = fault !== 'silence';
    bench.hand({ do: 'fault', fault });
    expect(await bench.settle(bench.storage.startExchange())).toMatchObject({ kind: 'uncertain' });
    await back();
    expect(bench.storage.isExchanging()).toBe(isHeard);
    expect((await bench.settle(bench.storage.startExchange())).kind).toBe('completed');

    const loads = [{ unitId: 'unitB', notes: [{ denominationMinor: 500_000, noteCount: 7 }, { denominationMinor: 200_000, noteCount: 2 }] }];
    // The question before it is the one that is not heard: nothing was set then.
    bench.hand({ do: 'fault', fault });
    expect(['failed', 'uncertain']).toContain((await bench.settle(bench.storage.setCounts(loads))).kind);
    await back();
    expect(await counted()).toBe(isHeard ? 9 : 0);
    expect((await bench.settle(bench.storage.setCounts(loads))).kind).toBe('completed');
    expect(await counted()).toBe(9);

    bench.hand({ do: 'fault', fault });
    expect(await bench.settle(bench.storage.endExchange())).toMatchObject({ kind: 'uncertain' });
    await back();
    expect(bench.storage.isExchanging()).toBe(!isHeard);
    expect(await bench.settle(bench.storage.endExchange())).toEqual({ kind: 'completed', value: { hasUnitProblem: false } });
    await bench.untilState('ready');
    expect([bench.storage.isExchanging(), await counted()]).toEqual([false, 9]);
  });

  it('counts from what was set: notes that come after it are added, and a problem at the end is told', async () => {
    const bench = await acceptorBench();
    await bench.settle(bench.storage.startExchange());
    expect((await bench.settle(bench.storage.setCounts([{ unitId: 'unitB', notes: [{ denominationMinor: 500_000, noteCount: 3 }] }]))).kind).toBe('completed');
    bench.hand({ do: 'fault', fault: 'unitProblem', at: 'endExchange' });
    expect(await bench.settle(bench.storage.endExchange())).toEqual({ kind: 'completed', value: { hasUnitProblem: true } });
    await bench.untilState('ready');
    await bench.settle(bench.device.enable({ denominationsMinor: [500_000], currency: 'KZT' }));
    await bench.clock.advance(10);
    await take(bench, 500_000);
    await bench.settle(bench.device.disable());
    expect(await bench.settle(bench.storage.readUnits())).toMatchObject({ kind: 'completed', value: [{ noteCount: 4 }] });
    await bench.settle(bench.storage.startExchange());
    expect((await bench.settle(bench.storage.setCounts([{ unitId: 'unitB', notes: [] }]))).kind).toBe('completed');
    expect(await bench.settle(bench.storage.readUnits())).toMatchObject({ kind: 'completed', value: [{ noteCount: 0 }] });
    expect(await bench.settle(bench.storage.setCounts([{ unitId: 'unitB', notes: [{ denominationMinor: 700, noteCount: 1 }] }]))).toMatchObject({ kind: 'failed', completionCode: 'invalidData' });
  });

  it('stays open over a loss of power of its service, and takes no note before it is closed', async () => {
    const bench = await acceptorBench();
    await bench.settle(bench.storage.startExchange());
    bench.hand({ do: 'powerOff' });
    await bench.untilState('offline');
    bench.hand({ do: 'powerOn' });
    await bench.untilState('faulty');
    expect(bench.device.status().faults).toEqual(['CIM_EXCHANGE']);
    expect(await bench.settle(bench.device.enable({ denominationsMinor: [500_000], currency: 'KZT' }))).toMatchObject({ kind: 'failed', detail: expect.stringContaining('exchangeActive') });
    await bench.settle(bench.storage.endExchange());
    await bench.untilState('ready');
    expect((await bench.settle(bench.device.enable({ denominationsMinor: [500_000], currency: 'KZT' }))).kind).toBe('completed');
  });

  it('that was out without an exchange takes nothing', async () => {
    const bench = await acceptorBench();
    bench.hand({ do: 'removeBox' });
    await bench.until(() => bench.device.status().faults.includes('CIM_BOX_REMOVED'), 'the box');
    bench.hand({ do: 'insertBox' });
    await bench.clock.advance(10_000);
    expect(bench.device.status()).toMatchObject({ state: 'faulty', faults: ['CIM_BOX_REMOVED'] });
    await bench.settle(bench.device.enable({ denominationsMinor: [200_000], currency: 'KZT' }));
    await bench.clock.advance(1_000);
    expect(bench.simulator.control({ do: 'insertNote', denominationMinor: 200_000 }).ok).toBe(false);
    expect(bench.simulator.world()).toMatchObject({ units: [{ status: 'manipulated', noteCount: 0 }] });
    await bench.settle(bench.storage.startExchange());
    await bench.settle(bench.storage.endExchange());
    await bench.untilState('ready');
  });
});
