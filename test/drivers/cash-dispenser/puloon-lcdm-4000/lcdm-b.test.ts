import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LcdmBCommand } from '../../../../drivers/cash-dispenser/puloon-lcdm-4000/codec.ts';
import { decodeLcdmBResponse, encodeLcdmBCommand, opcodeOf } from '../../../../drivers/cash-dispenser/puloon-lcdm-4000/codec.ts';
import { createFrameReader } from '../../../../drivers/cash-dispenser/puloon-lcdm-4000/frames.ts';
import { HostReader, buildResponse } from '../../../../simulators/cash-dispenser/puloon-lcdm-4000/wire.ts';
import { createLcdmBBench } from '../../../support/lcdm-b-bench.ts';
import vectors from '../../../vectors/puloon-lcdm-4000.json' with { type: 'json' };

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('golden frames', () => {
  it.each(vectors.vectors.filter((vector) => vector.to === 'device'))('$name: the driver sends it, the simulator reads it', ({ hex, decoded }) => {
    expect(encodeLcdmBCommand(decoded as LcdmBCommand)).toEqual(bytesOf(hex));
    expect(new HostReader().push(bytesOf(hex))).toMatchObject([{ kind: 'command', opcode: opcodeOf(decoded as LcdmBCommand) }]);
  });

  it.each(vectors.vectors.filter((vector) => vector.to === 'host'))('$name: the simulator builds it, the driver reads it', ({ hex, decoded }) => {
    const [event, ...others] = createFrameReader().push(bytesOf(hex));
    expect(others).toEqual([]);
    if (event?.kind !== 'response') throw new Error(event?.kind);
    expect(buildResponse(event.command, [...event.data])).toEqual([...bytesOf(hex)]);
    expect(decodeLcdmBResponse(event.command, event.data)).toEqual({ ok: true, value: decoded });
  });

  it('any bytes in any cut are told once and leave nothing pending', () => {
    const pieces = fc.array(fc.oneof(fc.uint8Array({ maxLength: 30 }), fc.constantFrom(...vectors.vectors.map(({ hex }) => Uint8Array.from(bytesOf(hex))))), { maxLength: 8 });
    fc.assert(fc.property(pieces, fc.integer({ min: 1, max: 20 }), (parts, cut) => {
      const bytes = Buffer.concat(parts);
      const reader = createFrameReader();
      const whole = createFrameReader();
      const told = [];
      for (let offset = 0; offset < bytes.length; offset += cut) told.push(...reader.push(bytes.subarray(offset, offset + cut)));
      told.push(...reader.expire());
      const frames = (events: readonly { readonly kind: string }[]) => events.filter((event) => event.kind !== 'noise');
      expect(frames(told)).toEqual(frames([...whole.push(bytes), ...whole.expire()]));
      expect(reader.pendingByteCount).toBe(0);
    }), { numRuns: 150 });
  });
});

it('with cassettes that stand in each other\'s places it says so and pays nothing, until they are put right', async () => {
  const codes = [2, 1, 3, 4];
  const bench = createLcdmBBench({ codes });
  bench.dispenser.start();
  await bench.untilState('faulty');
  expect(await bench.settle(bench.dispenser.dispense({ cassetteNumber: 3, noteCount: 2 }))).toMatchObject({ kind: 'failed', errorCode: 'CDM_CASSETTE_MISSING' });
  expect([bench.dispenser.status().faults, bench.outCount()]).toEqual([['CDM_CASSETTE_MISSING'], 0]);
  codes.splice(0, 2, 1, 2);
  await bench.untilState('ready');
  expect(await bench.settle(bench.dispenser.dispense({ cassetteNumber: 3, noteCount: 2 }))).toMatchObject({ kind: 'completed', value: { presentedCount: 2 } });
});

describe('a lost result', () => {
  async function ready(options: Parameters<typeof createLcdmBBench>[0] = {}) {
    const bench = createLcdmBBench(options);
    bench.dispenser.start();
    await bench.untilState('ready');
    return bench;
  }

  it('is learned from LAST STATUS', async () => {
    const bench = await ready();
    bench.hand({ do: 'fault', fault: 'replyLost', at: 'dispensed' });
    expect(await bench.settle(bench.dispenser.dispense({ cassetteNumber: 2, noteCount: 7 }))).toMatchObject({ kind: 'completed', value: { presentedCount: 7, stoppedBy: null } });
    expect(bench.outCount()).toBe(7);
    expect(bench.dispenser.status().state).toBe('ready');
  });

  it('stays uncertain when LAST STATUS says the same as before: it may be that of the dispense before', async () => {
    const bench = await ready();
    await bench.settle(bench.dispenser.dispense({ cassetteNumber: 1, noteCount: 5 }));
    bench.hand({ do: 'fault', fault: 'silence', at: 'dispense' });
    expect(await bench.settle(bench.dispenser.dispense({ cassetteNumber: 1, noteCount: 5 }))).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 6 } });
    expect(bench.outCount()).toBe(5);
  });

  it('is not learned from a LAST STATUS that differs only by a cassette that was taken out since', async () => {
    const bench = await ready();
    await bench.settle(bench.dispenser.dispense({ cassetteNumber: 1, noteCount: 5 }));
    const mark = await bench.settle(bench.dispenser.lastDispense!.readMark());
    bench.hand({ do: 'fault', fault: 'silence', at: 'dispense' });
    const running = bench.dispenser.dispense({ cassetteNumber: 1, noteCount: 5 });
    await bench.untilState('busy');
    bench.hand({ do: 'removeCassette', cassetteNumber: 2 });
    expect(await bench.settle(running)).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 6 } });
    expect(await bench.settle(bench.dispenser.lastDispense!.resolve({ cassetteNumber: 1, noteCount: 5, mark: mark! }))).toMatchObject({ kind: 'uncertain' });
    expect(bench.outCount()).toBe(5);
  });

  it('is asked for once: a 15 after the time of the ACK is no NAK', async () => {
    const bench = await ready();
    bench.hand({ do: 'fault', fault: 'headLost', at: 'command', opcode: 0x52 });
    expect(await bench.settle(bench.dispenser.dispense({ cassetteNumber: 2, noteCount: 7 }))).toMatchObject({ kind: 'completed', value: { presentedCount: 7 } });
    expect(bench.outCount()).toBe(7);
    expect(bench.world().dispenseCommandCount).toBe(1);
  });

  it('is told to a later start of the core that kept what LAST STATUS was before, and to none that cannot tell it from another', async () => {
    const bench = await ready();
    const before = await bench.settle(bench.dispenser.lastDispense!.readMark());
    const ask = (mark: string) => bench.settle(bench.dispenser.lastDispense!.resolve({ cassetteNumber: 1, noteCount: 4, mark }));
    expect(await ask(before!)).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 5 } });
    await bench.settle(bench.dispenser.dispense({ cassetteNumber: 1, noteCount: 4 }));
    expect(await ask(before!)).toMatchObject({ kind: 'completed', value: { presentedCount: 4, stoppedBy: null } });
    const after = await bench.settle(bench.dispenser.lastDispense!.readMark());
    expect(await ask(after!)).toMatchObject({ kind: 'uncertain' });
    await bench.settle(bench.dispenser.purge());
    expect(await ask(before!)).toMatchObject({ kind: 'uncertain' });
    bench.hand({ do: 'powerOff' });
    await bench.untilState('offline');
    expect(await bench.settle(bench.dispenser.lastDispense!.readMark())).toBeNull();
    expect((await ask(before!)).kind).not.toBe('completed');
  });

  it.each([['a spare in its place tells of where it stood before', async ({ hand, untilState }: ReturnType<typeof createLcdmBBench>) => {
    for (const act of ['powerOff', 'putSpare', 'powerOn'] as const) hand({ do: act });
    await untilState('ready');
  }], ['somebody tried it meanwhile', async ({ settle, dispenser }: ReturnType<typeof createLcdmBBench>) => void (await settle(dispenser.dispense({ cassetteNumber: 1, noteCount: 2 })))]])('is not learned after a restart from a good end that is not what was asked for: %s', async (_, meanwhile) => {
    const bench = await ready({ keepsLastStatus: true });
    const mark = await bench.settle(bench.dispenser.lastDispense!.readMark());
    await meanwhile(bench);
    expect(await bench.settle(bench.dispenser.lastDispense!.resolve({ cassetteNumber: 1, noteCount: 5, mark: mark! }))).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 6 } });
  });

  it.each([true, false])('stays uncertain after a power cut among the notes (memory kept: %s)', async (keepsLastStatus) => {
    const bench = await ready({ keepsLastStatus });
    await bench.settle(bench.dispenser.dispense({ cassetteNumber: 1, noteCount: 4 }));
    bench.hand({ do: 'fault', fault: 'powerCut', at: 'note', index: 2 });
    const running = bench.dispenser.dispense({ cassetteNumber: 1, noteCount: 5 });
    expect((await bench.settle(running)).kind).toBe('uncertain');
    expect(bench.outCount()).toBe(6);
  });

  it.each([['pickError', 'note', 'CDM_PICK_FAILURE', 'ready'], ['jam', 'exit', 'CDM_ITEMS_LEFT', 'faulty'], ['jam', 'divert', 'CDM_JAMMED', 'faulty'], ['countMismatch', 'note', 'CDM_COUNT_MISMATCH', 'faulty'], ['overReject', 'note', 'CDM_PICK_FAILURE', 'ready']] as const)('%s at %s: %s, then %s', async (fault, at, code, state) => {
    const bench = await ready();
    bench.hand({ do: 'fault', fault, at, index: 1 });
    const outcome = await bench.settle(bench.dispenser.dispense({ cassetteNumber: 3, noteCount: 4 }));
    expect(outcome).toMatchObject({ kind: 'completed', value: { presentedCount: bench.outCount(), stoppedBy: code } });
    expect(bench.dispenser.status().state).toBe(state);
    // What jammed left its cassette, too, though the result counts it nowhere.
    const { cassettes: loaded } = bench.simulator.world() as { readonly cassettes: readonly { readonly noteCount: number }[] };
    const { pickedCount, inTransportCount } = (outcome as { readonly value: { readonly pickedCount: number; readonly inTransportCount: number } }).value;
    expect({ pickedCount, inTransportCount }).toEqual({ pickedCount: 100 - loaded[2]!.noteCount, inTransportCount: fault === 'jam' ? 1 : 0 });
  });
});
