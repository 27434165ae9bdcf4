import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../../vectors/escpos.json' with { type: 'json' };
import { letterOf } from '../../../simulators/escpos-family/code-pages.ts';
import { GENERIC } from '../../../simulators/escpos-family/printer-type.ts';
import { CommandReader } from '../../../simulators/escpos-family/wire.ts';
import { createPrinterWorld, dotsOfPng } from '../../support/printer-bench.ts';
import { createMemoryLine } from '../../../simulators/lines/memory-line.ts';
import { createCustomVkp80Simulator } from '../../../simulators/printer/custom-vkp80/simulator.ts';
import { createEscposSimulator } from '../../../simulators/printer/escpos/simulator.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

const bytesOf = (hex: string) => Uint8Array.from(hex.split(' ').map((byte) => Number.parseInt(byte, 16)));

/** The simulator alone, spoken to in raw bytes. */
async function bareSimulator(create: typeof createEscposSimulator = createEscposSimulator) {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const { transport, line } = createMemoryLine({ name: 'memory', clock });
  const simulator = create({ line, clock, random: seededRandom(1), timeFactor: 1 }, { widthDots: 576 });
  const heard: number[] = [];
  transport.onData((chunk) => void heard.push(...chunk));
  await transport.open();
  simulator.start();
  const say = async (...bytes: number[]) => {
    transport.write(Uint8Array.from(bytes));
    await clock.advance(5000);
    return heard.splice(0);
  };
  const control = (command: object) => {
    const result = simulator.control(command);
    if (!result.ok) throw new Error(result.error.detail);
    return result.value;
  };
  return { simulator, say, control };
}

describe('escpos simulator', () => {
  it.each(vectors.vectors.filter((vector) => vector.to === 'device'))('understands $name as the sheet', ({ hex, wire }) => {
    expect(new CommandReader().push(bytesOf(hex))).toMatchObject([{ kind: 'command', command: wire }]);
  });

  it.each(vectors.texts)('prints $name letters, as text dump and as dots', async ({ codePage, hex, text }) => {
    expect([...bytesOf(hex)].map((byte) => letterOf(byte, GENERIC.codePages[codePage])).join('')).toBe(text);
    const { say, control } = await bareSimulator();
    await say(0x1b, 0x40, 0x1b, 0x74, codePage, ...bytesOf(hex), 0x0a, 0x1b, 0x69);
    expect(control({ do: 'receiptText', index: 0 })).toBe(`${text}\n`);
    expect(dotsOfPng(control({ do: 'receiptPng', index: 0 }) as string).bytes.some((dots) => dots !== 0)).toBe(true);
  });

  it('hears any bytes in any cut alike, every one accounted for', () => {
    const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x1b, 0x1d, 0x1c, 0x10, 0x40, 0x76, 0x30, 0x28, 0x6b, 0x04));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 80 }), fc.integer({ min: 1, max: 9 }), (values, cut) => {
        const bytes = Uint8Array.from(values);
        const whole = new CommandReader();
        const events = whole.push(bytes);
        const pieces = new CommandReader();
        const cutEvents = [];
        for (let offset = 0; offset < bytes.length; offset += cut) cutEvents.push(...pieces.push(bytes.subarray(offset, offset + cut)));
        expect(cutEvents).toEqual(events);
        const counted = events.reduce((sum, event) => sum + (event.kind === 'command' ? event.byteCount : event.kind === 'hardwareReset' ? 6 : 3), whole.pendingByteCount);
        expect(counted).toBe(bytes.length);
      }),
      // A command without parameters takes none of what comes behind it.
      { examples: [[[0x1d, 0x65, 0x00, 0x01], 1]] },
    );
  });

  it('answers in real time inside the stream, but not inside picture data', async () => {
    const { say } = await bareSimulator();
    expect(await say(0x41, 0x10, 0x04, 0x01, 0x42)).toEqual([0x12]);
    expect(await say(0x1d, 0x76, 0x30, 0x00, 0x01, 0x00, 0x03, 0x00, 0x10, 0x04, 0x01)).toEqual([]);
  });

  it('answers the sheet’s bytes for paper and cover', async () => {
    const { say, control } = await bareSimulator();
    control({ do: 'setPaper', state: 'nearEnd' });
    expect(await say(0x10, 0x04, 0x04)).toEqual([0x1e]);
    control({ do: 'setPaper', state: 'out' });
    expect(await say(0x10, 0x04, 0x04)).toEqual([0x7e]);
    control({ do: 'setPaper', state: 'full' });
    control({ do: 'openCover' });
    expect(await say(0x10, 0x04, 0x02)).toEqual([0x16]);
    expect(await say(0x10, 0x04, 0x01)).toEqual([0x1a]);
  });

  it('tells Custom’s full status where it is a Custom, and nothing where it is not', async () => {
    const { say, control } = await bareSimulator(createCustomVkp80Simulator);
    expect(await say(0x10, 0x04, 0x14)).toEqual([0x10, 0x0f, 0, 0, 0, 0]);
    control({ do: 'setPaper', state: 'nearEnd' });
    expect(await say(0x10, 0x04, 0x14)).toEqual([0x10, 0x0f, 0x04, 0, 0, 0]);
    control({ do: 'setPaper', state: 'out' });
    expect(await say(0x10, 0x04, 0x14)).toEqual([0x10, 0x0f, 0x05, 0, 0, 0]);
    const generic = await bareSimulator();
    expect(await generic.say(0x10, 0x04, 0x14)).toEqual([]);
  });

  it('keeps what was not printed when paper ends, and prints it after paper is loaded', async () => {
    const { simulator, say, control } = await bareSimulator();
    control({ do: 'setPaper', state: 'out' });
    expect(await say(0x41, 0x0a, 0x1b, 0x69, 0x1d, 0x72, 0x01)).toEqual([]);
    control({ do: 'setPaper', state: 'full' });
    expect(await say()).toEqual([0x00]);
    expect(simulator.world()).toMatchObject({ receipts: [{ number: 1, taken: false, text: 'A\n' }] });
    expect(control({ do: 'takeReceipt' })).toBe(1);
    expect(simulator.world()).toMatchObject({ receipts: [{ taken: true }] });
    expect(simulator.control({ do: 'takeReceipt' })).toMatchObject({ ok: false, error: { code: 'notNow' } });
  });

  it('draws a QR code with the wanted module size', async () => {
    const { say, control } = await bareSimulator();
    const data = [...Buffer.from('https://kiosk.example/r/1')];
    await say(0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x43, 5, 0x1d, 0x28, 0x6b, data.length + 3, 0, 0x31, 0x50, 0x30, ...data, 0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x51, 0x30, 0x1b, 0x69);
    // 25 bytes at level L fit version 2: 25 modules.
    expect(dotsOfPng(control({ do: 'receiptPng', index: 0 }) as string).heightDots).toBe(125);
  });

  it('says which command or field it does not know', async () => {
    const { simulator } = await createPrinterWorld({ seed: 1, isReady: false });
    expect(simulator.control({ do: 'dance' })).toMatchObject({ ok: false, error: { code: 'unknownCommand' } });
    expect(simulator.control({ do: 'setPaper', state: 'wet' })).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(simulator.control({ do: 'receiptPng', index: 7 })).toMatchObject({ ok: false, error: { code: 'notNow' } });
    expect(simulator.faultBoard().length).toBeGreaterThan(10);
  });
});
