import { describe, expect, it } from 'vitest';
import type { DeviceSimulator } from '../../../../simulators/simulator.ts';
import { createCoreLife } from '../../../../simulators/world/core-life.ts';
import type { CountedPoint } from '../../../../simulators/world/crash/point-counter.ts';
import { PointCounter } from '../../../../simulators/world/crash/point-counter.ts';
import { differentPoints, planKey } from '../../../../simulators/world/crash/virtual-plan.ts';
import { watchLife } from '../../../../simulators/world/crash/watched-life.ts';
import type { AcceptorParts } from '../../../support/acceptor-bench.ts';
import { smartPayoutParts, xfsRecyclerParts } from '../../../support/acceptor-parts.ts';
import type { RecyclerBench } from '../../../support/recycler-bench.ts';
import { recyclerBench } from '../../../support/recycler-bench.ts';

/** Goal: on a line where no two frames are alike, what says the same is one point, and what does not is another. Method: driver and simulator, the driver's line watched as in the matrix. */
const FIVE = 500_000;
const STORED = [{ denominationMinor: FIVE, noteCount: 6 }];
interface SspWorld {
  readonly phase: string;
  readonly waitingEventsHex: readonly string[];
}
const sspTruth = (simulator: DeviceSimulator) => {
  const { phase, waitingEventsHex } = simulator.world() as unknown as SspWorld;
  return `${phase} [${waitingEventsHex.join()}]`;
};

interface Watched {
  readonly bench: RecyclerBench;
  readonly frames: readonly string[];
  /** What the core sends from now on, each with the state in which the device hears it. */
  sentWhile(act: () => Promise<void>): Promise<readonly CountedPoint[]>;
}

async function watched(parts: AcceptorParts, options: { readonly truth: (simulator: DeviceSimulator) => string; readonly isMessageLine: boolean }): Promise<Watched> {
  let device: DeviceSimulator | undefined;
  const counter = new PointCounter({ dieAt: 0, truth: () => options.truth(device!) });
  const frames: string[] = [];
  const bench = recyclerBench({
    ...parts,
    createSimulator: (environment) => (device = parts.createSimulator(environment)),
    createAcceptor: ({ transport, ...common }) => {
      const life = watchLife(createCoreLife(common.clock), {
        counter, death: 'kill', disk: { markBarrier: () => {}, tear: () => {}, tearPages: () => {} }, paperLine: 'printer', messageLine: options.isMessageLine ? transport.name : null,
        opened: (_line, frame) => device!.opened?.(frame) ?? null, hasUntoldEvent: () => true,
      });
      const line = life.transport(transport);
      const write = (bytes: Uint8Array) => {
        if (counter.isArmed) frames.push(Buffer.from(bytes).toString('hex'));
        return line.write(bytes);
      };
      return parts.createAcceptor({ ...common, transport: { ...line, write } });
    },
  });
  await bench.ready([FIVE]);
  return {
    bench, frames,
    async sentWhile(act) {
      const before = counter.points.length;
      counter.arm();
      await act();
      counter.disarm();
      return counter.points.slice(before).filter(({ at }) => at === 'sent');
    },
  };
}

describe('of an encrypted line', () => {
  const smartPayout = () => watched(smartPayoutParts({ stored: STORED }), { truth: sspTruth, isMessageLine: false });

  it('polls that find nothing are one point, though each has other bytes', async () => {
    const { bench, frames, sentWhile } = await smartPayout();
    await bench.clock.advance(2_000);
    const sent = await sentWhile(() => bench.clock.advance(10_000));
    expect(frames.length).toBeGreaterThan(20);
    expect(new Set(frames).size).toBe(frames.length);
    expect(new Set(sent.map(planKey)).size).toBe(1);
  });

  it('a poll that finds an event is another point than the one before it, at each of its bytes', async () => {
    const { bench, sentWhile } = await smartPayout();
    const sent = await sentWhile(async () => {
      await bench.clock.advance(2_000);
      bench.hand({ do: 'removeBox' });
      bench.hand({ do: 'insertBox' });
      await bench.clock.advance(2_000);
    });
    const telling = differentPoints(sent).filter(({ state }) => state.includes('[e4]'));
    expect(telling.map(({ isIdle }) => isIdle)).not.toContain(true);
    expect(new Set(telling.map(planKey)).size).toBe(telling.length);
    expect(telling.length).toBeGreaterThan(20);
    expect(telling[0]?.what).toMatch(/ sealed 56: 1 of 2\d$/);
  });

  it('a poll that accepts the note in escrow is no empty poll, and each order is a point by what it says', async () => {
    const { bench, sentWhile } = await smartPayout();
    expect((await bench.settled(bench.recycler.enable({ denominationsMinor: [FIVE], currency: 'KZT' }))).kind).toBe('completed');
    const sent = await sentWhile(async () => {
      bench.hand({ do: 'insertNote', denominationMinor: FIVE });
      const event = await bench.untilEvent('noteEscrowed');
      await bench.clock.advance(3_000);
      if (event.kind === 'noteEscrowed') await bench.settled(bench.recycler.stack(event.note.noteId));
    });
    const inEscrow = sent.filter(({ state }) => state.includes('escrow'));
    expect(inEscrow.some(({ what }) => what.includes(' sealed 56:'))).toBe(true);
    expect(inEscrow.filter(({ isIdle }) => isIdle)).toEqual([]);
    expect(inEscrow.some(({ what }) => what.includes(' sealed 18:')), 'HOLD').toBe(true);
  });

  it('an acknowledgement of nothing changes nothing, one of an event does', async () => {
    const { bench, sentWhile } = await smartPayout();
    const unitNumber = await bench.unitOf(FIVE);
    const sent = await sentWhile(async () => {
      expect((await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: unitNumber, noteCount: 1 }))).kind).toBe('completed');
      bench.recycler.confirmPayout();
      await bench.clock.advance(2_000);
    });
    const acknowledging = sent.filter(({ what }) => what.includes(' sealed 57:'));
    expect(acknowledging.length).toBeGreaterThan(20);
    expect(acknowledging.filter(({ state, isIdle }) => isIdle !== state.includes('[]'))).toEqual([]);
  });
});

it('of a service, a message is heard whole or not at all, and its number makes it no other', async () => {
  const { bench, frames, sentWhile } = await watched(xfsRecyclerParts({ stored: STORED }), { truth: () => 'as it was', isMessageLine: true });
  const sent = await sentWhile(async () => {
    await bench.unitOf(FIVE);
    await bench.unitOf(FIVE);
  });
  expect([new Set(frames).size, sent.length]).toEqual([2, 4]);
  expect(sent[0]?.what).toMatch(/ Storage\.GetStorage \{\}: 1 of \d+$/);
  expect(new Set(sent.map(planKey)).size).toBe(1);
});
