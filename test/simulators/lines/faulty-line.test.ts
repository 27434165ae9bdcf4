import { describe, expect, it } from 'vitest';
import type { ByteFault } from '../../../simulators/lines/faulty-line.ts';
import { BYTE_FAULTS, FaultyLine } from '../../../simulators/lines/faulty-line.ts';
import { createMemoryLine } from '../../../simulators/lines/memory-line.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

const STREAM = Uint8Array.from({ length: 2000 }, (_, index) => index % 251);

async function through(faults: readonly ByteFault[], seed: number, oneOf = 20) {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const { transport, line } = createMemoryLine({ name: 'faulty', clock });
  const faulty = new FaultyLine(line, { clock, random: seededRandom(seed), oneOf, faults });
  const atHost: number[] = [];
  const atDevice: number[] = [];
  transport.onData((chunk) => void atHost.push(...chunk));
  faulty.onData((chunk) => void atDevice.push(...chunk));
  await transport.open();
  faulty.write(STREAM);
  transport.write(STREAM);
  await clock.advance(100_000);
  return { atHost, atDevice };
}

describe('FaultyLine', () => {
  it('spoils both ways, the same for the same seed', async () => {
    const [first, again, other] = [await through(BYTE_FAULTS, 1), await through(BYTE_FAULTS, 1), await through(BYTE_FAULTS, 2)];
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    expect(first.atHost).not.toEqual([...STREAM]);
    expect(first.atDevice).not.toEqual([...STREAM]);
  });

  it.each([['drop', -1], ['repeat', 1], ['insert', 1]] as const)('%s changes how many bytes come', async (fault, sign) => {
    const { atHost } = await through([fault], 3);
    expect(Math.sign(atHost.length - STREAM.length)).toBe(sign);
  });

  it('flips single bits, and a delay keeps every byte in order', async () => {
    const flipped = (await through(['flip'], 4)).atHost;
    const differences = flipped.map((byte, index) => byte ^ STREAM[index]!).filter((difference) => difference !== 0);
    expect(flipped).toHaveLength(STREAM.length);
    expect(differences.length).toBeGreaterThan(20);
    expect(differences.every((difference) => (difference & (difference - 1)) === 0)).toBe(true);
    expect((await through(['delay'], 5)).atHost).toEqual([...STREAM]);
  });

  it('lets everything through when it is calm', async () => {
    const clock = createVirtualClock({ startUtcMs: 0 });
    const { transport, line } = createMemoryLine({ name: 'calm', clock });
    const faulty = new FaultyLine(line, { clock, random: seededRandom(6), oneOf: 1 });
    const atHost: number[] = [];
    transport.onData((chunk) => void atHost.push(...chunk));
    await transport.open();
    faulty.calm();
    faulty.write(STREAM);
    await clock.advance(1);
    expect(atHost).toEqual([...STREAM]);
  });
});
