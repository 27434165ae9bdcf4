import { describe, expect, it } from 'vitest';
import type { Link, Occasion } from '../../../drivers/life/line-device.ts';
import { LineDevice } from '../../../drivers/life/line-device.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { DeviceOutcome } from '../../../main/foundation/outcome.ts';
import { ok } from '../../../main/foundation/outcome.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

/** A lamp that answers or not, and may be found burnt. */
class Lamp extends LineDevice {
  doesAnswer = true;
  isBurnt = false;
  readonly occasions: Occasion[] = [];
  readonly lose: () => void;

  constructor(clock: ReturnType<typeof createVirtualClock>) {
    let onLost: () => void = () => {};
    const link: Link = { counters: { askCount: 0 }, open: async () => ok(undefined), close: async () => {}, onLost: (listener) => void (onLost = listener) };
    super({ deviceId: 'lamp', clock, log: silentLog, deviceClass: 'auxiliaries', protocol: 'lamp', link, pollIntervalMs: 1000, offlineCode: 'LNK_LOST', logArea: 'siu' });
    this.lose = () => onLost();
  }

  protected override async bringUp(occasion: Occasion): Promise<boolean> {
    this.occasions.push(occasion);
    if (!this.doesAnswer) return false;
    this.identified({ model: 'Lamp', firmware: '1' });
    if (this.isBurnt) this.latch('CIM_FAILURE', 'found burnt');
    this.becomeReady('brought up');
    return true;
  }

  protected override async poll(): Promise<boolean> {
    return this.doesAnswer;
  }

  flash(): Promise<DeviceOutcome<string>> {
    return this.run(async () => {
      this.engage();
      if (this.isBurnt) this.latch('CIM_FAILURE', 'burnt while it flashed');
      this.settle('flash');
      return { kind: 'completed', value: 'flashed' };
    });
  }
}

async function started(change: (lamp: Lamp) => void = () => {}) {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const lamp = new Lamp(clock);
  change(lamp);
  const states: string[] = [];
  lamp.onStatus(({ state, faults }) => void states.push([state, ...faults].join(' ')));
  lamp.start();
  await clock.advance(10);
  return { clock, lamp, states };
}

describe('LineDevice', () => {
  it('comes up, does one thing, and goes down', async () => {
    const { lamp, states } = await started();
    expect(await lamp.flash()).toEqual({ kind: 'completed', value: 'flashed' });
    await lamp.stop();
    expect(states).toEqual(['initialising', 'initialising', 'ready', 'busy', 'ready', 'offline LNK_LOST']);
    expect(await lamp.flash()).toMatchObject({ kind: 'failed', completionCode: 'deviceNotReady' });
  });

  it('keeps a latched fault over a loss of the line until a person resets it', async () => {
    const { clock, lamp, states } = await started();
    lamp.isBurnt = true;
    await lamp.flash();
    expect(lamp.status()).toMatchObject({ state: 'faulty', faults: ['CIM_FAILURE'] });
    lamp.isBurnt = false;
    lamp.lose();
    await clock.advance(2000);
    expect(lamp.status()).toMatchObject({ state: 'faulty', faults: ['CIM_FAILURE'] });
    lamp.reset();
    await clock.advance(10);
    expect(lamp.status()).toMatchObject({ state: 'ready', faults: [] });
    expect(lamp.occasions.at(-1)).toEqual({ isReset: true, hadLatched: ['CIM_FAILURE'] });
    expect(states).toContain('offline LNK_LOST CIM_FAILURE');
    await lamp.stop();
  });

  it('does not forget a fault on a reset that nobody answered', async () => {
    const { clock, lamp } = await started((made) => void (made.isBurnt = true));
    lamp.doesAnswer = false;
    lamp.reset();
    await clock.advance(100);
    expect(lamp.status()).toMatchObject({ state: 'offline', faults: ['LNK_LOST', 'CIM_FAILURE'] });
    await lamp.stop();
  });

  it('finds a device that stopped answering within a few polls, and comes back by itself', async () => {
    const { clock, lamp } = await started();
    lamp.doesAnswer = false;
    await clock.advance(1500);
    expect(lamp.status().state).toBe('offline');
    lamp.doesAnswer = true;
    await clock.advance(10_000);
    expect(lamp.status()).toMatchObject({ state: 'ready', faults: [], model: 'Lamp' });
    expect(lamp.status().lastFaults[0]).toMatchObject({ code: 'LNK_LOST' });
    await lamp.stop();
  });
});
