import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../../../vectors/hid-pos-scanner.json' with { type: 'json' };
import { CodeJoiner, TRIGGER_OFF, TRIGGER_ON } from '../../../../drivers/barcode-reader/hid-pos-scanner/codec.ts';
import { decodeHidPos } from '../../../../drivers/barcode-reader/hid-pos-scanner/decode.ts';
import { createHidPosScanner } from '../../../../drivers/barcode-reader/hid-pos-scanner/device.ts';
import { readReport } from '../../../../drivers/barcode-reader/hid-pos-scanner/frames.ts';
import { silentLog } from '../../../../main/foundation/log.ts';
import { createHidPosScannerSimulator } from '../../../../simulators/barcode-reader/hid-pos-scanner/simulator.ts';
import { buildReports, triggerOf } from '../../../../simulators/barcode-reader/hid-pos-scanner/wire.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../../simulators/world/virtual-clock.ts';
import { createMemoryHid } from '../../../support/memory-hid.ts';

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const QR = vectors.vectors[1]!.text;

async function createBench(options: { readonly hasTrigger?: boolean; readonly isArmed?: boolean } = {}) {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const { transport, line } = createMemoryHid();
  const hasTrigger = options.hasTrigger ?? true;
  const simulator = createHidPosScannerSimulator({ line, clock, random: seededRandom(1), timeFactor: 1 }, { hasTrigger });
  simulator.start();
  const device = createHidPosScanner({ deviceId: 'scanner', transport, clock, log: silentLog, hasTrigger });
  const codes: string[] = [];
  device.onCode(({ text }) => void codes.push(text));
  const untilState = async (state: string) => expect(await clock.runUntil(() => device.status().state === state, 60_000)).toBe(true);
  const settle = async <T>(promise: Promise<T>): Promise<T> => {
    await clock.advance(10);
    return promise;
  };
  const hand = (command: object) => expect(simulator.control(command)).toMatchObject({ ok: true });
  device.start();
  await untilState('ready');
  if (options.isArmed ?? true) expect(await settle(device.arm())).toMatchObject({ kind: 'completed' });
  return { clock, simulator, device, codes, untilState, settle, hand, world: () => simulator.world() as Record<string, unknown> };
}

describe('HID POS reports', () => {
  it.each(vectors.vectors)('$name, both sides, with and without report id', ({ aim, text, reports }) => {
    expect(buildReports(aim, text)).toEqual(reports.map(bytesOf));
    for (const cut of [0, 1]) {
      const joiner = new CodeJoiner();
      const events = reports.map((hex) => {
        const event = readReport(bytesOf(hex).subarray(cut));
        return event.kind === 'part' ? joiner.push(event) : event;
      });
      expect(events.at(-1)).toEqual({ kind: 'code', code: { aim, text } });
    }
  });

  it.each(vectors.commands)('$name', ({ hex, trigger }) => {
    expect(trigger === 'on' ? TRIGGER_ON : TRIGGER_OFF).toEqual(bytesOf(hex));
    expect(triggerOf(bytesOf(hex))).toBe(trigger);
  });

  it('takes any report without a throw, shows none of it, and joins any code of any length', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 70 }), (report) => JSON.stringify(decodeHidPos(report)).length > 0));
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 300, unit: fc.constantFrom(...'abcXYZ0189/?=&Қ') }), (text) => {
        const joiner = new CodeJoiner();
        const parts = buildReports(']Q1', text).map(readReport);
        const last = parts.map((part) => (part.kind === 'part' ? joiner.push(part) : null)).at(-1);
        // A code that repeats itself from one report to the next is given up, never told wrongly.
        if (last?.kind === 'code') expect(last.code.text).toBe(text);
        else expect(last?.kind).toBe('dropped');
        expect(joiner.isInsideCode).toBe(false);
      }),
    );
  });
});

describe('HID POS scanner', () => {
  it('tells a code of two reports once while it stays before the window', async () => {
    const { clock, codes, hand, world } = await createBench();
    hand({ do: 'showCode', text: QR });
    await clock.advance(8_000);
    expect(codes).toEqual([QR]);
    expect(world()['readCount'] as number).toBeGreaterThan(5);
    hand({ do: 'hideCode' });
    await clock.advance(3_000);
    hand({ do: 'showCode', text: QR });
    await clock.advance(2_000);
    expect(codes).toEqual([QR, QR]);
  });

  it('tells nothing while not armed, with and without a trigger', async () => {
    for (const hasTrigger of [true, false]) {
      const { clock, codes, hand, device, settle, world } = await createBench({ hasTrigger, isArmed: false });
      hand({ do: 'showCode', text: 'A1' });
      await clock.advance(5_000);
      expect([codes, (world()['readCount'] as number) > 0]).toEqual([[], !hasTrigger]);
      await settle(device.arm());
      await clock.advance(2_000);
      expect(codes).toEqual(['A1']);
      await settle(device.disarm());
      hand({ do: 'showCode', text: 'A2' });
      await clock.advance(5_000);
      expect(codes).toEqual(['A1']);
    }
  });

  it('takes control characters out, but GS', async () => {
    const { clock, codes, hand } = await createBench();
    hand({ do: 'showCode', text: '01\u0000046\u001d10AB\u001b' });
    await clock.advance(1_000);
    expect(codes).toEqual(['01046\u001d10AB']);
  });

  it.each(['missingLast', 'duplicate', 'otherAim', 'late', 'shortReport', 'wrongId', 'noise'])('never tells a wrong code: %s', async (fault) => {
    const { clock, codes, hand } = await createBench();
    hand({ do: 'fault', fault, ...(['duplicate', 'otherAim'].includes(fault) ? { index: 0 } : fault === 'late' ? { index: 1 } : {}) });
    hand({ do: 'showCode', text: QR });
    await clock.advance(8_000);
    expect(new Set(codes)).toEqual(new Set([QR]));
  });

  it.each([true, false])('is found hung by two control transfers without an answer, not by one, and comes back (armed: %s)', async (isArmed) => {
    const { clock, device, hand, untilState } = await createBench({ isArmed });
    hand({ do: 'fault', fault: 'silence', times: 1 });
    await clock.advance(8_000);
    expect(device.status().state).not.toBe('offline');
    hand({ do: 'fault', fault: 'silence', times: 1_000 });
    expect(await clock.runUntil(() => device.status().faults.includes('BCR_OFFLINE'), 11_000)).toBe(true);
    const states = new Set<string>();
    device.onStatus(({ state }) => void states.add(state));
    await clock.advance(30_000);
    expect([...states].sort()).toEqual(['offline', 'recovering']);
    hand({ do: 'clearFaults' });
    await untilState(isArmed ? 'busy' : 'ready');
  });

  it('comes back armed after it was pulled', async () => {
    const { clock, codes, hand, untilState, device } = await createBench();
    hand({ do: 'unplug' });
    await untilState('offline');
    expect(device.status().faults).toEqual(['BCR_OFFLINE']);
    hand({ do: 'plug' });
    await untilState('busy');
    hand({ do: 'showCode', text: 'B7' });
    await clock.advance(2_000);
    expect(codes).toEqual(['B7']);
    await device.stop();
    expect(device.status().state).toBe('offline');
  });
});
