import { describe, expect, it } from 'vitest';
import type { LineWork } from '../../../drivers/transport/line-owner.ts';
import { LineOwner } from '../../../drivers/transport/line-owner.ts';
import { err, ok } from '../../../main/foundation/outcome.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

function bench(work: Partial<LineWork> = {}) {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const did: string[] = [];
  const at = (what: string) => void did.push(`${clock.monotonicMs()} ${what}`);
  const owner = new LineOwner({
    clock, pollIntervalMs: 1000,
    work: {
      async open() { at('open'); return ok(undefined); },
      async close() { at('close'); },
      async bringUp() { at('bringUp'); return true; },
      async poll() { at('poll'); return true; },
      onDown: () => at('down'),
      ...work,
    },
  });
  return { clock, owner, did };
}

describe('LineOwner', () => {
  it('opens, brings up, and polls when nothing else is to do', async () => {
    const { clock, owner, did } = bench();
    owner.start();
    await clock.advance(2500);
    expect(did).toEqual(['0 open', '0 bringUp', '1000 poll', '2000 poll']);
    await owner.stop();
  });

  it('runs one job at a time, in order, and none before the device is up', async () => {
    const { clock, owner } = bench();
    expect(await owner.run(async () => 'early')).toBeUndefined();
    owner.start();
    await clock.advance(1);
    const order: string[] = [];
    const job = (name: string) => owner.run(async () => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
      return name;
    });
    expect(await Promise.all([job('a'), job('b')])).toEqual(['a', 'b']);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    await owner.stop();
  });

  it('closes a port that opens only after it was told to stop', async () => {
    let isOpen = false;
    const { clock, owner } = bench({
      async open() {
        await new Promise<void>((resolve) => void clock.setTimeout(resolve, 500));
        isOpen = true;
        return ok(undefined);
      },
      async close() { isOpen = false; },
    });
    owner.start();
    await clock.advance(100);
    const stopped = owner.stop();
    await clock.advance(1_000);
    await stopped;
    expect(isOpen).toBe(false);
  });

  it('tries a port that does not open at growing intervals, and at once when asked', async () => {
    const opens: number[] = [];
    const { clock, owner } = bench({
      async open() {
        opens.push(clock.monotonicMs());
        return err({ code: 'LNK_PORT_UNAVAILABLE', detail: 'none' });
      },
    });
    owner.start();
    await clock.advance(16_000);
    expect(opens).toEqual([0, 500, 1500, 3500, 7500, 15_500]);
    owner.bringUpAgain();
    await clock.advance(1);
    expect(opens.at(-1)).toBe(16_000);
    await owner.stop();
  });

  it('settles the jobs that never got their turn when the line is lost or the owner stops', async () => {
    for (const end of ['lost', 'stopped'] as const) {
      const { clock, owner } = bench();
      owner.start();
      await clock.advance(1);
      let release: () => void = () => {};
      const running = owner.run(() => new Promise<string>((resolve) => {
        release = () => resolve('ran');
      }));
      const waiting = owner.run(async () => 'never');
      await clock.advance(1);
      if (end === 'lost') owner.lineLost();
      const stopping = end === 'stopped' ? owner.stop() : undefined;
      release();
      await clock.advance(1);
      expect(await running).toBe('ran');
      expect(await waiting).toBeUndefined();
      await (stopping ?? owner.stop());
    }
  });

  it('takes at most 16 waiting jobs', async () => {
    const { clock, owner } = bench();
    owner.start();
    await clock.advance(1);
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => owner.run(async () => index)));
    expect(results.filter((result) => result === undefined).length).toBeGreaterThan(0);
    expect(results[0]).toBe(0);
    await owner.stop();
  });
});
