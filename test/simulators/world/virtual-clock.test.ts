import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delay } from '../../../main/foundation/clock.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { createVirtualClock, settleEventLoop } from '../../../simulators/world/virtual-clock.ts';

const START_UTC_MS = Date.UTC(2026, 0, 5);

describe('virtual clock', () => {
  it('fires timers in order of time, equal times in the order in which they were set', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }), fc.array(fc.nat(59), { maxLength: 20 }), async (delays, cleared) => {
        const clock = createVirtualClock({ startUtcMs: START_UTC_MS });
        const fired: number[] = [];
        const handles = delays.map((delayMs, index) => clock.setTimeout(() => fired.push(index), delayMs));
        for (const index of cleared) if (handles[index] !== undefined) clock.clearTimeout(handles[index]);
        await clock.advance(20);
        const expected = delays.map((delayMs, index) => ({ delayMs, index })).filter(({ index }) => !cleared.includes(index));
        expect(fired).toEqual(expected.sort((a, b) => a.delayMs - b.delayMs || a.index - b.index).map(({ index }) => index));
        expect(clock.pendingTimerCount).toBe(0);
      }),
    );
  });

  it('lets long chains of promises end between two timers', async () => {
    const clock = createVirtualClock({ startUtcMs: START_UTC_MS });
    const order: string[] = [];
    clock.setTimeout(() => {
      void (async () => {
        for (let step = 0; step < 500; step++) await Promise.resolve().then(() => undefined);
        order.push('chain');
      })();
    }, 5);
    clock.setTimeout(() => order.push('next timer'), 5);
    await clock.advance(5);
    expect(order).toEqual(['chain', 'next timer']);
  });

  it('runs code that waits on it, however deep, and stands exactly at the end', async () => {
    const clock = createVirtualClock({ startUtcMs: START_UTC_MS });
    let rounds = 0;
    void (async () => {
      for (;;) {
        await delay(clock, 7);
        rounds++;
      }
    })();
    await clock.advance(7 * 1_000 + 3);
    expect(rounds).toBe(1_000);
    expect(clock.monotonicMs()).toBe(7_003);
    expect(clock.nowUtcMs()).toBe(START_UTC_MS + 7_003);
  });

  it('stops at the moment when the predicate holds, and says when it never did', async () => {
    const clock = createVirtualClock({ startUtcMs: START_UTC_MS });
    let isReached = false;
    clock.setTimeout(() => (isReached = true), 30);
    expect(await clock.runUntil(() => isReached, 100)).toBe(true);
    expect(clock.monotonicMs()).toBe(30);
    expect(await clock.runUntil(() => false, 100)).toBe(false);
    expect(clock.monotonicMs()).toBe(130);
  });

  it('jumps the wall clock only', async () => {
    const clock = createVirtualClock({ startUtcMs: START_UTC_MS });
    let isFired = false;
    clock.setTimeout(() => (isFired = true), 10);
    clock.jumpWallClock(-365 * 86_400_000);
    expect(clock.nowUtcMs()).toBe(START_UTC_MS - 365 * 86_400_000);
    await clock.advance(9);
    expect(isFired).toBe(false);
    await clock.advance(1);
    expect(isFired).toBe(true);
  });

  it('refuses timers that re-arm themselves without letting time pass', async () => {
    const clock = createVirtualClock({ startUtcMs: START_UTC_MS });
    const again = (): void => void clock.setTimeout(again, 0);
    again();
    await expect(clock.advance(1)).rejects.toThrow(/without letting time pass/);
  });

  it('is advanced by one caller at a time', async () => {
    const clock = createVirtualClock({ startUtcMs: START_UTC_MS });
    const first = clock.advance(10);
    await expect(clock.advance(10)).rejects.toThrow(/one caller/);
    await first;
  });

  it('waits for real input and output when told how', async () => {
    const clock = createVirtualClock({ startUtcMs: START_UTC_MS, settle: settleEventLoop });
    let isDone = false;
    clock.setTimeout(() => setImmediate(() => (isDone = true)), 1);
    expect(await clock.runUntil(() => isDone, 1)).toBe(true);
  });
});

describe('seeded random', () => {
  it('repeats itself for a seed, and differs for another', () => {
    const hex = (seed: number) => Buffer.from(seededRandom(seed).bytes(32)).toString('hex');
    expect(hex(8841)).toBe(hex(8841));
    expect(hex(8841)).not.toBe(hex(8842));
    expect(hex(2 ** 32 + 1)).not.toBe(hex(1));
  });

  it('gives each byte about as often as the others', () => {
    const counts = new Array<number>(256).fill(0);
    for (const byte of seededRandom(7).bytes(256 * 400)) counts[byte]!++;
    expect(Math.min(...counts)).toBeGreaterThan(300);
    expect(Math.max(...counts)).toBeLessThan(500);
  });
});
