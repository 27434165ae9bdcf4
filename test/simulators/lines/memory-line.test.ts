import { describe, expect, it } from 'vitest';
import { createMemoryLine } from '../../../simulators/lines/memory-line.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

function bench(chunking?: { readonly bytesMax: number; readonly gapMs?: number }) {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const ends = createMemoryLine({ name: 'memory', clock, ...(chunking === undefined ? {} : { chunking: { random: seededRandom(3), ...chunking } }) });
  const heardByHost: number[][] = [];
  const heardByDevice: number[][] = [];
  const losses: string[] = [];
  ends.transport.onData((chunk) => void heardByHost.push([...chunk]));
  ends.transport.onClosed((detail) => void losses.push(detail));
  ends.line.onData((chunk) => void heardByDevice.push([...chunk]));
  return { clock, ...ends, heardByHost, heardByDevice, losses };
}

describe('memory line', () => {
  it('delivers in order, later than the call, both ways', async () => {
    const { clock, transport, line, heardByHost, heardByDevice } = bench();
    await transport.open();
    expect(transport.write(Uint8Array.of(1, 2))).toBe(true);
    transport.write(Uint8Array.of(3));
    line.write(Uint8Array.of(9));
    expect(heardByDevice).toEqual([]);
    await clock.advance(0);
    expect(heardByDevice).toEqual([[1, 2], [3]]);
    expect(heardByHost).toEqual([[9]]);
  });

  it('cuts chunks as it was told to and loses nothing', async () => {
    const { clock, transport, heardByDevice } = bench({ bytesMax: 3, gapMs: 2 });
    await transport.open();
    const sent = Array.from({ length: 50 }, (_, index) => index);
    transport.write(Uint8Array.from(sent));
    await clock.advance(1_000);
    expect(heardByDevice.flat()).toEqual(sent);
    expect(heardByDevice.length).toBeGreaterThan(50 / 3);
  });

  it('drops what is written while it is closed', async () => {
    const { clock, transport, line, heardByHost, heardByDevice } = bench();
    expect(transport.write(Uint8Array.of(1))).toBe(false);
    line.write(Uint8Array.of(2));
    await transport.open();
    await clock.advance(0);
    expect([heardByHost, heardByDevice]).toEqual([[], []]);
  });

  it('tells a pulled cable once, refuses to open without it, and opens again with it', async () => {
    const { clock, transport, line, losses, heardByDevice } = bench();
    await transport.open();
    line.unplug();
    line.unplug();
    await clock.advance(0);
    expect(losses).toHaveLength(1);
    expect(transport.write(Uint8Array.of(1))).toBe(false);
    expect(await transport.open()).toMatchObject({ ok: false, error: { code: 'LNK_PORT_UNAVAILABLE' } });
    line.plug();
    expect((await transport.open()).ok).toBe(true);
    transport.write(Uint8Array.of(7));
    await clock.advance(0);
    expect(heardByDevice).toEqual([[7]]);
  });

  it('tells no loss when it was closed on purpose', async () => {
    const { clock, transport, line, losses } = bench();
    await transport.open();
    await transport.close();
    line.unplug();
    await clock.advance(0);
    expect(losses).toEqual([]);
  });
});
