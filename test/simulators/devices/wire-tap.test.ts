import { describe, expect, it } from 'vitest';
import { parseCassettes } from '../../../simulators/devices/cassette-option.ts';
import { tapLine } from '../../../simulators/devices/wire-tap.ts';
import { createMemoryLine } from '../../../simulators/lines/memory-line.ts';
import type { SimulatorEvent } from '../../../simulators/simulator.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

function createBench(clearBytesMax?: number) {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const { transport, line } = createMemoryLine({ name: 'memory', clock });
  const events: SimulatorEvent['fields'][] = [];
  const tapped = tapLine(line, { deviceId: 'card-reader', clock, onEvent: ({ fields }) => events.push(fields), ...(clearBytesMax === undefined ? {} : { clearBytesMax }) });
  return { clock, transport, tapped, events };
}

describe('wire tap', () => {
  it('tells an exchange once and counts its repetitions until something new comes', async () => {
    const { clock, transport, tapped, events } = createBench();
    let answer = 0x14;
    tapped.onData(() => tapped.write(Uint8Array.of(answer)));
    await transport.open();
    for (let poll = 0; poll < 50; poll += 1) {
      transport.write(Uint8Array.of(0x33));
      await clock.advance(200);
    }
    answer = 0x15;
    transport.write(Uint8Array.of(0x33));
    await clock.advance(200);
    expect(events.map(({ direction, hex, idleExchangeCount }) => [direction, hex, idleExchangeCount])).toEqual([['TX', '33', 0], ['RX', '14', 0], ['TX', '33', 49], ['RX', '15', 49]]);
  });

  it('shows of a line with tracks its head only, however the bytes are cut', async () => {
    const { clock, transport, tapped, events } = createBench(2);
    tapped.onData(() => {});
    await transport.open();
    for (const byte of Buffer.from(';9999000000000012=3012201?')) tapped.write(Uint8Array.of(byte));
    await clock.advance(200);
    expect(events).toEqual([{ deviceId: 'card-reader', direction: 'RX', hex: '3B 39 ••', byteCount: 26, idleExchangeCount: 0 }]);
  });

  it('passes every byte on, both ways', async () => {
    const { clock, transport, tapped } = createBench();
    const heard: number[] = [];
    const answered: number[] = [];
    tapped.onData((chunk) => heard.push(...chunk));
    transport.onData((chunk) => answered.push(...chunk));
    await transport.open();
    transport.write(Uint8Array.of(1, 2, 3));
    await clock.advance(1);
    tapped.write(Uint8Array.of(4, 5));
    await clock.advance(1);
    expect([heard, answered]).toEqual([[1, 2, 3], [4, 5]]);
  });
});

describe('--cassettes', () => {
  it('reads value and count, upper cassette first', () => {
    expect(parseCassettes('5000:400,2000:500')).toEqual([{ cassetteNumber: 1, denominationMinor: 500_000, noteCount: 400 }, { cassetteNumber: 2, denominationMinor: 200_000, noteCount: 500 }]);
  });

  it.each(['', '5000', '5000:-1', '0:5', '5000:1001', '5000:1,2000:1,1000:1', 'a:b'])('refuses %j', (text) => expect(parseCassettes(text)).toBeNull());
});
