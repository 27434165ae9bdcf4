import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ok } from '../../../main/foundation/outcome.ts';
import { createMemoryLine } from '../../../simulators/lines/memory-line.ts';
import { SimulatedDevice } from '../../../simulators/parts/simulated-device.ts';
import type { SimulatorEnvironment } from '../../../simulators/simulator.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

const FAULTS = { deaf: { at: ['word', 'byte', 'reply'], label: 'It hears nothing' } } as const;
const hands = z.discriminatedUnion('do', [z.strictObject({ do: z.literal('knock'), times: z.number().int().max(3) })]);
type Hand = z.infer<typeof hands>;

/** Says each byte again after 100 ms; the first is its command. */
class Parrot extends SimulatedDevice<typeof FAULTS, Hand> {
  knockCount = 0;
  /** Outlives its power. */
  songCount = 3;

  get serial(): string {
    return this.ownSerial('26QS0427');
  }

  constructor(environment: SimulatorEnvironment) {
    super({ protocol: 'parrot', environment, faults: FAULTS, hands });
  }

  protected override hear(chunk: Uint8Array): void {
    if (this.struck('deaf', 'word')) return;
    const heard = [...chunk].filter((_, index) => !this.struck('deaf', 'byte', { index }));
    this.after(100, () => {
      if (!this.struck('deaf', 'reply', { opcode: heard[0] })) this.write(heard);
    });
  }

  protected override act(hand: Hand) {
    this.knockCount += hand.times;
    return ok(null);
  }

  protected override describe() {
    return { knockCount: this.knockCount };
  }

  protected override onPowerOff(): void {
    this.knockCount = 0;
  }

  protected override onSpare(): void {
    this.songCount = 0;
  }
}

async function bench(timeFactor = 1) {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const { transport, line } = createMemoryLine({ name: 'parrot', clock });
  const parrot = new Parrot({ line, clock, random: seededRandom(1), timeFactor });
  const heard: number[] = [];
  const events: string[] = [];
  transport.onData((chunk) => void heard.push(...chunk));
  parrot.onEvent(({ event }) => void events.push(event));
  await transport.open();
  parrot.start();
  return { clock, transport, parrot, heard, events };
}

describe('SimulatedDevice', () => {
  it('keeps the times of its mechanics, scaled', async () => {
    const { clock, transport, heard } = await bench(0.5);
    transport.write(Uint8Array.of(7));
    await clock.advance(49);
    expect(heard).toEqual([]);
    await clock.advance(2);
    expect(heard).toEqual([7]);
  });

  it('without power it hears and says nothing, and what was under way is gone', async () => {
    const { clock, transport, parrot, heard, events } = await bench();
    transport.write(Uint8Array.of(1));
    await clock.advance(50);
    expect(parrot.control({ do: 'powerOff' }).ok).toBe(true);
    transport.write(Uint8Array.of(2));
    await clock.advance(500);
    parrot.control({ do: 'powerOn' });
    transport.write(Uint8Array.of(3));
    await clock.advance(500);
    expect(heard).toEqual([3]);
    expect(events).toEqual(['powerOff', 'powerOn']);
  });

  it('lets a fault strike at its moment, as often as armed, and at the index it was armed for', async () => {
    const { clock, transport, parrot, heard } = await bench();
    parrot.control({ do: 'fault', fault: 'deaf', times: 2 });
    parrot.control({ do: 'fault', fault: 'deaf', at: 'byte', index: 1 });
    for (const first of [10, 20, 30, 40]) transport.write(Uint8Array.of(first, first + 1));
    await clock.advance(500);
    expect(heard).toEqual([30, 40, 41]);
    expect(parrot.world()).toMatchObject({ protocol: 'parrot', isPowered: true, faults: [] });
  });

  it('lets a fault of one command strike at no other, and one of an index at no moment that counts nothing', async () => {
    const { clock, transport, parrot, heard } = await bench();
    parrot.control({ do: 'fault', fault: 'deaf', at: 'reply', opcode: 20 });
    parrot.control({ do: 'fault', fault: 'deaf', at: 'word', index: 0 });
    parrot.control({ do: 'fault', fault: 'deaf', at: 'byte', opcode: 10 });
    for (const first of [10, 20, 20]) transport.write(Uint8Array.of(first, first + 1));
    await clock.advance(500);
    expect(heard).toEqual([10, 11, 20, 21]);
    expect(parrot.world()).toMatchObject({ faults: [{ at: 'word' }, { at: 'byte' }] });
  });

  it('names what is wrong with a command, and does nothing then', async () => {
    const { parrot } = await bench();
    expect(parrot.control({ do: 'fault', fault: 'deaf', at: 'never' })).toMatchObject({ ok: false, error: { code: 'invalid', detail: 'deaf strikes at word, byte, reply' } });
    expect(parrot.control({ do: 'fault', fault: 'lame' }).ok).toBe(false);
    for (const command of [{ do: 'knock', times: 9 }, null, 7, {}]) expect(parrot.control(command)).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(parrot.control({ do: 'dance' })).toMatchObject({ ok: false, error: { code: 'unknownCommand' } });
    expect(parrot.control({ do: 'knock', times: 2 })).toEqual({ ok: true, value: null });
    expect(parrot.world()).toMatchObject({ knockCount: 2 });
  });

  it('gives way to a spare only without power, and the spare has another serial number and another memory', async () => {
    const { parrot, events } = await bench();
    expect(parrot.control({ do: 'putSpare' })).toMatchObject({ ok: false, error: { code: 'notNow' } });
    expect([parrot.serial, parrot.songCount]).toEqual(['26QS0427', 3]);
    for (const hand of ['powerOff', 'putSpare', 'powerOn']) expect(parrot.control({ do: hand }).ok).toBe(true);
    expect([parrot.serial, parrot.songCount]).toEqual(['26QS0428', 0]);
    expect(events).toEqual(['powerOff', 'spare', 'powerOn']);
  });
});
