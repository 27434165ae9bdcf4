import { describe, expect, it } from 'vitest';
import type { HopperBench, HopperBenchOptions } from '../../../support/hopper-bench.ts';
import { createHopperBench } from '../../../support/hopper-bench.ts';

async function openBench(options: HopperBenchOptions = {}): Promise<HopperBench> {
  const bench = createHopperBench(options);
  expect(await bench.ready()).toBe(true);
  return bench;
}
const pay = (bench: HopperBench, coinCount: number) => bench.settle(bench.dispenser.dispense({ coinCount }));

describe('coins', () => {
  const cipher = (challenge: Uint8Array) => challenge.map((byte) => byte ^ 0x5a);
  it.each([
    {}, { bytesMax: 3 }, { driver: { checksum: 'crc16' } }, { simulator: { hasEcho: false } }, { simulator: { total: null } }, { simulator: { levels: null } }, { simulator: { eventCount: 254 } }, { simulator: { total: 0xff_ff_fd } },
    { simulator: { guard: 'none' }, driver: { dispenseGuard: 'none' } },
    { simulator: { guard: 'cipher' }, driver: { dispenseGuard: 'cipher', cipher, random: { bytes: (count: number) => new Uint8Array(count) } } },
  ] satisfies HopperBenchOptions[])('are paid as asked, and counted (%j)', async (options) => {
    const bench = await openBench(options);
    for (const coinCount of [7, 1, 50]) {
      expect(await pay(bench, coinCount)).toMatchObject({ kind: 'completed', value: { requestedCount: coinCount, presentedCount: coinCount, stoppedBy: null } });
    }
    expect([bench.outCount(), bench.world().dispenseCommandCount]).toEqual([58, 3]);
    expect(bench.dispenser.status()).toMatchObject({ state: 'ready', faults: [] });
  });

  it('that run out are told as they are, and the hopper wants a person', async () => {
    const bench = await openBench({ simulator: { coinCount: 4 } });
    expect(await pay(bench, 7)).toMatchObject({ kind: 'completed', value: { presentedCount: 4, stoppedBy: 'CDM_COIN_EMPTY' } });
    expect(bench.dispenser.status()).toMatchObject({ state: 'faulty', faults: ['CDM_COIN_EMPTY'] });
    expect(await pay(bench, 1)).toMatchObject({ kind: 'failed', errorCode: 'CDM_COIN_EMPTY' });
    bench.hand({ do: 'loadCoins', coinCount: 30 });
    bench.dispenser.reset();
    await bench.untilState('ready');
    expect(await pay(bench, 3)).toMatchObject({ kind: 'completed', value: { presentedCount: 3 } });
  });

  it('of a hopper that goes on saying that some remain are stopped and counted', async () => {
    const bench = await openBench({ simulator: { coinCount: 2 } });
    bench.hand({ do: 'fault', fault: 'sticks' });
    expect(await pay(bench, 5)).toMatchObject({ kind: 'completed', value: { presentedCount: 2, stoppedBy: 'CDM_COIN_EMPTY' } });
  });

  it('can be stopped between two', async () => {
    const bench = await openBench();
    const paying = bench.dispenser.dispense({ coinCount: 40 });
    await bench.clock.runUntil(() => bench.outCount() >= 5, 60_000);
    bench.dispenser.halt();
    const outcome = await bench.settle(paying);
    expect(outcome).toMatchObject({ kind: 'completed', value: { presentedCount: bench.outCount(), stoppedBy: 'CDM_COIN_SHORT' } });
    expect(bench.outCount()).toBeLessThan(40);
  });

  it('a jam that frees itself costs time only; one that stays stops', async () => {
    const bench = await openBench();
    bench.hand({ do: 'fault', fault: 'jam', index: 2, times: 2 });
    expect(await pay(bench, 5)).toMatchObject({ kind: 'completed', value: { presentedCount: 5 } });
    bench.hand({ do: 'fault', fault: 'jamHard', index: 3 });
    expect(await pay(bench, 5)).toMatchObject({ kind: 'completed', value: { presentedCount: 3, stoppedBy: 'CDM_COIN_JAMMED' } });
    expect(bench.dispenser.status().faults).toEqual(['CDM_COIN_JAMMED']);
    expect(bench.outCount()).toBe(8);
  });

  it('a hopper whose exit is blocked while nothing is paid gets no order', async () => {
    const bench = await openBench();
    bench.hand({ do: 'blockOpto' });
    await bench.untilState('faulty');
    expect(await pay(bench, 1)).toMatchObject({ kind: 'failed', errorCode: 'CDM_COIN_FRAUD' });
    expect(bench.world().dispenseCommandCount).toBe(0);
  });
});

describe('an order is sent once', () => {
  it.each(['replyLost', 'badSum', 'slow', 'gap'])('%s of its answer: the counter says that it was taken', async (fault) => {
    const bench = await openBench();
    bench.hand({ do: 'fault', fault, at: 'dispenseReply' });
    expect(await pay(bench, 6)).toMatchObject({ kind: 'completed', value: { presentedCount: 6 } });
    expect([bench.outCount(), bench.world().dispenseCommandCount]).toEqual([6, 1]);
  });

  it.each(['silence', 'nak', 'busy', 'restart'])('%s: nothing moved, and it is not sent again', async (fault) => {
    const bench = await openBench();
    await pay(bench, 2);
    bench.hand({ do: 'fault', fault, at: 'dispenseCommand' });
    expect(await pay(bench, 2)).toMatchObject({ kind: 'failed' });
    expect([bench.outCount(), bench.world().dispenseCommandCount]).toEqual([2, 1]);
  });

  it('without what it wants before the count it refuses', async () => {
    const bench = await openBench({ driver: { dispenseGuard: 'none' } });
    expect(await pay(bench, 6)).toMatchObject({ kind: 'failed' });
    expect([bench.outCount(), bench.world().dispenseCommandCount]).toEqual([0, 0]);
  });

  it('a process that ends in the middle: the next one learns by the mark what came out', async () => {
    const bench = await openBench();
    await pay(bench, 3);
    const mark = bench.dispenser.dispenseMark()!;
    const paying = bench.dispenser.dispense({ coinCount: 9 });
    await bench.clock.runUntil(() => bench.outCount() >= 6, 60_000);
    await bench.anotherProcess();
    expect(await paying).toMatchObject({ kind: 'uncertain' });
    expect(await bench.ready()).toBe(true);
    expect(bench.outCount()).toBe(12);
    expect(await bench.settle(bench.dispenser.resolveDispense({ coinCount: 9, mark }))).toMatchObject({ kind: 'completed', value: { presentedCount: 9 } });
    const later = bench.dispenser.dispenseMark()!;
    expect(await bench.settle(bench.dispenser.resolveDispense({ coinCount: 9, mark: later }))).toMatchObject({ kind: 'completed', value: { presentedCount: 0 } });
    expect(await bench.settle(bench.dispenser.resolveDispense({ coinCount: 9, mark: 'nonsense' }))).toMatchObject({ kind: 'failed', completionCode: 'invalidData' });
  });
});

describe('power', () => {
  it.each(['taken', 'coin', 'counted', 'end'])('goes and comes back at %s: counted by what it kept', async (at) => {
    const bench = await openBench();
    await pay(bench, 3);
    bench.hand({ do: 'fault', fault: 'restart', at, ...(at === 'coin' || at === 'counted' ? { index: 2 } : {}) });
    const outcome = await pay(bench, 6);
    const out = bench.outCount() - 3;
    if (at === 'taken') expect([outcome.kind, out]).toEqual(['completed', 0]);
    else expect(outcome).toMatchObject({ kind: 'completed', value: { presentedCount: out } });
    await bench.clock.advance(20_000);
    expect(bench.dispenser.status().state).toBe('ready');
  });

  it('gone for a while in the middle: the outcome waits for it', async () => {
    const bench = await openBench();
    bench.hand({ do: 'fault', fault: 'powerCut', at: 'counted', index: 3 });
    const paying = bench.dispenser.dispense({ coinCount: 8 });
    await bench.untilState('offline');
    await bench.clock.advance(20_000);
    bench.hand({ do: 'powerOn' });
    expect(await bench.settle(paying)).toMatchObject({ kind: 'completed', value: { presentedCount: 4, stoppedBy: 'CDM_COIN_SHORT' } });
  });

  it('gone for good: uncertain between what was seen to fall and all', async () => {
    const bench = await openBench();
    bench.hand({ do: 'fault', fault: 'powerCut', at: 'counted', index: 3 });
    const outcome = await pay(bench, 8);
    expect(outcome).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'notHeardOfAgain', noteCountMax: 9 } });
    expect(outcome.kind === 'uncertain' && outcome.lastKnown.noteCountMin).toBeGreaterThan(0);
  });

  it('gone while a coin was in the opto: that one is uncertain', async () => {
    const bench = await openBench();
    bench.hand({ do: 'fault', fault: 'writeCut', index: 2 });
    expect(await pay(bench, 5)).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 2, noteCountMax: 3 } });
    expect(bench.outCount()).toBe(3);
    expect(bench.dispenser.status().faults).toContain('CDM_COIN_UNCERTAIN');
  });
});

it('one coin too many shows as a contradiction of total and paid, never as an exact count', async () => {
  const bench = await openBench();
  bench.hand({ do: 'fault', fault: 'overPay' });
  expect(await pay(bench, 5)).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'paidAgainstTotal', noteCountMin: 5, noteCountMax: 6 } });
});

it.each([[0, { kind: 'completed', value: { requestedCount: 5, presentedCount: 6 } }, 'CDM_COIN_FAILURE'], [null, { kind: 'uncertain', lastKnown: { stage: 'sumOfRegisters', noteCountMax: 6 } }, 'CDM_COIN_UNCERTAIN']] as const)('one coin too many that the payout counts itself is certain where the life total (%s) says the same, and the hopper pays nothing more', async (total, outcome, fault) => {
  const bench = await openBench({ simulator: { total } });
  bench.hand({ do: 'fault', fault: 'overPay', at: 'told' });
  expect(await pay(bench, 5)).toMatchObject(outcome);
  expect(bench.outCount()).toBe(6);
  expect(bench.dispenser.status()).toMatchObject({ state: 'faulty', faults: [fault] });
});

it('a hopper that does not say what it wants before the count pays nothing until a person set it', async () => {
  const bench = createHopperBench({ simulator: { guard: 'none' } });
  expect(await bench.ready(30_000)).toBe(false);
  expect(bench.dispenser.status()).toMatchObject({ state: 'faulty', faults: ['CDM_COIN_FAILURE'] });
});

it('levels are told as the sensors show them', async () => {
  const bench = await openBench({ simulator: { coinCount: 10 } });
  expect(await bench.settle(bench.dispenser.readSensors())).toMatchObject({ kind: 'completed', value: { isPayable: true, isBelowLowLevel: true, isAboveHighLevel: false } });
});

it('another device at the address is not taken for a hopper', async () => {
  const bench = createHopperBench({ driver: { address: 4 } });
  bench.dispenser.start();
  await bench.untilState('offline');
  await bench.clock.runUntil(() => bench.dispenser.status().faults.includes('CDM_COIN_OFFLINE'), 20_000);
  expect(await bench.settle(bench.dispenser.dispense({ coinCount: 1 }))).toMatchObject({ kind: 'failed', errorCode: 'CDM_COIN_OFFLINE' });
});
