/** Goal: a line in trouble does what an adapter does that hangs, and nothing else; without trouble it is the plain line. Method: both ends in virtual time. */
import { describe, expect, it } from 'vitest';
import type { TroubledHang } from '../../../simulators/lines/troubled-line.ts';
import { createTroubledLine } from '../../../simulators/lines/troubled-line.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

async function ends(hang?: TroubledHang) {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const { transport, line, trouble } = createTroubledLine({ name: 'troubled', clock, random: seededRandom(1) });
  const [atHost, atDevice]: [number[], number[]] = [[], []];
  transport.onData((chunk) => void atHost.push(...chunk));
  line.onData((chunk) => void atDevice.push(...chunk));
  await transport.open();
  if (hang !== undefined) trouble.hang(hang);
  const speak = (byte: number) => {
    transport.write(Uint8Array.of(byte));
    line.write(Uint8Array.of(byte));
    return clock.advance(0);
  };
  return { clock, transport, trouble, speak, heard: () => ({ atHost, atDevice }) };
}

describe('a line', () => {
  it('without trouble lets everything through at once', async () => {
    const { speak, heard } = await ends();
    await speak(1);
    expect(heard()).toEqual({ atHost: [1], atDevice: [1] });
  });

  it.each([['toHost', [], [1, 2]], ['toDevice', [1, 2], []], ['both', [], []]] as const)('that hangs (%s) brings it in order when that is over', async (way, atHost, atDevice) => {
    const { clock, speak, heard } = await ends({ forMs: 5_000, way, outlivesPort: false });
    await speak(1);
    await clock.advance(4_000);
    await speak(2);
    expect(heard()).toEqual({ atHost, atDevice });
    await clock.advance(1_000);
    expect(heard()).toEqual({ atHost: [1, 2], atDevice: [1, 2] });
  });

  it('holds a port that is closed for three seconds, and then what has not left never does, unless the adapter itself has it', async () => {
    for (const outlivesPort of [false, true]) {
      const { clock, transport, speak, heard } = await ends({ forMs: 5_000, way: 'both', outlivesPort });
      await speak(1);
      const closed = { isIt: false };
      void transport.close().then(() => (closed.isIt = true));
      expect(transport.write(Uint8Array.of(9))).toBe(false);
      await clock.advance(2_900);
      expect(closed.isIt).toBe(false);
      await clock.advance(200);
      expect(closed.isIt).toBe(true);
      await transport.open();
      await clock.advance(5_000);
      expect(heard()).toEqual(outlivesPort ? { atHost: [1], atDevice: [1] } : { atHost: [], atDevice: [] });
    }
  });

  it('of which a process died brings nothing of it to the next', async () => {
    const { clock, transport, speak, heard } = await ends({ forMs: 5_000, way: 'both', outlivesPort: false });
    await speak(1);
    await transport.open();
    await clock.advance(5_000);
    expect(heard()).toEqual({ atHost: [], atDevice: [] });
  });

  it('that is put right brings all that it held, and spoils nothing more', async () => {
    const { trouble, speak, heard } = await ends({ forMs: 5_000, way: 'both', outlivesPort: true });
    trouble.spoil({ oneOf: 1, faults: ['delay'] });
    await speak(1);
    trouble.putRight();
    await speak(2);
    expect(heard()).toEqual({ atHost: [1, 2], atDevice: [1, 2] });
  });
});
