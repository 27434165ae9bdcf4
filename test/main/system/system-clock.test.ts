import { describe, expect, it } from 'vitest';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { systemClock } from '../../../main/system/system-clock.ts';

describe('system clock', () => {
  it('fires a timer, not a cleared one, and never one that lies weeks ahead', async () => {
    const clock = systemClock();
    const fired: string[] = [];
    const far = clock.setTimeout(() => fired.push('far'), 40 * 86_400_000);
    const cleared = clock.setTimeout(() => fired.push('cleared'), 1);
    clock.clearTimeout(cleared);
    const beforeMs = clock.monotonicMs();
    await new Promise<void>((resolve) => void clock.setTimeout(resolve, 10));
    expect(clock.monotonicMs() - beforeMs).toBeGreaterThanOrEqual(9);
    expect(fired).toEqual([]);
    clock.clearTimeout(far);
  });

  it('takes a handle that is none without harm', () => expect(() => systemClock().clearTimeout(undefined)).not.toThrow());
});

describe('crypto random', () => {
  it('gives as many bytes as asked for, different ones each time', () => {
    expect(cryptoRandom().bytes(0)).toHaveLength(0);
    expect(Buffer.from(cryptoRandom().bytes(16)).equals(cryptoRandom().bytes(16))).toBe(false);
  });
});
