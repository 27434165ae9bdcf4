import { describe, expect, it } from 'vitest';
import { Exchange } from '../../../drivers/transport/exchange.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

describe('Exchange', () => {
  it('settles each waiter once; what comes later is nobody\'s', async () => {
    const exchange = new Exchange<string, number>(createVirtualClock({ startUtcMs: 0 }));
    const reply = exchange.begin('question');
    expect(exchange.request).toBe('question');
    exchange.settle(1);
    exchange.settle(2);
    expect(await reply).toBe(1);
    expect(exchange.request).toBeUndefined();
  });

  it('refuses a second request while one is in flight', () => {
    const exchange = new Exchange<string, number>(createVirtualClock({ startUtcMs: 0 }));
    void exchange.begin('first');
    expect(() => exchange.begin('second')).toThrow('one exchange');
  });

  it('has one timer: armed anew it counts from there, and it is gone with the answer', async () => {
    const clock = createVirtualClock({ startUtcMs: 0 });
    const exchange = new Exchange<string, string>(clock);
    const times: number[] = [];
    void exchange.begin('question');
    exchange.arm(100, () => times.push(clock.monotonicMs()));
    await clock.advance(50);
    exchange.arm(100, () => times.push(clock.monotonicMs()));
    await clock.advance(200);
    expect(times).toEqual([150]);
    exchange.arm(100, () => times.push(-1));
    exchange.settle('answer');
    exchange.arm(100, () => times.push(-2));
    await clock.advance(500);
    expect(times).toEqual([150]);
  });
});
