/** Goal: what the driver says of a payout is where the notes are, and where it cannot know it gives bounds. Method: each fault at each moment, on the simulator in virtual time; then the notes are counted. */
import { describe, expect, it } from 'vitest';
import type { DeviceOutcome } from '../../../../main/foundation/outcome.ts';
import type { Id003RecyclerSimulatorOptions } from '../../../../simulators/cash-recycler/id003-recycler/simulator.ts';
import { id003RecyclerParts } from '../../../support/acceptor-parts.ts';
import type { RecyclerBench } from '../../../support/recycler-bench.ts';
import { recyclerBench } from '../../../support/recycler-bench.ts';

const FIVE = 500_000;
const TWO = 200_000;
const LOADED = [{ denominationMinor: FIVE, noteCount: 6 }, { denominationMinor: TWO, noteCount: 6 }];

async function loaded(options: Id003RecyclerSimulatorOptions = {}): Promise<RecyclerBench> {
  const bench = recyclerBench(id003RecyclerParts({ stored: LOADED, ...options }));
  await bench.ready([FIVE, TWO]);
  return bench;
}

function expectTrue(bench: RecyclerBench, outcome: DeviceOutcome<{ readonly presentedCount: number }>): void {
  const out = bench.outCount();
  if (outcome.kind === 'failed') expect(out).toBe(0);
  if (outcome.kind === 'completed') expect(out).toBe(outcome.value.presentedCount);
  if (outcome.kind === 'uncertain') {
    expect(out).toBeGreaterThanOrEqual(outcome.lastKnown.noteCountMin!);
    expect(out).toBeLessThanOrEqual(outcome.lastKnown.noteCountMax!);
  }
}

describe('payout', () => {
  it('by amount, one box after the other', async () => {
    const bench = await loaded();
    expect(await bench.settled(bench.recycler.canPayOut(9 * 100_000))).toEqual({ kind: 'completed', value: true });
    expect(await bench.settled(bench.recycler.payOutAmount(9 * 100_000), 900_000)).toMatchObject({ kind: 'completed', value: { isShort: false } });
    expect(bench.outCount()).toBe(3);
    expect(await bench.settled(bench.recycler.payOutAmount(3 * 100_000))).toMatchObject({ kind: 'failed', errorCode: 'CDM_NOT_DISPENSABLE' });
  });

  it('a note that nobody takes goes to the cash box and is not paid', async () => {
    const bench = await loaded({ takesPaidAfterMs: null });
    const outcome = await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 2 }));
    expect(outcome).toMatchObject({ kind: 'completed', value: { presentedCount: 0, pickedCount: 1, stoppedBy: 'CDM_ITEMS_LEFT' } });
    expect(bench.sumIn('box')).toBe(FIVE);
    expect(bench.outCount()).toBe(0);
  });

  it.each(['silence', 'lostReply', 'badCheck', 'invalidCommand', 'slow', 'truncated'])('the order or its answer meets %s: paid once, or not at all', async (fault) => {
    const bench = await loaded();
    const unit = await bench.unitOf(FIVE);
    bench.hand({ do: 'fault', fault, at: 'orderReply' });
    const outcome = await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: unit, noteCount: 2 }));
    expect(outcome.kind).not.toBe('uncertain');
    expectTrue(bench, outcome);
  });

  it('an acknowledgement of PAY VALID that is lost counts no note twice', async () => {
    const bench = await loaded();
    bench.hand({ do: 'fault', fault: 'acknowledgementLost', at: 'payValid', times: 3 });
    expect(await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: await bench.unitOf(FIVE), noteCount: 3 }))).toMatchObject({ kind: 'completed', value: { presentedCount: 3 } });
    expect(bench.outCount()).toBe(3);
  });

  const cuts = (['powerCut', 'cableOut', 'failure', 'jam'] as const).flatMap((fault) => (fault === 'jam' ? ['picked'] : ['picked', 'atExit', 'paidOut']).flatMap((at) => [1_000, 6_000].flatMap((takesAfterMs) => [false, true].map((isPushedOut) => [fault, at, takesAfterMs, isPushedOut] as const))));
  it.each(cuts)('%s at %s (a hand after %s ms, pushed out: %s): within what is told, and never a credit', async (fault, at, takesPaidAfterMs, isPushedOut) => {
    const bench = await loaded({ takesPaidAfterMs });
    const unit = await bench.unitOf(FIVE);
    if (isPushedOut) bench.hand({ do: 'fault', fault: 'pushedOut', at: 'powerUp' });
    bench.hand({ do: 'fault', fault, at });
    const outcome = await bench.settled(bench.recycler.dispenser.dispense({ cassetteNumber: unit, noteCount: 3 }), 600_000);
    await bench.clock.advance(30_000);
    bench.tryHand({ do: 'clearPath' });
    bench.recycler.reset();
    await bench.clock.advance(1_000);
    expect(await bench.until('ready', 120_000)).toBe(true);
    expectTrue(bench, outcome);
    expect(bench.events.filter((event) => event.kind === 'noteStacked')).toEqual([]);
  });
});

describe('to the cash box', () => {
  it('brings whole boxes, and refuses to keep a part of one', async () => {
    const bench = await loaded();
    expect(await bench.settled(bench.recycler.floatTo([{ denominationMinor: FIVE, noteCount: 2 }]))).toMatchObject({ kind: 'failed', completionCode: 'unsupportedCommand' });
    expect(await bench.settled(bench.recycler.floatTo([{ denominationMinor: FIVE, noteCount: 6 }]))).toEqual({ kind: 'completed', value: { movedToBox: [{ denominationMinor: TWO, noteCount: 6 }] } });
    expect([bench.storedCount(FIVE), bench.storedCount(TWO), bench.sumIn('box')]).toEqual([6, 0, 6 * TWO]);
  });

  it('takes a kept kind into its box and gives the box up when it is empty', async () => {
    const bench = recyclerBench(id003RecyclerParts());
    await bench.ready([FIVE, TWO]);
    const setRole = (denominationMinor: number, role: 'cashIn' | 'cashInCashOut') => bench.settled(bench.recycler.setRole({ denominationMinor, role }));
    expect(await setRole(1_000_000, 'cashInCashOut')).toMatchObject({ kind: 'failed', detail: 'no empty box' });
    expect((await setRole(TWO, 'cashIn')).kind).toBe('completed');
    expect((await setRole(1_000_000, 'cashInCashOut')).kind).toBe('completed');
  });
});
