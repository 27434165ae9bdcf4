/** Golden conversations and storages [xfs4iot §3 to §6, §14, §16] through driver and simulator, and counters of any kind that prove no more than they say. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createXfsRecycler } from '../../../../drivers/cash-recycler/xfs4iot-cash-recycler/device.ts';
import { boxOf, depleteOrder, mixFor } from '../../../../drivers/cash-recycler/xfs4iot-cash-recycler/orders.ts';
import { dispenseCountsOf } from '../../../../drivers/cash-recycler/xfs4iot-cash-recycler/payout-counts.ts';
import { recyclingUnitsOf } from '../../../../drivers/cash-recycler/xfs4iot-cash-recycler/recycling-units.ts';
import type { Registers } from '../../../../drivers/xfs4iot/payout-registers.ts';
import { decodeRegisters, drawnInBetween, encodeRegisters, movesBetween, registersOf } from '../../../../drivers/xfs4iot/payout-registers.ts';
import type { CashRecycler } from '../../../../drivers/interfaces/cash-recycler.ts';
import { storageSchema } from '../../../../drivers/xfs4iot/counts.ts';
import { decodeXfs } from '../../../../drivers/xfs4iot/decode.ts';
import { createXfsRecyclerSimulator } from '../../../../simulators/cash-recycler/xfs4iot-cash-recycler/simulator.ts';
import type { XfsBench } from '../../../support/xfs-bench.ts';
import { createXfsBench, goldenForm } from '../../../support/xfs-bench.ts';
import golden from '../../../vectors/xfs4iot-cash-recycler.json' with { type: 'json' };

const FIVE = 500_000;
/** What is left out of a golden conversation. */
const QUESTIONS = ['Common.Status', 'Common.Cancel', 'Storage.GetStorage', 'CashManagement.GetBankNoteTypes', 'Storage.CountsChangedEvent', 'Storage.StorageChangedEvent'];

async function bench(): Promise<XfsBench<CashRecycler>> {
  const made = createXfsBench((common) => createXfsRecycler({ ...common, currency: 'KZT', tokenKey: null }), (environment) => createXfsRecyclerSimulator(environment, { denominationsMinor: [200_000, FIVE], recyclingMinor: [FIVE], stored: [{ denominationMinor: FIVE, noteCount: 5 }], takesPaidAfterMs: null }));
  made.device.onEvent((event) => {
    if (event.kind === 'noteEscrowed') void made.device.stack(event.note.noteId);
    if (event.kind === 'noteStacked' || event.kind === 'noteReturned') event.acknowledge();
  });
  made.device.start();
  await made.untilState('ready');
  await made.settle(made.device.setRole({ denominationMinor: FIVE, role: 'cashInCashOut' }));
  made.wire.splice(0);
  return made;
}

async function act(made: XfsBench<CashRecycler>, name: string): Promise<void> {
  const { device, clock, hand, settle } = made;
  const acts: Readonly<Record<string, () => Promise<unknown>>> = {
    lock: () => settle(device.setRole({ denominationMinor: FIVE, role: 'cashIn' })),
    unlock: () => settle(device.setRole({ denominationMinor: FIVE, role: 'cashInCashOut' })),
    open: () => settle(device.enable({ denominationsMinor: [FIVE], currency: 'KZT' })),
    insertAndStack: async () => {
      await clock.advance(10);
      hand({ do: 'insertNote', denominationMinor: FIVE });
      await clock.advance(2_000);
    },
    shut: () => settle(device.disable()),
    payTwo: async () => {
      void device.dispenser.dispense({ cassetteNumber: device.unitNumberOf(FIVE)!, noteCount: 2 });
      await clock.advance(4_000);
    },
    take: async () => {
      hand({ do: 'takePaidNote' });
      await clock.advance(1_000);
    },
    wait: () => clock.advance(40_000),
    empty: () => settle(device.empty()),
  };
  await acts[name]!();
}

describe('golden conversations', () => {
  it.each(golden.conversations)('$name', async ({ acts, messages }) => {
    const made = await bench();
    for (const name of acts) await act(made, name);
    const said = made.wire.map(goldenForm).filter(({ type, name }) => type !== 'acknowledge' && !QUESTIONS.includes(name));
    expect(said).toEqual(messages);
    // Every message of it is read for a trace as well.
    for (const { text } of made.wire) expect(decodeXfs(Buffer.from(text))[0]).not.toMatchObject({ kind: 'noise' });
  });
});

describe('golden storages', () => {
  it.each(golden.storages)('$name', ({ storage, units, box, registers }) => {
    const read = storageSchema.parse({ storage }).storage;
    const found = recyclingUnitsOf(read, 'KZT');
    expect(found).toEqual(units);
    expect(recyclingUnitsOf(read, 'EUR')).toEqual([]);
    expect(registersOf(read, found)).toEqual(registers);
    expect(boxOf(read)).toEqual(box);
    expect(decodeRegisters(encodeRegisters(registers))).toEqual(registers);
  });

  it('of the simulator mean the same to the driver as the notes in it', async () => {
    const made = await bench();
    const inventory = await made.settle(made.device.inventory());
    expect(inventory).toEqual({ kind: 'completed', value: { movedToBox: [], units: [{ unitNumber: 1, denominationMinor: 200_000, currency: 'KZT', role: 'cashIn', noteCount: 0 }, { unitNumber: 2, denominationMinor: FIVE, currency: 'KZT', role: 'cashInCashOut', noteCount: 5 }] } });
  });
});

describe('orders', () => {
  const unit = (unitId: string, noteCount: number, isUsable = true) => ({ unitId, denominationMinor: FIVE, noteCount, isLockedIn: null, isUsable });

  it('pick one kind from several units, the fullest first', () => {
    expect(mixFor([{ denominationMinor: FIVE, noteCount: 6 }], { units: [unit('unit1', 2), unit('unit2', 5), unit('unit3', 9, false)], currency: 'KZT' })).toEqual({ counts: { unit2: 5, unit1: 1 }, currencies: { KZT: 30_000 } });
    expect(mixFor([{ denominationMinor: FIVE, noteCount: 8 }], { units: [unit('unit1', 2), unit('unit2', 5)], currency: 'KZT' })).toMatchObject({ errorCode: 'CDM_CASSETTE_EMPTY' });
    expect(mixFor([{ denominationMinor: FIVE, noteCount: 1 }], { units: [unit('unit3', 9, false)], currency: 'KZT' })).toMatchObject({ errorCode: 'CDM_CASSETTE_MISSING' });
  });

  it('bring what is above the float to the box, over all units of a kind', () => {
    expect(depleteOrder([unit('unit1', 3), unit('unit2', 4)], [{ denominationMinor: FIVE, noteCount: 5 }])).toMatchObject({ from: { unitId: 'unit1' }, noteCount: 2 });
    expect(depleteOrder([unit('unit1', 3), unit('unit2', 4)], [{ denominationMinor: FIVE, noteCount: 7 }])).toBeNull();
  });
});

const counters = fc.record({ presentedCount: fc.nat(8), rejectedCount: fc.nat(8), stackedCount: fc.nat(8), transportCount: fc.nat(8), unknownCount: fc.nat(8) });
const registers = (of: fc.Arbitrary<{ readonly presentedCount: number }>): fc.Arbitrary<Registers> => fc.record({ units: of.map((counts) => [{ unitId: 'unit1', denominationMinor: FIVE, initialCount: 10, ...(counts as Omit<Registers['units'][number], 'unitId' | 'denominationMinor' | 'initialCount'>) }]), drawnIn: fc.record({ operationCount: fc.option(fc.nat(3)), noteCount: fc.option(fc.nat(8)) }) });

describe('counters', () => {
  it('of any kind before and after: what is completed adds up, what is paid was presented, what is in doubt has bounds', () => {
    fc.assert(fc.property(registers(counters), registers(counters), fc.boolean(), fc.boolean(), fc.integer({ min: 1, max: 10 }), (before, after, mayBeOut, isDoubtful, noteCount) => {
      const outcome = dispenseCountsOf({ before, after, drawnInCount: drawnInBetween(before, after).noteCount, mayBeOut, isDoubtful, isDone: false, stoppedBy: () => null }, { cassetteNumber: 1, noteCount, denominationMinor: FIVE });
      const moves = movesBetween(before, after);
      if (moves === null) expect(outcome).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: noteCount } });
      else if (outcome.kind === 'completed') {
        const { presentedCount, rejectedCount, inTransportCount, pickedCount } = outcome.value;
        expect(pickedCount).toBe(presentedCount + rejectedCount + inTransportCount);
        expect(presentedCount).toBeLessThanOrEqual(moves[0]!.presentedCount);
        expect(isDoubtful).toBe(false);
      } else if (outcome.kind === 'uncertain') expect(outcome.lastKnown.noteCountMin).toBeLessThanOrEqual(outcome.lastKnown.noteCountMax!);
    }));
  });

  it('kept as text are read back or refused, never thrown at', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), registers(counters).map(encodeRegisters)), (mark) => {
      const read = decodeRegisters(mark);
      if (read !== null) expect(decodeRegisters(encodeRegisters(read))).toEqual(read);
    }));
  });
});
